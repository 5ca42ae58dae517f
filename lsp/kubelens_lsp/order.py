"""In which order fields are offered: what must be there, what people write, the rest, what the server writes."""

from __future__ import annotations

from typing import Final

from kubelens.syntax.place import Step
from kubelens_lsp.form import Field

_WRITTEN_BY_SERVER: Final = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "uid",
        "ownerReferences",
        "status",
    }
)
_DEPRECATED: Final = frozenset(
    {"bases", "vars", "commonLabels", "imageTags", "patchesStrategicMerge", "patchesJson6902", "serviceAccount"}
)
_OFTEN: Final[dict[str, tuple[str, ...]]] = {
    "": ("apiVersion", "kind", "metadata", "spec", "data", "stringData", "rules", "subjects", "roleRef"),
    "metadata": ("name", "namespace", "labels", "annotations"),
    "containers": ("name", "image", "args", "command", "ports", "env", "envFrom", "resources", "readinessProbe"),
    "Kustomization": ("resources", "components", "namespace", "patches", "images", "replicas", "configMapGenerator"),
}


def rank(field: Field, kind: str, path: tuple[Step, ...]) -> str:
    """A text that sorts before the field's name."""
    if field.name in _WRITTEN_BY_SERVER or field.name in _DEPRECATED:
        return "8"
    parent = next((step for step in reversed(path) if isinstance(step, str)), "")
    often = _OFTEN.get(kind if not path and kind in _OFTEN else parent, ())
    if field.required:
        return "0"
    return f"1{often.index(field.name):02}" if field.name in often else "5"
