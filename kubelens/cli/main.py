"""The ``kubelens`` command. What a small run does not need, click among it, is imported where it is needed."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

TYPE_CHECKING = False  # typing itself would be a fifth of what a run through the daemon costs
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final, NoReturn

USAGE: Final = 2
INTERRUPTED: Final = 130
"""What shells say of a program that Ctrl-C ended."""
TRACEBACK: Final = "KUBELENS_TRACEBACK"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (findings), 2 (usage) or 3 (unread input)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["check"] and ("--daemon" in words or os.environ.get("KUBELENS_DAEMON")):
        from kubelens.cli.daemon.client import is_asked, served  # noqa: PLC0415 - only where it is asked for

        code = served(words, run) if is_asked(words) else None
        if code is not None:
            raise SystemExit(code)
    run(words)


def run(words: Sequence[str]) -> None:
    """Run one command in this process; exits as :func:`main` does."""
    gc.disable()  # a command ends before cycles matter; the language server turns it on again
    if sys.stdout is None:  # closed by who called
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the rest of the process
    if isinstance(sys.stdout, TextIOWrapper):  # names of files and characters that an encoding does not have
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _run(words)
        if code or sys.argv[1:2] == ["plan"]:
            raise SystemExit(code)
    except BrokenPipeError:
        _write_no_more()
        raise SystemExit(USAGE) from None
    except OSError as error:
        _write_no_more()
        _complain((error.strerror or str(error)).lower())
        raise SystemExit(USAGE) from None
    except RecursionError:
        _complain("the input is nested too deeply")
        raise SystemExit(USAGE) from None
    except (KeyboardInterrupt, EOFError):
        _complain("stopped")
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        _defect(error)
    except SystemExit as done:
        if isinstance(done.code, int) and sys.argv[1:2] in (["check"], ["plan"]) and "coverage" not in sys.modules:
            _leave(done.code)
        raise


def _run(words: Sequence[str]) -> int:
    if words[:1] == ["check"]:
        from kubelens.cli.quick_start import import_msgspec  # noqa: PLC0415 - not for a run that the daemon answers

        import_msgspec()
        from kubelens.cli.check_words import read_check  # noqa: PLC0415 - only for this command

        said = read_check(words[1:])
        if said is not None:
            from kubelens.cli.checking import check  # noqa: PLC0415 - as above

            check(**said)
    from kubelens.cli.commands import run as run_command  # noqa: PLC0415 - click costs as much as a small run

    name = os.path.basename(sys.argv[0]) if sys.argv else "kubelens"
    return run_command(words, "kubectl kubelens" if "kubectl" in name else "kubelens")


def _complain(message: str) -> None:
    from kubelens.cli.printing import complain  # noqa: PLC0415 - only after a mistake

    complain(message)


def _write_no_more() -> None:
    """Let what waits to be written go nowhere: written at the end it would fail again, with Python's own exit code."""
    try:  # noqa: SIM105 - contextlib is an import more
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        pass


def _defect(error: Exception) -> NoReturn:
    """Name a defect of kubelens itself in one line: exit code 1 would say that findings are all there is."""
    if os.environ.get(TRACEBACK):
        raise error
    reason = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {reason[0]}" if reason else type(error).__name__
    _complain(f"internal error: {said} (set {TRACEBACK}=1 to see where)")
    raise SystemExit(USAGE) from None


def _leave(code: int) -> NoReturn:
    """End at once: taking the objects of a large run apart one by one would take longer than some of the work."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BrokenPipeError:
        code = USAGE
    except OSError as error:
        code = USAGE
        try:  # noqa: SIM105 - as above
            os.write(2, f"kubelens: output cannot be written: {(error.strerror or str(error)).lower()}\n".encode())
        except OSError:
            pass
    os._exit(code)


if __name__ == "__main__":
    main()
