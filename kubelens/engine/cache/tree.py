"""A tree of files as the last run saw it: what that found about a file holds where nothing it rests on has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from msgspec import MsgspecError, Struct
from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.cache.installation import installation
from kubelens.engine.cache.rows import Mark, Row, row_of, shape_digest, text_digest
from kubelens.engine.cache.store import Store
from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.workspace import Snapshot
from kubelens.kube.definitions import Definition, Definitions
from kubelens.kube.reads import NAMESPACES, Read, Touchable, of_referrers, touched
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.references.graph import references_of
from kubelens.rules.api import Facts, Finding

_MOST_CHUNKS: Final = 256
_ROWS_A_CHUNK: Final = 8
_KEY: Final = 24
_KINDS: Final = frozenset(WORKLOAD_KINDS)


class _Head(Struct, array_like=True):
    """What all rows rest on, and the digests of the chunks that they are in."""

    facts: bytes
    definitions: bytes
    namespaces: tuple[str, ...]
    files: list[str]
    """In their order: who comes first gets what there is not enough of."""
    chunks: list[bytes]


class Looked(Struct, array_like=True):
    """What rules found about a file: in it, in order; elsewhere; and what that rests on."""

    own: list[Finding]
    elsewhere: list[Finding]
    marks: list[Mark]


class KeptTree:
    """The place of a tree in the cache, and what is there."""

    def __init__(self, store: Store, key: bytes, namespace: str) -> None:
        """``key``: a digest of all that judging rests on beside the texts; ``namespace``: of objects that name none."""
        self._store = store
        self._namespace = namespace
        self._key = key
        self._offered: tuple[Definition, ...] = ()
        self._head: _Head | None = None
        self._rows: dict[str, Row] = {}
        self._digests: dict[str, tuple[bytes, bytes]] = {}
        self._texts: dict[int, bytes] = {}
        self._load()

    @property
    def is_known(self) -> bool:
        """Whether an earlier run has seen it."""
        return self._head is not None

    def of_set(self, one: ApplySet) -> KeptTree:
        """What is kept of a set among the texts, which is judged by itself."""
        chart = (one.chart is not None, one.beside)
        about = (
            one.name,
            one.origin,
            one.namespace,
            one.kubernetes_version,
            one.cluster,
            one.profile,
            one.whole,
            chart,
            (one.guessed, one.base, one.server_side, one.open_values),
        )
        key = blake2b(repr(about).encode(), key=self._key, digest_size=_KEY).digest()
        return KeptTree(self._store, key, one.namespace or self._namespace)

    def beside(self, offered: Iterable[Mapping[str, Any]]) -> None:
        """Say which definitions a cluster has beside those among the texts."""
        self._offered = tuple(Definition(value, None, "a plugin") for value in offered)

    def parsed(self, loaded: Iterable[Loaded]) -> dict[int, Parsed]:
        """Documents of those texts that are as they were, by the id of the source."""
        found: dict[int, Parsed] = {}
        for one in loaded:
            if one.source is None or one.parsed is not None:
                continue
            digest = self._texts[id(one.source)] = text_digest(one.source)
            row = self._rows.get(one.uri)
            if row is not None and row.text == digest and (known := row.parsed(one.source)) is not None:
                found[id(one.source)] = known
        return found

    def holding(self, snapshot: Snapshot, facts: Facts) -> dict[str, Looked]:
        """What was found about files, and holds, by file."""
        for uri, file in snapshot.files.items():
            known = self._texts.get(id(file.source))
            self._digests[uri] = (text_digest(file.source) if known is None else known, shape_digest(file))
        head = self._head
        if head is None or head.facts != _facts(facts) or head.definitions != self._definitions(snapshot):
            return {}
        same = {u for u, row in self._rows.items() if self._digests.get(u) == (row.text, row.shape)}
        if [u for u in head.files if u in same] != [u for u in snapshot.files if u in same]:
            return {}
        old = self._objects([row for uri, row in self._rows.items() if uri not in same], snapshot)
        if old is None:
            return {}
        new = [
            r for uri, file in snapshot.files.items() if uri not in same for m in file.manifests for r in m.resources
        ]
        changes = _Changes([*old, *new], snapshot.bundle.namespaces != head.namespaces)
        return {
            uri: Looked(row.own, row.elsewhere, row.marks)
            for uri, row in self._rows.items()
            if uri in same and not changes.touch(row.marks)
        }

    def keep(
        self,
        snapshot: Snapshot,
        facts: Facts,
        looked: Mapping[str, Looked],
        held: Mapping[str, Looked],
        parsed: Mapping[int, Parsed],
    ) -> None:
        """Keep what was found now. ``held``: what :meth:`holding` gave, ``looked``: about the other files.

        ``parsed``: what other processes have read of the texts, by the id of the source.
        """
        rows = dict(self._rows) if held else {}
        gone = rows.keys() - snapshot.files.keys()
        for uri in gone:
            del rows[uri]
        for uri, one in looked.items():
            file = snapshot.files[uri]
            known = parsed.get(id(file.source)) or file.loaded.parsed
            rows[uri] = row_of(file, self._digests[uri], known, (one.own, one.elsewhere), one.marks)
        if self._head is not None and held:
            chunked = self._head.chunks
            wanted = {_chunk(uri, len(chunked)) for uri in (*gone, *looked)}
            if not wanted:
                return
        else:
            chunked = [b""] * max(1, min(_MOST_CHUNKS, len(rows) // _ROWS_A_CHUNK))
            wanted = set(range(len(chunked)))
        chunks: dict[int, list[Row]] = {number: [] for number in wanted}
        for uri, row in rows.items():
            if (number := _chunk(uri, len(chunked))) in wanted:
                chunks[number].append(row)
        encoder = Encoder()
        try:
            values = {number: encoder.encode(some) for number, some in chunks.items()}
        except (MsgspecError, TypeError, ValueError, RecursionError):  # something that does not travel
            return
        digests = [_digest(values[number]) if number in values else chunked[number] for number in range(len(chunked))]
        head = _Head(
            _facts(facts), self._definitions(snapshot), snapshot.bundle.namespaces, list(snapshot.files), digests
        )
        self._store.put_all(
            [
                (self._key + b"\0", encoder.encode(head)),
                *((self._key + bytes((1, number)), value) for number, value in values.items()),
            ]
        )

    def _load(self) -> None:
        values = self._store.get_below(self._key)
        head = values.get(self._key + b"\0")
        if head is None:
            return
        decoder = Decoder(list[Row])
        try:
            found = Decoder(_Head).decode(head)
            rows: list[Row] = []
            for number, digest in enumerate(found.chunks):
                value = values.get(self._key + bytes((1, number)), b"")
                if _digest(value) != digest:
                    return
                rows += decoder.decode(value)
        except (MsgspecError, RecursionError):
            return
        self._head = found
        self._rows = {row.uri: row for row in rows}

    def _definitions(self, snapshot: Snapshot) -> bytes:
        """What files that declare custom resources say: everything is judged anew where that changes."""
        files = dict.fromkeys(r.place.uri for r in snapshot.bundle.all("CustomResourceDefinition"))
        told = blake2b(repr([(uri, self._digests.get(uri)) for uri in files]).encode(), digest_size=16)
        for one in self._offered:
            told.update(repr(one.value).encode())
        return told.digest()

    def _objects(self, rows: Sequence[Row], snapshot: Snapshot) -> list[Resource] | None:
        """The objects of files as they were, None where that is not known of one."""
        if not rows:
            return []
        declared = [r for r in snapshot.bundle.all("CustomResourceDefinition") if not r.partial]
        definitions = Definitions([Definition(r.value, r.place, "", r) for r in declared], offered=self._offered)
        found: list[Resource] = []
        for row in rows:
            objects = row.objects(self._namespace, definitions)
            if objects is None:
                return None
            found += objects
        return found


class _Changes:
    """Objects that came, went or changed, and which reads that touches; see :class:`kubelens.engine.memory.Memory`."""

    def __init__(self, changed: Sequence[Resource], namespaces: bool) -> None:
        self._changed = changed
        self._marks: set[Read] = touched(changed, _KINDS) if changed else set()
        self._marks.update(
            of_referrers(found.kind, found.namespace, found.name) for r in changed for found in references_of(r)
        )
        if namespaces:
            self._marks.add(NAMESPACES)
        self._asked: dict[Touchable, bool] = {}

    def touch(self, marks: Iterable[Mark]) -> bool:
        """Whether one of some reads is touched."""
        return any(self._touches(mark) if isinstance(mark, Touchable) else mark in self._marks for mark in marks)

    def _touches(self, read: Touchable) -> bool:
        known = self._asked.get(read)
        if known is None:
            known = self._asked[read] = any(read.touched_by(r) for r in self._changed)
        return known


def kept_tree(store: Store, wanted: Wanted, config: Config, roots: Iterable[str]) -> KeptTree:
    """The place of a run's texts; ``roots``: the repositories that they lie in."""
    context = (os.getcwd(), os.path.realpath("."), tuple(roots), wanted, _judging(config))
    key = blake2b(installation() + repr(context).encode(), digest_size=_KEY).digest()
    return KeptTree(store, key, config.namespace)


def _judging(config: Config) -> Config:
    """The settings without those that say what becomes of findings."""
    return replace(config, output=(), baseline="", fail_on=Config().fail_on)


def _facts(facts: Facts) -> bytes:
    return _digest(repr(facts).encode())


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()


def _chunk(uri: str, chunks: int) -> int:
    return int.from_bytes(blake2b(uri.encode("utf-8", "surrogatepass"), digest_size=4).digest()) % chunks
