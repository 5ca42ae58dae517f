"""What a Job's failed and succeeded Pods mean: podFailurePolicy, successPolicy, and sets of indexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube.go_int import parse_int
from kubelens.predict.controllers.fields import items, word
from kubelens.predict.controllers.ticks.pace import EVERY


class Action(StrEnum):
    """What a rule of a podFailurePolicy does about a failed Pod."""

    FAIL_JOB = "FailJob"
    FAIL_INDEX = "FailIndex"
    IGNORE = "Ignore"
    COUNT = "Count"


_ACTIONS: Final = {action.value: action for action in Action}
_MOST_INDEXES: Final = 100_000


class Ending(Struct, frozen=True):
    """How a Pod ends: its exit code (0: it succeeded) and whether it was disrupted (condition DisruptionTarget)."""

    exit_code: int = 0
    disrupted: bool = False


class Script(Struct, frozen=True):
    """How Pods end: by index, or ``*`` in order of creation (each index alone, for an Indexed Job).

    The last entry is repeated; None: the Pod does not end. They end at the age ``after`` in ticks.
    """

    endings: Mapping[str, tuple[Ending | None, ...]] = field(default_factory=lambda: {EVERY: (Ending(),)})
    after: int = 1

    def ending(self, index: int | None, number: int) -> Ending | None:
        """The end of the ``number``-th Pod (from 0) of an index, or of the Job."""
        entries = self.endings.get(EVERY if index is None else str(index), self.endings.get(EVERY, ()))
        return entries[min(number, len(entries) - 1)] if entries else None


def failure_action(policy: Mapping[str, Any], ending: Ending, containers: Iterable[str]) -> Action | None:
    """The action of the first rule that matches, None where none does (job, matchPodFailurePolicy)."""
    rules = policy.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict):
            continue
        codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions")
        if isinstance(codes, dict):
            hit = _matches_codes(codes, ending, containers)
        else:
            hit = isinstance(conditions, list) and any(_matches_condition(c, ending) for c in conditions)
        if hit:
            action = word(rule, "action", "Count")
            return _ACTIONS.get(action, Action.COUNT)
    return None


def _matches_codes(codes: Mapping[str, Any], ending: Ending, containers: Iterable[str]) -> bool:
    name = codes.get("containerName")
    if ending.exit_code == 0 or (name and name not in containers):
        return False
    listed = ending.exit_code in items(codes, "values")
    return listed if word(codes, "operator", "In") == "In" else not listed


def _matches_condition(condition: object, ending: Ending) -> bool:
    if not isinstance(condition, dict):
        return False
    wanted = word(condition, "status", "True") == "True"
    return ending.disrupted and wanted and condition.get("type") == "DisruptionTarget"


def success_met(policy: Mapping[str, Any], succeeded: set[int]) -> bool:
    """Whether one rule of a successPolicy is met (job, matchSuccessPolicy)."""
    rules = policy.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict):
            continue
        wanted = rule.get("succeededIndexes")
        needed = rule.get("succeededCount")
        named = read_indexes(wanted) if isinstance(wanted, str) else None
        hits = len(succeeded if named is None else succeeded & named)
        if isinstance(needed, int):
            if hits >= needed:
                return True
        elif named is not None and hits >= len(named):
            return True
    return False


def read_indexes(text: str) -> set[int]:
    """``0,2-4`` as a set of at most as many indexes a range as a Job may have; what cannot be read is left out."""
    found: set[int] = set()
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        if first.isdigit() and (not last or last.isdigit()):
            low, high = parse_int(first), parse_int(last or first)
            if low is not None and high is not None:
                found.update(range(low, min(high, low + _MOST_INDEXES) + 1))
    return found


def write_indexes(indexes: Iterable[int]) -> str:
    """``0,2-4``: runs of three and more as a range, shorter ones as a list."""
    pieces: list[str] = []
    run: list[int] = []
    for index in [*sorted(indexes), None]:
        if run and (index is None or index != run[-1] + 1):
            if len(run) > 2:
                pieces.append(f"{run[0]}-{run[-1]}")
            else:
                pieces.extend(map(str, run))
            run = []
        if index is not None:
            run.append(index)
    return ",".join(pieces)
