"""Warnings about volumes, after ``pkg/api/pod/warnings.go``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import MapKey, Path, field_notation

Pair = tuple[str, str]
_GONE: Final = {
    "photonPersistentDisk": "photonPersistentDisk",
    "gitRepo": "gitRepo",
    "scaleIO": "scaleIO",
    "flocker": "flocker",
    "storageos": "storageOS",
    "quobyte": "quobyte",
    "glusterfs": "glusterfs",
    "cephfs": "cephfs",
    "rbd": "rbd",
}
_SLIPS: Final = {"secret": "secrets"}


def fractional(amounts: dict[str, Any], name: str, path: Path) -> Iterator[Pair]:
    """A part of a byte."""
    if name in amounts:
        found = read_quantity(amounts[name])
        if found is not None and -(-found.nanos // 1_000_000) % 1000:
            yield field_notation((*path, MapKey(name))), f"{amounts[name]} is no whole number of bytes"


def claim_warnings(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    """A claim's spec, in a template for claims."""
    resources = spec.get("resources", {})
    for kind in ("requests", "limits"):
        yield from fractional(resources.get(kind, {}), "storage", (*path, "resources", kind))


def volume_warnings(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    """Sources that no longer work, files written twice, projections of nothing."""
    volumes = spec.get("volumes", [])
    for index, volume in enumerate(volumes):
        here = (*path, "volumes", index)
        for name, shown in _GONE.items():
            if name in volume:
                yield field_notation((*here, shown)), f"volumes of type {name} are deprecated"
        claim = volume.get("ephemeral", {}).get("volumeClaimTemplate")
        if claim is not None:
            yield from claim_warnings(claim.get("spec", {}), (*here, "ephemeral", "volumeClaimTemplate", "spec"))
        yield from _overlaps(volume)
    yield from _tokens(volumes, path)


def _tokens(volumes: list[dict[str, Any]], path: Path) -> Iterator[Pair]:
    sources = [
        (index, source)
        for index, volume in enumerate(volumes)
        for source in volume.get("projected", {}).get("sources", [])
    ]
    tokens = {source["serviceAccountToken"].get("path", "") for _, source in sources if "serviceAccountToken" in source}
    if not tokens:
        return
    for index, source in sources:
        for kind in ("configMap", "secret", "downwardAPI"):
            for number, item in enumerate(source.get(kind, {}).get("items", [])):
                if item.get("path", "") in tokens:
                    here = (*path, "volumes", index, "projected", "sources", _SLIPS.get(kind, kind), number)
                    yield field_notation(here), f"the token is written to {item['path']!r} too"


def _overlaps(volume: dict[str, Any]) -> Iterator[Pair]:
    name = volume.get("name", "")
    for kind in ("configMap", "secret", "downwardAPI"):
        if kind in volume:
            yield from _overlap(name, [item.get("path", "") for item in volume[kind].get("items", [])])
    if "projected" not in volume:
        return
    files: list[str] = []
    for source in volume["projected"].get("sources", []):
        if "serviceAccountToken" in source:
            files.append(source["serviceAccountToken"].get("path", ""))
        elif not source.keys() & {"configMap", "secret", "downwardAPI"}:
            yield "", f"an entry of the projected volume {name!r} names no source"
        for kind in ("configMap", "secret", "downwardAPI"):
            files.extend(item.get("path", "") for item in source.get(kind, {}).get("items", []))
    yield from _overlap(name, files)


def _overlap(volume: str, files: list[str]) -> Iterator[Pair]:
    ordered = sorted(file.rstrip("/") for file in files)
    for one, other in pairwise(ordered):
        if one == other or other.startswith(one + "/"):
            yield "", f"in the volume {volume!r} {other!r} is written over {one!r}"
