"""A change that changes nothing for the server has an empty plan: another order, defaults written out, other spellings."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.kube.bundle import Bundle
from kubelens.kube.tree_copy import own_copy
from kubelens.plan.plan import plan_of
from kubelens.predict.api import Oracle
from kubelens.predict.chain.stored import Stored
from kubelens.testing import bundle_from_text
from tests.world.mutated import mutated

_OTHER_SPELLINGS = {"100m": "0.1", "64Mi": "65536Ki", "1Gi": "1024Mi", "50m": "0.05", "4Gi": "4096Mi"}


def bundle(objects: list[dict[str, Any]]) -> Bundle:
    return bundle_from_text("\n---\n".join(map(json.dumps, objects)))


def in_another_order(value: Any, shuffle: Random) -> Any:
    if isinstance(value, dict):
        return {key: in_another_order(value[key], shuffle) for key in sorted(value, key=lambda _: shuffle.random())}
    if isinstance(value, list):
        return [in_another_order(one, shuffle) for one in value]
    return value


def spelt_otherwise(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: spelt_otherwise(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [spelt_otherwise(one) for one in value]
    return _OTHER_SPELLINGS.get(value, value) if isinstance(value, str) else value


def with_defaults(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Jobs stay as they are: from labels that the server wrote into a template, it gives the Job labels the next time."""
    before = bundle(objects)
    ask = Oracle(before)
    stored = [(resource, ask(Stored(resource)).answer.value) for resource in before]
    return [own_copy(resource.value if r is None or resource.kind == "Job" else r) for resource, r in stored]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_order_defaults_and_spellings_are_no_changes(seed: int, defaulted: bool, respelt: bool) -> None:
    shuffle = Random(seed)
    objects = [json.loads(text) for text in mutated(seed)[0].split("\n---\n")]
    after = sorted(objects, key=lambda _: shuffle.random())
    if defaulted:
        after = with_defaults(after)
    if respelt:
        after = spelt_otherwise(after)
    after = [in_another_order(value, shuffle) for value in after]
    plan = plan_of("shop", bundle(objects), bundle(after))
    assert [(change.action, change.resource, change.fields) for change in plan.changes] == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_there_and_back_name_the_same_objects(one: int, other: int) -> None:
    before, after = (bundle([json.loads(text) for text in mutated(seed)[0].split("\n---\n")]) for seed in (one, other))
    there, back = plan_of("shop", before, after), plan_of("shop", after, before)
    assert {str(change.resource.key) for change in there.changes} == {
        str(change.resource.key) for change in back.changes
    }
    assert bool(there.consequences) <= bool(there.changes)


def test_the_namespace_that_an_object_without_one_gets_is_no_change() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "env"}, "data": {"LEVEL": "info"}}
    written = {**config, "metadata": {"name": "env", "namespace": "default"}}
    assert not plan_of("set", bundle([config]), bundle([written])).changes
