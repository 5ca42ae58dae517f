"""DefaultStorageClass (``plugin/pkg/admission/storage/storageclass/setdefault``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.selector import read_labels
from kubelens.predict.apiserver.plugins.objects import Objects, name_of, of_kind

_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_STORAGE: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def default_storage_class(claim: dict[str, Any], objects: Objects) -> None:
    """The newest default class where a claim names none."""
    spec = claim.setdefault("spec", {})
    annotations = read_labels(fields.mapping(claim, "metadata").get("annotations"))
    if "storageClassName" in spec or _CLASS in annotations:
        return
    names = sorted(
        name_of(o)
        for o in of_kind(objects, "StorageClass")
        if any(
            read_labels(fields.mapping(o, "metadata").get("annotations")).get(key) == "true" for key in _DEFAULT_STORAGE
        )
    )
    if names:
        spec["storageClassName"] = names[0]
