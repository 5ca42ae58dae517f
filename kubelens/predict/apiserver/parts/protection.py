"""Finalizers of storage objects (plugin StorageObjectInUseProtection): they go when nothing uses the object."""

from __future__ import annotations

from typing import Any


def protect(obj: dict[str, Any], finalizer: str) -> None:
    """Add a finalizer, unless it is there."""
    finalizers = obj.setdefault("metadata", {}).setdefault("finalizers", [])
    if finalizer not in finalizers:
        finalizers.append(finalizer)
