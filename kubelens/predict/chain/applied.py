"""What reaches the API server where an apply edits an object that the cluster holds.

Follows the three-way merge of ``kubectl apply`` (apimachinery ``pkg/util/strategicpatch``): what the manifest says is
written over what is there, lists of items with keys item by item; what it no longer says goes where the annotation of
the last apply is there to tell. Everything else, such as what controllers and defaults wrote, stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.schema import Schemas, schemas
from kubelens.kube.tree_copy import copied, own_copy

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_RETAINS_KEYS: Final = frozenset({"strategy", "volumes"})
"""Fields of which what the manifest leaves out goes (``patchStrategy: retainKeys``)."""
_ADDED_TO: Final = frozenset(
    {"volumes", "volumeMounts", "containers", "initContainers", "ephemeralContainers", "env", "imagePullSecrets"}
)
"""Lists to which plugins and webhooks add: an item there that is not written may be theirs. Of others it was written before."""


def as_applied(resource: Resource, release: str) -> Resource:
    """The object merged into the one that stands in its place; itself where there is none."""
    there = resource.standing
    return resource if there is None else merged_into(resource, there, _last_applied(there), release)


def merged_into(resource: Resource, there: Resource, last: Mapping[str, Any], release: str) -> Resource:
    """The object merged into the one that is ``there``; ``last``: what was applied before."""
    known = schemas(release)
    kind = known.kind(resource.gvk)
    live = _without(own_copy(there.value), last, resource.value)
    fields = kind.fields if kind is not None else {}
    merges = kind.merges if kind is not None else {}
    value = {
        **live,
        **{
            name: _merged(live.get(name), new, fields.get(name, "x"), merges.get(name), known, name)
            for name, new in resource.value.items()
        },
    }
    spec = value.get("spec")
    if resource.kind == "Service" and "clusterIP" in resource.spec and "clusterIPs" not in resource.spec:
        if isinstance(spec, dict):  # the server makes the list of the one (``NormalizeClusterIPs``)
            value["spec"] = {name: one for name, one in spec.items() if name != "clusterIPs"}
    return replace(resource, value={name: one for name, one in value.items() if one is not None})


def as_written(there: Any, written: Any) -> Any:
    """Of what is there the fields that are also written: the others are the cluster's own."""
    if isinstance(there, Mapping) and isinstance(written, Mapping):
        return {name: as_written(one, written[name]) for name, one in there.items() if name in written}
    if isinstance(there, list) and isinstance(written, list) and len(there) == len(written):
        return [as_written(one, other) for one, other in zip(there, written, strict=True)]
    return there


def is_emptied(there: Resource) -> bool:
    """Whether the values of a Secret were taken out of what tells of a cluster: there is nothing to compare with."""
    data = there.value.get("data")
    return there.kind == "Secret" and isinstance(data, Mapping) and bool(data) and not any(data.values())


def _last_applied(there: Resource) -> Mapping[str, Any]:
    try:
        found = json.loads(there.annotations.get(LAST_APPLIED, "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _without(live: Any, last: Any, new: Any) -> Any:
    """Maps without the fields that were applied before and are no longer written."""
    if not all(isinstance(one, Mapping) for one in (live, last, new)):
        return live
    return {
        name: _without(value, last.get(name), new.get(name))
        for name, value in live.items()
        if name not in last or name in new
    }


def _merged(old: Any, new: Any, code: str, merge: Any, known: Schemas, name: str) -> Any:
    if new is None:
        return None
    if isinstance(new, Mapping) and isinstance(old, Mapping) and merge != "atomic":
        kind = known.type(code[1:]) if code.startswith("#") else None
        inner = code[1:] if code.startswith("{") else "x"
        kept = {key: value for key, value in old.items() if key in new} if name in _RETAINS_KEYS else dict(old)
        for key, value in new.items():
            form = kind.fields.get(key, "x") if kind is not None else inner
            below = kind.merges.get(key) if kind is not None else None
            kept[key] = _merged(old.get(key), value, form, below, known, key)
        return {key: value for key, value in kept.items() if value is not None}
    if isinstance(new, list) and isinstance(old, list) and isinstance(merge, list | tuple):
        return _by_keys(old, new, code[1:], tuple(merge), known, name)
    if merge == "set" and isinstance(new, list) and isinstance(old, list):
        return [*old, *(one for one in new if one not in old)]
    return copied(new)


def _by_keys(old: list[Any], new: list[Any], code: str, keys: tuple[str, ...], known: Schemas, name: str) -> list[Any]:
    """In the order that is there where all items are, else in the manifest's, the others at the end."""
    there = {_key(one, keys): one for one in old}
    if name not in _ADDED_TO:
        there = {key: there[key] for key in (_key(one, keys) for one in new) if key in there}
    written = {_key(one, keys): _merged(there.get(_key(one, keys)), one, code, None, known, name) for one in new}
    if list(written) == [key for key in there if key in written]:
        return [written.get(key, one) for key, one in there.items()]
    return [*written.values(), *(one for key, one in there.items() if key not in written)]


def _key(item: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(item, Mapping):
        return (str(item),)
    return tuple(str(item.get(key, "TCP" if key == "protocol" else None)) for key in keys)
