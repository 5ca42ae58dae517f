"""Build ``kubelens/kube/data/catalog.zip`` from schemas of custom resources.

    python tools/build_catalog.py [--check] [--catalog catalog.jsonl.xz]

The source is a collection of facts from datreeio/CRDs-catalog (MIT): one JSON object a line, with ``group``, ``kind``,
``version`` and ``schema`` as kubeconform's users have it. What comes out is one object for each group, in the terms of a
CustomResourceDefinition, read by :mod:`kubelens.kube.catalog`. Schemas that occur more than once are written once and
named by number: those of several groups in ``shared.json``, counted from 0, others in their group's file, from -1 down.

Groups that are neighbours by their domain are alike, so that some of them make one member of the archive: ``groups.json`` says
which is in which.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
DATA: Final = ROOT / "kubelens" / "kube" / "data" / "catalog.zip"
CATALOG: Final = ROOT.parent / "shared" / "crds" / "catalog.jsonl.xz"
DEFINITIONS: Final = Path(__file__).parent / "facts" / "definitions.jsonl.xz"
"""What ``tools/collect_definitions.py`` found beside the catalogue."""
AS_OF: Final = "August 2026"
SHARED: Final = "shared.json"
INDEX: Final = "groups.json"
BLOCK: Final = 64 * 1024
"""Characters of JSON up to which groups share a member: that much is read for one of them."""
LEFT_OUT: Final = frozenset({"gateway.networking.k8s.io", "kustomize.config.k8s.io"})
"""Groups that come along with CEL rules and defaults already, or that no server holds."""
OF_THE_SERVER: Final = ("apiVersion", "kind", "metadata")
"""Fields of every object, which the server judges itself."""
ANYTHING: Final = {"x-kubernetes-preserve-unknown-fields": True}
SHORTEST: Final = 15
"""Schemas whose JSON is shorter are written where they stand."""
Schema = Any


def structural(schema: Schema, *, root: bool = False, branch: bool = False) -> Schema:
    """A JSON Schema in the terms of a CustomResourceDefinition, where fields that are not named are unknown.

    ``branch``: below ``oneOf``, ``anyOf``, ``allOf`` or ``not``, which name no fields. What is open there, or says
    nothing of its fields, takes anything: the collection has lost some marks of the definitions. Rules in CEL are left out:
    few are in it, and what they hold depends on defaults, which change with releases.
    """
    if schema is True:
        return dict(ANYTHING)
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            # The collection closes whatever is called "properties", also the map of fields itself.
            fields = {n: v for n, v in value.items() if not (n == "additionalProperties" and v is False)}
            found[key] = {name: structural(inner, branch=branch) for name, inner in fields.items()}
        elif key == "additionalProperties":
            if isinstance(value, dict):
                found[key] = structural(value, branch=branch)
            elif value is True and not branch:
                found |= ANYTHING
        elif key in ("items", "not"):
            found[key] = structural(value, branch=branch or key == "not")
        elif key in ("oneOf", "anyOf", "allOf"):
            found[key] = [structural(one, branch=True) for one in value]
        elif key not in ("definitions", "x-kubernetes-validations"):
            found[key] = value
    if not branch and not root and schema.get("type") == "object" and "additionalProperties" not in schema:
        found |= ANYTHING
    return found


def whole(schema: Schema) -> Schema:
    """The schema of an object as one writes it: what the server judges itself is left out, and what it fills in, open."""
    return written(structural(schema, root=True))


def written(found: Schema) -> Schema:
    """As ``whole``, of what is in the terms of a CustomResourceDefinition already."""
    found = dict(found)
    fields = found.get("properties")
    if not fields:
        return dict(ANYTHING)
    found["properties"] = {n: ANYTHING if n == "status" else v for n, v in fields.items() if n not in OF_THE_SERVER}
    if "required" in found:
        found["required"] = [name for name in found["required"] if name in found["properties"] and name != "status"]
    return found


def inner_schemas(schema: Schema, change: Callable[[Schema], Any]) -> Schema:
    """A schema with each schema right below it changed."""
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            found[key] = {name: change(inner) for name, inner in value.items()}
        elif key in ("items", "additionalProperties", "not"):
            found[key] = change(value)
        elif key in ("oneOf", "anyOf", "allOf"):
            found[key] = [change(one) for one in value]
        else:
            found[key] = value
    return found


def packed(value: Any) -> str:
    """JSON without blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Packing:
    """Schemas by number: which occur how often, and in how many groups."""

    def __init__(self, groups: dict[str, list[tuple[str, str, Schema]]]) -> None:
        self._times: Counter[str] = Counter()
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._texts: dict[int, str] = {}
        self.shared: list[Schema] = []
        self._shared: dict[str, int] = {}
        for group, kinds in groups.items():
            for _, _, schema in kinds:
                self._count(schema, group)

    def _text(self, schema: Schema) -> str:
        known = self._texts.get(id(schema))
        if known is None:
            known = self._texts[id(schema)] = packed(schema)
        return known

    def _count(self, schema: Schema, group: str) -> Schema:
        text = self._text(schema)
        self._times[text] += 1
        if group not in self._groups[text]:
            self._groups[text].add(group)
            inner_schemas(schema, lambda inner: self._count(inner, group))
        return schema

    def group(self, kinds: list[tuple[str, str, Schema]]) -> dict[str, Any]:
        """One group's file: ``schemas`` in an order in which each names only those before it, and ``kinds``."""
        table: list[Schema] = []
        numbers: dict[str, int] = {}

        def written(schema: Schema) -> Any:
            text = self._text(schema)
            if len(text) < SHORTEST:
                return inner_schemas(schema, written)
            known = self._shared.get(text, numbers.get(text))
            if known is not None:
                return known
            value = inner_schemas(schema, written)
            if len(self._groups[text]) > 1:
                self.shared.append(value)
                self._shared[text] = len(self.shared) - 1
                return self._shared[text]
            if self._times[text] > 1:
                table.append(value)
                numbers[text] = -len(table)
                return numbers[text]
            return value

        found: dict[str, dict[str, Any]] = {}
        for kind, version, schema in kinds:
            found.setdefault(kind, {})[version] = written(schema)
        return {"schemas": table, "kinds": found}


