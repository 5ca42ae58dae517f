"""Text inside XML, SVG and HTML: what a manifest holds stays text, in elements and in attributes."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape as _escape
from typing import Final

from kubelens.report.printable import printable

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy of every page: no scripts but our own by its hash, and nothing from elsewhere."""
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


def dark_drawing(selector: str) -> str:
    """A rule by which drawings in the colours of paper are dark where the reader's screen is; hues stay what they are."""
    return (
        f"@media (prefers-color-scheme: dark) {{ {selector} {{ filter: invert(.9) hue-rotate(180deg); "
        f"border-color: #c8ced4; }} {selector} .paper {{ fill: none; }} }}\n"
    )


def page(title: str, style: str, body: str, script: str = "") -> str:
    """An HTML page of its own; ``style`` and ``body`` are markup, ``title`` is text.

    ``script``: our own, and the only one that the page's policy lets run, by its hash; none of a manifest is ever in it.
    """
    policy, running = POLICY, ""
    if script:
        policy = f"{POLICY}; script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        running = f"<script>{script}</script>\n"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_escape(policy, quote=False)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n{running}</body>\n</html>\n"
    )
