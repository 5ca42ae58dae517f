"""Text to values as Go reads them: sigs.k8s.io/yaml over go-yaml v2, with the origin of every scalar.

What :mod:`kubelens.kube.reading` does for objects, done for values that templates see: every number becomes a
``float`` (encoding/json gives ``interface {}`` no other), text becomes :class:`Text`, and a merge key overrides what
stands before it, as in go-yaml v2.
"""

from __future__ import annotations

import json
import struct
from typing import Final

from kubelens.kube.scalar import NotFinite, UnreadableScalar, decode_scalar, not_finite_key, reads_as_itself
from kubelens.render.depth import room
from kubelens.render.go.utf8 import repaired
from kubelens.render.origin import Origin, Sourced, SourcedList, Text, joined
from kubelens.render.yaml.escapes import escape_problem
from kubelens.render.yaml.fault import converting, go_problem
from kubelens.render.yaml.flow import flow_problem
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Alias, Mapping, Node, Scalar, Sequence, resolve

_MERGE_TAGS: Final = (None, "tag:yaml.org,2002:merge")
_BLOCKS: Final = ("|", ">")
_DEEPEST: Final = 10_000
_BRACKET: Final = pattern(r"[\[\]{}]")
_ALIASED_NODES: Final = 200_000
"""Nodes that aliases may bring beside those of the text."""


def read_yaml(text: str, file: str = "", *, start: int = 0, exact_numbers: bool = False) -> object:
    """The value of the first document of a text: ``Sourced``, ``SourcedList``, ``Text``, float, bool or None.

    Origins are places in ``file``, in which the text begins at ``start``; where ``text`` is a ``Text`` they are its own. ``exact_numbers``: integers stay
    integers, as they are before the trip through JSON.

    Raises:
        YamlFault: the text cannot be read.
    """
    plain = str(text)
    if not plain.isascii() and repaired(plain) != plain:
        raise converting("yaml: invalid leading UTF-8 octet")
    if _is_too_deep(plain):
        raise converting(f"yaml: exceeded max depth of {_DEEPEST}")
    root, problems = parse_stream(Source("", plain))
    if plain.startswith("%YAML") and not text.startswith("%YAML 1.1"):
        raise converting("yaml: found incompatible YAML document")
    if root is None:
        if problems:
            if (alias := _lost_alias(problems[0].message)) is not None:
                raise converting(f"yaml: unknown anchor '{alias}' referenced")
            raise converting(go_problem(plain))
        return None
    if (problem := flow_problem(root, plain) or escape_problem(root, plain)) is not None:
        raise converting(problem)
    with room():
        return _Reader(text, file, exact_numbers, start).read(root)


def _is_too_deep(text: str) -> bool:
    """Whether brackets open deeper inside one another than yaml reads (goyaml, ``max_flow_level``)."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += 1 if match.group() in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def read_node(node: Node, text: str, file: str = "", *, exact_numbers: bool = False) -> object:
    """The value of a part of a tree that was parsed from ``text``; as :func:`read_yaml`."""
    return _Reader(text, file, exact_numbers).read(node)


def go_key(value: object) -> str:
    """A key that is no text, as text (sigs.k8s.io/yaml, ``convertToJSONableObject``)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _short_float32(value)
    return str(value)


def go_syntax(value: object) -> str:
    """A value as Go's ``%#v`` prints it."""
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, dict):
        inner = ", ".join(f"{go_syntax(key)}:{go_syntax(item)}" for key, item in value.items())
        return f"map[interface {{}}]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(go_syntax, value))}}}"
    return f"{value:g}" if isinstance(value, float) else str(value)


_FRACTION: Final = pattern(r"^-[0-9._]*[.eE]")
"""How a number begins that keeps the sign of its zero."""


