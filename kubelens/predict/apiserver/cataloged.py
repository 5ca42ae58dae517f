"""The question ``CatalogVerdictOf``: what does the schema of an operator that comes along say against an object?

A cluster may run another release of the operator. So this decides no behaviour (nothing is refused for it), and what
another release may well allow is told apart from what none does.
"""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec import Struct

from kubelens.kube.definitions import Standing
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.causes import Cause, CauseReason, Path

_NEAR: Final = 0.75
"""How alike a value and one of a closed list are, where the one is a slip for the other (``difflib``)."""
_NAMED_BY_OTHER_RULES: Final = frozenset(
    {
        "authorization.openshift.io",
        "image.openshift.io",
        "oauth.openshift.io",
        "projectcalico.org",
        "user.openshift.io",
    }
)
"""Groups of aggregated API servers that take names no CustomResourceDefinition does: OpenShift's ``ValidateGroupName`` and
``ValidateImageStreamName`` allow ``_``, ``ValidateIdentityName`` asks for ``:``."""


class CatalogVerdict(Struct, frozen=True):
    """``wrong``: what hardly any release takes; ``unknown``: fields and values that another release may have."""

    wrong: tuple[Cause, ...] = ()
    unknown: tuple[Cause, ...] = ()


class CatalogVerdictOf(Struct, frozen=True):
    """What is wrong with a custom resource, as far as the schema that comes along knows? Nothing for other objects."""

    resource: Resource
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[CatalogVerdict]:
        """Judge it as a server with that definition does; what unknown fields leave is judged too."""
        from kubelens.predict.apiserver.definitions.instance import judge_instance  # noqa: PLC0415 - only for custom resources
        from kubelens.predict.apiserver.definitions.ruled import HasRules  # noqa: PLC0415 - as above

        resource = self.resource
        definition = resource.definition
        if definition is None or definition.standing is not Standing.CATALOGED:
            return Prediction(CatalogVerdict())
        value, version = resource.value, resource.gvk.version
        ruled = ask(HasRules(definition, version)).answer
        judged = judge_instance(value, definition.value, version, ruled=ruled)
        unknown: tuple[Cause, ...] = ()
        if judged.stage is Stage.STRICT:
            unknown = judged.causes
            judged = judge_instance(value, definition.value, version, strict=False, ruled=ruled)
        verdict = _verdict(unknown, judged, resource)
        return Prediction(verdict, (), (Assumption(f"the cluster's definition is like {definition.origin}"),))


def _verdict(unknown: tuple[Cause, ...], judged: Answer, resource: Resource) -> CatalogVerdict:
    wrong: list[Cause] = []
    doubtful: list[Cause] = []
    of_wrong_type = {cause.path for cause in judged.causes if cause.reason is CauseReason.TYPE_INVALID}
    for cause in unknown:
        if any(cause.path[:length] in of_wrong_type for length in range(len(cause.path))):
            continue  # a map stands where something else does: its fields are no fault of their own
        (wrong if "; did you mean" in cause.message or _is_of_the_server(cause.path) else doubtful).append(cause)
    for cause in judged.causes:
        if cause.field == "<nil>" or (cause.reason is CauseReason.REQUIRED and resource.value.get("status")):
            continue  # what has a status was read from a cluster, or is what a test expects: not all of it is there
        if cause.path == ("metadata", "name") and resource.gvk.group in _NAMED_BY_OTHER_RULES:
            continue
        new = cause.reason is CauseReason.NOT_SUPPORTED and not is_slip(cause)
        (doubtful if new else wrong).append(cause)
    return CatalogVerdict(tuple(wrong), tuple(doubtful))


def _is_of_the_server(path: Path) -> bool:
    """Whether a field is one of the object's own metadata, which all kinds share."""
    return path[:1] == ("metadata",)


def is_slip(cause: Cause) -> bool:
    """Whether a value is nearly one of the closed list it is not in."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    allowed, _, written = cause.message.removeprefix("must be one of ").rpartition(", is ")
    folded = written.strip("\"'").lower()
    return bool(get_close_matches(folded, [one.lower() for one in allowed.split(", ")], 1, _NEAR))
