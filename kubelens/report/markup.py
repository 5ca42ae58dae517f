"""Text inside XML, SVG and HTML: what a manifest holds stays text, in elements and in attributes."""

from __future__ import annotations

from html import escape as _escape
from typing import Final

from kubelens.report.printable import printable

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy of every page: no scripts, and nothing from elsewhere."""
PALETTE: Final = """
:root { color-scheme: light dark; --ink: #1f2933; --soft: #52606d; --line: #d5dae0; --back: #fff; --card: #f6f8fa;
  --bad: #a61b1b; --warn: #8a5300; --good: #186a3b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #a5b1bd; --line: #3a444e; --back: #14191f;
  --card: #1d242c; --bad: #ff8f8f; --warn: #f0b357; --good: #7ccf98; } }
"""
"""The colours of pages that follow the reader's light or dark scheme."""


def escape(text: str) -> str:
    """Text for an element or a quoted attribute."""
    return _escape(printable(text), quote=True)


def page(title: str, style: str, body: str) -> str:
    """An HTML page of its own; ``style`` and ``body`` are markup, ``title`` is text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
