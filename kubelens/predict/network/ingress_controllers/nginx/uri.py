"""A request's path as nginx reads it: decoded, slashes merged, dots resolved (``ngx_http_parse_complex_uri``)."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote_to_bytes

_ESCAPED: Final = frozenset(b' "#%?')


def normalized(path: str) -> str | None:
    """The path that locations are matched against; None where nginx answers 400."""
    raw = unquote_to_bytes(path)
    if b"\0" in raw or not path.startswith("/") or _has_half_escape(path):
        return None
    text = raw.decode("utf-8", "surrogateescape")
    kept: list[str] = []
    parts = text.split("/")[1:]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "..":
            if not kept:
                return None
            kept.pop()
        elif part not in ("", "."):
            kept.append(part)
            continue
        if last:
            kept.append("")
    return "/" + "/".join(kept)


def _has_half_escape(path: str) -> bool:
    digits = "0123456789abcdefABCDEF"
    return any(
        not (len(tail) >= 2 and tail[0] in digits and tail[1] in digits)
        for tail in (t[:2] for t in path.split("%")[1:])
    )


def escaped(path: str) -> str:
    """A rewritten path as nginx sends it on (``ngx_escape_uri``)."""
    raw = path.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if 0x20 < b < 0x7F and b not in _ESCAPED else f"%{b:02X}" for b in raw)
