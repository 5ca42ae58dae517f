"""References of JSON Schemas: which schema a URI leads to, among those that are given and the drafts' own."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin

from msgspec import Struct

NEWEST: Final = 2020
_DRAFTS: Final = {
    "http://json-schema.org/draft-04/schema": 4,
    "http://json-schema.org/draft-06/schema": 6,
    "http://json-schema.org/draft-07/schema": 7,
    "https://json-schema.org/draft/2019-09/schema": 2019,
    "https://json-schema.org/draft/2020-12/schema": NEWEST,
}
_BY_NAME: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
_SINGLE: Final = (
    "not if then else items additionalItems additionalProperties contains propertyNames "
    "unevaluatedItems unevaluatedProperties contentSchema"
).split()


class Unresolvable(Exception):
    """A reference leads to nothing that is there."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.ref = ref


class Document(Struct, eq=False):
    """A schema with a URI of its own: its draft, and the names that references may use in it.

    ``dynamic``: those of ``$dynamicAnchor``, which a schema that refers to this one may replace.
    """

    uri: str
    root: Any
    draft: int
    anchors: dict[str, Any]
    dynamic: set[str]

    @property
    def is_recursive(self) -> bool:
        """Whether it says ``$recursiveAnchor`` (2019-09)."""
        return isinstance(self.root, dict) and self.root.get("$recursiveAnchor") is True


def draft_of(schema: Any, otherwise: int = NEWEST) -> int:
    """The draft that a schema names."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return _DRAFTS.get(named.removesuffix("#"), otherwise) if isinstance(named, str) else otherwise


def schema_of_schemas(draft: int) -> Any:
    """What a draft says of its schemas."""
    return _of_drafts()[next(uri for uri, one in _DRAFTS.items() if one == draft)]


class References:
    """The documents that references may lead to."""

    def __init__(self, schema: Any, beside: Mapping[str, Any]) -> None:
        """``beside``: other schemas by their URIs."""
        self._documents: dict[str, Document] = {}
        self._homes: dict[int, Document] = {}
        self._kept: list[Any] = []
        for uri, one in beside.items():
            self._add(uri.rstrip("#"), one, draft_of(one))
        self.first = self._add("", schema, draft_of(schema))

    def home(self, schema: Any, around: Document) -> Document:
        """The document that a schema belongs to, which stands in another."""
        return self._homes.get(id(schema), around)

    def find(self, ref: str, around: Document) -> tuple[Any, Document, str]:
        """The schema that a reference leads to, its document, and the name that led there if one did.

        Raises:
            Unresolvable: it leads to nothing that is there.
        """
        whole = around.uri + ref if ref.startswith("#") else urljoin(around.uri, ref)
        uri, fragment = urldefrag(whole)
        document = self._documents.get(uri)
        if document is None:
            known = _of_drafts().get(uri)
            if known is None:
                raise Unresolvable(ref)
            document = self._add(uri, known, draft_of(known))
        fragment = unquote(fragment)
        if not fragment:
            return document.root, document, ""
        if not fragment.startswith("/"):
            if fragment not in document.anchors:
                raise Unresolvable(ref)
            return document.anchors[fragment], document, fragment
        return (*self._at(fragment, document, ref), "")

    def _at(self, pointer: str, document: Document, ref: str) -> tuple[Any, Document]:
        found = document.root
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise Unresolvable(ref)
            document = self.home(found, document)
        if isinstance(found, dict) and id(found) not in self._homes:
            self._look_through(found, document)  # where no keyword has schemas, as below a word of somebody's own
        return found, self.home(found, document)

    def _add(self, uri: str, schema: Any, draft: int) -> Document:
        document = Document(uri, schema, draft, {}, set())
        self._documents[uri] = document
        self._look_through(schema, document)
        return self.home(schema, document)

    def _look_through(self, schema: Any, around: Document) -> None:
        """Note the documents and names in a schema."""
        pending = [(schema, around)]
        while pending:
            one, document = pending.pop()
            if not isinstance(one, dict) or id(one) in self._homes:
                continue
            document = self._begun(one, document)
            self._homes[id(one)] = document
            self._kept.append(one)  # an id stands for this one as long as it is there
            pending.extend((below, document) for below in _below(one))

    def _begun(self, schema: dict[str, Any], around: Document) -> Document:
        """The document that a schema begins, or the one it stands in; what it is called is noted there."""
        draft = around.draft
        named = schema.get("id" if draft == 4 else "$id")
        document = around
        if isinstance(named, str) and not (draft <= 7 and "$ref" in schema):
            uri, fragment = urldefrag(urljoin(around.uri, named))
            if named.startswith("#"):
                around.anchors[fragment] = schema
            elif uri != around.uri or schema is not around.root:
                draft = draft_of(schema, draft)
                document = Document(uri, schema, draft, {}, set())
                self._documents.setdefault(uri, document)
        for word in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := schema.get(word), str) and draft >= 2019:
                document.anchors[name] = schema
                if word == "$dynamicAnchor":
                    document.dynamic.add(name)
        return document


def _below(schema: dict[str, Any]) -> Iterator[Any]:
    for name in _SINGLE:
        if name in schema:
            yield schema[name]
    for name in _LISTS:
        if isinstance(inner := schema.get(name), list):
            yield from inner
    for name in _BY_NAME:
        if isinstance(inner := schema.get(name), dict):
            yield from inner.values()


@cache
def _of_drafts() -> dict[str, Any]:
    packed = files(__package__).joinpath("data", "json_schema_drafts.json.z").read_bytes()
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found
