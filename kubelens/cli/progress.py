"""What a long run is at, on a terminal that somebody watches."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

_FIRST_SECONDS: Final = 1.0
_EVERY_SECONDS: Final = 0.25


class Progress:
    """A line on standard error after the first second, gone at the end; nothing where no terminal is.

    A timer of the process shows it, so that the work itself counts nothing and no thread stands in a fork's way.
    """

    def __init__(self, *, wanted: bool) -> None:
        self.doing = "reading"
        self._shown = 0
        self._before: Any = None
        self._wanted = wanted and sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> Self:
        if self._wanted:
            import signal  # noqa: PLC0415 - only on a terminal

            if hasattr(signal, "setitimer"):
                self._since = monotonic()
                self._before = signal.signal(signal.SIGALRM, self._show)
                signal.setitimer(signal.ITIMER_REAL, _FIRST_SECONDS, _EVERY_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            import signal  # noqa: PLC0415 - only on a terminal

            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._write("")

    def _show(self, number: int, frame: object) -> None:
        self._write(f"kubelens: {self.doing}, {monotonic() - self._since:.0f} s")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text:<{self._shown}}" if text else f"\r{'':<{self._shown}}\r" if self._shown else "")
        sys.stderr.flush()
        self._shown = len(text)
