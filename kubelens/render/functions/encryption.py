"""Encrypted text (sprig's ``encryptAES``): AES-256 in CBC mode, the key the password's first 32 bytes."""

from __future__ import annotations

import base64

from kubelens.render.functions import aes
from kubelens.render.functions.encoding import CorruptInput, base64_bytes
from kubelens.render.functions.family import Family
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.utf8 import from_bytes, to_bytes
from kubelens.render.limits import within
from kubelens.render.origin import Text

ENCRYPTION = Family()
_BLOCK = 16
_BLOCK_WORK = 40
"""The work for each character."""
_SLOW = 500
"""A block takes as long as that many characters of other functions."""


@ENCRYPTION.function("encryptAES", takes=("string", "string"), costs=lambda _, text: len(text) * _BLOCK_WORK)
def encrypt_aes(password: str, text: str) -> str:
    """The text, encrypted, in base64. Helm begins with a random block, this with zeros: a stand-in that decrypts."""
    if not text:
        return ""
    data = to_bytes(text)
    within(len(data) * _SLOW)
    data += bytes([_BLOCK - len(data) % _BLOCK]) * (_BLOCK - len(data) % _BLOCK)
    keys = aes.round_keys(_key(password))
    made = [bytes(_BLOCK)]
    for at in range(0, len(data), _BLOCK):
        block = bytes(byte ^ before for byte, before in zip(data[at : at + _BLOCK], made[-1], strict=True))
        made.append(aes.encrypted(block, keys))
    return Text.stand_in(base64.b64encode(b"".join(made)).decode())


@ENCRYPTION.function("decryptAES", takes=("string", "string"), costs=lambda _, text: len(text) * _BLOCK_WORK)
def decrypt_aes(password: str, text: str) -> str:
    """What was encrypted with the password."""
    if not text:
        return ""
    try:
        data = base64_bytes(text)
    except CorruptInput as fault:
        raise TemplateFailure(str(fault)) from None
    within(len(data) * _SLOW)
    if len(data) < _BLOCK:
        raise TemplateFailure(f"runtime error: slice bounds out of range [:{_BLOCK}] with capacity {len(data)}")
    if len(data) % _BLOCK:
        raise TemplateFailure("crypto/cipher: input not full blocks")
    keys = aes.round_keys(_key(password))
    made = bytearray()
    for at in range(_BLOCK, len(data), _BLOCK):
        block = aes.decrypted(data[at : at + _BLOCK], keys)
        made += bytes(byte ^ before for byte, before in zip(block, data[at - _BLOCK : at], strict=True))
    if not made:
        raise TemplateFailure("runtime error: index out of range [-1]")
    size = len(made) - made[-1]
    if size < 0:
        raise TemplateFailure(f"runtime error: slice bounds out of range [:{size}]")
    return Text.of(from_bytes(bytes(made[:size])))


def _key(password: str) -> bytes:
    return to_bytes(password)[:32].ljust(32, b"\0")
