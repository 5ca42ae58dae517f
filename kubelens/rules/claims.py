"""Which rule tells which cause of a refusal: each cause is told once, by the most specific rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable, stands_for_a_number, stands_for_a_value
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.answer import Answer
from kubelens.predict.apiserver.causes import Cause, CauseReason
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.rules.api import Context, Related
from kubelens.syntax.place import Place

_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}|\$\([^()]*\)")
_TRANSFORMED: Final = re.compile(
    r"subjects\[\d+\]\.namespace$|spec\.selector|spec\.template\.metadata\.labels$|.*\bservice\.name(space)?$"
)
"""What kustomize fills in: ``namespace``, ``labels`` and ``commonLabels`` of a kustomization."""
_LABELLED: Final = re.compile(r"""value (['"])(.*)\1 of label """)
_NUMBERS: Final = (CauseReason.WRONG_TYPE, CauseReason.BAD_QUANTITY)
GENERAL: Final = "admission"
_BY_REASON: Final = {
    CauseReason.UNKNOWN_FIELD: "unknown-field",
    CauseReason.WRONG_TYPE: "wrong-type",
    CauseReason.BAD_QUANTITY: "bad-quantity",
}
_BY_FIELD: Final[tuple[tuple[str, str, str], ...]] = (
    (r"Ingress", r"\.pathType$", "path-type"),
    (r"Ingress", r"\.paths\[\d+\]\.path$", "path-type"),
    (r"Deployment|DaemonSet|StatefulSet", r"^spec\.(strategy|updateStrategy)", "strategy-fields"),
    (
        r"Deployment|ReplicaSet|StatefulSet|DaemonSet|ReplicationController|Job",
        r"^spec\.template\.metadata\.labels$",
        "selector-mismatch",
    ),
    (r"Service", r"\.nodePort$", "node-port-range"),
)


def judged(resource: Resource, ctx: Context) -> Answer | None:
    """What the API server would say to an object; None where nothing is known, it is partial, or nobody applies it."""
    if resource.partial or _is_expected_of_a_controller(resource):
        return None
    query = AdmissionOf(resource, None, ctx.facts.release, ctx.facts.node_port_range)
    return ctx.ask(query).answer


def claimed(resource: Resource, ctx: Context, rule: str) -> Iterator[tuple[Place, Cause]]:
    """The causes that a rule tells, with the places they stand at."""
    judgement = judged(resource, ctx)
    if judgement is None:
        return
    for cause in judgement.causes:
        if teller(resource.kind, cause) != rule:
            continue
        if cause.field == "<nil>" and len(judgement.causes) > 1:
            continue  # the server adds that rules wait for the schema: nothing to repair
        if cause.reason is CauseReason.REQUIRED and resource.definition is not None and _is_filled_in(resource, ctx):
            continue
        if _is_placeholder(resource, cause) or _is_set_before(resource, cause):
            continue
        yield place_of(resource, cause), cause


def _is_expected_of_a_controller(resource: Resource) -> bool:
    """Whether an object names its controller without the uid that only a running cluster knows: a test's expectation."""
    owners = resource.metadata.get("ownerReferences")
    return isinstance(owners, list) and any(
        isinstance(owner, dict)
        and (owner.get("uid") == "" or (owner.get("controller") is True and not owner.get("uid")))
        for owner in owners
    )


def _is_placeholder(resource: Resource, cause: Cause) -> bool:
    """Whether something or somebody writes the value at fault before anything is applied.

    That is a template expression or a variable, a gap left for the reader (``<your domain>``, ``PVC_NAME``), and in
    what a kustomization lists also what kustomize itself fills in and its own variables (``$(NAME)``). SOPS takes its
    own field away when it decrypts.
    """
    value = fields.at(resource.value, cause.path)
    if cause.path == ("sops",) and isinstance(value, dict) and "mac" in value:
        return True
    text = f"{value if isinstance(value, str) else ''} {cause.message}"
    if has_variable(text):
        return True
    if cause.reason is not CauseReason.UNKNOWN_FIELD:
        stands = stands_for_a_number if cause.reason in _NUMBERS else stands_for_a_value
        labelled = _LABELLED.match(cause.message)
        if stands(value) or stands(cause.path[-1] if cause.path else "") or (labelled and stands(labelled[2])):
            return True
    if not resource.transformed:
        return False
    if resource.kind == "Namespace" and cause.field in ("metadata.name", "metadata.labels"):
        return True
    return bool(_TRANSFORMED.match(cause.field) or _VARIABLE.search(text))


def _is_set_before(resource: Resource, cause: Cause) -> bool:
    """Whether a plugin that every cluster runs repairs the fault first: ServiceAccount names one for each Pod."""
    return resource.kind == "Pod" and cause.path[-1:] == ("serviceAccountToken",)


def _is_filled_in(resource: Resource, ctx: Context) -> bool:
    """Whether a mutating webhook of the manifests may write what a custom resource leaves out.

    Webhooks come before the schema. One whose rules name the group counts, and one without rules: its operator writes
    them when it runs.
    """
    for configuration in ctx.bundle.all("MutatingWebhookConfiguration"):
        for _, webhook in fields.items(configuration.value, "webhooks"):
            rules = fields.items(webhook, "rules")
            if not rules or any({"*", resource.gvk.group} & set(fields.texts(r, "apiGroups")) for _, r in rules):
                return True
    return False


def declared_by(resource: Resource) -> list[Related]:
    """The definition of a custom resource, where it is among the manifests."""
    definition = resource.definition
    if definition is None or definition.place is None:
        return []
    return [Related(definition.place, f"{resource.kind} is declared here")]


def teller(kind: str, cause: Cause) -> str:
    """The rule that tells a cause about an object of some kind."""
    by_reason = _BY_REASON.get(cause.reason)
    if by_reason is not None:
        return by_reason
    return _by_field(kind, cause.field)


@lru_cache(maxsize=4096)
def _by_field(kind: str, field: str) -> str:
    for kinds, fields_, rule in _BY_FIELD:
        if re.fullmatch(kinds, kind) and re.search(fields_, field):
            return rule
    return GENERAL


def place_of(resource: Resource, cause: Cause) -> Place:
    """Where a cause stands in the manifest."""
    place = resource.place.at(*(str(step) if isinstance(step, str) else step for step in cause.path))
    return place.key() if cause.reason is CauseReason.UNKNOWN_FIELD else place
