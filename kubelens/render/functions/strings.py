"""Text: cut, trimmed, padded, quoted, looked into (sprig, ``strings.go``; goutils, ``stringutils.go``)."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.functions.texts import text_of, texts_of
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.printing import format_value
from kubelens.render.go.strconv import quote
from kubelens.render.go.types import Mapping, Slice
from kubelens.render.go.unicode import SPACES, is_letter, is_number, lower, title_rune, upper
from kubelens.render.go.utf8 import byte_cut, byte_length, from_bytes, repaired, to_bytes
from kubelens.render.limits import within, within_items, within_sight
from kubelens.render.origin import Text, cut, indented, joined, replaced

STRINGS = Family()
_PART = 5
"""Steps for each part that a text is cut into."""
_ELLIPSIS = "..."
_MOST_PIECES = 200
"""Copies of a text that are each told where they come from."""
_LOOKED_THROUGH = 500
"""Characters that are looked through in the time of a step."""


def _cutting(separator: str, *rest: object) -> int:
    """The work of cutting a text, which comes last."""
    text = str(rest[-1])
    return len(text) // _LOOKED_THROUGH + _PART * (text.count(separator) if separator else len(text))


@STRINGS.function("trim", takes=("string",))
def trim(text: str) -> str:
    """Without white space at both ends."""
    return _trimmed(text, SPACES)


@STRINGS.function("trimAll", "trimall", takes=("string", "string"))
def trim_all(characters: str, text: str) -> str:
    """Without any of the characters at both ends."""
    return _trimmed(text, characters)


def _trimmed(text: str, characters: str) -> str:
    if not characters:
        return text
    start = len(text) - len(text.lstrip(characters))
    return cut(text, start, max(start, len(text.rstrip(characters))))


@STRINGS.function("trimPrefix", takes=("string", "string"))
def trim_prefix(prefix: str, text: str) -> str:
    """Without the prefix, if it begins with it."""
    return cut(text, len(prefix), len(text)) if text.startswith(prefix) else text


@STRINGS.function("trimSuffix", takes=("string", "string"))
def trim_suffix(suffix: str, text: str) -> str:
    """Without the suffix, if it ends with it."""
    return cut(text, 0, len(text) - len(suffix)) if text.endswith(suffix) else text


@STRINGS.function("nospace", takes=("string",))
def nospace(text: str) -> str:
    """Without white space; bytes are taken for characters (goutils, ``DeleteWhiteSpace``)."""
    within_sight(text)
    data = to_bytes(text)
    kept = [byte for byte in data if chr(byte) not in SPACES]
    if len(kept) == len(data):
        return text
    return "".join(map(chr, kept))


@STRINGS.function("upper", takes=("string",))
def to_upper(text: str) -> str:
    """In upper case."""
    return upper(text)


@STRINGS.function("lower", takes=("string",))
def to_lower(text: str) -> str:
    """In lower case; text that is already so keeps its origins."""
    made = lower(text)
    return text if made == text else made


@STRINGS.function("title", takes=("string",))
def title(text: str) -> str:
    """The first letter of each word in title case (``strings.Title``): an apostrophe ends a word."""
    within_sight(text)
    out = []
    before = " "
    for character in repaired(text):
        out.append(title_rune(character) if _separates(before) else character)
        before = character
    return "".join(out)


def _separates(character: str) -> bool:
    if character <= "\x7f":
        return not (character.isalnum() or character == "_")
    return not is_letter(character) and not is_number(character) and character in SPACES


@STRINGS.function("trunc", takes=("int", "string"))
def trunc(count: int, text: str) -> str:
    """The first ``count`` bytes, or the last ones if it is negative."""
    size = byte_length(text)
    if count < 0 and size + count > 0:
        return byte_cut(text, size + count, size)
    return byte_cut(text, 0, count) if 0 <= count < size else text


@STRINGS.function("substr", takes=("int", "int", "string"))
def substr(start: int, end: int, text: str) -> str:
    """The bytes from ``start`` to ``end``; a negative one stands for that end of the text."""
    size = byte_length(text)
    if start < 0:
        if end < 0 or end > size:
            raise TemplateFailure(f"runtime error: slice bounds out of range [:{end}]{_with_length(end, size)}")
        return byte_cut(text, 0, end)
    if end < 0 or end > size:
        if start > size:
            raise TemplateFailure(f"runtime error: slice bounds out of range [{start}:{size}]")
        return byte_cut(text, start, size)
    if start > end:
        raise TemplateFailure(f"runtime error: slice bounds out of range [{start}:{end}]")
    return byte_cut(text, start, end)


def _with_length(end: int, size: int) -> str:
    return f" with length {size}" if end >= 0 else ""


@STRINGS.function("abbrev", takes=("int", "string"))
def abbrev(width: int, text: str) -> str:
    """At most ``width`` bytes, the last three of them dots (goutils, ``Abbreviate``)."""
    return _abbreviated(text, 0, width) if width >= 4 else text


@STRINGS.function("abbrevboth", takes=("int", "int", "string"))
def abbrevboth(offset: int, width: int, text: str) -> str:
    """At most ``width`` bytes from about ``offset`` on, dots at both ends (goutils, ``AbbreviateFull``)."""
    if width < 4 or (offset > 0 and width < 7):
        return text
    return _abbreviated(text, offset, width)


def _abbreviated(text: str, offset: int, width: int) -> str:
    size = byte_length(text)
    if width < 4 or size <= width:
        return text if width >= 4 else ""
    offset = min(offset, size)
    if size - offset < width - 3:
        offset = size - (width - 3)
    if offset <= 4:
        return byte_cut(text, 0, width - 3) + _ELLIPSIS
    if width < 7:
        return ""
    if offset + width - 3 < size:
        return _ELLIPSIS + _abbreviated(byte_cut(text, offset, size), 0, width - 3)
    return _ELLIPSIS + byte_cut(text, size - (width - 3), size)


@STRINGS.function("repeat", takes=("int", "string"))
def repeat(count: int, text: str) -> str:
    """The text ``count`` times."""
    if count < 0:
        raise TemplateFailure("strings: negative Repeat count")
    within(count * len(text))
    if type(text) is not Text:
        return text * count
    return joined([text] * count) if count <= _MOST_PIECES else Text.derived(str.__mul__(text, count), (text,))


@STRINGS.function("indent", takes=("int", "string"))
def indent(spaces: int, text: str) -> str:
    """Each line after that many blanks."""
    if spaces < 0:
        raise TemplateFailure("strings: negative Repeat count")
    within(spaces * (text.count("\n") + 1))
    return indented(text, " " * spaces)


@STRINGS.function("nindent", takes=("int", "string"))
def nindent(spaces: int, text: str) -> str:
    """A newline, then each line after that many blanks."""
    made = indent(spaces, text)
    return joined(["\n", made]) if type(made) is Text else "\n" + made


@STRINGS.function("replace", takes=("string", "string", "string"))
def replace(old: str, new: str, text: str) -> str:
    """``new`` wherever ``old`` is."""
    if len(new) > len(old):
        within(text.count(old) * len(new))
    return replaced(text, old, new)


@STRINGS.function("contains", takes=("string", "string"))
def contains(part: str, text: str) -> bool:
    """Whether the part is in the text."""
    return part in text


@STRINGS.function("hasPrefix", takes=("string", "string"))
def has_prefix(prefix: str, text: str) -> bool:
    """Whether the text begins with it."""
    return text.startswith(prefix)


@STRINGS.function("hasSuffix", takes=("string", "string"))
def has_suffix(suffix: str, text: str) -> bool:
    """Whether the text ends with it."""
    return text.endswith(suffix)


@STRINGS.function("plural", takes=("string", "string", "int"))
def plural(one: str, many: str, count: int) -> str:
    """``one`` for 1, ``many`` for any other number."""
    return one if count == 1 else many


@STRINGS.function("toString", takes=(ANY,))
def to_string(value: object) -> str:
    """The value as text."""
    return text_of(value)


@STRINGS.function("quote", takes=(ANY,), variadic=True)
def quoted(*values: object) -> str:
    """Each value but nil between double quotes, with Go's escapes."""
    return _in_a_row([_quoted(value) for value in values if value is not None])


