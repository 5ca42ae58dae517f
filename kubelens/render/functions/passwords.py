"""Passwords: hashed with salt, which is a stand-in, and derived, which is not (sprig, ``crypto.go``)."""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final

from kubelens.render.functions.family import Family
from kubelens.render.functions.stand_ins import DIGITS, LETTERS, characters
from kubelens.render.go.utf8 import byte_length, to_bytes
from kubelens.render.origin import Text, joined

PASSWORDS = Family()
_DERIVING: Final = 100_000
"""The work of one password: some tenths of a second, as is meant."""
_LONGEST_BCRYPT: Final = 72
_SEED: Final = b"com.lyndir.masterpassword"
_FORMS: Final = {
    "maximum": "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    "long": (
        "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv "
        "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv "
        "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno"
    ),
    "medium": "CvcnoCvc CvcCvcno",
    "short": "Cvcn",
    "basic": "aaanaaan aannaaan aaannaaa",
    "pin": "nnnn",
}
"""The forms of each kind of password of the Master Password algorithm, a letter a class of characters."""
_VOWELS, _CONSONANTS = "AEIOU", "BCDFGHJKLMNPQRSTVWXYZ"
_CLASSES: Final = {
    "V": _VOWELS,
    "C": _CONSONANTS,
    "v": _VOWELS.lower(),
    "c": _CONSONANTS.lower(),
    "A": _VOWELS + _CONSONANTS,
    "a": _VOWELS + _VOWELS.lower() + _CONSONANTS + _CONSONANTS.lower(),
    "n": DIGITS,
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": _VOWELS + _VOWELS.lower() + _CONSONANTS + _CONSONANTS.lower() + DIGITS + "!@#$%^&*()",
}


@PASSWORDS.function("bcrypt", takes=("string",))
def bcrypt(password: str) -> str:
    """The password's hash of bcrypt at cost 10; the salt is random, so the hash is a stand-in."""
    if byte_length(password) > _LONGEST_BCRYPT:
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    return joined([Text.stand_in("$2a$10$"), characters(LETTERS + DIGITS, 53)])


@PASSWORDS.function("htpasswd", takes=("string", "string"))
def htpasswd(user: str, password: str) -> str:
    """A line of an htpasswd file."""
    if ":" in user:
        return f"invalid username: {user}"
    return joined([user, ":", bcrypt(password)])


@PASSWORDS.function(
    "derivePassword", takes=("uint32", "string", "string", "string", "string"), costs=lambda *_: _DERIVING
)
def derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """The password that the Master Password algorithm gives for a site."""
    forms = _FORMS.get(kind, "").split()
    if not forms:
        return f"cannot find password template {kind}"
    salt = _SEED + _sized(user)
    key = hashlib.scrypt(to_bytes(password), salt=salt, n=32768, r=8, p=2, dklen=64, maxmem=2**26)
    seed = hmac.new(key, _SEED + _sized(site) + struct.pack(">I", counter), hashlib.sha256).digest()
    form = forms[seed[0] % len(forms)]
    return "".join(_CLASSES[letter][byte % len(_CLASSES[letter])] for letter, byte in zip(form, seed[1:], strict=False))


def _sized(text: str) -> bytes:
    data = to_bytes(text)
    return struct.pack(">I", len(data)) + data
