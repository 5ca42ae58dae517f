"""Files beside the manifests that change an Application's source (argo-cd, ``mergeSourceParameters``)."""

from __future__ import annotations

from typing import Final

from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.render.origin import Sourced
from kubelens.render.yaml.read import read_yaml

_TOOLS: Final = ("helm", "kustomize", "directory", "plugin")
"""What they may change: which repository, revision and folder it is, they may not."""


def overriding_files(folder: str, application: str) -> tuple[str, str]:
    """The paths of the files for all Applications that use a folder, and for one."""
    before = f"{folder}/" if folder else ""
    return f"{before}.argocd-source.yaml", f"{before}.argocd-source-{application}.yaml"


def overridden(source: fields.Value, folder: str, application: str, tree: Tree) -> fields.Value:
    """A source with what the files in its folder say merged into it.

    Raises:
        YamlFault: one of them is no YAML.
    """
    merged = source if isinstance(source, Sourced) else Sourced(dict(source))
    for path in overriding_files(folder, application):
        text = tree.read(path)
        patch = read_yaml(text, path) if text is not None else None
        if isinstance(patch, Sourced):
            merged = _merged(merged, patch)
    kept = {key: value for key, value in source.items() if key not in _TOOLS}
    tools = {key: value for key, value in merged.items() if key in _TOOLS}
    return Sourced({**kept, **tools}, dict(merged.origins), dict(merged.key_origins))


def _merged(base: Sourced, patch: Sourced) -> Sourced:
    """A map with a JSON merge patch applied (RFC 7386)."""
    found = Sourced(base, dict(base.origins), dict(base.key_origins))
    for key, value in patch.items():
        found.pop(key, None)
        for own, theirs in ((found.origins, patch.origins), (found.key_origins, patch.key_origins)):
            own.pop(key, None)
            if key in theirs:
                own[key] = theirs[key]
        if value is None:
            continue
        before = base.get(key)
        if isinstance(value, Sourced):
            value = _merged(before if isinstance(before, Sourced) else Sourced(), value)
        found[key] = value
    return found
