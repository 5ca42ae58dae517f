"""Annotations and labels whose names are deprecated (``GetWarnings...`` of the registries)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.predict.apiserver.causes import MapKey, Path, field_notation
from kubelens.predict.apiserver.parts.address_warnings import Pair

OLD_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_OLD_LABELS: Final = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}


def annotation_field(name: str) -> str:
    """The field of an annotation as a warning names it."""
    return field_notation(("metadata", "annotations", MapKey(name)))


def old_label_warnings(key: str, path: Path) -> Iterator[Pair]:
    """What took the place of a label."""
    if key in _OLD_LABELS:
        yield field_notation(path), f"{key} is deprecated: {_OLD_LABELS[key]} takes its place"
