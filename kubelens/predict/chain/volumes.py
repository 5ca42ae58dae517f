"""``Volumes``: which claim gets which volume in the end, with the Pods placed where nodes are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.bound import Bound, bindings_of
from kubelens.predict.chain.claims import ClaimsThatExist, MadeClaim, RefusedEphemeralClaims
from kubelens.predict.chain.ephemeral_claims import taken_of_ephemeral_claims
from kubelens.predict.chain.left_without import outrun
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.chain.never_placed import NeverPlaced
from kubelens.predict.chain.placed import Placed, Schedule
from kubelens.predict.chain.turns import waits_in_turn
from kubelens.predict.controllers.persistentvolume.fate import ClaimFate, Event, Outcome, Phase, VolumeFate
from kubelens.predict.controllers.statefulset import makes_in_turn
from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.attachments import Waiting
from kubelens.predict.scheduler.plugins.volume_binding import reached_from
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names, claims_named

_MOST_USERS: Final = 20


class User(Struct, frozen=True):
    """What uses a claim: a Pod of a StatefulSet by its name, else the object that brings Pods. ``node``: one it names itself."""

    name: str
    node: str = ""


class ClaimAnswer(Struct, frozen=True, eq=False):
    """A claim in the end. ``fate`` is what the controller made of it before a Pod was placed.

    ``outcome`` and ``volume`` are those after that, ``zone`` and ``node`` where its first Pod goes; ``""`` where no nodes
    are known. ``event``: the controller's last word.
    """

    made: MadeClaim
    fate: ClaimFate
    outcome: Outcome
    volume: str
    event: Event | None
    users: tuple[User, ...]
    node: str = ""
    zone: str = ""


class VolumesAnswer(Struct, frozen=True, eq=False):
    """Every claim and every volume, and Pods that wait as another node has their volume.

    ``unmade``: claims as ``namespace/name`` that come with Pods which are not created, and why these are not, and
    those of ephemeral volumes that the API server refuses.
    """

    claims: tuple[ClaimAnswer, ...]
    volumes: tuple[VolumeFate, ...]
    waiting: tuple[Waiting, ...] = ()
    unmade: Mapping[str, str] = {}


class Volumes(Struct, frozen=True):
    """Which claim gets which volume, or why none? ``nodes``: node objects beside the bundle's, as JSON text."""

    nodes: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Prediction[VolumesAnswer]:
        """As the controller decides it, and, where there are nodes, the scheduler after it."""
        bound = ask(Bound())
        made = ask(ClaimsThatExist()).answer
        users = _users(ask)
        placed = ask(Placed(self.nodes)) if self.nodes or ask.bundle.all("Node", group="") else None
        schedule = placed.answer if placed is not None else None
        unmade = schedule.unmade if schedule is not None else _after_stuck(made, ask)
        made = tuple(one for one in made if one.claim.key not in unmade)
        bindings = bound.answer
        if unmade:
            bindings = schedule.bindings if schedule is not None else bindings_of(made, ask)
        consumers = _consumers(schedule) if schedule is not None else _Consumers({}, {})
        late = {fate.claim.key for fate in outrun(bindings.claims)} if schedule is None else frozenset()
        claims = tuple(
            ClaimAnswer(one, bindings.by_claim[one.claim.key], Outcome.PENDING, "", None, users.get(one.claim.key, ()))
            if one.claim.key in late
            else _answer(one, bindings.by_claim[one.claim.key], users.get(one.claim.key, ()), schedule, consumers)
            for one in made
        )
        taken = {one.volume: one.made.claim.key for one in claims if one.outcome is Outcome.BOUND}
        volumes = tuple(
            VolumeFate(one.volume, Phase.BOUND, taken[one.volume.name])
            if one.volume.name in taken and one.phase is not Phase.BOUND
            else one
            for one in bindings.volumes
        )
        assumptions = bound.assumptions
        if schedule is not None:
            assumptions = tuple(map(Assumption, schedule.assumptions))
        assumptions += tuple(map(Assumption, _running(one.fate for one in claims)))
        if schedule is None:
            assumptions += taken_to_let_in(ask, _with_claims(ask))
            assumptions += tuple(map(Assumption, taken_of_ephemeral_claims(ask)))
        said = {f"claim {key}" for key in unmade}
        reasons = tuple(one for one in bound.reasons if one.text.partition(": ")[0] not in said)
        waiting = schedule.waiting if schedule is not None else ()
        refused = {
            key: f"the ephemeral volume controller makes it, and the API server refuses it (FailedCreate): {why}"
            for key, why in ask(RefusedEphemeralClaims()).answer.items()
        }
        return Prediction(VolumesAnswer(claims, volumes, waiting, {**unmade, **refused}), reasons, assumptions)


def _after_stuck(made: Iterable[MadeClaim], ask: Ask) -> Mapping[str, str]:
    """Claims of Pods made in turn, where one before them never runs; with nothing known of nodes all others do."""
    never = ask(NeverPlaced()).answer
    stuck: dict[int, tuple[int, str]] = {}
    found: dict[str, str] = {}
    for one in sorted(made, key=lambda one: one.ordinal):
        if one.owner.kind != "StatefulSet" or not makes_in_turn(one.owner.value):
            continue
        first, pod = stuck.get(id(one.owner), (one.ordinal, ""))
        if first < one.ordinal:
            found[one.claim.key] = waits_in_turn(f"{one.owner.name}-{one.ordinal}", pod)
        elif f"{one.claim.namespace}/{one.owner.name}-{one.ordinal}" in never:
            stuck[id(one.owner)] = one.ordinal, f"{one.owner.name}-{one.ordinal}"
    return found


