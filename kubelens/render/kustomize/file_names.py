"""What kustomization files are called (api ``konfig.RecognizedKustomizationFileNames``)."""

from __future__ import annotations

from typing import Final

NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""In the order in which kustomize looks for them."""


def is_kustomization_name(path: str) -> bool:
    """Whether a path, with ``/`` between its names, ends in the name of a kustomization file."""
    return path.rpartition("/")[2] in NAMES
