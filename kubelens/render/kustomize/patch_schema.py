"""By which keys lists are merged, and what stands in no namespace, as the API's own schema says.

Follows kyaml ``openapi`` (``SchemaForResourceType``, ``ResourceSchema.Field``, ``PatchStrategyAndKeyList``,
``IsNamespaceScoped``). kustomize 5.8 knows the schema of Kubernetes 1.21, or one given by ``openapi.path``.
"""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

_GVK: Final = "x-kubernetes-group-version-kind"
_STRATEGY: Final = "x-kubernetes-patch-strategy"
_MERGE_KEY: Final = "x-kubernetes-patch-merge-key"
_MAP_KEYS: Final = "x-kubernetes-list-map-keys"
_REFERENCE: Final = "#/definitions/"

Part = dict[str, Any]
"""A schema in short: ``r`` another one's name, ``f`` fields, ``a`` of all other fields, ``i`` of items, ``s`` the patch
strategy, ``k`` the merge keys."""


class PatchSchema:
    """Definitions by name, the definition of each type, and whether a type stands in a namespace."""

    def __init__(self, definitions: dict[str, Part], types: dict[str, str], scopes: dict[str, bool]) -> None:
        self.definitions = definitions
        self.types = types
        self.scopes = scopes
        self.merging: dict[int, bool] = {}
        """Whether a list below a part is merged by keys, by the part's identity: kept for :mod:`.settled`."""

    def of(self, api_version: str, kind: str) -> Part | None:
        """The schema of a type."""
        name = self.types.get(f"{api_version} {kind}")
        return None if name is None else self.definitions.get(name)

    def field(self, part: Part, name: str) -> Part | None:
        """The schema of a field."""
        found = part.get("f", {}).get(name)
        return self._followed(part.get("a") if found is None else found)

    def items(self, part: Part) -> Part | None:
        """The schema of a list's items."""
        return self._followed(part.get("i"))

    def _followed(self, part: Part | None) -> Part | None:
        seen = 0
        while part is not None and "r" in part and seen < 100:
            part = self.definitions.get(part["r"])
            seen += 1
        return part


def merges(part: Part) -> bool:
    """Whether a list is merged item by item."""
    return "merge" in part.get("s", "").split(",")


def merge_keys(part: Part) -> list[str]:
    """The fields by which a list's items are known; none for a list of scalars."""
    return list(part.get("k", ())) if "s" in part else []


def is_cluster_scoped(schema: PatchSchema, api_version: str, kind: str) -> bool:
    """Whether a type is known to stand in no namespace (``IsCertainlyClusterScoped``)."""
    name = f"{api_version} {kind}"
    known = builtin_schema().scopes.get(name)
    return not (schema.scopes.get(name, True) if known is None else known)


@lru_cache(maxsize=1)
def builtin_schema() -> PatchSchema:
    """The schema that comes along."""
    packed = files(__package__).joinpath("data", "patch_schema.json.z").read_bytes()
    found = json.loads(zlib.decompress(packed))
    return PatchSchema(found["definitions"], found["types"], found["scopes"])


def custom_schema(document: dict[str, Any]) -> PatchSchema:
    """The schema in an OpenAPI document of version 2."""
    return PatchSchema(*shortened(document))


def shortened(document: dict[str, Any]) -> tuple[dict[str, Part], dict[str, str], dict[str, bool]]:
    """(definitions, types, scopes) of an OpenAPI document."""
    definitions: dict[str, Part] = {}
    types: dict[str, str] = {}
    scopes: dict[str, bool] = {}
    for name, schema in _dict(document.get("definitions")).items():
        definitions[name] = _short(_dict(schema)) or {}
        kinds = _dict(schema).get(_GVK)
        for gvk in kinds if isinstance(kinds, list) else ():
            types[_type_name(_dict(gvk))] = name
    for path, verbs in _dict(document.get("paths")).items():
        gvk = _dict(_dict(verbs).get("get")).get(_GVK)
        if not isinstance(gvk, dict):
            continue
        if "namespaces/{namespace}" in path:
            scopes[_type_name(gvk)] = True
        else:
            scopes.setdefault(_type_name(gvk), False)
    return definitions, types, scopes


def _type_name(gvk: dict[str, Any]) -> str:
    group, version, kind = (str(gvk.get(key, "")) for key in ("group", "version", "kind"))
    return f"{group}/{version} {kind}" if group else f"{version} {kind}"


def _short(schema: dict[str, Any]) -> Part | None:
    """None for what has nothing below it."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return {"r": reference.removeprefix(_REFERENCE)}
    part: Part = {}
    fields = {name: short for name, sub in _dict(schema.get("properties")).items() if (short := _short(_dict(sub)))}
    if fields:
        part["f"] = fields
    if isinstance(schema.get("additionalProperties"), dict) and (short := _short(schema["additionalProperties"])):
        part["a"] = short
    if schema.get("type") == "array" and (short := _short(_dict(schema.get("items")))):
        part["i"] = short
    if isinstance(schema.get(_STRATEGY), str):
        part["s"] = schema[_STRATEGY]
        keys = schema.get(_MAP_KEYS)
        if isinstance(keys, list):
            part["k"] = [str(key) for key in keys]
        elif isinstance(schema.get(_MERGE_KEY), str):
            part["k"] = [schema[_MERGE_KEY]]
    return part if part or schema.get("type") in ("object", "array", None) else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
