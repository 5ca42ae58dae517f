"""Rendered files cut into documents, told apart as hooks and others, and sorted (Helm, ``releaseutil``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as ReadOnly
from functools import lru_cache
from typing import Any, Final, cast

from msgspec import Struct

from kubelens.kube.scalar import reads_as_itself
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.go_struct import STRING, Fields, MapOf, decode
from kubelens.render.chart.install_order import install_place
from kubelens.render.origin import Text, joined
from kubelens.render.yaml.escapes import ESCAPED_SLASH
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_node, read_yaml
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence

_SEPARATOR: Final = {4: re.compile(r"^---[ \t]*", re.MULTILINE), 3: re.compile(r"(?:^|[ \t\n\f\r]*\n)---[ \t\n\f\r]*")}
_BLANK: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
"""What ``unicode.IsSpace`` takes for a blank."""
_METADATA: Final = Fields(
    'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }',
    'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }',
    {"name": STRING, "annotations": MapOf(STRING)},
)
_HEAD: Final = Fields(
    "util.SimpleHead", "releaseutil.SimpleHead", {"apiVersion": STRING, "kind": STRING, "metadata": _METADATA}
)
_HEAD_FIELDS: Final = frozenset({"apiversion", "kind", "metadata"})
_ENDLESS: Final = frozenset({"inf", "nan"})
_HOOK: Final = "helm.sh/hook"
_EVENTS: Final = frozenset(
    f"{when}-{what}" for when in ("pre", "post") for what in ("install", "delete", "upgrade", "rollback")
) | {"test", "test-success"}
_TESTS: Final = frozenset({"test", "test-success"})
_SHORT: Final = 20_000
_LINE: Final = pattern(r"\bline (\d+)")
_FIELD: Final = pattern(r"into Go struct field \w*\.([\w.]+) of type")


class Document(Struct, frozen=True, eq=False):
    """One document of a rendered file. ``source`` is its name as Helm has it, ``hooks`` when it runs, if it is a hook.

    ``root``: its tree, whose offsets count in ``text``; None where that was not plain enough to keep it.
    """

    text: Text
    source: str
    kind: str
    hooks: frozenset[str] = frozenset()
    root: Node | None = None

    @property
    def is_test(self) -> bool:
        """Whether ``helm test`` runs it, and nothing else may."""
        return bool(self.hooks & _TESTS)


class Manifests(Struct, frozen=True):
    """What a chart comes to: objects and hooks in the order of installation, and hooks that no Helm knows."""

    objects: tuple[Document, ...]
    hooks: tuple[Document, ...]
    unknown_hooks: tuple[tuple[str, str], ...] = ()
    """(file, what its annotation says)."""


def split_manifests(text: Text, helm: int = 4) -> Iterator[Text]:
    """The documents of a rendered file, blank ones left out (``SplitManifests``)."""
    text = text.cut(len(text) - len(text.lstrip(_BLANK)), len(text))
    ends = list(_separators(text, helm))
    for start, stop in zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True):
        part = text[start:stop]
        bare = part.lstrip(_BLANK)
        if bare:
            stop = stop if helm > 3 else stop - len(bare) + len(bare.rstrip(_BLANK))  # noqa: PLW2901
            yield text.cut(start + len(part) - len(bare), stop)


def _separators(text: str, helm: int) -> Iterator[tuple[int, int]]:
    """Where separators begin and end: those of Helm 4 stand at the begin of a line, and are found by their dashes."""
    pattern = _SEPARATOR[helm]
    if helm <= 3:
        yield from (match.span() for match in pattern.finditer(text))
        return
    begin = 0
    while True:
        if (found := pattern.match(text, begin)) is not None:
            yield found.span()
        begin = text.find("\n---", begin) + 1
        if not begin:
            return


def sort_manifests(files: ReadOnly[str, Text], helm: int = 4) -> Manifests:
    """The documents of rendered files in the order in which Helm installs them.

    Raises:
        ChartFault: a document is no YAML, or no map.
    """
    objects: list[Document] = []
    hooks: list[Document] = []
    unknown: list[tuple[str, str]] = []
    for name in sorted(files, key=lambda name: name.encode("utf-8", "surrogateescape")):
        if name.rpartition("/")[2].startswith("_") or not files[name].strip(_BLANK):
            continue
        for part in split_manifests(files[name], helm):
            kind, annotations, root = _head(part, name, helm)
            told = annotations.get(_HOOK)
            if told is None:
                objects.append(Document(part, name, kind, root=root))
                continue
            events = frozenset(event.strip().lower() for event in told.split(","))
            if events <= _EVENTS:
                hooks.append(Document(part, name, kind, events, root))
            else:
                unknown.append((name, told))
    return Manifests(_sorted(objects, helm), _sorted(hooks, helm), tuple(unknown))


def _sorted(documents: Iterable[Document], helm: int) -> tuple[Document, ...]:
    return tuple(sorted(documents, key=lambda document: install_place(document.kind, helm)))


def _head(part: Text, name: str, helm: int) -> tuple[str, dict[str, str], Node | None]:
    """(kind, annotations, tree if it is plain) of a document."""
    try:
        text = str(part)
        value, root = _top_of_short(text) if len(text) <= _SHORT else _top(text)
        head = cast("dict[str, Any]", decode(value, _HEAD, helm) or {})
    except YamlFault as fault:
        told, field = _LINE.search(str(fault)), _FIELD.search(str(fault))
        start = _line_start(part, int(told[1]) if told is not None else 1)
        length = 1
        if field is not None and (found := _field_start(part, field[1])) >= 0:
            start, length = found, len(field[1].rpartition(".")[2])
        origins = part.origins_of(start, start + length) if start < len(part) else ()
        raise ChartFault(f"YAML parse error on {name}: {fault}", name, 0, origins) from None
    metadata = head.get("metadata") or {}
    annotations = {key: value or "" for key, value in (metadata.get("annotations") or {}).items()}
    return str(head.get("kind", "")), annotations, root


@lru_cache(maxsize=128)
def _top_of_short(text: str) -> tuple[object, Node | None]:
    """As ``_top``: a chart that is rendered with several values prints most documents again."""
    return _top(text)


def _top(text: str) -> tuple[object, Node | None]:
    """A document's value; of a plain one, in which nothing can be wrong, only what a head is read from, and its tree."""
    root, _ = parse_stream(Source("", text))
    if type(root) is not Mapping or ESCAPED_SLASH in text or not _is_plain(root):
        return read_yaml(text, exact_numbers=True), None
    head: list[tuple[Node, Node]] = [
        (key, value) for key, value in root.entries if type(key) is Scalar and key.text.lower() in _HEAD_FIELDS
    ]
    return read_node(Mapping(head, None, None, False, root.start, root.end), text, exact_numbers=True), root


