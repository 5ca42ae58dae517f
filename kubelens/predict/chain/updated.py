"""``Updated``: what the API server says to an object that takes the place of one that runs."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.persistent_volume_claim import read_claim
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.causes import Cause, CauseReason, field_notation
from kubelens.predict.apiserver.plugins.persistent_volume_claim_resize import refused_resize
from kubelens.predict.apiserver.plugins.refusal import Refusal
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import standing_causes
from kubelens.predict.chain.edited import Edited, before_edit
from kubelens.predict.chain.hooks import hook_words

_SOME_ADDRESS: Final = "10.96.0.10"


class Updated(Struct, frozen=True):
    """What does the API server say to ``resource`` in place of ``old``? None where it does not know the kind."""

    resource: Resource
    old: Resource
    node_port_range: tuple[int, int] = (30000, 32767)

    def answer(self, ask: Ask) -> Prediction[Answer | None]:
        """Judged against the old object as it is in a cluster by now."""
        edited = ask(Edited(self.resource, self.old)).answer
        if edited.refusal is not None:
            return Prediction(_denied(edited.refusal))
        resource, before = edited.resource, before_edit(self.resource, self.old, ask)
        if self.old is not self.resource.standing:
            before = running(before, resource)
        judged = ask(AdmissionOf(resource, before, ask.bundle.release, self.node_port_range))
        if self.resource.kind != "PersistentVolumeClaim" or judged.answer is None or not judged.answer.accepted:
            return judged
        refusal = _refused_resize(self.resource, self.old, ask)
        return judged if refusal is None else replace(judged, answer=_denied(refusal))


def _denied(refusal: Refusal) -> Answer:
    causes = tuple(
        Cause(fault.path, CauseReason.FORBIDDEN, fault.message, field_notation(fault.path)) for fault in refusal.faults
    )
    return Answer(Stage.FORBIDDEN, causes, denied_by=refusal.plugin)


def refused_update(resource: Resource, old: Resource, ask: Ask) -> Answer | None:
    """What the API server says no with, and the causes that stand once tools have filled in and decrypted the object.

    None where it takes the update, nothing is known of the kind, or no cause stands.
    """
    answer = ask(Updated(resource, old)).answer
    if answer is None or answer.accepted:
        return None
    told = set(standing_causes(resource, answer.causes, ask.bundle))
    causes = tuple(cause for cause in answer.causes if cause in told or _of_selector(cause, resource, old))
    return replace(answer, causes=causes) if causes or not answer.causes else None


def _of_selector(cause: Cause, resource: Resource, old: Resource) -> bool:
    """Whether a selector differs between two texts: what kustomize fills in, it fills in on both sides.

    One that a cluster holds has it already, and the file of a kustomization not yet.
    """
    return cause.field == "spec.selector" and old is not resource.standing


def _refused_resize(resource: Resource, old: Resource, ask: Ask) -> Refusal | None:
    """What is held against a larger claim, as far as its class is known; one without a class cannot grow."""
    from kubelens.predict.chain.reclaimed import class_of  # noqa: PLC0415 - the volume controller, only for claims

    claim, before = read_claim(resource.value), read_claim(old.value)
    known = class_of(claim, ask)
    if known is None and claim.storage_class != "":
        return None
    return refused_resize(claim, before, known)


def running(old: Resource, new: Resource) -> Resource:
    """The old object as it is in the cluster by now: a claim is bound, a Service has an address."""
    if old.kind == "PersistentVolumeClaim":
        asked = fields.mapping(fields.mapping(old.spec, "resources"), "requests")
        return replace(old, value={**old.value, "status": {"phase": "Bound", "capacity": dict(asked)}})
    if old.kind == "Service" and new.spec.get("clusterIP") == "None" and not old.spec.get("clusterIP"):
        if old.spec.get("type", "ClusterIP") != "ExternalName":
            return replace(old, value={**old.value, "spec": {**old.spec, "clusterIP": _SOME_ADDRESS}})
    return old


def is_hook(resource: Resource) -> bool:
    """Whether a tool deletes the old object before it makes the new one, whatever has changed."""
    return bool(hook_words(resource))


def is_made_anew(resource: Resource) -> bool:
    """Whether a tool deletes the old object before it makes the new one: hooks, forced replacement."""
    if is_hook(resource):
        return True
    said = resource.annotations
    options = {option.strip() for option in said.get("argocd.argoproj.io/sync-options", "").split(",")}
    return said.get("kustomize.toolkit.fluxcd.io/force") == "enabled" or {"Force=true", "Replace=true"} <= options


def is_deleted_first(resource: Resource, old: Resource, ask: Ask) -> bool:
    """Whether a tool makes an object anew for an edit that the server would refuse."""
    return is_made_anew(resource) and refused_update(resource, old, ask) is not None
