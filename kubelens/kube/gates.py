"""In which release an API server has what: feature gates that are on by default, and changes that no gate holds back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import overlay

Ways = dict[str, "Ways | str"]
_POD: Final = "Pod"
_POD_SPECS: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Where each kind holds its PodSpec."""
_JOB: Final = "batch/Job"
_JOB_IN_CRON_JOB: Final = ("spec", "jobTemplate")


@cache
def has(feature: str, release: str) -> bool:
    """Whether a server of a release has a gate on by default, or a change of validation (``tools/facts/gates.toml``).

    Raises:
        KeyError: neither is known by that name.
    """
    facts = overlay()["gates"]
    gates, changes = facts["on_by_default"], facts["changes"]
    since = gates[feature] if feature in gates else changes[feature]
    return bool(since) and _number(release) >= _number(since)


@cache
def dropped_fields(gvk: GroupVersionKind, release: str) -> Mapping[tuple[str, ...], str]:
    """The gate of each field that a server of a release drops from objects of a kind; paths lead through lists."""
    facts = overlay()["gates"]
    found: dict[tuple[str, ...], str] = {}
    for gate, fields in facts["dropped"].items():
        if has(gate, release):
            continue
        for line in fields:
            kind, _, path = line.partition(" ")
            found.update(dict.fromkeys(_places(kind, tuple(path.split(".")), gvk), gate))
    return found


@cache
def dropped_ways(gvk: GroupVersionKind, release: str) -> Ways:
    """The same, as the ways to those fields; at the end of each stands the gate."""
    ways: Ways = {}
    for fields, gate in dropped_fields(gvk, release).items():
        below = ways
        for field in fields[:-1]:
            further = below.setdefault(field, {})
            if isinstance(further, str):
                break
            below = further
        else:
            below[fields[-1]] = gate
    return ways


def _places(kind: str, path: tuple[str, ...], gvk: GroupVersionKind) -> list[tuple[str, ...]]:
    own = f"{gvk.group}/{gvk.kind}" if gvk.group else gvk.kind
    if kind == _POD:
        built_in = gvk.group in ("", "apps", "batch")
        return [(*_POD_SPECS[gvk.kind], *path)] if built_in and gvk.kind in _POD_SPECS else []
    if kind == _JOB and own == "batch/CronJob":
        return [(*_JOB_IN_CRON_JOB, *path)]
    return [path] if kind == own else []


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())
