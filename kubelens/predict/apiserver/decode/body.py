"""The body of a request as the API server reads it: one YAML or JSON document, the rest of the text ignored."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube.reading import Reading, read_value
from kubelens.predict.apiserver.causes import Cause, CauseReason
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source, UnreadableText

_DIRECTIVE: Final = pattern(r"(?:\s*(?:#[^\n]*)?\n)*%YAML[ \t]+(\S+)")


class Body(Struct, frozen=True):
    """What was read: the value (None where nothing could be), and why not or what is there twice."""

    value: Any = None
    wrong: tuple[Cause, ...] = ()
    duplicates: tuple[Cause, ...] = ()
    lines: tuple[int, ...] = field(default=())
    """The line (from 1) of each duplicate."""


def read_body(data: bytes) -> Body:
    """Read a request's body.

    Follows ``sigs.k8s.io/yaml`` ``YAMLToJSONStrict``: the text is UTF-8 (or UTF-16 with a byte order mark).
    """
    try:
        text = _decoded(data)
    except (UnicodeDecodeError, UnreadableText) as error:
        return Body(None, (Cause((), CauseReason.BAD_YAML, str(error), ""),))
    if (directive := _DIRECTIVE.match(text)) is not None and directive[1] != "1.1":
        return Body(None, (Cause((), CauseReason.BAD_YAML, f"YAML {directive[1]} is not read, 1.1 is", ""),))
    source = Source("body", text)
    root, problems = parse_stream(source)
    if problems:
        return Body(None, (Cause((), CauseReason.BAD_YAML, problems[0].message, ""),))
    reading: Reading = read_value(root, strict_merges=True)
    if reading.problems:
        first = reading.problems[0]
        reason = CauseReason.WRONG_TYPE if first.kind == "number" else CauseReason.BAD_YAML
        return Body(None, (Cause((), reason, first.message, ""),))
    duplicates: list[Cause] = []
    lines: list[int] = []
    for path, name, key in reading.duplicates:
        duplicates.append(Cause((*path, name), CauseReason.DUPLICATE_YAML_KEY, f"key {name!r} is there twice", name))
        lines.append(source.position(key.start).line + 1)
    return Body(reading.value, (), tuple(duplicates), tuple(lines))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise UnreadableText("UTF-32 is not read")
    if data.startswith(b"\xff\xfe"):
        return data[2:].decode("utf-16-le")
    if data.startswith(b"\xfe\xff"):
        return data[2:].decode("utf-16-be")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8")
    return data.decode("utf-8")
