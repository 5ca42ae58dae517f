"""Base64, base32 (sprig, ``strings.go``; Go, encoding/base64 and base32)."""

from __future__ import annotations

import base64
from typing import Final

from kubelens.render.functions.family import Family
from kubelens.render.go.utf8 import from_bytes, to_bytes
from kubelens.render.limits import within_sight

ENCODING = Family()
_BASE64: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_BASE32: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_IGNORED: Final = b"\r\n"


class CorruptInput(ValueError):
    """Text that is not in the encoding; the message is Go's."""

    def __init__(self, bits: int, at: int) -> None:
        super().__init__(f"illegal base{bits} data at input byte {at}")


@ENCODING.function("b64enc", takes=("string",))
def b64enc(text: str) -> str:
    """The text's bytes in base64."""
    return base64.b64encode(to_bytes(text)).decode()


@ENCODING.function("b64dec", takes=("string",))
def b64dec(text: str) -> str:
    """What base64 text stands for; Go's words for what is wrong with it, if something is."""
    try:
        return from_bytes(base64_bytes(text))
    except CorruptInput as fault:
        return str(fault)


@ENCODING.function("b32enc", takes=("string",))
def b32enc(text: str) -> str:
    """The text's bytes in base32."""
    return base64.b32encode(to_bytes(text)).decode()


@ENCODING.function("b32dec", takes=("string",))
def b32dec(text: str) -> str:
    """What base32 text stands for; Go's words for what is wrong with it, if something is."""
    try:
        return from_bytes(base32_bytes(text))
    except CorruptInput as fault:
        return str(fault)


def base64_bytes(text: str) -> bytes:
    """The bytes of padded base64 text, newlines aside; raises ``CorruptInput``."""
    within_sight(text)
    data = to_bytes(text)
    at, kept = 0, bytearray()
    while True:
        group, at, padding = _base64_group(data, at)
        kept += group
        if not group or padding:
            return base64.b64decode(bytes(kept))


def _base64_group(data: bytes, at: int) -> tuple[bytes, int, bool]:
    """The next four characters (``decodeQuantum``), where the next ones begin, and whether they end the text."""
    group = bytearray()
    while len(group) < 4:
        if at == len(data):
            if not group:
                return b"", at, False
            raise CorruptInput(64, at - len(group))
        byte = data[at]
        at += 1
        if byte in _BASE64:
            group.append(byte)
        elif byte == ord("="):
            return _padded(data, at, group)
        elif byte not in _IGNORED:
            raise CorruptInput(64, at - 1)
    return bytes(group), at, False


def _padded(data: bytes, at: int, group: bytearray) -> tuple[bytes, int, bool]:
    if len(group) < 2:
        raise CorruptInput(64, at - 1)
    if len(group) == 2:
        at = _past_newlines(data, at)
        if at == len(data):
            raise CorruptInput(64, len(data))
        if data[at] != ord("="):
            raise CorruptInput(64, at - 1)
        at += 1
    at = _past_newlines(data, at)
    if at < len(data):
        raise CorruptInput(64, at)
    return bytes(group).ljust(4, b"="), at, True


def _past_newlines(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in _IGNORED:
        at += 1
    return at


def base32_bytes(text: str) -> bytes:
    """The bytes of padded base32 text, newlines aside; raises ``CorruptInput``."""
    within_sight(text)
    data = bytes(byte for byte in to_bytes(text) if byte not in _IGNORED)
    kept = bytearray()
    for start in range(0, len(data), 8):
        for offset in range(8):
            at = start + offset
            if at == len(data):
                raise CorruptInput(32, start)
            if data[at] == ord("=") and offset >= 2 and len(data) - at - 1 < 8:
                kept += _padded_base32(data, start, offset)
                return base64.b32decode(bytes(kept))
            if data[at] not in _BASE32:
                raise CorruptInput(32, at)
        kept += data[start : start + 8]
    return base64.b32decode(bytes(kept))


def _padded_base32(data: bytes, start: int, digits: int) -> bytes:
    """The last group, of which ``digits`` characters count."""
    padding = data[start + digits + 1 : start + 8]
    if len(padding) < 7 - digits:
        raise CorruptInput(32, len(data))
    for offset, byte in enumerate(padding):
        if byte != ord("="):
            raise CorruptInput(32, start + digits + offset)
    if digits in (3, 6):
        raise CorruptInput(32, start + digits)
    return data[start : start + digits].ljust(8, b"=")
