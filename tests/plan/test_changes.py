"""Changes with what follows from each, worked out by hand: ``changes/*.yaml`` over the objects of ``world.yaml``.

A case has ``before`` and ``after``, each with ``edit`` (object, then path with slashes: value; null takes the field away),
``remove`` and ``add``; ``after`` goes on from ``before``; ``back``: it is the way back from a change. ``expect`` holds ``kind: [what it is about]``, all of it.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from kubelens.kube.bundle import Bundle
from kubelens.plan.consequence import kinds
from kubelens.plan.plan import BACK, QUESTIONS, plan_of
from kubelens.testing import bundle_from_text

HERE = Path(__file__).parent
WORLD = list(YAML(typ="safe").load_all(HERE.joinpath("world.yaml").read_text(encoding="utf-8")))
CASES = [
    (file.stem, case)
    for file in sorted(HERE.glob("changes/*.yaml"))
    for case in YAML(typ="safe").load(file.read_text(encoding="utf-8"))
]


def changed(objects: list[dict[str, Any]], change: dict[str, Any] | None) -> list[dict[str, Any]]:
    found = copy.deepcopy(objects)
    change = change or {}
    for name, edits in (change.get("edit") or {}).items():
        for path, value in edits.items():
            _put(_named(found, name), path.split("/"), value)
    for name in change.get("remove") or ():
        found.remove(_named(found, name))
    return [*found, *(change.get("add") or ())]


def _named(objects: list[dict[str, Any]], name: str) -> dict[str, Any]:
    kind, _, called = name.partition("/")
    (one,) = (o for o in objects if o["kind"] == kind and o["metadata"]["name"] == called)
    return one


def _put(value: Any, steps: list[str], new: Any) -> None:
    for step in steps[:-1]:
        value = value[int(step)] if isinstance(value, list) else value.setdefault(step.replace("~1", "/"), {})
    last = steps[-1].replace("~1", "/")
    if isinstance(value, list):
        value[int(last) : int(last) + 1] = [] if new is None else [new]
    elif new is None:
        value.pop(last, None)
    else:
        value[last] = new


def bundle(objects: list[dict[str, Any]]) -> Bundle:
    return bundle_from_text("\n---\n".join(map(json.dumps, objects)))


@pytest.mark.parametrize(("family", "case"), CASES, ids=lambda part: part if isinstance(part, str) else part["name"])
def test_what_follows(family: str, case: dict[str, Any]) -> None:
    before = changed(WORLD, case.get("before"))
    questions = BACK if case.get("back") else QUESTIONS
    plan = plan_of("shop", bundle(before), bundle(changed(before, case.get("after"))), questions=questions)
    expected = sorted(f"{kind}: {about}" for kind, abouts in case["expect"].items() for about in abouts)
    assert sorted(f"{one.kind.name}: {one.about}" for one in plan.consequences) == expected
    assert all(one.text for one in plan.consequences)


def test_every_kind_of_consequence_is_in_three_changes_at_least() -> None:
    counts = Counter(kind for _, case in CASES for kind in case["expect"])
    told_elsewhere = {
        "finding-new",
        "finding-fixed",
        "moved",
        "not-applied",
        "promise-broken",
        "promise-holds-again",
        "promises-unasked",
        "set-breaks",
        "set-builds",
    }
    assert {kind: counts[kind] for kind in kinds() if counts[kind] < 3 and kind not in told_elsewhere} == {}
