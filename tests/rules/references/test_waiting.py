"""Circles of Flux's dependencies: each is told once, whatever leads into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubelens.predict.api import Oracle
from kubelens.predict.references.waiting import CyclesOf
from kubelens.testing import bundle_from_text

GROUP = "kustomize.toolkit.fluxcd.io"


def circles(waits: dict[str, list[str]]) -> list[list[str]]:
    texts = [
        f"apiVersion: {GROUP}/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\n"
        f"spec: {{dependsOn: [{', '.join(f'{{name: {other}}}' for other in others)}]}}\n"
        for name, others in waits.items()
    ]
    answer = Oracle(bundle_from_text("---\n".join(texts)))(CyclesOf("Kustomization", GROUP)).answer
    return [[one.source.name for one in circle] for circle in answer]


def test_circles_are_told_once() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["d", "a"]}) == [["b", "c"], ["d"]]


def test_a_line_is_none() -> None:
    assert circles({"a": ["b", "c"], "b": ["c"], "c": [], "d": ["nobody"]}) == []


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=3), max_size=6))
def test_each_circle_is_one(waits: dict[str, list[str]]) -> None:
    found = circles(waits)
    for circle in found:
        for name, following in zip(circle, [*circle[1:], circle[0]], strict=True):
            assert following in waits[name]
    reached = {name: set(others) for name, others in waits.items()}
    for _ in waits:
        for name in reached:
            reached[name] |= {far for near in list(reached[name]) for far in reached.get(near, ())}
    assert bool(found) == any(name in reached[name] for name in reached)