def _quoted(value: object) -> str:
    text = text_of(value)
    made = quote(text)
    if type(text) is not Text:
        return made
    return joined(['"', text, '"']) if len(made) == len(text) + 2 else Text.derived(made, (text,))


@STRINGS.function("squote", takes=(ANY,), variadic=True)
def squoted(*values: object) -> str:
    """Each value but nil between single quotes, as it is."""
    return _in_a_row([_between_single(value) for value in values if value is not None])


def _between_single(value: object) -> str:
    return joined(["'", value, "'"]) if type(value) is Text else f"'{format_value(value)}'"


def _in_a_row(parts: list[str]) -> str:
    """Parts with blanks between them; a text with origins only where each part has some."""
    if all(type(part) is Text for part in parts):
        return parts[0] if len(parts) == 1 else joined(parts, " ")
    return " ".join(parts)


@STRINGS.function("cat", takes=(ANY,), variadic=True)
def cat(*values: object) -> str:
    """Each value but nil, with blanks between them."""
    return _in_a_row(
        [value if isinstance(value, str) else format_value(value) for value in values if value is not None]
    )


@STRINGS.function("join", takes=("string", ANY))
def join(separator: str, value: object) -> str:
    """A list's items but nil, with the separator between them."""
    parts = texts_of(value)
    within(len(separator) * len(parts))
    return joined(parts, separator) if any(type(part) is Text for part in parts) else separator.join(parts)


