"""DynamicResources: devices for the claims of a Pod, and for extended resources that classes give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.predict.scheduler.devices.allocation import Exhausted, Given, NoPool, allocate, node_selector
from kubelens.predict.scheduler.devices.claim import DeviceClaim, DeviceRequest
from kubelens.predict.scheduler.devices.device import Device
from kubelens.predict.scheduler.devices.extended_resources import CLAIM_NAME, claim_on, given_by_classes
from kubelens.predict.scheduler.devices.inventory import DeviceInventory
from kubelens.predict.scheduler.devices.pools import gather_pools
from kubelens.predict.scheduler.devices.selector import Unsure, select
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, ScoreResult, Status, refused, scaled
from kubelens.predict.scheduler.plugins.node_affinity import matches_selector
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_NOT_HERE: Final = "resourceclaim not available on the node"
_MOST_STEPS: Final = 2_000_000
_MOST_RESERVED: Final = 256
_BEST_RANK: Final = 8


class _Data(Struct):
    claims: list[DeviceClaim]
    extended: Mapping[str, str]
    inventory: DeviceInventory


class _Failed(Exception):
    """Why allocation cannot go on on any node."""


def claims_of(pod: PodInfo, inventory: DeviceInventory) -> list[DeviceClaim] | str:
    """The claims a Pod names, or why it must wait (``foreachPodResourceClaim``).

    What a template made is found by the Pod's status, or by the name that is given to it here; where neither is there
    it is read off the template.
    """
    made = {
        fields.text(one, "name"): one.get("resourceClaimName")
        for _, one in fields.items(fields.mapping(pod.value, "status"), "resourceClaimStatuses")
    }
    found: list[DeviceClaim] = []
    for one in pod.resource_claims:
        own = fields.text(one, "name")
        name = fields.text(one, "resourceClaimName")
        if not name and own in made:
            if made[own] is None:
                continue
            name = str(made[own])
        template = fields.text(one, "resourceClaimTemplateName")
        claim = inventory.claims.get((pod.namespace, name or made_claim_name(pod.name, own)))
        if claim is None and not name and template:
            claim = inventory.of_template(pod.namespace, template, made_claim_name(pod.name, own))
        if claim is None and not name:
            return f'pod "{pod.key}": ResourceClaim not created yet'
        if claim is None:
            return f'could not find v1.ResourceClaim "{pod.namespace}/{name}"'
        if claim.deleting:
            return f'resourceclaim "{claim.name}" is being deleted'
        found.append(claim)
    return found


def _refused_claim(pod: PodInfo, inventory: DeviceInventory) -> str | None:
    """Why a Pod waits whose claim, or the template of it, the API server does not store; None where it stores all."""
    for one in pod.resource_claims if inventory.refused else ():
        for kind in ("ResourceClaim", "ResourceClaimTemplate"):
            name = fields.text(one, f"{kind[0].lower()}{kind[1:]}Name")
            why = inventory.refused.get((kind, pod.namespace, name))
            if why is not None:
                return f"the API server refuses {kind} {name!r}: {why}"
    return None


def made_claim_name(pod: str, claim: str) -> str:
    """What a claim of a template is called here; the controller adds five letters to it."""
    return f"{pod}-{claim}"


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, DynamicResources.PreEnqueue and PreFilter): a claim that is missing keeps a Pod out of the queue."""
    inventory = state.devices
    if (why := _refused_claim(pod, inventory)) is not None:
        return PreFilterResult(refusal=Status((why,), False, fatal=True))
    extended = given_by_classes(pod, inventory)
    if (not pod.resource_claims and not extended) or not inventory.given:
        return SKIP
    claims = claims_of(pod, inventory)
    if isinstance(claims, str):
        return PreFilterResult(refusal=Status((claims,), False, fatal=True))
    for claim in claims:
        if claim.allocated is not None:
            if len(claim.reserved) >= _MOST_RESERVED and pod.name not in claim.reserved:
                return PreFilterResult(refusal=refused("resourceclaim in use", resolvable=False))
            continue
        missing = next(
            (r for ranked in claim.requests for r in ranked if r.device_class not in inventory.classes), None
        )
        if missing is not None:
            text = f"request {missing.full_name}: device class {missing.device_class} does not exist"
            return PreFilterResult(refusal=refused(text, resolvable=False))
    return PreFilterResult(_Data(claims, extended, inventory)) if claims or extended else SKIP


def fits(pod: PodInfo, info: NodeInfo, data: Any) -> Status | None:
    """(scheduler, DynamicResources.Filter): what is allocated is there, and the rest can be."""
    available = all(
        claim.allocated is None or claim.selector is None or matches_selector(claim.selector, info.node)
        for claim in data.claims
    )
    try:
        given = _allocation(pod, info, data)
    except _Failed as error:
        return Status((f'running "DynamicResources" filter plugin: {error}',), False, fatal=True)
    if given is None:
        return refused("cannot allocate all claims", resolvable=False)
    return None if available else refused(_NOT_HERE, resolvable=False)


