"""The one place that prints: what reaches a terminal or a log can be shown there, and orders nothing."""

from __future__ import annotations

import re
from typing import Final, NoReturn

import click

from kubelens.report.json_text import json_text
from kubelens.report.printable import printable, printable_line

_COLOUR: Final = re.compile(r"(\x1b\[[0-9;]*m)")
_UNSHOWN: Final = re.compile(r"[^\n\t -~]")


def say(*lines: str, err: bool = False) -> None:
    """Print lines; a break inside one of them is shown, not made."""
    if lines:
        click.echo("\n".join(map(printable_line, lines)), err=err)


def complain(message: str) -> None:
    """Say what is wrong, on standard error."""
    say(f"kubelens: {message}", err=True)


def fail(message: str, code: int = 2) -> NoReturn:
    """End the command with a message on standard error."""
    complain(message)
    raise SystemExit(code)


def say_json(value: object) -> None:
    """Print a value as one JSON document."""
    click.echo(json_text(value))


def write_report(text: str, *, err: bool = False) -> None:
    """Print what an output format made of its input, colours included; the format escapes, and this looks again."""
    click.echo(_defended(text), nl=False, color=True, err=err)


def write_raw(text: str) -> None:
    """Print the text of files themselves, for programs that apply or store it: a patch, a repaired text."""
    click.echo(text, nl=False)


def _defended(text: str) -> str:
    if not _UNSHOWN.search(text):
        return text
    parts = _COLOUR.split(text)
    parts[::2] = ["\n".join("\t".join(map(_visible, line.split("\t"))) for line in p.split("\n")) for p in parts[::2]]
    return "".join(parts)


def _visible(text: str) -> str:
    return text if text.isprintable() else printable(text)
