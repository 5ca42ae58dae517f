"""Which backend of the Ingresses of a class answers a request.

Follows the API's own text (networking/v1 ``IngressRule``, ``HTTPIngressPath``, ``PathType``) and the examples of its
documentation: host first, then the longest path, then Exact before Prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import (
    Ingress,
    IngressBackend,
    IngressPath,
    IngressRule,
    ServiceBackend,
    read_ingress,
    read_ingress_class,
)
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.network.controllers import ControllerProfile, controller_profiles
from kubelens.predict.network.destination import Destination, Route, find_service, pods_behind, service_port
from kubelens.predict.network.ingress_annotations import canary_share, own_redirect, rewritten, unmodelled
from kubelens.predict.network.path_match import elements, is_exact_match, is_prefix_match, matches_one_label
from kubelens.predict.network.request import Request
from kubelens.syntax.place import Place

EXACT: Final = "Exact"
PREFIX: Final = "Prefix"
CONTROLLER_DEFAULT: Final = "the controller's default"


class Candidate(Struct, frozen=True, eq=False):
    """A path of an Ingress whose host fits."""

    ingress: Ingress
    rule: IngressRule
    path: IngressPath
    type: str
    regex: bool = False

    @property
    def title(self) -> str:
        """``Ingress shop/web host shop.example.com path /cart (Prefix)``."""
        host = self.rule.host or "*"
        return f"Ingress {self.ingress.namespace}/{self.ingress.name} host {host} path {self.path.path or '/'} ({self.path.type})"

    def fits(self, path: str) -> bool:
        """Whether the path of a request matches."""
        if self.regex:
            return re.match(self.path.path or "/", path, re.IGNORECASE) is not None
        matcher = is_exact_match if self.type == EXACT else is_prefix_match
        return matcher(self.path.path or "/", path)

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the winner first: the longest path, then Exact before Prefix."""
        path = self.path.path or "/"
        length = (
            len(path) if self.regex or self.type == EXACT else len("/" + "/".join(elements(path)).removesuffix("/"))
        )
        return (-length, 0 if self.type == EXACT else 1)


class _Findings(Struct):
    passed: list[Reason] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class IngressRoutesOf(Struct, frozen=True):
    """How each IngressClass in use answers a request; ``controller`` names a profile, ``""`` for the specification."""

    request: Request
    controller: str = ""

    def answer(self, ask: Ask) -> Prediction[tuple[Route, ...]]:
        """One Route for each class, in alphabetical order."""
        groups: dict[str, list[Ingress]] = {}
        for ingress in ingresses_of(ask.bundle):
            groups.setdefault(class_of(ask.bundle, ingress), []).append(ingress)
        found = _Findings()
        profile = controller_profiles().get(self.controller)
        routes = tuple(_route(ask, name, group, self.request, profile, found) for name, group in sorted(groups.items()))
        return Prediction(routes, assumptions=tuple(dict.fromkeys(found.assumptions)))


def ingresses_of(bundle: Bundle) -> Iterator[Ingress]:
    """The whole Ingresses of a bundle."""
    for resource in bundle.all("Ingress"):
        if not resource.partial and (ingress := read_ingress(resource)) is not None:
            yield ingress


def class_of(bundle: Bundle, ingress: Ingress) -> str:
    """The class an Ingress names, the default class of the bundle, or ``""``."""
    if ingress.class_annotation or ingress.class_name:
        return ingress.class_annotation or ingress.class_name
    classes = (read_ingress_class(r) for r in bundle.all("IngressClass"))
    return next((c.name for c in classes if c is not None and c.is_default), "")


def _route(
    ask: Ask, name: str, group: Sequence[Ingress], request: Request, profile: ControllerProfile | None, found: _Findings
) -> Route:
    found.passed, found.notes = [], []
    entry = f"IngressClass {name}" if name else "the default IngressClass"
    candidates = _candidates(group, request, profile, found)
    winners = [c for c in candidates if c.rank == candidates[0].rank] if candidates else []
    for loser in candidates[len(winners) :]:
        found.passed.append(
            Reason(
                f"{loser.title}: matches, but {winners[0].path.path or '/'} ({winners[0].path.type}) is closer",
                _place(loser),
            )
        )
    if winners:
        return _decided(ask, entry, winners, request, profile, found)
    defaults = [i for i in group if i.default_backend is not None]
    for ingress in defaults[:1]:
        if len(defaults) > 1:
            found.assumptions.append(
                Assumption("of several Ingresses with a defaultBackend the controller takes the first")
            )
        place = ingress.resource.place.at("spec", "defaultBackend")
        ends, status = _ends(ask, ingress, ingress.default_backend, found)
        rule = f"Ingress {ingress.namespace}/{ingress.name} defaultBackend"
        return Route(entry, rule, place, ends, status, None, tuple(found.passed), tuple(found.notes))
    return Route(entry, CONTROLLER_DEFAULT, None, (), 404, None, tuple(found.passed), tuple(found.notes))


