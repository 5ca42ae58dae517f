"""PriorityLevelConfigurations, after ``pkg/apis/flowcontrol/validation``."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.immutable import is_same
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_MANDATORY: Final[Mapping[str, dict[str, Any]]] = {
    "exempt": {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}},
    "catch-all": {
        "type": "Limited",
        "limited": {"nominalConcurrencyShares": 5, "lendablePercent": 0, "limitResponse": {"type": "Reject"}},
    },
}
"""Levels that the server has by itself (apiserver ``pkg/apis/flowcontrol/bootstrap``)."""


def default_priority_level(obj: dict[str, Any]) -> None:
    """Shares, lending and queues."""
    spec = obj.setdefault("spec", {})
    if isinstance(exempt := spec.get("exempt"), dict):
        exempt.setdefault("nominalConcurrencyShares", 0)
        exempt.setdefault("lendablePercent", 0)
    if isinstance(limited := spec.get("limited"), dict):
        limited.setdefault("nominalConcurrencyShares", 30)
        limited.setdefault("lendablePercent", 0)
        queuing = limited.get("limitResponse", {}).get("queuing")
        if isinstance(queuing, dict):
            for name, value in (("handSize", 8), ("queues", 64), ("queueLengthLimit", 50)):
                if not queuing.get(name):
                    queuing[name] = value


def validate_priority_level(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PriorityLevelConfiguration."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    name = obj.get("metadata", {}).get("name", "")
    kind = spec.get("type", "")
    if (kind == "Exempt") != (name == "exempt"):
        report.invalid((*path, "type"), kind, "Exempt is the type of 'exempt' alone")
    mandatory = _MANDATORY.get(name)
    if mandatory is not None and not is_same(spec, mandatory):
        report.inconsistent(path, "is fixed: the server has this level by itself")
    limited, exempt = spec.get("limited"), spec.get("exempt")
    if kind == "Exempt":
        if limited is not None:
            report.forbidden((*path, "limited"), "must not be set without type Limited")
    elif kind == "Limited":
        if exempt is not None:
            report.forbidden((*path, "exempt"), "must not be set without type Exempt")
        if limited is None:
            report.required((*path, "limited"))
        else:
            _limited(limited, report, (*path, "limited"))
    else:
        report.not_supported((*path, "type"), kind, ("Exempt", "Limited"))


def _limited(limited: dict[str, Any], report: Report, path: Path) -> None:
    shares = limited.get("nominalConcurrencyShares", 0)
    if shares < 0:
        report.invalid((*path, "nominalConcurrencyShares"), shares, "must be at least 0")
    response = limited.get("limitResponse", {})
    kind, queuing = response.get("type", ""), response.get("queuing")
    here = (*path, "limitResponse")
    if kind == "Reject":
        if queuing is not None:
            report.forbidden((*here, "queuing"), "must not be set without type Queue")
    elif kind == "Queue":
        if queuing is None:
            report.required((*here, "queuing"))
        else:
            _queuing(queuing, report, (*here, "queuing"))
    else:
        report.not_supported((*here, "type"), kind, ("Queue", "Reject"))
    lendable, borrowing = limited.get("lendablePercent"), limited.get("borrowingLimitPercent")
    if lendable is not None and not 0 <= lendable <= 100:
        report.invalid((*path, "lendablePercent"), lendable, "must be between 0 and 100")
    if borrowing is not None and borrowing < 0:
        report.invalid((*path, "borrowingLimitPercent"), borrowing, "must be at least 0")


def _queuing(queuing: dict[str, Any], report: Report, path: Path) -> None:
    length, queues, hand = queuing.get("queueLengthLimit", 0), queuing.get("queues", 0), queuing.get("handSize", 0)
    if length <= 0:
        report.invalid((*path, "queueLengthLimit"), length, "must be at least 1")
    if queues <= 0:
        report.invalid((*path, "queues"), queues, "must be at least 1")
    elif queues > 10_000_000:
        report.invalid((*path, "queues"), queues, "must be at most 10000000")
    if hand <= 0:
        report.invalid((*path, "handSize"), hand, "must be at least 1")
    elif hand > queues:
        report.invalid((*path, "handSize"), hand, f"must be at most queues, {queues}")
    elif queues > 0 and _entropy(queues, hand) > 60:
        report.invalid((*path, "handSize"), hand, "must fit into 60 bits together with queues")


def _entropy(queues: int, hand: int) -> int:
    permutations = comb(queues, hand) if hand < 50 else 2**61
    factorial = 1
    for n in range(2, hand + 1):
        factorial *= n
        if factorial > 2**70:
            return 61
    return max((permutations * factorial - 1).bit_length(), 0)


STRATEGIES: Final = (
    Strategy(
        "flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_priority_level,
        validate=validate_priority_level,
    ),
)