def _is_plain(root: Node) -> bool:
    """Whether a tree holds nothing that go-yaml could refuse: no aliases, tags, odd keys or numbers without end."""
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is Scalar:
            if node.tag is not None or (not node.style and node.text[-3:].lower() in _ENDLESS):  # type: ignore[union-attr]
                return False
        elif kind is Mapping:
            if node.tag is not None:  # type: ignore[union-attr]
                return False
            for key, value in node.entries:  # type: ignore[union-attr]
                if type(key) is not Scalar or key.tag is not None or not (key.style or reads_as_itself(key.text)):
                    return False
                stack.append(value)
        elif kind is Sequence:
            if node.tag is not None:  # type: ignore[union-attr]
                return False
            stack.extend(node.items)  # type: ignore[union-attr]
        else:
            return False
    return True


def _line_start(text: str, number: int) -> int:
    """The offset of the first character of a line that is no blank; lines count from 1."""
    start = 0
    for _ in range(number - 1):
        found = text.find("\n", start)
        if found < 0:
            break
        start = found + 1
    return len(text) - len(text[start:].lstrip(" "))


def _field_start(text: str, path: str) -> int:
    """The offset of a field's name, by its path; -1 where it is not written on a line of its own."""
    at = 0
    for step in path.split("."):
        found = re.compile(rf"^[ \t]*(?={re.escape(step)}:)", re.MULTILINE).search(text, at)
        if found is None:
            return -1
        at = found.end()
    return at


def printed(manifests: Manifests, *, hooks: bool = True, tests: bool = True, crds: Iterable[Document] = ()) -> Text:
    """What ``helm template`` prints."""
    body = joined([part for one in (*crds, *manifests.objects) for part in _printed(one)])
    begin, end = len(body) - len(body.lstrip(_BLANK)), len(body.rstrip(_BLANK))
    parts: list[str] = [body.cut(begin, max(begin, end)), "\n"]
    if hooks:
        for hook in manifests.hooks:
            if tests or not hook.is_test:
                parts.extend(_printed(hook))
    return joined(parts)


def _printed(document: Document) -> tuple[str, ...]:
    return (f"---\n# Source: {document.source}\n", document.text, "\n")
