"""Which rule tells which cause of a refusal: each cause is told once, by the most specific rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.causes import Cause, CauseReason, KeyAtFault, shown
from kubelens.predict.apiserver.hidden import HiddenCausesOf
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import is_applied, labels_what_is_there, standing_causes
from kubelens.predict.chain.mutation import Mutation, MutationOf, PoliciesInForce
from kubelens.rules.api import Context, Related
from kubelens.rules.written import value_at
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place

GENERAL: Final = "admission"
_VALUE: Final = pattern(r", is (\S+)$")
_WORD: Final = pattern(r"[a-z]\w+")
_NOTHING: Final = ("0", '""', "null")
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
    """What the API server would say to an object; None where nothing is known, it is partial, or nobody applies it.

    Mutating policies of the manifests have had their turn.
    """
    return ctx.ask(_VerdictOn(_question(resource, ctx))).answer


class _VerdictOn(Struct, frozen=True):
    """What the API server would say to an object that somebody applies, after the mutating policies of the manifests."""

    asked: AdmissionOf

    def answer(self, ask: Ask) -> Prediction[Answer | None]:
        if not is_applied(self.asked.resource):
            return Prediction(None)
        mutated = _mutated(self.asked.resource, ask).resource
        return Prediction(ask(replace(self.asked, resource=mutated)).answer)


class _CausesByTeller(Struct, frozen=True):
    """The causes that stand, by the rule that tells them."""

    asked: AdmissionOf

    def answer(self, ask: Ask) -> Prediction[Mapping[str, Sequence[tuple[Place, Cause]]]]:
        """With the places they stand at."""
        told: dict[str, list[tuple[Place, Cause]]] = {}
        for rule, place, cause in _told(self.asked, ask):
            told.setdefault(rule, []).append((place, cause))
        return Prediction(told)


def _mutated(resource: Resource, ask: Ask) -> Mutation:
    return ask(MutationOf(resource)).answer if ask(PoliciesInForce()).answer else Mutation(resource)


def _question(resource: Resource, ctx: Context) -> AdmissionOf:
    return AdmissionOf(resource, None, ctx.facts.release, ctx.facts.node_port_range)


def claimed(resource: Resource, ctx: Context, rule: str) -> Sequence[tuple[Place, Cause]]:
    """The causes that a rule tells, with the places they stand at.

    Nothing is missing in a claim of labels alone that is applied server-side: it is merged into the one that is there.
    """
    found = ctx.ask(_CausesByTeller(_question(resource, ctx))).answer.get(rule, ())
    if found and not ctx.facts.client_side and labels_what_is_there(resource):
        return [one for one in found if one[1].reason is not CauseReason.REQUIRED]
    return found


def _told(asked: AdmissionOf, ask: Ask) -> Iterator[tuple[str, Place, Cause]]:
    """(rule, place, cause) of everything that the server would refuse an object for."""
    resource = asked.resource
    judgement = ask(_VerdictOn(asked)).answer
    if judgement is None:
        return
    mutation = _mutated(resource, ask)
    causes = judgement.causes
    if mutation.by:
        causes = _of_policies(causes, ask(asked).answer, mutation)
    if judgement.stage is Stage.DECODE:
        causes += ask(HiddenCausesOf(asked)).answer
    if not causes:
        return
    standing = [_as_it_is_written(resource, cause) for cause in standing_causes(resource, causes, ask.bundle)]
    valued = [cause for cause in standing if _VALUE.search(cause.message)]
    given = {(cause.path[:-1], cause.message) for cause in valued if _is_written(resource, cause)}
    for cause in standing:
        if _is_written(resource, cause):
            yield teller(resource.kind, cause), place_of(resource, cause), cause
        elif (cause.path[:-1], cause.message) not in given:
            yield teller(resource.kind, cause), _place_beside(resource, cause), _of_default(cause)


def _of_policies(causes: tuple[Cause, ...], before: Answer | None, mutation: Mutation) -> tuple[Cause, ...]:
    """The causes, with the policies' names at those that are there since they changed the object."""
    own = before.causes if before is not None else ()
    by = f" (as MutatingAdmissionPolicy {', '.join(mutation.by)} leaves it)"
    return tuple(c if c in own else replace(c, message=f"{c.message}{by}") for c in causes)


def _as_it_is_written(resource: Resource, cause: Cause) -> Cause:
    """A cause in a field that the server makes of another stands there: ``data`` of ``stringData``, ``clusterIPs``."""
    if resource.kind == "Service" and cause.path[:2] == ("spec", "clusterIPs"):
        one = ("spec", "clusterIP")
        is_made = value_at(resource, cause.path[:2]) is None and value_at(resource, one) is not None
        return replace(cause, path=one, field="spec.clusterIP") if is_made else cause
    if resource.kind != "Secret" or len(cause.path) != 2 or cause.path[0] != "data":
        return cause
    path = ("stringData", cause.path[1])
    is_written_so = value_at(resource, path) is not None or value_at(resource, ("data",)) is None
    if value_at(resource, cause.path) is not None or value_at(resource, path[:1]) is None or not is_written_so:
        return cause
    return replace(cause, path=path, field=cause.field.replace("data", "stringData", 1))


def _is_written(resource: Resource, cause: Cause) -> bool:
    """Whether the value that is blamed stands in the manifest, and is not one the server puts there."""
    value = value_at(resource, cause.path)
    if value is None:
        return False
    said = _VALUE.search(cause.message)
    return bool(value) or said is None or said[1] == shown(value)


def _place_beside(resource: Resource, cause: Cause) -> Place:
    """Where a field that the message names stands beside one that is not written; where that would stand otherwise."""
    holder = value_at(resource, cause.path[:-1])
    named = _WORD.findall(cause.message) if isinstance(holder, dict) else ()
    beside = next((word for word in named if word in holder and word != cause.path[-1]), None)
    return place_of(resource, cause) if beside is None else resource.place.at(*cause.path[:-1], beside)


def _of_default(cause: Cause) -> Cause:
    """A cause about a value that the manifest does not give: that it is a default, or not there."""
    match = _VALUE.search(cause.message)
    if match is None:
        return cause
    if match[1] in _NOTHING:
        return replace(cause, message=f"{cause.message[: match.start()]}, is not given")
    return replace(cause, message=f"{cause.message} by default")


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
    last = cause.path[-1] if cause.path else ""
    if cause.reason is CauseReason.UNKNOWN_FIELD or isinstance(last, KeyAtFault):
        return place.key()
    return place
