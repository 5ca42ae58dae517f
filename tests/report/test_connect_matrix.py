"""A matrix of who reaches whom is one that can be read: workloads alike are one row."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kubelens.predict.api import Oracle
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.policy import EndsOf
from kubelens.report.connect_matrix import _alike, _between, matrix_lines
from kubelens.testing import bundle_from_text

SIGNS = st.sampled_from(".*a")


def stall(name: str, role: str) -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n"
        f"    metadata: {{labels: {{app: {name}, role: {role}}}}}\n    spec: {{containers: [{{name: a, image: 'a:1'}}]}}\n"
    )


POLICY = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: till}
spec:
  podSelector: {matchLabels: {role: till}}
  ingress: [{from: [{podSelector: {matchLabels: {role: desk}}}], ports: [{port: 80}]}]
"""


def drawn(desks: int, tills: int, columns: int | None = None) -> list[str]:
    names = [*((f"desk-{n}", "desk") for n in range(desks)), *((f"till-{n}", "till") for n in range(tills))]
    ask = Oracle(bundle_from_text("".join(stall(*one) for one in names) + POLICY))
    verdict, *lines = matrix_lines(ask(EndsOf()).answer, ask(PolicyMatrix()), columns)
    assert verdict.startswith(f"{desks + tills} workloads, {(desks + tills) * (desks + tills - 1)} ways between them: ")
    return lines


def test_a_small_matrix_names_each() -> None:
    lines = drawn(2, 1, columns=80)
    assert lines[0].split() == ["1", "2", "3"]
    assert [line.split()[2:] for line in lines[1:4]] == [["-", "*", "a"], ["*", "-", "a"], ["*", "*", "-"]]


def test_many_that_are_alike_are_one_row() -> None:
    lines = drawn(10, 8)
    assert lines[0].split() == ["1", "2"]
    assert lines[1].split() == ["1", "default/desk-0[Deployment]", "and", "9", "more", "*", "a"]
    assert lines[2].split() == ["2", "default/till-0[Deployment]", "and", "7", "more", "*", "."]
    assert any(line.startswith("2 is default/till-0[Deployment], default/till-1[Deployment]") for line in lines)


def test_what_does_not_fit_is_listed() -> None:
    lines = drawn(1, 1, columns=30)
    assert lines[0].split() == ["1", "default/desk-0[Deployment]", "reaches", "a", "2"]
    assert lines[1].split() == ["2", "default/till-0[Deployment]", "reaches", "*", "1"]


@given(st.integers(1, 7).flatmap(lambda n: st.lists(st.lists(SIGNS, min_size=n, max_size=n), min_size=n, max_size=n)))
def test_folding_loses_nothing(cells: list[list[str]]) -> None:
    for number in range(len(cells)):
        cells[number][number] = "-"
    kinds = _alike(cells)
    assert sorted(one for some in kinds for one in some) == list(range(len(cells)))
    for some, others in product(kinds, repeat=2):
        told = _between(cells, some, others)
        assert all(cells[a][b] == told for a in some for b in others if a != b)
