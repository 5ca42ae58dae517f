"""A StatefulSet makes a Pod once those before it are Ready, unless it says Parallel."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.homeless import Homeless
from kubelens.predict.chain.moved import Moved
from kubelens.predict.chain.placed import Placed, Schedule, placed_pods
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.report.schedule import as_data, render
from kubelens.testing import bundle_from_text

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  replicas: 3%s
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: c, image: "x:1", resources: {requests: {cpu: %s}}}]}
"""
PARALLEL = "\n  podManagementPolicy: Parallel"


def nodes(*texts: str) -> tuple[str, ...]:
    return tuple(json.dumps(node, sort_keys=True) for node in made_up_nodes(texts, ""))


def placed(text: str, *described: str) -> Schedule:
    return Oracle(bundle_from_text(text))(Placed(nodes(*described))).answer


@pytest.mark.parametrize(
    ("policy", "cpu", "found", "held"),
    [
        ("", "8", 1, "ledger-1, ledger-2 wait for ledger-0: OrderedReady"),
        ("", "3", 2, "ledger-2 waits for ledger-1: OrderedReady"),
        ("", "1", 3, ""),
        (PARALLEL, "8", 3, ""),
    ],
)
def test_later_pods_are_not_made_before_earlier_ones_run(policy: str, cpu: str, found: int, held: str) -> None:
    schedule = placed(SET % (policy, cpu), "1x4cpu,8Gi")
    assert len(schedule.placements) == found
    told = [sentence for _, sentence in schedule.not_made]
    assert len(told) == bool(held)
    assert all(sentence.startswith(held) for sentence in told)
    assert ("not created of StatefulSet 'default/ledger': " in render(schedule)) is bool(held)
    assert [one["sentence"] for one in as_data(schedule)["not_created"]] == told


@pytest.mark.parametrize("many", [False, True])
def test_pods_that_are_not_made_take_no_room(many: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if many:
        pytest.importorskip("numpy")
        monkeypatch.setattr("kubelens.predict.scheduler.placement._EXPLAINED", 0)
    small = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: c, image: 'x:1', resources: {requests: {cpu: 2}}}]}\n"
    schedule = placed("---\n".join([small % "one", SET % ("", "3"), small % "two"]), "1x4cpu,8Gi")
    assert set(placed_pods(schedule)) == {"default/one", "default/two"}
    assert [p.pod.name for p in schedule.placements if not p.chosen] == ["ledger-0"]


def test_they_are_made_once_a_node_is_added() -> None:
    oracle = Oracle(bundle_from_text(SET % ("", "3")))
    one = [json.loads(text) for text in nodes("1x4cpu,8Gi")]
    more = made_up_nodes(["1x4cpu,8Gi"], "", prefix="added")
    last = made_up_nodes(["2x4cpu,8Gi"], "", prefix="added")

    def after(added: list[dict[str, object]]) -> Schedule:
        query = Moved(tuple(map(json.dumps, one)), added=tuple(map(json.dumps, added)))
        return oracle(query).answer.schedule

    assert set(placed_pods(after(more))) == {"default/ledger-0", "default/ledger-1"}
    assert [p.pod.name for p in after(more).placements if not p.chosen] == ["ledger-2"]
    assert len(placed_pods(after(last))) == 3
    assert not after(last).not_made


def test_they_run_nowhere() -> None:
    text = SET % ("", "8") + "---\n" + nodes("1x4cpu,8Gi")[0]
    found = Oracle(bundle_from_text(text))(Homeless()).answer
    assert set(found) == {"default/ledger-0", "default/ledger-1", "default/ledger-2"}
    assert "wait for ledger-0" in found["default/ledger-1"]
