"""Which backend answers by the API's own text (networking/v1 ``IngressRule``, ``HTTPIngressPath``, ``PathType``).

Host first, then the longest path, then Exact before Prefix; controllers give what they do differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube.network import Ingress, IngressBackend, IngressPath, IngressRule, PortByName, ServiceBackend
from kubelens.predict.api import Ask, Assumption, Reason
from kubelens.predict.network.destination import Destination, Route
from kubelens.predict.network.ingress_backend import BackendEnds, backend_ends
from kubelens.predict.network.ingress_controllers.behaviour import (
    EXACT,
    IMPLEMENTATION_SPECIFIC,
    PREFIX,
    Answered,
    Behaviour,
    concerns,
)
from kubelens.predict.network.request import Request
from kubelens.syntax.place import Place

CONTROLLER_DEFAULT: Final = "the controller's default"

_OF_OTHERS: Final = (
    "acme.cert-manager.io/",
    "argocd.argoproj.io/",
    "cert-manager.io/",
    "external-dns.alpha.kubernetes.io/",
    "gethomepage.dev/",
    "helm.sh/",
    "kubectl.kubernetes.io/",
    "kubelens.dev/",
    "kubernetes.io/ingress.class",
    "kubernetes.io/tls-acme",
    "meta.helm.sh/",
)
"""How annotations begin that others read than ingress controllers."""


class Candidate(Struct, frozen=True, eq=False):
    """A path of an Ingress."""

    ingress: Ingress
    rule: IngressRule
    path: IngressPath
    rank: tuple[int, ...]

    @property
    def title(self) -> str:
        """``Ingress shop/web host shop.example.com path /cart (Prefix)``."""
        host = self.rule.host or "*"
        return f"Ingress {self.ingress.namespace}/{self.ingress.name} host {host} path {self.path.path or '/'} ({self.path.type})"

    @property
    def place(self) -> Place:
        """Where the path stands."""
        return self.ingress.resource.place.at(*self.path.at)


class _Findings(Struct):
    passed: list[Reason] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def by_specification(
    ask: Ask, entry: str, group: Sequence[Ingress], request: Request, behaviour: Behaviour
) -> Answered:
    """The answer to a request of the Ingresses of one class."""
    found = _Findings(assumptions=[Assumption(text) for text in behaviour.assumes])
    found.assumptions += _unmodelled([i for i in group if concerns(i, request)], behaviour)
    route = _route(ask, entry, group, request, behaviour, found)
    return Answered(route, found.assumptions)


def _unmodelled(group: Sequence[Ingress], behaviour: Behaviour) -> Iterator[Assumption]:
    """Annotations of the controller that may change the answer and are not taken into account."""
    for ingress in group:
        names = []
        for name in ingress.resource.annotations:
            prefix = max((p for p in behaviour.prefixes if name.startswith(p)), key=len, default=None)
            own = name.removeprefix(prefix) if prefix is not None else ""
            if (prefix is not None and own not in behaviour.modelled and own not in behaviour.inert) or (
                not behaviour.name and "/" in name and not name.startswith(_OF_OTHERS)
            ):
                names.append(name)
        if names:
            yield Assumption(f"Ingress {ingress.name!r}: annotations not modelled: {', '.join(sorted(names))}")


def _route(
    ask: Ask, entry: str, group: Sequence[Ingress], request: Request, behaviour: Behaviour, found: _Findings
) -> Route:
    candidates = _candidates(group, request, behaviour, found)
    winners = [c for c in candidates if c.rank == candidates[0].rank] if candidates else []
    for loser in candidates[len(winners) :]:
        nearer = "comes before it" if behaviour.in_order else "is closer"
        winner = f"{winners[0].path.path or '/'} ({winners[0].path.type})"
        found.passed.append(Reason(f"{loser.title}: matches, but {winner} {nearer}", loser.place))
    if winners:
        return _decided(ask, entry, winners, request, behaviour, found)
    defaults = [i for i in group if i.default_backend is not None]
    for ingress in defaults[:1]:
        if len(defaults) > 1:
            found.assumptions.append(
                Assumption("of several Ingresses with a defaultBackend the controller takes the first")
            )
        place = ingress.resource.place.at("spec", "defaultBackend")
        ends = _ends(ask, ingress, ingress.default_backend, behaviour)
        rule = f"Ingress {ingress.namespace}/{ingress.name} defaultBackend"
        notes = (*found.notes, *ends.notes)
        return Route(entry, rule, place, ends.destinations, ends.status, None, tuple(found.passed), notes, ends.unknown)
    return Route(entry, CONTROLLER_DEFAULT, None, (), 404, None, tuple(found.passed), tuple(found.notes))


def _candidates(group: Sequence[Ingress], request: Request, behaviour: Behaviour, found: _Findings) -> list[Candidate]:
    """The paths that fit, the winner first; everything else goes to ``passed``."""
    every = {rule.host for ingress in group for rule in ingress.rules}
    hosts = {host for host in every if behaviour.host_fits(host, request.host)}
    best = min(hosts, key=_host_rank, default="")
    fitting: list[Candidate] = []
    for position, ingress in enumerate(group):
        before = (position,) if behaviour.in_order else ()
        for rule in ingress.rules:
            for path in rule.paths:
                candidate = Candidate(ingress, rule, path, (*before, *behaviour.rank(rule, path)))
                _check_type(candidate, behaviour, found)
                if rule.host not in hosts:
                    told = f"host {request.host or '(none)'} does not match"
                elif rule.host != best and not behaviour.hosts_compete:
                    told = f"host {best} is closer"
                elif not behaviour.fits(path, request.path):
                    told = f"path {request.path} does not match"
                else:
                    fitting.append(candidate)
                    continue
                found.passed.append(Reason(f"{candidate.title}: {told}", candidate.place))
    if not fitting and len(hosts) > 1 and not behaviour.name:
        others = ", ".join(sorted(hosts - {best})) or "*"
        found.assumptions.append(Assumption(f"no path of host {best} matches: some controllers try {others} next"))
    return sorted(fitting, key=lambda c: c.rank)


def _check_type(candidate: Candidate, behaviour: Behaviour, found: _Findings) -> None:
    kind = candidate.path.type
    if kind == IMPLEMENTATION_SPECIFIC and not behaviour.name:
        text = "ImplementationSpecific paths are read as Prefix: name a controller to be sure (--controller)"
        if Assumption(text) not in found.assumptions:
            found.assumptions.append(Assumption(text))
    if kind not in (EXACT, PREFIX, IMPLEMENTATION_SPECIFIC):
        found.notes.append(
            f"Ingress {candidate.ingress.namespace}/{candidate.ingress.name}: pathType {kind!r} is none of Exact, "
            "Prefix, ImplementationSpecific: the API server refuses the Ingress"
        )


def _host_rank(host: str) -> tuple[int, int]:
    return (2 if not host else 1 if host.startswith("*.") else 0, -len(host))


def _decided(
    ask: Ask,
    entry: str,
    winners: list[Candidate],
    request: Request,
    behaviour: Behaviour,
    found: _Findings,
) -> Route:
    main, rivals = winners[0], winners[1:]
    if redirect := behaviour.redirect(main.ingress, request):
        notes = tuple(found.notes)
        return Route(entry, main.title, main.place, (), redirect.status, redirect, tuple(found.passed), notes)
    ends = _ends(ask, main.ingress, main.path.backend, behaviour)
    found.notes += ends.notes
    reached: tuple[Destination, ...] = _as_seen(ends.destinations, main.ingress, request, behaviour, found)
    if rivals:
        found.assumptions.append(
            Assumption(
                f"{len(winners)} rules claim host {main.rule.host or '*'} path {main.path.path}: which one wins is the controller's choice"
            )
        )
        for rival in rivals:
            others = _ends(ask, rival.ingress, rival.path.backend, behaviour).destinations
            reached += _as_seen(others, rival.ingress, request, behaviour, found)
        found.notes.append("one of these answers, the manifests do not say which")
    passed, notes = tuple(found.passed), tuple(found.notes)
    return Route(entry, main.title, main.place, reached, ends.status, None, passed, notes, ends.unknown)


def _as_seen(
    ends: Iterable[Destination], ingress: Ingress, request: Request, behaviour: Behaviour, found: _Findings
) -> tuple[Destination, ...]:
    """Destinations with the path that they see."""
    seen = behaviour.seen(ingress, request)
    found.notes += [seen.note] if seen.note else []
    found.assumptions += [Assumption(seen.assumption)] if seen.assumption else []
    return tuple(replace(end, path=seen.path) if seen.path not in (None, request.path) else end for end in ends)


def _ends(ask: Ask, ingress: Ingress, backend: IngressBackend | None, behaviour: Behaviour) -> BackendEnds:
    """What stands behind a backend: an action is told by its name alone, that what it does is not modelled is assumed."""
    if (
        not behaviour.action_port
        or not isinstance(backend, ServiceBackend)
        or backend.port != PortByName(behaviour.action_port)
    ):
        return backend_ends(ask, ingress.namespace, backend)
    names = [f"{prefix}actions.{backend.name}" for prefix in behaviour.prefixes]
    if any(name in ingress.resource.annotations for name in names):
        return BackendEnds((), None, (f"action {backend.name} answers, as annotation {names[0]} says",), True)
    title = f"Ingress {ingress.namespace}/{ingress.name}"
    return BackendEnds((), None, (f"{title} has no annotation {names[0]}: the controller sets nothing up",))
