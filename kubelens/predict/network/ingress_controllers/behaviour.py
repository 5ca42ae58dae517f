"""What a controller does differently from the specification, and an answer in its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct, field

from kubelens.kube.network import Ingress, IngressPath, IngressRule
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.network.destination import Redirect, Route
from kubelens.predict.network.path_match import (
    elements,
    is_exact_match,
    is_prefix_match,
    matches_labels,
    matches_one_label,
)
from kubelens.predict.network.request import Request

EXACT: Final = "Exact"
PREFIX: Final = "Prefix"
IMPLEMENTATION_SPECIFIC: Final = "ImplementationSpecific"


class Answered(Struct):
    """A route and what it takes for granted; ``beside``: those of the class's other load balancers that may answer."""

    route: Route
    assumptions: list[Assumption] = field(default_factory=list)
    beside: tuple[Route, ...] = ()


Answer = Callable[[Ask, str, Sequence[Ingress], Request], Answered]
"""(ask, what is asked, the Ingresses of one class, a request)."""


class Controller(Struct, frozen=True):
    """A controller: ``classes`` are the ``spec.controller`` of its IngressClasses, ``names`` what they are often called.

    ``prefixes`` begin the names of its annotations, ``beside`` those of others that it reads or writes, too.
    ``reads_paths``: what it makes of a request's path before it looks at rules is followed.
    """

    name: str
    classes: tuple[str, ...]
    names: tuple[str, ...]
    prefixes: tuple[str, ...]
    answer: Answer
    beside: tuple[str, ...] = ()
    reads_paths: bool = False

    def has_class(self, controller: str) -> bool:
        """Whether an IngressClass with a ``spec.controller`` is its: one of its own, or one below it."""
        return any(controller == own or controller.startswith(f"{own}/") for own in self.classes)


def concerns(ingress: Ingress, request: Request) -> bool:
    """Whether what an Ingress says may count for a request: it takes the host, any host, or other names of its hosts."""
    if ingress.default_backend is not None or not ingress.rules:
        return True
    if any("alias" in name or "www" in name for name in ingress.resource.annotations):
        return True
    return any(matches_labels(rule.host, request.host) for rule in ingress.rules)


def fits_by_specification(path: IngressPath, request_path: str) -> bool:
    """Exact, or element by element; ImplementationSpecific is read as Prefix."""
    matcher = is_exact_match if path.type == EXACT else is_prefix_match
    return matcher(path.path or "/", request_path)


def rank_by_specification(rule: IngressRule, path: IngressPath) -> tuple[int, ...]:
    """Sorts the winner first: the longest path, then Exact before Prefix."""
    del rule
    written = path.path or "/"
    exact = path.type == EXACT
    length = len(written) if exact else len("/" + "/".join(elements(written)).removesuffix("/"))
    return (-length, 0 if exact else 1)


def no_redirect(ingress: Ingress, request: Request) -> Redirect | None:
    """None: the specification knows no redirects."""
    del ingress, request
    return None


class Seen(Struct, frozen=True):
    """The path that a backend sees (None: as requested), with a note, and what is taken for granted; ``""`` for nothing."""

    path: str | None = None
    note: str = ""
    assumption: str = ""


def as_requested(ingress: Ingress, request: Request) -> Seen:
    """The specification knows no rewrites."""
    del ingress, request
    return Seen()


class Behaviour(Struct, frozen=True):
    """How Ingresses are read; what is not given is as the specification has it.

    ``hosts_compete``: rules of every host that fits are ranked together, else the closest host decides alone.
    ``in_order``: the Ingresses stand in their order, and a rule of one comes before every rule of the next.
    ``modelled`` and ``inert`` name annotations, without prefix: those taken into account, and those without influence;
    others are assumptions. ``prefixes``: of annotations; of several the longest that fits is taken away.
    ``action_port``: a backend with this port names no Service, but an action that an annotation ``actions.NAME`` describes.
    """

    name: str = ""
    prefixes: tuple[str, ...] = ()
    fits: Callable[[IngressPath, str], bool] = fits_by_specification
    rank: Callable[[IngressRule, IngressPath], tuple[int, ...]] = rank_by_specification
    host_fits: Callable[[str, str], bool] = matches_one_label
    hosts_compete: bool = False
    in_order: bool = False
    redirect: Callable[[Ingress, Request], Redirect | None] = no_redirect
    seen: Callable[[Ingress, Request], Seen] = as_requested
    modelled: frozenset[str] = frozenset()
    inert: frozenset[str] = frozenset()
    assumes: tuple[str, ...] = ()
    action_port: str = ""
