"""Checksums (sprig, ``crypto.go``)."""

from __future__ import annotations

import hashlib
import zlib

from kubelens.render.functions.family import Family
from kubelens.render.go.utf8 import to_bytes

HASHES = Family()


@HASHES.function("sha1sum", takes=("string",))
def sha1sum(text: str) -> str:
    """SHA-1 in hexadecimal."""
    return hashlib.sha1(to_bytes(text), usedforsecurity=False).hexdigest()


@HASHES.function("sha256sum", takes=("string",))
def sha256sum(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(to_bytes(text)).hexdigest()


@HASHES.function("sha512sum", takes=("string",))
def sha512sum(text: str) -> str:
    """SHA-512 in hexadecimal."""
    return hashlib.sha512(to_bytes(text)).hexdigest()


@HASHES.function("adler32sum", takes=("string",))
def adler32sum(text: str) -> str:
    """Adler-32 in decimal."""
    return str(zlib.adler32(to_bytes(text)))