def _open_claims(pod: PodInfo, info: NodeInfo, data: _Data) -> list[DeviceClaim]:
    claims = [claim for claim in data.claims if claim.allocated is None]
    own = claim_on(pod, info, data.extended)
    return [*claims, own] if own is not None else claims


def _allocation(pod: PodInfo, info: NodeInfo, data: _Data) -> tuple[Given, ...] | None:
    """What the open claims of a Pod get on a node; nothing, with a word in ``unread``, where that cannot be told."""
    claims = _open_claims(pod, info, data)
    if not claims:
        return ()
    inventory = data.inventory

    def selectable(request: DeviceRequest, device: Device, claim: DeviceClaim) -> bool:
        inventory.steps += 1
        if inventory.steps > _MOST_STEPS:
            raise Exhausted
        if device.shared or request.capacity:
            raise Unsure("devices that several claims share by capacity are not modelled")
        device_class = inventory.classes[request.device_class]
        for subject, expressions in (
            (f"class {device_class.name}", device_class.selectors),
            (f"claim {claim.key}", request.selectors),
        ):
            for number, expression in enumerate(expressions):
                told = select(expression, device, inventory)
                if isinstance(told, str):
                    where = f"selector #{number} on device {'/'.join(device.id)}"
                    raise _Failed(f"{subject}: {where}: CEL runtime error: {told}")
                if not told:
                    return False
        return True

    try:
        return allocate(claims, gather_pools(inventory, info.node), inventory.held, selectable)
    except NoPool as error:
        claim, request, pool = error.args
        text = f"asks for all devices, but resource pool {pool} is currently being updated"
        raise _Failed(f"claim {claim}, request {request}: {text}") from None
    except (Exhausted, RecursionError):
        why = "too many combinations of devices"
    except Unsure as error:
        why = str(error)
    inventory.unread[f"Pod {pod.key}: its devices are taken to be there on every node: {why}"] = None
    return ()


def score(pod: PodInfo, nodes: list[NodeInfo], state: ClusterState) -> ScoreResult:
    """(scheduler, DynamicResources.Score): alternatives that stand earlier in ``firstAvailable`` count more."""
    result = prefilter(pod, state)
    data = result.data
    if not isinstance(data, _Data) or not any(claim.prioritized and claim.allocated is None for claim in data.claims):
        return ScoreResult({info.node.name: 0 for info in nodes})
    raw = {info.node.name: _rank(_allocation(pod, info, data) or ()) for info in nodes}
    return ScoreResult(scaled(raw))


def _rank(given: tuple[Given, ...]) -> int:
    """(``computeScore``): once for each request with alternatives."""
    ranks = {(one.claim, one.request.name): one.rank for one in given if one.request.sub_name}
    return sum(_BEST_RANK - rank for rank in ranks.values())


def reserve(pod: PodInfo, info: NodeInfo, state: ClusterState) -> None:
    """Give a Pod that goes to a node its devices (DynamicResources.Reserve and PreBind)."""
    data = prefilter(pod, state).data
    if not isinstance(data, _Data):
        return
    claims = _open_claims(pod, info, data)
    given = _allocation(pod, info, data) or ()
    inventory = state.devices
    for number, claim in enumerate(claims):
        mine = [one.device for one in given if one.claim == number]
        held = tuple(one.device.id for one in given if one.claim == number and not one.request.admin)
        selector = node_selector(mine, info.node.name)
        inventory.put(replace(claim, allocated=held, selector=selector))
    for claim in data.claims:
        now = inventory.claims.get((claim.namespace, claim.name), claim)
        inventory.put(replace(now, reserved=now.reserved | {pod.name}))


def release(pod: PodInfo, state: ClusterState) -> None:
    """Take back what a Pod that is gone had: its reservations, and claims that were made for it alone."""
    inventory = state.devices
    inventory.drop(pod.namespace, f"{pod.name}{CLAIM_NAME}")
    claims = claims_of(pod, inventory) if pod.resource_claims and inventory.given else ()
    for claim in () if isinstance(claims, str) else claims:
        if (claim.namespace, claim.name) not in inventory.claims:
            continue
        left = claim.reserved - {pod.name}
        freed = replace(claim, reserved=left) if left else replace(claim, reserved=left, allocated=None, selector=None)
        inventory.put(freed)


def after_filtering(pod: PodInfo, state: ClusterState, statuses: Iterable[Status]) -> str:
    """What is said where no node fits (DynamicResources.PostFilter)."""
    data = prefilter(pod, state).data
    if not isinstance(data, _Data):
        return "no new claims to deallocate"
    elsewhere = any(_NOT_HERE in status.reasons for status in statuses)
    movable = any(claim.allocated is not None and claim.reserved <= {pod.name} for claim in data.claims)
    return "deallocation of ResourceClaim completed" if elsewhere and movable else "still not schedulable"


PLUGIN = Plugin("DynamicResources", prefilter, fits, score, 2)
