"""Characters as Go's unicode package classes and maps them: one character to one character."""

from __future__ import annotations

import unicodedata

from kubelens.render.go.utf8 import repaired


def upper(text: str) -> str:
    """``strings.ToUpper``: ``ß`` stays."""
    return text.upper() if text.isascii() else "".join(map(upper_rune, repaired(text)))


def lower(text: str) -> str:
    """``strings.ToLower``: a sigma at the end of a word is like any other."""
    return text.lower() if text.isascii() else "".join(map(lower_rune, repaired(text)))


def upper_rune(character: str) -> str:
    """``unicode.ToUpper``."""
    mapped = character.upper()
    if len(mapped) == 1:
        return mapped
    mapped = character.title()
    return mapped if len(mapped) == 1 else character


def lower_rune(character: str) -> str:
    """``unicode.ToLower``."""
    return character.lower()[0]


def title_rune(character: str) -> str:
    """``unicode.ToTitle``."""
    mapped = character.title()
    return mapped if len(mapped) == 1 else upper_rune(character)


def is_upper(character: str) -> bool:
    """``unicode.IsUpper``."""
    return "A" <= character <= "Z" or (character > "\x7f" and unicodedata.category(character) == "Lu")


def is_lower(character: str) -> bool:
    """``unicode.IsLower``."""
    return "a" <= character <= "z" or (character > "\x7f" and unicodedata.category(character) == "Ll")


def is_title(character: str) -> bool:
    """``unicode.IsTitle``."""
    return unicodedata.category(character) == "Lt"


def is_letter(character: str) -> bool:
    """``unicode.IsLetter``."""
    return unicodedata.category(character)[0] == "L"


def is_number(character: str) -> bool:
    """``unicode.IsNumber``."""
    return unicodedata.category(character)[0] == "N"


def is_punctuation(character: str) -> bool:
    """``unicode.IsPunct``."""
    return unicodedata.category(character)[0] == "P"


SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What ``unicode.IsSpace`` takes for white space."""
