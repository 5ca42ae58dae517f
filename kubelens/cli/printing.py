"""The one place that prints: what reaches a terminal or a log can be shown there, and orders nothing."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Final, NoReturn

from kubelens.report.json_text import json_text
from kubelens.report.printable import printable, printable_line
from kubelens.syntax.pattern import pattern

_COLOUR: Final = pattern(r"(\x1b\[[0-9;]*m)")
_UNSHOWN: Final = pattern(r"[^\n\t -~]")


def say(*lines: str, err: bool = False) -> None:
    """Print lines; a break inside one of them is shown, not made."""
    if lines:
        _print("\n".join(map(printable_line, lines)) + "\n", err=err)


def say_answer(*lines: str) -> None:
    """Print what a question is answered with: folded and coloured where a terminal shows it."""
    if not lines:
        return
    from kubelens.report.terminal_answer import shown  # noqa: PLC0415 - only where there is an answer

    told = shown(map(printable_line, lines), columns_shown(), colour=wants_colour("auto"))
    write_report("\n".join(told) + "\n")


def columns_shown() -> int | None:
    """How many columns the terminal has, None where standard output goes elsewhere; ``COLUMNS`` says otherwise."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdecimal() and int(said):
        return int(said)
    return os.get_terminal_size(sys.stdout.fileno()).columns or None if sys.stdout.isatty() else None


def wants_colour(choice: str) -> bool:
    """``--color``, then NO_COLOR, then FORCE_COLOR, then whether standard output is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty()


def complain(message: str) -> None:
    """Say what is wrong, on standard error, folded at words where a terminal shows it."""
    line = printable_line(f"kubelens: {message}")
    width = os.get_terminal_size(sys.stderr.fileno()).columns if sys.stderr.isatty() else 0
    if width and len(line) > width:
        from kubelens.report.columns import hanging  # noqa: PLC0415 - only for long lines on a terminal

        say(*hanging(line, width), err=True)
    else:
        say(line, err=True)


def fail(message: str, code: int = 2) -> NoReturn:
    """End the command with a message on standard error."""
    complain(message)
    raise SystemExit(code)


def say_json(value: object) -> None:
    """Print a value as one JSON document."""
    _print(json_text(value) + "\n")


def write_report(text: str, *, err: bool = False) -> None:
    """Print what an output format made of its input, colours included; the format escapes, and this looks again."""
    _print(_defended(text), err=err)


def write_raw(text: str) -> None:
    """Print the text of files themselves, for programs that apply or store it: a patch, a repaired text."""
    _print(text)


def _print(text: str, *, err: bool = False) -> None:
    """Write and flush; click knows the consoles and encodings of other systems."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(stream, TextIOWrapper) and stream.encoding.lower() == "utf-8" and sys.platform != "win32":
        stream.write(text)
        stream.flush()
        return
    import click  # noqa: PLC0415 - as above

    click.echo(text, nl=False, color=True, err=err)


def _defended(text: str) -> str:
    if not _UNSHOWN.search(text):
        return text
    parts = _COLOUR.split(text)
    parts[::2] = ["\n".join("\t".join(map(_visible, line.split("\t"))) for line in p.split("\n")) for p in parts[::2]]
    return "".join(parts)


def _visible(text: str) -> str:
    return text if text.isprintable() else printable(text)
