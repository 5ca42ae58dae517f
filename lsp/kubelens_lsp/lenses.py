"""Code lenses: how often an object is referred to, and the predictions that can be shown."""

from __future__ import annotations

from lsprotocol import types

from kubelens.kube.references import references_of
from kubelens_lsp.convert import to_range
from kubelens_lsp.since_git import KINDS, Committed, change_title
from kubelens_lsp.view import View


def code_lenses(view: View, key: str, encoding: str, committed: Committed, namespace: str) -> list[types.CodeLens]:
    """How often an object is referred to, and the predictions that can be shown."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    counts: dict[tuple[str, str, str], int] = {}
    for resource in view.snapshot.bundle:
        for reference in references_of(resource):
            slot = (reference.kind, reference.namespace, reference.name)
            counts[slot] = counts.get(slot, 0) + 1
    out: list[types.CodeLens] = []
    for manifest in file.manifests:
        for resource in manifest.resources:
            span = view.snapshot.locate(resource.place.at("kind"))
            spot = to_range(file.source, span, encoding)
            count = counts.get((resource.kind, resource.namespace, resource.name), 0)
            if count:
                word = "reference" if count == 1 else "references"
                out.append(
                    types.CodeLens(
                        spot,
                        types.Command(f"{count} {word}", "kubelens.references", arguments=[key, str(resource.key)]),
                    )
                )
            if resource.kind in KINDS:
                if title := change_title(view, committed, resource, namespace):
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