@STRINGS.function("split", takes=("string", "string"), costs=_cutting)
def split(separator: str, text: str) -> Mapping:
    """The parts by ``_0``, ``_1``, ..."""
    return _numbered(_split(text, separator, -1))


@STRINGS.function("splitn", takes=("string", "int", "string"), costs=_cutting)
def splitn(separator: str, count: int, text: str) -> Mapping:
    """At most ``count`` parts by ``_0``, ``_1``, ...; all if it is negative, none if it is 0."""
    return _numbered(_split(text, separator, count))


def _numbered(parts: list[str]) -> Mapping:
    return Mapping(((f"_{index}", part) for index, part in enumerate(parts)), "map[string]string")


@STRINGS.function("splitList", takes=("string", "string"), costs=_cutting)
def split_list(separator: str, text: str) -> Slice:
    """The parts in a list."""
    return Slice(_split(text, separator, -1))


def _split(text: str, separator: str, count: int) -> list[str]:
    """``strings.SplitN``: an empty separator splits between characters."""
    if count == 0:
        return []
    within_items(text.count(separator) if separator else len(text))
    if not separator:
        whole = len(text) if count < 0 else min(count, len(text))
        ends = [*range(1, whole), len(text)] if text else []
        return [cut(text, end - 1 if index < len(ends) - 1 else index, end) for index, end in enumerate(ends)]
    if type(text) is not Text:
        return text.split(separator, count - 1 if count > 0 else -1)
    parts: list[str] = []
    at = 0
    for part in text.split(separator, count - 1 if count > 0 else -1):
        parts.append(text.cut(at, at + len(part)))
        at += len(part) + len(separator)
    return parts


@STRINGS.function("wrap", takes=("int", "string"))
def wrap(width: int, text: str) -> str:
    """Lines of at most ``width`` bytes where words allow it (goutils, ``Wrap``)."""
    return _wrapped(text, width, "\n", long_words=False)


@STRINGS.function("wrapWith", takes=("int", "string", "string"))
def wrap_with(width: int, separator: str, text: str) -> str:
    """Parts of at most ``width`` bytes, longer words cut, with the separator between them (``WrapCustom``)."""
    return _wrapped(text, width, separator or "\n", long_words=True)


def _wrapped(text: str, width: int, separator: str, *, long_words: bool) -> str:
    within_sight(text)
    data, mark = to_bytes(text), to_bytes(separator)
    width = max(width, 1)
    within((len(data) // width + 1) * len(mark) if long_words else len(data) * len(mark))
    out = bytearray()
    at = 0
    while len(data) - at > width:
        if data[at] == ord(" "):
            at += 1
            continue
        end = data.rfind(b" ", at, at + width + 1)
        if end < 0:
            if long_words:
                out += data[at : at + width] + mark
                at += width
                continue
            end = data.find(b" ", at + width)
            if end < 0:
                break
        out += data[at:end] + mark
        at = end + 1
    return from_bytes(bytes(out + data[at:]))


@STRINGS.function("hello")
def hello() -> str:
    """Sprig's greeting."""
    return "Hello!"