def _candidates(
    group: Sequence[Ingress], request: Request, profile: ControllerProfile | None, found: _Findings
) -> list[Candidate]:
    """The paths that fit, the winner first; everything else goes to ``passed``."""
    hosts = {rule.host for ingress in group for rule in ingress.rules if matches_one_label(rule.host, request.host)}
    best = min(hosts, key=_host_rank, default="")
    fitting: list[Candidate] = []
    for ingress in group:
        if unread := unmodelled(ingress, profile):
            found.assumptions.append(
                Assumption(f"Ingress {ingress.name!r}: annotations not modelled: {', '.join(unread)}")
            )
        for rule in ingress.rules:
            for path in rule.paths:
                candidate = _candidate(ingress, rule, path, profile, found)
                if rule.host not in hosts:
                    found.passed.append(
                        Reason(f"{candidate.title}: host {request.host or '(none)'} does not match", _place(candidate))
                    )
                elif rule.host != best:
                    found.passed.append(Reason(f"{candidate.title}: host {best} is closer", _place(candidate)))
                elif not candidate.fits(request.path):
                    found.passed.append(
                        Reason(f"{candidate.title}: path {request.path} does not match", _place(candidate))
                    )
                else:
                    fitting.append(candidate)
    if not fitting and len(hosts) > 1:
        found.assumptions.append(
            Assumption(
                f"no path of host {best} matches: some controllers try {', '.join(sorted(hosts - {best})) or '*'} next"
            )
        )
    return sorted(fitting, key=lambda c: c.rank)


def _candidate(
    ingress: Ingress, rule: IngressRule, path: IngressPath, profile: ControllerProfile | None, found: _Findings
) -> Candidate:
    kind = path.type
    regex = False
    if profile is not None and profile.name == "nginx":
        wants = ingress.resource.annotations.get(profile.prefix + "use-regex", "") == "true"
        regex = (
            wants or profile.prefix + "rewrite-target" in ingress.resource.annotations
        ) and kind == "ImplementationSpecific"
    if kind not in (EXACT, PREFIX):
        if kind != "ImplementationSpecific":
            found.notes.append(
                f"Ingress {ingress.namespace}/{ingress.name}: pathType {kind!r} is none of Exact, Prefix, ImplementationSpecific: the API server refuses the Ingress"
            )
        kind = profile.implementation_specific if profile is not None else PREFIX
        if profile is None and path.type == "ImplementationSpecific":
            found.assumptions.append(
                Assumption(
                    "ImplementationSpecific paths are read as Prefix: name a controller to be sure (--controller)"
                )
            )
    return Candidate(ingress, rule, path, kind, regex)


def _host_rank(host: str) -> tuple[int, int]:
    return (2 if not host else 1 if host.startswith("*.") else 0, -len(host))


def _place(candidate: Candidate) -> Place:
    return candidate.ingress.resource.place.at(*candidate.path.at)


def _decided(
    ask: Ask,
    entry: str,
    winners: list[Candidate],
    request: Request,
    profile: ControllerProfile | None,
    found: _Findings,
) -> Route:
    mains = [c for c in winners if not canary_share(c.ingress, profile, request)] or winners
    canaries = [c for c in winners if c not in mains]
    main = mains[0]
    rivals = mains[1:]
    place = main.ingress.resource.place.at(*main.path.at)
    if redirect := own_redirect(main.ingress, profile, request):
        return Route(entry, main.title, place, (), redirect.status, redirect, tuple(found.passed), tuple(found.notes))
    ends, status = _ends(ask, main.ingress, main.path.backend, found)
    if rivals:
        found.assumptions.append(
            Assumption(
                f"{len(mains)} rules claim host {main.rule.host or '*'} path {main.path.path}: which one wins is the controller's choice"
            )
        )
        for rival in rivals:
            ends += _ends(ask, rival.ingress, rival.path.backend, found)[0]
        found.notes.append("one of these answers, the manifests do not say which")
    for canary in canaries:
        share = canary_share(canary.ingress, profile, request) or 0.0
        other = _ends(ask, canary.ingress, canary.path.backend, found)[0]
        ends = tuple(_with_odds(e, e.odds * (1 - share)) for e in ends) + tuple(_with_odds(e, share) for e in other)
    forwarded = rewritten(main.ingress, profile, main.path.path or "/", main.regex, request)
    if forwarded is not None and forwarded != request.path:
        ends = tuple(_with_path(e, forwarded) for e in ends)
    return Route(
        entry,
        main.title,
        place,
        tuple(e for e in ends if e.odds > 1e-9),
        status,
        None,
        tuple(found.passed),
        tuple(found.notes),
    )


def _with_odds(end: Destination, odds: float) -> Destination:
    return Destination(end.service, end.namespace, end.port, end.pods, odds, end.host, end.path)


def _with_path(end: Destination, path: str) -> Destination:
    return Destination(end.service, end.namespace, end.port, end.pods, end.odds, end.host, path)


def _ends(
    ask: Ask, ingress: Ingress, backend: IngressBackend | None, found: _Findings
) -> tuple[tuple[Destination, ...], int | None]:
    """The Service a backend names, and the status a proxy gives where it leads nowhere."""
    if not isinstance(backend, ServiceBackend):
        found.notes.append("the backend is no Service: what it serves is its controller's matter")
        return (), None
    service = find_service(ask.bundle, ingress.namespace, backend.name)
    written = str(backend.port) if backend.port is not None else "?"
    if service is None:
        found.notes.append(
            f"Service {ingress.namespace}/{backend.name} is not among the files: 503 unless the cluster has it"
        )
        return (Destination(backend.name, ingress.namespace, written, ()),), None
    port = service_port(service, backend.port)
    if port is None:
        found.notes.append(f"Service {ingress.namespace}/{backend.name} has no port {written}: 503")
        return (), 503
    pods = pods_behind(ask, service, port)
    if not pods and service.selector is not None:
        found.notes.append(
            f"no workload among the files stands behind Service {service.name}: 503 unless the cluster has Pods for it"
        )
    return (Destination(service.name, ingress.namespace, str(port.number), pods),), None
