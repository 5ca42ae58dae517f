"""Label selectors, parsed once, matched often.

Follows apimachinery ``pkg/labels`` (``Requirement.Matches``) and ``pkg/apis/meta/v1``
(``LabelSelectorAsSelector``: null selects nothing, ``{}`` selects everything).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.go_int import parse_int
from kubelens.syntax.pattern import pattern

Labels = Mapping[str, str]
_INTEGER: Final = pattern(r"[+-]?[0-9]+\Z")


class Operator(StrEnum):
    """What a selector requirement asks of a label."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"
    GT = "Gt"
    LT = "Lt"


class Requirement(Struct, frozen=True):
    """One requirement on one label key; ``values`` in the order written."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether labels satisfy this; NotIn and DoesNotExist hold where the key is absent."""
        value = labels.get(self.key)
        if self.operator is Operator.IN:
            return value is not None and value in self.values
        match self.operator:
            case Operator.NOT_IN:
                return value is None or value not in self.values
            case Operator.EXISTS:
                return value is not None
            case Operator.DOES_NOT_EXIST:
                return value is None
        if value is None or len(self.values) != 1:
            return False
        left, right = _integer(value), _integer(self.values[0])
        if left is None or right is None:
            return False
        return left > right if self.operator is Operator.GT else left < right

    def __str__(self) -> str:
        match self.operator:
            case Operator.IN if len(self.values) == 1:
                return f"{self.key}={self.values[0]}"
            case Operator.IN:
                return f"{self.key} in ({','.join(sorted(self.values))})"
            case Operator.NOT_IN if len(self.values) == 1:
                return f"{self.key}!={self.values[0]}"
            case Operator.NOT_IN:
                return f"{self.key} notin ({','.join(sorted(self.values))})"
            case Operator.EXISTS:
                return self.key
            case Operator.DOES_NOT_EXIST:
                return f"!{self.key}"
        return f"{self.key}{'>' if self.operator is Operator.GT else '<'}{self.values[0]}"


class Selector(Struct, frozen=True):
    """A conjunction of requirements; with none it matches everything, unless ``nothing`` is set."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Labels) -> bool:
        """Whether labels satisfy every requirement."""
        if self.nothing:
            return False
        for requirement in self.requirements:  # noqa: SIM110 - asked very often, and a generator costs more
            if not requirement.matches(labels):
                return False
        return True

    def failing(self, labels: Labels) -> tuple[Requirement, ...]:
        """The requirements that labels do not satisfy: what a near miss lacks."""
        return tuple(r for r in self.requirements if not r.matches(labels))

    @property
    def is_empty(self) -> bool:
        """Whether it selects everything."""
        return not self.requirements and not self.nothing

    def __str__(self) -> str:
        return "<nothing>" if self.nothing else ",".join(map(str, self.requirements)) or "<everything>"


NOTHING: Final = Selector(nothing=True)
EVERYTHING: Final = Selector()


def read_labels(value: object) -> dict[str, str]:
    """A map of labels as text; entries that are not text are left out, null counts as empty text."""
    if not isinstance(value, dict):
        return {}
    return {
        k: "" if v is None else v for k, v in value.items() if isinstance(k, str) and (v is None or isinstance(v, str))
    }


def equality_selector(value: object) -> Selector:
    """The selector of a map ``{app: cart}`` (Services, ReplicationControllers, nodeSelector); null: everything."""
    return Selector(tuple(Requirement(k, Operator.IN, (v,)) for k, v in read_labels(value).items()))


def label_selector(value: object) -> Selector:
    """Read a LabelSelector (``matchLabels``, ``matchExpressions``); null selects nothing, ``{}`` everything."""
    if not isinstance(value, dict):
        return NOTHING
    equalities = equality_selector(value.get("matchLabels")).requirements
    return Selector((*equalities, *read_requirements(value.get("matchExpressions"))))


def read_requirements(value: object) -> tuple[Requirement, ...]:
    """Read a list of ``{key, operator, values}``; entries that cannot be read are left out."""
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(r for item in value if (r := _read_requirement(item)) is not None)


def _read_requirement(item: Any) -> Requirement | None:
    if not isinstance(item, dict) or not isinstance(key := item.get("key"), str):
        return None
    try:
        operator = Operator(str(item.get("operator")))
    except ValueError:
        return None
    values = item.get("values")
    if values is None:
        values = []
    if not isinstance(values, list):
        return None
    return Requirement(key, operator, tuple(v for v in values if isinstance(v, str)))


def _integer(text: str) -> int | None:
    return parse_int(text) if _INTEGER.match(text) else None
