"""The archive of schemas: what the tool packs is what is read, in the terms of a CustomResourceDefinition."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubelens.kube import catalog
from tools.build_catalog import ANYTHING, BLOCK, INDEX, SHARED, archive, build, members, structural, whole

TEMPLATE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"image": {"type": "string"}, "port": {"type": "integer", "format": "int32"}},
}


def root(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["spec", "metadata", "status"],
        "properties": {
            "apiVersion": {"type": "string"},
            "metadata": {"type": "object"},
            "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
            "spec": {"type": "object", "additionalProperties": False, "properties": fields},
        },
    }


ROWS: list[dict[str, Any]] = [
    {"group": "a.example", "kind": "One", "version": "v1", "schema": root(template=TEMPLATE, more={"items": TEMPLATE, "type": "array"})},
    {"group": "a.example", "kind": "One", "version": "v2", "schema": root(template={**TEMPLATE, "nullable": True})},
    {"group": "b.example", "kind": "Two", "version": "v1", "schema": root(inner={"oneOf": [TEMPLATE, {"type": "string"}]})},
    {"group": "b.example", "kind": "Three", "version": "v1", "schema": root(pods=TEMPLATE, others={"additionalProperties": TEMPLATE})},
    {"group": "gateway.networking.k8s.io", "kind": "Gateway", "version": "v1", "schema": root()},
]  # fmt: skip


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    source = tmp_path / "catalog.jsonl.xz"
    source.write_bytes(lzma.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
    (tmp_path / "catalog.zip").write_bytes(archive(build(source)))
    monkeypatch.setattr(catalog, "_ARCHIVE", tmp_path / "catalog.zip")
    caches = (
        *(catalog.cataloged_groups, catalog.cataloged_kinds),
        *(catalog._archive, catalog._blocks, catalog._block, catalog._shared),
    )
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("packed")
def test_what_is_packed_is_what_is_read() -> None:
    assert catalog.cataloged_groups() == {"a.example", "b.example"}
    for row in ROWS[:-1]:
        assert catalog.cataloged_kinds(row["group"])[row["kind"]][row["version"]] == whole(row["schema"])
    assert catalog.cataloged_kinds("nobody.example") == {}


def test_groups_stand_in_blocks_by_their_domains() -> None:
    sizes = {"b.x": 9, "a.y": BLOCK, "a.x": BLOCK - 9, "c.x": 2}
    files = {f"{name}.json": f'"{"-" * (size - 2)}"' for name, size in sizes.items()}
    found = members({SHARED: "[]", **files})
    assert json.loads(found[INDEX]) == {"a.x": 0, "b.x": 0, "c.x": 1, "a.y": 2}
    assert json.loads(found["0.json"]).keys() == {"a.x", "b.x"}


@pytest.mark.usefixtures("packed")
def test_equal_schemas_of_several_groups_are_one_object() -> None:
    one = catalog.cataloged_kinds("a.example")["One"]["v1"]["properties"]["spec"]["properties"]["template"]
    other = catalog.cataloged_kinds("b.example")["Three"]["v1"]["properties"]["spec"]["properties"]["pods"]
    assert one is other


def test_the_same_source_gives_the_same_archive(tmp_path: Path) -> None:
    source = tmp_path / "catalog.jsonl.xz"
    source.write_bytes(lzma.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
    assert archive(build(source)) == archive(build(source))


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        (True, ANYTHING),
        ({"type": "object"}, {"type": "object", **ANYTHING}),
        ({"type": "object", "additionalProperties": True}, {"type": "object", **ANYTHING}),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
        (
            {"type": "object", "additionalProperties": False, "properties": {"additionalProperties": False, "a": {}}},
            {"type": "object", "properties": {"a": {}}},
        ),
        ({"not": {"properties": {"a": {}}, "additionalProperties": False}}, {"not": {"properties": {"a": {}}}}),
        ({"type": "string", "x-kubernetes-validations": [{"rule": "true"}], "default": "a"}, {"type": "string", "default": "a"}),
    ],
)  # fmt: skip
def test_json_schemas_become_structural(schema: Any, wanted: Any) -> None:
    assert structural(schema) == wanted


def test_what_the_server_judges_itself_is_left_out() -> None:
    found = whole(root(image={"type": "string"}))
    assert set(found["properties"]) == {"spec", "status"}
    assert found["properties"]["status"] == ANYTHING
    assert found["required"] == ["spec"]
