"""Code lenses: how often an object is referred to, and the predictions that can be shown."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from kubelens_lsp.convert import to_range, uri_of
from kubelens_lsp.names import how_often_named
from kubelens_lsp.since_git import KINDS, Committed, change_title
from kubelens_lsp.view import View

REFERENCES: Final = "kubelens.references"
"""Takes (file, object) and, for editors that look themselves, the address and position of the object's name."""


def code_lenses(view: View, key: str, encoding: str, committed: Committed, namespace: str) -> list[types.CodeLens]:
    """How often an object is referred to, and the predictions that can be shown."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    has_workloads = any(one.kind in KINDS for manifest in file.manifests for one in manifest.resources)
    before = committed.objects(key, namespace) if has_workloads else None
    out: list[types.CodeLens] = []
    for manifest in file.manifests:
        for resource in manifest.resources:
            span = view.snapshot.locate(resource.place.at("kind"))
            spot = to_range(file.source, span, encoding)
            if (count := how_often_named(view, resource)) and resource.name:
                word = "reference" if count == 1 else "references"
                name = to_range(file.source, view.snapshot.locate(resource.place.at("metadata", "name")), encoding)
                asked = [key, str(resource.key), uri_of(key), name.start]
                out.append(types.CodeLens(spot, types.Command(f"{count} {word}", REFERENCES, arguments=asked)))
            if resource.kind in KINDS:
                if title := change_title(view, before, resource):
                    shown = [key, resource.kind, resource.name]
                    out.append(types.CodeLens(spot, types.Command(title, "kubelens.showRollout", arguments=shown)))
                out.append(
                    types.CodeLens(
                        spot,
                        types.Command(
                            "show rollout", "kubelens.showRollout", arguments=[key, resource.kind, resource.name]
                        ),
                    )
                )
            if resource.kind == "Ingress":
                out.append(
                    types.CodeLens(
                        spot, types.Command("show route", "kubelens.showRoute", arguments=[key, resource.name])
                    )
                )
    return out
