"""The one place that calls ``git``, in repositories that a stranger may have made.

Git runs commands that a repository's own files name (hooks, filters, monitors, transports to fetch what is missing).
Every call here turns those off, reads objects alone, and ends: within a time and with a bounded answer. A repository is
the one around a work tree, found by its ``.git``; folders that only look like a bare repository are not asked.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from msgspec import Struct

from kubelens.engine.git_folder import is_top, leads_elsewhere

_TIMEOUT_SECONDS: Final = 60.0
_LARGEST_ANSWER: Final = 256 * 1024 * 1024
_SETTINGS: Final = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "core.askPass=false",
    "core.pager=cat",
    "credential.helper=",
    "gpg.program=false",
    "protocol.allow=never",
)
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_SSH_COMMAND": "false",
    "GIT_ASKPASS": "false",
    "GIT_LITERAL_PATHSPECS": "1",
}
_KEPT: Final = frozenset({"GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL"})


class GitError(RuntimeError):
    """What kept git from answering, as the end of a sentence."""


class Answer(Struct, frozen=True):
    """What a call of git ended with: exit code, standard output, and the first line of standard error."""

    code: int
    output: bytes
    error: str


class Repository(Struct, frozen=True):
    """The repository of a work tree, by the folder that holds its ``.git``."""

    top: str
    elsewhere: str = ""
    """The other repository that its ``.git`` leads to: then git is not asked."""

    def call(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run a command of git in the top folder.

        Raises:
            GitError: there is no git, it takes too long, or says too much; or the ``.git`` leads to another repository.
        """
        if self.elsewhere:
            raise GitError(
                f"its .git leads to {self.elsewhere}, which does not say that {self.top} is its work tree: where it is,"
                f" git config --file {self.elsewhere}/config core.worktree {self.top}"
            )
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = ["git", "--no-pager", *settings, "-C", self.top, *arguments]
        with TemporaryFile() as given, TemporaryFile() as output, TemporaryFile() as error:
            given.write(stdin)
            given.seek(0)
            try:
                process = subprocess.Popen(command, stdin=given, stdout=output, stderr=error, env=_environment())  # noqa: S603
            except OSError:
                raise GitError("needs git on PATH") from None
            with process:
                try:
                    _await(process, output)
                except BaseException:
                    process.kill()
                    raise
            for file in (output, error):
                file.seek(0)
            said = error.read(10_000).decode("utf-8", "replace").strip().splitlines()
            return Answer(process.returncode, output.read(), said[0] if said else "")

    def ask(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What a command of git prints.

        Raises:
            GitError: it fails, and see :meth:`call`.
        """
        answer = self.call(*arguments, stdin=stdin)
        if answer.code != 0:
            raise GitError(answer.error or "git failed")
        return answer.output


def repository_around(folder: str) -> Repository | None:
    """The repository whose work tree a folder is in, None without one."""
    ceilings = {os.path.realpath(c) for c in os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep) if c}
    here = Path(os.path.realpath(folder))
    for above in (here, *here.parents):
        if above != here and str(above) in ceilings:
            return None
        if is_top(str(above)):
            return repository_at(str(above))
    return None


def repository_at(top: str) -> Repository:
    """The repository of the work tree whose top a folder is."""
    return Repository(top, leads_elsewhere(top))


def _await(process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    """Wait for the end; the answer goes to a file, so that its size is known while it grows."""
    ends = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        try:
            process.wait(timeout=0.25)
            return
        except subprocess.TimeoutExpired:
            if os.fstat(output.fileno()).st_size > _LARGEST_ANSWER:
                raise GitError(f"git answers more than {_LARGEST_ANSWER // (1024 * 1024)} MB") from None
            if time.monotonic() > ends:
                raise GitError(f"git does not end within {_TIMEOUT_SECONDS:.0f} seconds") from None


def _environment() -> dict[str, str]:
    """The environment without what it says of other repositories and programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    return {**kept, **_ENVIRONMENT}
