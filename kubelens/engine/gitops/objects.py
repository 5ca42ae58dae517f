"""Objects of Argo CD and Flux among texts, and those that they name; read with the origin of every value."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.render.origin import Origin, Sourced, Text, origins_in
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_node
from kubelens.syntax.parse import parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source

ARGO: Final = "argoproj.io"
_FLUX: Final = ".fluxcd.io"
_NAMES_ONE: Final = pattern(
    r"""apiVersion["']?\s*:\s*(?:[&!][^\s,\[\]{}]*\s+)*["']?(?:argoproj\.io|[\w.-]*\.fluxcd\.io)/"""
)
"""The head of an object; annotations of Argo CD and Flux, which everything they apply may have, are none."""
_DOMAINS: Final = ("argoproj.io/", "fluxcd.io/")
_HOLDS_DATA: Final = pattern(r"kind: *[\"']?(?:ConfigMap|Secret)\b")


class GitOpsObject(Struct, frozen=True, eq=False):
    """An object; ``file`` is the path of the text it stands in, or stood in before it was rendered.

    ``for_a_cluster``: an ApplicationSet makes it for a cluster that a Secret registers, maybe with another Argo CD.
    ``kept``: why what it applied stays when it goes, of one that nothing writes down.
    """

    group: str
    kind: str
    namespace: str
    name: str
    value: Sourced
    file: str
    for_a_cluster: bool = False
    kept: str | None = None

    @property
    def spec(self) -> fields.Value:
        """Its ``spec``."""
        return fields.mapping(self.value, "spec")

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels."""
        labels = fields.mapping(fields.mapping(self.value, "metadata"), "labels")
        return {key: value for key, value in labels.items() if isinstance(value, str)}

    @property
    def slot(self) -> tuple[str, str, str, str]:
        """What it is called in a cluster."""
        return self.group, self.kind, self.namespace, self.name


class ReadTexts:
    """Reads texts, each once: the rounds in which sets are found ask for the same ones, and so do versions of a tree."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | int, frozenset[str]], tuple[str, tuple[GitOpsObject, ...]]] = {}

    def objects_in(self, text: str, path: str, asked: Collection[str] = ()) -> tuple[GitOpsObject, ...]:
        """The objects of Argo CD and Flux in a text, and its ConfigMaps and Secrets if it holds a word that is ``asked`` for.

        ``path``: the file that it stands in, from the root; a ``Text`` knows by itself where it was written.
        """
        plain = str(text)
        words = (
            frozenset(word for word in asked if word in plain) if asked and _HOLDS_DATA.search(plain) else frozenset()
        )
        if not words and not is_told_of(plain):
            return ()
        slot = path, id(text) if isinstance(text, Text) else plain, words
        known = self._known.get(slot)
        if known is None:  # the text is kept, and with it what it is known by
            known = self._known[slot] = text, tuple(_objects_in(text, plain, path, words))
        return known[1]


def _objects_in(text: str, plain: str, path: str, words: frozenset[str]) -> Iterator[GitOpsObject]:
    documents, problems = parse_source(Source(path, plain))
    if any(problem.kind == "syntax" for problem in problems):
        return
    for document in documents:
        if document.root is None:
            continue
        span = document.root.span
        if _NAMES_ONE.search(plain, span.start, span.end) is None and not any(
            plain.find(word, span.start, span.end) >= 0 for word in words
        ):
            continue
        try:
            value = read_node(document.root, text if isinstance(text, Text) else plain, path)
        except YamlFault:
            continue
        if isinstance(value, Sourced):
            yield from _objects(value, path, bool(words))


def is_told_of(text: str) -> bool:
    """Whether a text may hold objects of Argo CD or Flux."""
    return any(domain in text for domain in _DOMAINS) and _NAMES_ONE.search(text) is not None


def _objects(value: Sourced, path: str, data: bool) -> Iterator[GitOpsObject]:
    kind = fields.text(value, "kind")
    if kind == "List":
        for _, item in fields.items(value, "items"):
            if isinstance(item, Sourced):
                yield from _objects(item, path, data)
        return
    group = fields.text(value, "apiVersion").rpartition("/")[0]
    metadata = fields.mapping(value, "metadata")
    wanted = group == ARGO or group.endswith(_FLUX) or (data and not group and kind in ("ConfigMap", "Secret"))
    if wanted and (name := fields.text(metadata, "name")):
        origin = first_origin(metadata)
        file = origin.file if origin is not None and origin.file else path
        yield GitOpsObject(group, kind, fields.text(metadata, "namespace"), str(name), value, file)


def first_origin(value: object) -> Origin | None:
    """Where a value was written, or the first thing in it."""
    return next((origin for origin in origins_in(value) if origin.file), None)


def nearness(file: str, other: str) -> int:
    """How many folders two files have in common, from the root on."""
    count = 0
    for mine, theirs in zip(file.split("/"), other.split("/"), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


class KnownObjects:
    """The objects of a run, by the text or set that holds them: several clusters may have one of a name."""

    def __init__(self) -> None:
        self._held: dict[str, dict[tuple[str, str, str, str], GitOpsObject]] = {}
        self._turns: dict[str, int] = {}
        """Which holder came first."""
        self._next = 0
        self._by_slot: dict[tuple[str, str, str, str], dict[str, GitOpsObject]] = {}

    def hold(self, holder: str, objects: Iterable[GitOpsObject]) -> None:
        """What a text or set holds now."""
        for slot in self._held.get(holder, ()):
            del self._by_slot[slot][holder]
        self._held[holder] = held = {one.slot: one for one in objects}
        for slot, one in held.items():
            self._by_slot.setdefault(slot, {})[holder] = one
        if holder not in self._turns:
            self._turns[holder] = self._next
            self._next += 1

    def forget(self, holder: str) -> None:
        """A text is no longer looked at: something is made from it."""
        for slot in self._held.pop(holder, ()):
            del self._by_slot[slot][holder]
        self._turns.pop(holder, None)

    def find(self, group: str, kind: str, namespace: str, name: str, near: str = "") -> GitOpsObject | None:
        """The object of a name, one without a namespace in any; of several the one whose file lies nearest to another."""
        anywhere = self._by_slot.get((group, kind, "", name), {})
        found = {**anywhere, **self._by_slot.get((group, kind, namespace, name), {})}
        inside = sorted(found, key=self._turns.__getitem__) if len(found) > 1 else found
        return max((found[holder] for holder in inside), key=lambda one: nearness(one.file, near), default=None)

    def all(self, group: str, kind: str) -> Iterator[tuple[str, GitOpsObject]]:
        """All objects of a kind, each with what holds it."""
        for holder, held in list(self._held.items()):
            for one in list(held.values()):
                if one.group == group and one.kind == kind:
                    yield holder, one

    def data(self, kind: str, namespace: str, name: str, near: str = "") -> dict[str, str] | None:
        """What a ConfigMap or Secret holds, None where it is not there or encrypted."""
        found = self.find("", kind, namespace, name, near)
        if found is None or "sops" in found.value:
            return None
        texts = _texts(fields.mapping(found.value, "data"))
        if kind == "ConfigMap":
            return texts
        plain = _texts(fields.mapping(found.value, "stringData"))
        return {**{key: decoded for key, text in texts.items() if (decoded := _decoded(text)) is not None}, **plain}


def _texts(value: fields.Value) -> dict[str, str]:
    return {key: text for key, text in value.items() if isinstance(text, str)}


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
