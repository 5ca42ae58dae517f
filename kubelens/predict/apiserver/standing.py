"""Which causes of a refusal stand: none that something or somebody repairs before the object is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.placeholder import has_variable, is_marked_gap, is_of_sops, stands_for_a_number, stands_for_a_value
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.causes import Cause, CauseReason
from kubelens.syntax.pattern import pattern

_IN_BRACKETS: Final = pattern(r"<[^<>]+>")
"""A name that a reader was to fill in: no tool does, and every server refuses it."""
_FOR_READERS: Final = pattern(r"(^|/)(docs?|documentation|examples?|samples?|templates?)/")
"""Folders of what is there to be copied and filled in."""
_IN_PARENTHESES: Final = pattern(r"\$\([A-Za-z_][A-Za-z0-9_]*\)")
"""A variable in a name, ``app-$(VERSION)``: Kubernetes expands none there, so a tool does before."""
_VARIABLE: Final = pattern(r"\$\{[^{}]*\}|\$\([^()]*\)")
_TRANSFORMED: Final = pattern(
    r"subjects\[\d+\]\.namespace$|spec\.selector|spec\.template\.metadata\.labels$|.*\bservice\.name(space)?$"
)
"""What kustomize fills in: ``namespace``, ``labels`` and ``commonLabels`` of a kustomization."""
_TEMPLATE: Final = pattern(r"(?i)[.](tmpl|tpl|template)[.](ya?ml|json)$")
_LONGEST: Final = pattern(r"must have at most (\d+) characters")
_LABELLED: Final = pattern(r"""value (['"])(.*)\1 of label """)
_BELOW_SPEC: Final = 2
_FLUX: Final = "kustomize.toolkit.fluxcd.io"
_DEFAULTED_BY_THEIR_SERVER: Final = frozenset({"security.openshift.io"})
"""Groups whose objects a plugin of their own API server fills in first: OpenShift's
``admission/customresourcevalidation`` ``DefaultSecurityContextConstraints``, which writes empty lists as ``null``."""
_NUMBERS: Final = (CauseReason.WRONG_TYPE, CauseReason.BAD_QUANTITY)


def standing_causes(resource: Resource, causes: Sequence[Cause], bundle: Bundle) -> Iterator[Cause]:
    """The causes that a server would give for the object as it is meant."""
    waiting = [cause.path for cause in causes if resource.definition is not None and _waits(resource, cause)]
    for cause in causes:
        if any(cause.path[: len(path)] == path for path in waiting):
            continue
        if cause.field == "<nil>" and len(causes) > 1:
            continue  # the server adds that rules wait for the schema: nothing to repair
        if cause.reason is CauseReason.REQUIRED and resource.definition is not None:
            if _is_merged(resource) or _is_filled_in(resource, bundle):
                continue
        if bundle.assumed_release and _is_short_by_another_name(resource, cause, bundle):
            continue
        if (bundle.assumed_release or bundle.open_values) and _is_asked_for(resource, cause):
            continue
        if cause.path == ("metadata", "name") and cause.reason is CauseReason.REQUIRED and _is_template(resource):
            continue
        if not _is_placeholder(resource, cause) and not _is_set_before(resource, cause):
            yield cause


def labels_what_is_there(resource: Resource) -> bool:
    """Whether a claim says nothing of itself but labels or annotations: a StatefulSet or an operator made it before.

    A server-side apply adds them to what is there (``fieldmanager``).
    """
    return (
        resource.kind == "PersistentVolumeClaim"
        and "spec" not in resource.value
        and bool(resource.metadata.get("labels") or resource.metadata.get("annotations"))
    )


def _is_template(resource: Resource) -> bool:
    """Whether an object stands in a file that scripts make others from: they name what they make."""
    return _TEMPLATE.search(resource.place.uri) is not None


def _is_short_by_another_name(resource: Resource, cause: Cause, bundle: Bundle) -> bool:
    """Whether a value is too long for the assumed name of a chart's release alone."""
    longest = _LONGEST.search(cause.message)
    value = fields.at(resource.value, cause.path)
    return longest is not None and isinstance(value, str) and bundle.is_too_long_by_assumption(value, int(longest[1]))


def _is_asked_for(resource: Resource, cause: Cause) -> bool:
    """Whether a chart's own values leave a value empty that must be: whoever installs the chart gives it.

    A map that is printed without anything in it (``{}``) is such a value. A field that no template prints is another thing:
    no value brings it.
    """
    if cause.reason is not CauseReason.REQUIRED or not cause.path:
        return False
    parent = fields.at(resource.value, cause.path[:-1])
    if not isinstance(parent, dict):
        return False
    is_all_asked_for = not parent and len(cause.path) > _BELOW_SPEC
    return is_all_asked_for or (cause.path[-1] in parent and parent[cause.path[-1]] in (None, ""))


def _waits(resource: Resource, cause: Cause) -> bool:
    """Whether a map of a custom resource is judged as a whole, by ``oneOf`` and the like, and a value in it is to come."""
    return (
        bool(cause.path)
        and cause.reason is CauseReason.INVALID
        and _holds_a_variable(fields.at(resource.value, cause.path))
    )


def _holds_a_variable(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return any(has_variable(one) if isinstance(one, str) else _holds_a_variable(one) for one in value.values())


def is_applied(resource: Resource) -> bool:
    """Whether somebody sends the object to a server: no part of one, no test's expectation, no recording."""
    return not resource.partial and not _is_expected_of_a_controller(resource) and not _is_recorded(resource)


def _is_recorded(resource: Resource) -> bool:
    """Whether an object is one that a controller made, as a cluster returned it: nobody applies it again.

    What people exported to apply it elsewhere has no controller that would make it by itself.
    """
    owners = resource.metadata.get("ownerReferences")
    return (
        exists_already(resource.value)
        and isinstance(resource.value.get("status"), dict)
        and isinstance(owners, list)
        and any(isinstance(owner, dict) and owner.get("controller") is True for owner in owners)
    )


def exists_already(value: Mapping[str, Any]) -> bool:
    """Whether an object is a copy of one that a cluster holds: nobody writes a ``uid``."""
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and bool(metadata.get("uid"))


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
    if len(cause.path) == 1 and is_of_sops(cause.path[0], value):
        return True
    text = f"{value if isinstance(value, str) else ''} {cause.message}"
    if has_variable(text):
        return True
    if cause.reason is not CauseReason.UNKNOWN_FIELD:
        stands = stands_for_a_number if cause.reason in _NUMBERS else stands_for_a_value
        labelled = _LABELLED.match(cause.message)
        if cause.path == ("metadata", "name") and isinstance(value, str):
            if _IN_BRACKETS.fullmatch(value):
                return _FOR_READERS.search(resource.place.uri) is not None
            if _IN_PARENTHESES.search(value):
                return True
        if "capabilities" in cause.path and not is_marked_gap(value):
            return False
        if stands(value) or is_marked_gap(cause.path[-1] if cause.path else "") or (labelled and stands(labelled[2])):
            return True
    if not resource.transformed:
        return False
    if resource.kind == "Namespace" and cause.field in ("metadata.name", "metadata.labels"):
        return True
    return bool(_TRANSFORMED.match(cause.field) or _VARIABLE.search(text))


def _is_set_before(resource: Resource, cause: Cause) -> bool:
    """Whether a plugin that every cluster runs repairs the fault first: ServiceAccount names one for each Pod."""
    return resource.kind == "Pod" and cause.path[-1:] == ("serviceAccountToken",)


def _is_merged(resource: Resource) -> bool:
    """Whether a custom resource asks by itself to be merged into what is there: its operator may have made the rest."""
    options = resource.annotations.get("argocd.argoproj.io/sync-options", "").split(",")
    ssa = resource.annotations.get("kustomize.toolkit.fluxcd.io/ssa", "")
    return "ServerSideApply=true" in map(str.strip, options) or ssa == "Merge"


def _is_filled_in(resource: Resource, bundle: Bundle) -> bool:
    """Whether a mutating webhook, or a patch of Flux, of the manifests may write what a custom resource leaves out.

    What takes in a base that nobody applies as it is gives what is the same in all (``interval`` of Flux's objects).
    Webhooks come before the schema. One whose rules name the group counts, and one without rules: its operator writes
    them when it runs. A Kustomization of Flux that has patches gives what it applies its defaults.
    """
    if resource.gvk.group in _DEFAULTED_BY_THEIR_SERVER:
        return True
    if resource.kind == "ClusterServiceVersion" and resource.namespace == "placeholder":
        return True  # a base of operator-sdk, which makes the bundle from it
    if bundle.base:
        return True
    if any(one.spec.get("patches") for one in bundle.all("Kustomization", group=_FLUX)):
        return True
    for configuration in bundle.all("MutatingWebhookConfiguration"):
        for _, webhook in fields.items(configuration.value, "webhooks"):
            rules = fields.items(webhook, "rules")
            if not rules or any({"*", resource.gvk.group} & set(fields.texts(r, "apiGroups")) for _, r in rules):
                return True
    return False