def read(path: Path) -> Iterator[tuple[str, str, str, Schema]]:
    """Group, kind, version and schema of each line."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            if one["group"] not in LEFT_OUT:
                schema = written(one["schema"]) if "source" in one else whole(one["schema"])
                yield one["group"], one["kind"], one["version"], schema


def build(*paths: Path) -> dict[str, str]:
    """Each file of the archive by name, out of several collections."""
    groups: defaultdict[str, list[tuple[str, str, Schema]]] = defaultdict(list)
    rows = [row for path in paths for row in read(path)]
    for group, kind, version, schema in sorted(rows, key=lambda one: one[:3]):
        groups[group].append((kind, version, schema))
    packing = Packing(groups)
    files = {f"{group}.json": packed(packing.group(kinds)) for group, kinds in groups.items()}
    return {SHARED: packed(packing.shared), **files}


def members(files: dict[str, str]) -> dict[str, str]:
    """What the archive holds, by name: the shared schemas, some groups in each block, and which group is in which."""
    names = sorted((name for name in files if name != SHARED), key=lambda name: name.split(".")[::-1])
    blocks: list[list[str]] = []
    size = BLOCK
    for name in names:
        size += len(files[name])
        if size > BLOCK:
            blocks.append([])
            size = len(files[name])
        blocks[-1].append(name)
    index = {name.removesuffix(".json"): number for number, block in enumerate(blocks) for name in block}
    found = {INDEX: packed(index), SHARED: files[SHARED]}
    for number, block in enumerate(blocks):
        entries = (f"{packed(name.removesuffix('.json'))}:{files[name]}" for name in block)
        found[f"{number}.json"] = f"{{{','.join(entries)}}}"
    return found


def archive(files: dict[str, str]) -> bytes:
    """A ZIP archive that does not depend on when it was made."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        out.comment = AS_OF.encode()
        for name, text in members(files).items():
            out.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 9)
    return content.getvalue()


def is_current(files: dict[str, str]) -> bool:
    """Whether the committed archive holds these files."""
    with zipfile.ZipFile(DATA) as known:
        return {name: known.read(name).decode() for name in known.namelist()} == members(files)


def main() -> None:
    """Write the archive, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--catalog", type=Path, default=CATALOG)
    options = parser.parse_args()
    files = build(options.catalog, DEFINITIONS)
    if options.check:
        sys.exit(None if is_current(files) else f"stale: {DATA.name}")
    content = archive(files)
    DATA.write_bytes(content)
    print(f"{DATA.name}: {len(content):,} bytes, {len(files) - 1} groups")


if __name__ == "__main__":
    main()
