"""Whether policies let Pods ask a nameserver: what it would answer counts for nothing where they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.network.cluster_ends import cluster_end
from kubelens.predict.network.connection_goals import NoSuchEnd, find_goals
from kubelens.predict.network.dns_rules import DNS_PORT
from kubelens.predict.network.ends import ANYWHERE, AddressEnd, PodEnd, end_of
from kubelens.predict.network.policy import ConnectionOf, Connectivity, Decision, EndsOf, beside
from kubelens.predict.network.service_goals import Goal

_CLUSTER_DNS: Final = "kube-system/kube-dns"


class Way(Struct, frozen=True):
    """``shut``: why no Pod of the workload gets through to the nameserver, ``""`` where one does."""

    shut: str


class WayToNameserver(Struct, frozen=True):
    """Do policies let the Pods of a workload ask a nameserver (UDP 53)?

    ``server``: its address, or words; ``cluster``: it is the cluster's DNS.
    """

    pod: Workload
    server: str
    cluster: bool

    def answer(self, ask: Ask) -> Prediction[Way]:
        """As ``ConnectionOf`` has it; Pods of one workload that only some policies select are told apart."""
        goals = _cluster_goals(ask) if self.cluster else [Goal(_outside(self.server), DNS_PORT)]
        asked = [(end, [ask(ConnectionOf(end, goal.end)) for goal in goals]) for end in _ends(ask, self.pod)]
        closed = [(end, found[0]) for end, found in asked if not any(_is_open(one) for one in found)]
        assumptions = [a for _, found in asked for one in found if _is_isolated(one) for a in one.assumptions]
        if assumptions:
            assumptions += [Assumption(goal.assumption) for goal in goals if goal.assumption]
        assumptions += beside(ask)
        if not closed:
            return Prediction(Way(""), assumptions=tuple(dict.fromkeys(assumptions)))
        names = ", ".join(str(end) for end, _ in closed)
        if not self.cluster and goals[0].end is ANYWHERE:
            text = f"policies let {names} ask {self.server}, of which the files do not say where it is"
            return Prediction(Way(""), assumptions=(*dict.fromkeys(assumptions), Assumption(text)))
        if len(closed) < len(asked):
            text = f"the Pod that asks is none of {names}, which {_who(closed[0][1].answer)} from {self._title}"
            return Prediction(Way(""), assumptions=(*dict.fromkeys(assumptions), Assumption(text)))
        shut = f"{_who(closed[0][1].answer)} {names} from {self._title} (UDP {DNS_PORT})"
        return Prediction(Way(shut), tuple(_reasons(closed)), tuple(dict.fromkeys(assumptions)))

    @property
    def _title(self) -> str:
        return "the cluster's DNS" if self.cluster else f"nameserver {self.server}"


def _ends(ask: Ask, pod: Workload) -> list[PodEnd]:
    own = pod.resource
    ends = ask(EndsOf()).answer
    return [e for e in ends if e.workload.resource.key == own.key] or [end_of(pod)]


def _cluster_goals(ask: Ask) -> list[Goal]:
    """The cluster's DNS as ``connect`` finds it: the Pods of the files, else those that every cluster has."""
    try:
        return find_goals(ask, ask(EndsOf()).answer, f"{_CLUSTER_DNS}:{DNS_PORT}", "UDP")
    except NoSuchEnd:
        made = cluster_end(_CLUSTER_DNS, DNS_PORT)
        assert made is not None
        return [Goal(made.end, made.port, made.through, made.assumption)]


def _outside(server: str) -> AddressEnd:
    try:
        address = ip_address(server)
    except ValueError:
        return ANYWHERE
    return AddressEnd(address, address)


def _is_open(found: Prediction[Connectivity]) -> bool:
    return found.answer.ports.has("UDP", DNS_PORT)


def _decisions(found: Connectivity) -> Iterator[Decision]:
    yield from (one for one in (found.egress, found.ingress) if one is not None)


def _is_isolated(found: Prediction[Connectivity]) -> bool:
    return any(one.policies or one.cluster for one in _decisions(found.answer))


def _who(found: Connectivity) -> str:
    """``NetworkPolicy shop/closed keeps``: those that decide at the end that does not let it through."""
    decision = next(one for one in _decisions(found) if not one.ports.has("UDP", DNS_PORT))
    names = [f"NetworkPolicy {p.namespace}/{p.name}" for p in decision.policies]
    names = names or [
        f"{v.policy.resource.kind} {v.policy.name}" for v in decision.cluster if v.ports.has("UDP", DNS_PORT)
    ]
    return f"{', '.join(names)} {'keeps' if len(names) == 1 else 'keep'}"


def _reasons(closed: Sequence[tuple[PodEnd, Prediction[Connectivity]]]) -> Iterator[Reason]:
    yield from dict.fromkeys(reason for _, found in closed for reason in found.reasons)
