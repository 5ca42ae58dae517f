"""Other linters' suppressions, honoured under ``--compat``; their checks' ids are our rules' aliases.

========== ==========================================================================================
kube-linter ``ignore-check.kube-linter.io/CHECK: reason``, ``kube-linter.io/ignore-all: reason``
kube-score  ``kube-score/ignore: CHECK, CHECK``, also on a Pod template for the checks about Pods
polaris     ``polaris.fairwinds.com/CHECK-exempt: "true"``, ``polaris.fairwinds.com/exempt: "true"``
checkov     ``checkov.io/skip1: ID=reason``, the comment ``# checkov:skip=ID,ID:reason`` in the document
========== ==========================================================================================

What they name and kubelens has no counterpart for, and what silences nothing, is none of kubelens' business: those
linters may be running still.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from kubelens.engine.suppression import Suppression
from kubelens.kube import fields
from kubelens.kube.manifest import Manifest
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Step, locate
from kubelens.syntax.text import Source, Span
from kubelens.syntax.tree import Document

BROAD: Final = frozenset({"admission", "bad-quantity", "unknown-field", "wrong-type"})
"""Rules that stand for far more than the one check whose counterpart they are: never silenced by "all checks"."""
_POLARIS: Final = pattern(r"polaris\.fairwinds\.com/(.+)-exempt\Z")
_CHECKOV: Final = pattern(r"(checkov|bridgecrew|cortex)\.io/skip")
_CHECKOV_COMMENT: Final = pattern(
    r"#[^\r\n]*?(?:checkov|bridgecrew|cortex):skip= *([A-Za-z_\d-]+(?:,[A-Za-z_\d-]+)*)(?::([^\r\n]*))?"
)
_IMPLIED: Final = {"container-resources": ("container-ephemeral-storage-request-and-limit",)}
"""What kube-score leaves out beside a check."""
_ABOUT_PODS: Final = ("container-", "pod-", "environment-variable-")
"""How the ids of those of kube-score's checks begin that heed the annotations of a Pod template."""


def compat_suppressions(manifest: Manifest, resource: Resource, tools: Iterable[str]) -> Iterator[Suppression]:
    """The requests that other tools' annotations on an object stand for."""
    tools = tuple(tools)
    yield from _of(manifest, resource, resource.annotations, ("metadata", "annotations"), tools)
    if "kube-score" not in tools or resource.kind == "Pod" or (workload := read_workload(resource)) is None:
        return
    at = (*workload.pod.metadata_path, "annotations")
    annotations = fields.at(resource.value, at)
    if isinstance(annotations, dict) and "kube-score/ignore" in annotations:
        for found in _of(manifest, resource, annotations, at, ("kube-score",)):
            found.rules = tuple(r for r in found.rules if r.partition(":")[2].startswith(_ABOUT_PODS))
            yield found


def compat_comments(
    source: Source | None, documents: tuple[Document, ...], tools: Iterable[str]
) -> Iterator[Suppression]:
    """The requests that checkov's comments stand for; each covers the document it stands in or above."""
    if source is None or "checkov" not in tools or ":skip=" not in source.text:
        return
    for match in _CHECKOV_COMMENT.finditer(source.text):
        document = next((d for d in documents if match.start() <= d.end), None)
        if document is not None:
            covers = Span(min(document.start, match.start()), document.end)
            rules = tuple(f"checkov:{name}" for name in match[1].split(","))
            span = Span(match.start(), match.end())
            yield Suppression(source.uri, span, covers, rules, reason=(match[2] or "").strip(), foreign=True)


def _of(
    manifest: Manifest, resource: Resource, annotations: Any, at: tuple[Step, ...], tools: tuple[str, ...]
) -> Iterator[Suppression]:
    for key, value in annotations.items():
        rules = tuple(_rules(key, str(value), tools))
        if rules:
            place = resource.place.at(*at, key)
            covers = locate(manifest.document, resource.place)
            reason = str(value).partition("=")[2] if rules[0].startswith("checkov:") else str(value)
            span = locate(manifest.document, place)
            yield Suppression(manifest.uri, span, covers, rules, reason=reason.strip(), foreign=True, but=BROAD)


def _rules(key: str, value: str, tools: tuple[str, ...]) -> Iterator[str]:
    if "kube-linter" in tools and key.startswith("ignore-check.kube-linter.io/"):
        yield f"kube-linter:{key.partition('/')[2]}"
    if "kube-linter" in tools and key == "kube-linter.io/ignore-all":
        yield "kube-linter:*"
    if "kube-score" in tools and key == "kube-score/ignore":
        for name in value.split(","):
            yield from (f"kube-score:{one}" for one in (name.strip(), *_IMPLIED.get(name.strip(), ())) if one)
    if "polaris" in tools and value.lower() == "true":
        if key == "polaris.fairwinds.com/exempt":
            yield "polaris:*"
        elif match := _POLARIS.match(key):
            yield f"polaris:{match[1]}"
    if "checkov" in tools and _CHECKOV.search(key):
        yield f"checkov:{value.partition('=')[0].strip()}"
