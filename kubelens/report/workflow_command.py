"""Workflow commands, by which a job of GitHub Actions annotates files."""

from __future__ import annotations

from kubelens.report.printable import printable


def command(level: str, text: str, uri: str = "", line: int = 0, column: int = 0, title: str = "") -> str:
    """``::error file=...,line=...,col=...,title=...::text``; line and column count from 1, 0 leaves them out."""
    where = [f"file={property_text(uri)}"] if uri else []
    where += [f"line={line}"] if uri and line else []
    where += [f"col={column}"] if uri and line and column else []
    where += [f"title={property_text(title)}"] if title else []
    return f"::{level} {','.join(where)}::{data_text(printable(text))}"


def data_text(text: str) -> str:
    """Text after the colons."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(text: str) -> str:
    """A value before them."""
    return data_text(printable(text)).replace(":", "%3A").replace(",", "%2C")
