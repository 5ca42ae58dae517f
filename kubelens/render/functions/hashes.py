"""Checksums (sprig, ``crypto.go``)."""

from __future__ import annotations

import hashlib
import zlib

from kubelens.render.functions.family import Family
from kubelens.render.go.utf8 import to_bytes

HASHES = Family()


def _adding_up(text: str) -> int:
    """The work of a checksum."""
    return len(text) // 1000


@HASHES.function("sha1sum", takes=("string",), costs=_adding_up)
def sha1sum(text: str) -> str:
    """SHA-1 in hexadecimal."""
    return hashlib.sha1(to_bytes(text), usedforsecurity=False).hexdigest()


@HASHES.function("sha256sum", takes=("string",), costs=_adding_up)
def sha256sum(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(to_bytes(text)).hexdigest()


@HASHES.function("sha512sum", takes=("string",), costs=_adding_up)
def sha512sum(text: str) -> str:
    """SHA-512 in hexadecimal."""
    return hashlib.sha512(to_bytes(text)).hexdigest()


@HASHES.function("adler32sum", takes=("string",), costs=_adding_up)
def adler32sum(text: str) -> str:
    """Adler-32 in decimal."""
    return str(zlib.adler32(to_bytes(text)))