def _running(fates: Iterable[ClaimFate]) -> Iterator[str]:
    """What has to run in the cluster for volumes to be made."""
    coming = (fate for fate in fates if fate.outcome in (Outcome.WAITS, Outcome.MADE))
    made = (fate.known.provisioner for fate in coming if fate.known.provisions)
    names = list(dict.fromkeys(name for name in made if name))
    if names:
        yield f"what makes volumes runs in the cluster, and has room for them: {first_names(names, _MOST_USERS)}"


def _answer(
    made: MadeClaim, fate: ClaimFate, users: tuple[User, ...], schedule: Schedule | None, consumers: _Consumers
) -> ClaimAnswer:
    if fate.outcome not in (Outcome.WAITS, Outcome.MADE):
        return ClaimAnswer(made, fate, fate.outcome, fate.volume, fate.event, users)
    if users and all(user.node for user in users) and fate.outcome is Outcome.WAITS:
        text = f"{users[0].name} names node {users[0].node} itself: no scheduler chooses a node for the claim"
        return ClaimAnswer(made, fate, Outcome.PENDING, "", Event("WaitForFirstConsumer", text), users)
    if schedule is None:
        return ClaimAnswer(made, fate, fate.outcome, "", fate.event, users)
    claim = schedule.state.claims.get((made.claim.namespace, made.claim.name))
    if claim is not None and claim.bound:
        node = consumers.nodes.get(made.claim.key, "")
        zone = schedule.state.nodes[node].node.zone if node else ""
        there = claim.volume_name in schedule.bindings.by_volume
        outcome = Outcome.BOUND if there else Outcome.MADE
        if there and node:
            fate = replace(fate, among=_reachable(fate, claim.volume_name, schedule.state.nodes[node].node, schedule))
        return ClaimAnswer(made, fate, outcome, claim.volume_name if there else "", None, users, node, zone)
    names = consumers.waiting.get(made.claim.key, [])
    if not names:
        return ClaimAnswer(made, fate, fate.outcome, "", fate.event, users)
    those = f"pod {names[0]}" if len(names) == 1 else f"pods {','.join(names[:_MOST_USERS])}"
    event = Event("WaitForPodScheduled", f"waiting for {those} to be scheduled")
    return ClaimAnswer(made, fate, Outcome.PENDING, "", event, users)


def _reachable(fate: ClaimFate, chosen: str, node: Node, schedule: Schedule) -> tuple[str, ...]:
    """Of the volumes of which a claim gets one those that its Pod's node reaches (``findMatchingVolume``)."""
    known = schedule.bindings.by_volume
    return tuple(
        name
        for name in fate.among
        if name == chosen or (name in known and reached_from(node, known[name].volume.affinity))
    )


class _Consumers(Struct):
    """By claim key: the node of the first Pod that has it, and the Pods that found no node."""

    nodes: dict[str, str]
    waiting: dict[str, list[str]]


def _consumers(schedule: Schedule) -> _Consumers:
    found = _Consumers({}, {})
    for info, pod in schedule.state.pods():
        for name in claim_names(pod):
            found.nodes.setdefault(f"{pod.namespace}/{name}", info.node.name)
    for placement in schedule.placements:
        if not placement.chosen:
            for name in claim_names(placement.pod):
                found.waiting.setdefault(f"{placement.pod.namespace}/{name}", []).append(placement.pod.name)
    return found


def _users(ask: Ask) -> Mapping[str, tuple[User, ...]]:
    """By claim key: what uses it."""
    found: dict[str, list[User]] = {}
    for workload in workloads(ask.bundle):
        resource = workload.resource
        if not resource.partial:
            for key, user in _uses(ask, resource):
                users = found.setdefault(key, [])
                if len(users) < _MOST_USERS and user not in users:
                    users.append(user)
    return {key: tuple(users) for key, users in found.items()}


def _with_claims(ask: Ask) -> Iterator[Resource]:
    """The workloads whose Pods use claims."""
    there = (workload.resource for workload in workloads(ask.bundle))
    yield from (resource for resource in there if not resource.partial and next(_uses(ask, resource), None) is not None)


def _uses(ask: Ask, resource: Resource) -> Iterator[tuple[str, User]]:
    admitted = ask(Admitted(resource)).answer
    if admitted.pod is None or admitted.made is None:
        return
    namespace = resource.namespace or "default"
    spec = admitted.pod["spec"]
    own = resource.kind == "StatefulSet" or any("ephemeral" in v for _, v in fields.items(spec, "volumes"))
    if not own:
        user = User(str(resource.key), fields.text(spec, "nodeName"))
        yield from ((f"{namespace}/{claim}", user) for claim in claims_named(_volumes(spec), ""))
        return
    for pod in admitted.pods():
        name = pod["metadata"]["name"]
        user = User(f"Pod '{namespace}/{name}'", fields.text(pod["spec"], "nodeName"))
        yield from ((f"{namespace}/{claim}", user) for claim in claims_named(_volumes(pod["spec"]), name))


def _volumes(spec: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [volume for _, volume in fields.items(spec, "volumes")]
