"""Code lenses: how often an object is referred to, and the predictions that can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final
from weakref import WeakKeyDictionary

from lsprotocol import types
from msgspec import Struct

from kubelens.kube.references import references_of
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens_lsp.convert import to_range
from kubelens_lsp.since_git import KINDS, Committed, change_title
from kubelens_lsp.view import View

_REFERENCES: Final[WeakKeyDictionary[Resource, tuple[tuple[str, str, str], ...]]] = WeakKeyDictionary()
"""What objects refer to; an object that changes is another one."""


class ReferenceCounts(Struct, frozen=True):
    """The question: how often is each (kind, namespace, name) referred to?"""

    local: ClassVar[bool] = False

    def answer(self, ask: Ask) -> Prediction[Mapping[tuple[str, str, str], int]]:
        """How often, by what is referred to."""
        counts: dict[tuple[str, str, str], int] = {}
        for resource in ask.bundle:
            known = _REFERENCES.get(resource)
            if known is None:
                named = references_of(resource)
                known = _REFERENCES[resource] = tuple((one.kind, one.namespace, one.name) for one in named)
            for slot in known:
                counts[slot] = counts.get(slot, 0) + 1
        return Prediction(counts)


def code_lenses(view: View, key: str, encoding: str, committed: Committed, namespace: str) -> list[types.CodeLens]:
    """How often an object is referred to, and the predictions that can be shown."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    counts = view.oracle(ReferenceCounts()).answer
    has_workloads = any(one.kind in KINDS for manifest in file.manifests for one in manifest.resources)
    before = committed.objects(key, namespace) if has_workloads else None
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
