"""Random text (sprig, goutils, uuid): stand-ins, since a chart gives other text each time."""

from __future__ import annotations

import base64

from kubelens.render.functions.family import Family
from kubelens.render.functions.stand_ins import DIGITS, LETTERS, characters, octets
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import UnknownInt
from kubelens.render.origin import Text

RANDOM = Family()
_ASCII = "".join(map(chr, range(33, 127)))


@RANDOM.function("randAlphaNum", takes=("int",))
def rand_alpha_num(count: int) -> str:
    """That many letters and digits."""
    return characters(LETTERS + DIGITS, count)


@RANDOM.function("randAlpha", takes=("int",))
def rand_alpha(count: int) -> str:
    """That many letters."""
    return characters(LETTERS, count)


@RANDOM.function("randNumeric", takes=("int",))
def rand_numeric(count: int) -> str:
    """That many digits."""
    return characters(DIGITS, count)


@RANDOM.function("randAscii", takes=("int",))
def rand_ascii(count: int) -> str:
    """That many characters of ASCII that print."""
    return characters(_ASCII, count)


@RANDOM.function("randBytes", takes=("int",))
def rand_bytes(count: int) -> str:
    """That many bytes, in base64."""
    if count < 0:
        raise TemplateFailure("runtime error: makeslice: len out of range")
    return Text.stand_in(base64.b64encode(octets(count)).decode())


@RANDOM.function("randInt", takes=("int", "int"))
def rand_int(least: int, beyond: int) -> int:
    """An integer from ``least`` to before ``beyond``."""
    if beyond <= least:
        raise TemplateFailure("invalid argument to Intn")
    return least if beyond == least + 1 else UnknownInt(least)


@RANDOM.function("shuffle", takes=("string",))
def shuffle(text: str) -> str:
    """The characters in any order."""
    return text if len(set(text)) < 2 else Text.stand_in(text[::-1])


@RANDOM.function("uuidv4")
def uuidv4() -> str:
    """A random UUID."""
    return Text.stand_in("00000000-0000-4000-8000-000000000000")
