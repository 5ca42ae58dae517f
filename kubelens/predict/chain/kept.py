"""What a cluster holds once manifests are applied to it: an object whose edit the API server refuses stays as it was."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Oracle
from kubelens.predict.chain.applied import is_emptied
from kubelens.predict.chain.policy_denial import denied_by_policy
from kubelens.predict.chain.updated import is_made_anew, refused_update

_EXTERNAL_NAME: Final = "ExternalName"


def after_edits(bundle: Bundle) -> Bundle:
    """The bundle with the old object in place of each whose edit is refused, and what the server says to it."""
    if not any(resource.standing is not None for resource in bundle):
        return bundle
    ask = Oracle(bundle)
    refused = {id(r): why for r in bundle if (why := why_edit_is_refused(r, r.standing, ask))}
    held = [
        _as_it_was(one, refused[id(one)]) if id(one) in refused else with_address(one, one.standing) for one in bundle
    ]
    if not refused and all(one is other for one, other in zip(held, bundle, strict=True)):
        return bundle
    return bundle.holding(held)


def with_address(resource: Resource, there: Resource | None) -> Resource:
    """A Service with the address of the one that is ``there``, where it writes none: so a headless one stays headless.

    Where the edit is stored (pkg/registry/core/service/storage ``patchAllocatedValues``, before validation), for the types
    that have an address. A tool that makes the object anew lets go of the address with the old one.
    """
    if there is None or resource.kind != "Service" or resource.gvk.group or is_made_anew(resource):
        return resource
    if _EXTERNAL_NAME in (resource.spec.get("type"), there.spec.get("type")) or resource.partial or there.partial:
        return resource
    held = there.spec.get("clusterIP")
    if not held or resource.spec.get("clusterIP") or resource.spec.get("clusterIPs"):
        return resource
    addresses = {name: there.spec[name] for name in ("clusterIP", "clusterIPs") if name in there.spec}
    return replace(resource, value={**resource.value, "spec": {**resource.spec, **addresses}})


def why_edit_is_refused(resource: Resource, there: Resource | None, ask: Ask) -> str:
    """The API server's sentence where it does not take an object in place of the one that is ``there``; ``""`` else.

    What a tool deletes and makes anew is no edit. Policies of the manifests are asked once validation has passed.
    """
    if there is None or not _is_edit(resource, there) or is_made_anew(resource):
        return ""
    refused = refused_update(resource, there, ask)
    if refused is not None:
        causes = [f"{cause.field}: {cause.message}" if cause.field else cause.message for cause in refused.causes]
        return causes[0] if causes else f"{refused.denied_by} refuses it"
    verdict = denied_by_policy(resource, ask) if there is resource.standing else None
    return (
        f"ValidatingAdmissionPolicy {verdict.policy.name!r} denies it: {verdict.message}" if verdict is not None else ""
    )


def _is_edit(resource: Resource, there: Resource) -> bool:
    """Whether an object is written otherwise than the one of its group, kind and name that is there."""
    if there is resource or resource.partial or there.partial or resource.gvk != there.gvk:
        return False
    return there.value != resource.value and not is_emptied(there)


def _as_it_was(resource: Resource, why: str) -> Resource:
    there = resource.standing
    assert there is not None
    return replace(there, edit_refused=edit_refused(resource, why))


def edit_refused(resource: Resource, why: str) -> str:
    """What is said of an object that stays as it is."""
    return f"the API server refuses this edit of {resource.key}: {why}; it stays as it is"
