"""A copy of the daemon that is about to run a command as if its caller had run it."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn


def become(said: Sequence[bytes], files: Sequence[int], run: Callable[[Sequence[str]], None]) -> NoReturn:
    """Take over the caller's files, folder, environment and rights of new files; run the command; end.

    ``said``: the mask, the number of words, the program's name, the words, and the environment as ``NAME=value``.
    """
    code = 2
    try:
        os.setpgid(0, 0)
        for own, passed in enumerate(files[:3]):
            os.dup2(passed, own)
        os.fchdir(files[3])
        for passed in files:
            os.close(passed)
        mask, count, program, *rest = said
        words, environment = rest[: int(count)], rest[int(count) :]
        os.umask(int(mask))
        os.environb.clear()
        os.environb.update(one.partition(b"=")[::2] for one in environment)
        time.tzset()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        sys.argv = [os.fsdecode(program), *map(os.fsdecode, words)]
        _reopen()
        gc.disable()
        code = _code(run, sys.argv[1:])
    finally:
        os._exit(code)


def _reopen() -> None:
    """Standard streams as an interpreter makes them for the files it finds, in the encodings it has chosen."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        old = getattr(sys, name)
        stream = open(  # noqa: SIM115 - for the rest of the process
            number, "w" if number else "r", encoding=old.encoding, errors=old.errors, closefd=False
        )
        if number:
            stream.reconfigure(line_buffering=number == 2 or stream.isatty())
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _code(run: Callable[[Sequence[str]], None], words: Sequence[str]) -> int:
    try:
        run(words)
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
    else:
        code = 0
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code