class _Reader:
    __slots__ = ("aliased", "base", "depth", "exact", "file", "known", "open", "text")

    def __init__(self, text: str, file: str, exact: bool, base: int = 0) -> None:
        self.text = text
        self.base = base
        self.file = file
        self.known = text if isinstance(text, Text) else None
        self.exact = exact
        self.open: set[int] = set()
        self.depth = 0
        self.aliased = 0

    def read(self, node: Node) -> object:
        kind = type(node)
        if self.depth:
            self.aliased += 1
            if self.aliased > _ALIASED_NODES:
                raise converting("yaml: document contains excessive aliasing")
        if kind is Scalar:
            return self._scalar(node)  # type: ignore[arg-type]
        if kind is Mapping:
            found = Sourced()
            self._fill(found, node)  # type: ignore[arg-type]
            return found
        if kind is Sequence:
            return self._sequence(node)  # type: ignore[arg-type]
        return self._alias(node)  # type: ignore[arg-type]

    def _scalar(self, node: Scalar) -> object:
        if node.style and node.tag is None:
            return self._written(node)
        value = self._decoded(node)
        if type(value) is str:
            return self._written(node) if value == node.text else Text.of(value, *self._origins(node))
        if isinstance(value, int) and not isinstance(value, bool) and not self.exact:
            is_below = value == 0 and node.text.startswith("-")
            return -0.0 if is_below and _FRACTION.search(node.text) else float(value)
        return value

    def _decoded(self, node: Scalar) -> object:
        try:
            return decode_scalar(node.text, node.style, node.tag)
        except NotFinite:
            word = "NaN" if node.text.lower() == ".nan" else "-Inf" if node.text[0] == "-" else "+Inf"
            raise converting(f"json: unsupported value: {word}") from None
        except UnreadableScalar:
            tag = (node.tag or "").removeprefix("tag:yaml.org,2002:")
            if tag == "binary":
                raise converting("yaml: !!binary value contains invalid base64 data") from None
            raise converting(f"yaml: cannot decode !!str `{_shortened(node.text)}` as a !!{tag}") from None

    def _sequence(self, node: Sequence) -> SourcedList:
        found = SourcedList()
        for index, item in enumerate(node.items):
            value = self.read(item)
            if not isinstance(value, str | dict | list):
                if (origin := self._origin(item)) is not None:
                    found.origins[index] = origin
            found.append(value)
        return found

    def _fill(self, found: Sourced, node: Mapping) -> None:
        """Put the entries of a map into another, in order; later ones and merged ones override."""
        for key, entry in node.entries:
            if type(key) is Scalar and (key.style or (key.tag is None and reads_as_itself(key.text))):
                name = key.text
            elif type(key) is Scalar and key.text == "<<" and not key.style and key.tag in _MERGE_TAGS:
                self._merge(found, entry)
                continue
            else:
                name = self._key(key, entry)
            value = self.read(entry)
            if not isinstance(value, str | dict | list):
                _note(found.origins, name, self._origin(entry))
            else:
                found.origins.pop(name, None)
            found[name] = value
            _note(found.key_origins, name, self._origin(key))

    def _merge(self, found: Sourced, entry: Node) -> None:
        target = resolve(entry)
        if isinstance(target, Sequence):
            for item in reversed(target.items):
                if not isinstance(resolve(item), Mapping):
                    raise converting("yaml: map merge requires map or sequence of maps as the value")
                self._merge(found, item)
            return
        if not isinstance(target, Mapping):
            raise converting("yaml: map merge requires map or sequence of maps as the value")
        if id(target) in self.open:
            raise converting(f"yaml: anchor '{target.anchor}' value contains itself")
        self.depth += 1
        self.open.add(id(target))
        self.aliased += len(target.entries)
        self._fill(found, target)
        self.open.discard(id(target))
        self.depth -= 1

    def _alias(self, node: Alias) -> object:
        target = node.target
        if target is None:
            raise converting(f"yaml: unknown anchor '{node.name}' referenced")
        if id(target) in self.open:
            raise converting(f"yaml: anchor '{node.name}' value contains itself")
        self.open.add(id(target))
        self.depth += 1
        try:
            return self.read(target)
        finally:
            self.depth -= 1
            self.open.discard(id(target))

    def _key(self, key: Node, entry: Node) -> str:
        node = resolve(key)
        if type(node) is not Scalar:
            raise converting(f"yaml: invalid map key: {go_syntax(_Reader(self.text, '', True).read(key))}")
        if not node.style and node.tag is None and (infinite := not_finite_key(node.text)) is not None:
            return infinite
        value = self._decoded(node)
        if type(value) is str:
            return value
        if value is None:
            found = _Reader(self.text, "", True).read(entry)
            shown = "<nil>" if found is None else go_syntax(found)
            raise converting(f"unsupported map key of type: %!s(<nil>), key: <nil>, value: {shown}")
        return go_key(value)

    def _origin(self, node: Node) -> Origin | None:
        node = node.target if type(node) is Alias and node.target is not None else node
        if self.known is not None:
            found = self.known.origins_of(node.start, max(node.end, node.start + 1))
            return found[-1] if found else None
        return Origin(self.file, node.start + self.base, node.end + self.base)

    def _origins(self, node: Node) -> tuple[Origin, ...]:
        if self.known is not None:
            return self.known.origins_of(node.start, node.end)
        return (Origin(self.file, node.start + self.base, node.end + self.base),)

    def _written(self, node: Scalar) -> Text:
        """The text of a scalar, exact where its characters stand so in the source."""
        start, end = node.start, node.end
        if node.style in _BLOCKS:
            return self._block(node)
        if node.style:
            start, end = start + 1, end - 1
        if end - start == len(node.text) and self.text.startswith(node.text, start):
            return self._piece(start, end)
        return Text.of(node.text, *self._origins(node))

    def _block(self, node: Scalar) -> Text:
        """A block scalar line by line: each line is what stands behind the indentation."""
        source = self.text
        lines = node.text.split("\n")
        parts: list[str] = []
        at = source.find("\n", node.start, node.end) + 1
        for number, content in enumerate(lines):
            if number:
                parts.append("\n")
            if not content and number == len(lines) - 1:
                break
            stop = source.find("\n", at, node.end)
            stop = node.end if stop < 0 else stop
            begin = stop - len(content)
            if begin < at or not source.startswith(content, begin):
                return Text.of(node.text, *self._origins(node))
            if content:
                parts.append(self._piece(begin, stop))
            at = stop + 1
        return joined(parts)

    def _piece(self, start: int, end: int) -> Text:
        if self.known is not None:
            return self.known.cut(start, end)
        return Text.written(self.text[start:end], self.file, start + self.base)


def _short_float32(value: float) -> str:
    """``strconv.FormatFloat(value, 'g', -1, 32)``."""
    try:
        single = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return ".inf" if value > 0 else "-.inf"
    packed = struct.pack("f", single)
    text = next(t for digits in range(1, 10) if struct.pack("f", float(t := f"{single:.{digits}g}")) == packed)
    power = int(f"{float(text):e}".partition("e")[2])
    if "e" in text and -4 <= power < 21:
        return f"{float(text):f}".rstrip("0").rstrip(".")
    return text


def _note(origins: dict[str, Origin], key: str, origin: Origin | None) -> None:
    """Keep where an entry was written; one that nobody knows takes the place of an earlier one."""
    if origin is None:
        origins.pop(key, None)
    else:
        origins[key] = origin


def _lost_alias(message: str) -> str | None:
    if not message.startswith("alias *"):
        return None
    return message.removeprefix("alias *").partition(" ")[0]


def _shortened(text: str) -> str:
    """As go-yaml shows a value that does not fit (``d.terror``)."""
    return f"{text[:7]}..." if len(text) > 10 else text
