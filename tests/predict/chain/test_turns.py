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
from tests.predict.chain.standing import STANDING_NODE, standing

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
        monkeypatch.setattr("kubelens.predict.scheduler.queue._EXPLAINED", 0)
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
    assert "waits for ledger-0" in found["default/ledger-1"]


def left(pods: str, policy: str = "", cpu: str = "1") -> Schedule:
    return placed(f"{SET % (policy, cpu)}---{STANDING_NODE}---{pods}")


def names(schedule: Schedule) -> list[str]:
    return [p.pod.name for p in schedule.placements]


@pytest.mark.parametrize(
    ("pod", "new", "told"),
    [
        (standing("ledger-0"), ["ledger-1", "ledger-2"], []),
        (standing("ledger-0", status=""), ["ledger-1", "ledger-2"], []),
        (standing("ledger-0", ready=False), [], ["ledger-1, ledger-2 wait for ledger-0, which is not Ready"]),
        (standing("ledger-0", phase="Pending"), [], ["ledger-1, ledger-2 wait for ledger-0, which is not Ready"]),
        (standing("ledger-1", ready=False), ["ledger-0"], ["ledger-2 waits for ledger-1, which is not Ready"]),
        (standing("ledger-0", phase="Failed"), ["ledger-0", "ledger-1", "ledger-2"], []),
        (standing("ledger-0", phase="Succeeded"), ["ledger-0", "ledger-1", "ledger-2"], []),
        (
            standing("ledger-0", going=True),
            [],
            [
                "ledger-0 waits for the Pod of the same name that is being deleted",
                "ledger-1, ledger-2 wait for ledger-0, which is being deleted",
            ],
        ),
        (
            standing("ledger-0", phase="Failed", going=True),
            [],
            [
                "ledger-0 waits for the Pod of the same name that is being deleted",
                "ledger-1, ledger-2 wait for ledger-0, which is being deleted",
            ],
        ),
        (standing("ledger-0", node="", phase="Pending"), ["ledger-0", "ledger-1", "ledger-2"], []),
        (standing("ledger-0", node="", phase="Pending", cpu=9), ["ledger-0"], ["ledger-1, ledger-2 wait for ledger-0"]),
        (
            standing("ledger-1", node="", phase="Pending", cpu=9),
            ["ledger-1", "ledger-0"],
            ["ledger-2 waits for ledger-1"],
        ),
        (standing("ledger-7", ready=False), ["ledger-0", "ledger-1", "ledger-2"], []),
        (
            standing("ledger-0", owner="", labels="{app: other}"),
            [],
            [
                "ledger-0 waits for the Pod of the same name that is not its own",
                "ledger-1, ledger-2 wait for ledger-0, whose name another Pod has",
            ],
        ),
        (standing("ledger-0", owner="", ready=False), [], ["ledger-1, ledger-2 wait for ledger-0, which is not Ready"]),
    ],
)
def test_standing_pods_keep_those_after_them_from_being_made(pod: str, new: list[str], told: list[str]) -> None:
    schedule = left(pod)
    assert names(schedule) == new
    said = sorted(sentence for _, sentence in schedule.not_made)
    assert [one.partition(": ")[0] for one in said] == told


def test_parallel_pods_wait_for_nothing_but_their_own_name() -> None:
    pods = "---".join([standing("ledger-0", ready=False), standing("ledger-1", going=True)])
    schedule = left(pods, PARALLEL)
    assert names(schedule) == ["ledger-2"]
    assert [sentence.partition(":")[0] for _, sentence in schedule.not_made] == [
        "ledger-1 waits for the Pod of the same name that is being deleted"
    ]


def test_ordinals_that_start_elsewhere_are_in_turn_too() -> None:
    begun = "\n  ordinals: {start: 4}"
    schedule = left(standing("ledger-4", ready=False), begun)
    assert names(schedule) == []
    assert [one.name for one in schedule.held_back] == ["ledger-5", "ledger-6"]
    assert names(left(standing("ledger-3", ready=False), begun)) == ["ledger-4", "ledger-5", "ledger-6"]


def test_that_a_pod_stays_as_the_cluster_shows_it_is_said() -> None:
    text = "default/ledger-0 stays as it is: once it is Ready, the Pods after it are created"
    assert text in left(standing("ledger-0", ready=False)).assumptions
    assert text not in left(standing("ledger-0")).assumptions
    assert text not in left(standing("ledger-0", node="", phase="Pending", cpu=9)).assumptions


def test_a_drain_of_the_node_of_an_unready_pod_lets_the_others_come() -> None:
    text = f"{SET % ('', '1')}---{STANDING_NODE}---{STANDING_NODE.replace('rack', 'spare')}---{standing('ledger-0', ready=False)}"
    after = Oracle(bundle_from_text(text))(Moved(drained=("rack",))).answer.schedule
    assert placed_pods(after) == {f"default/ledger-{n}": "spare" for n in range(3)}
    assert after.held_back == ()


def test_drained_pods_come_back_in_turn() -> None:
    small = STANDING_NODE.replace("rack", "small").replace("cpu: 4", "cpu: 1")
    text = f"{SET % ('%s', '1')}---{STANDING_NODE}---{small}".replace("cpu: 1}}}]", "cpu: 1300m}}}]")
    for policy, waiting in (("", ["ledger-0"]), (PARALLEL, ["ledger-0", "ledger-1", "ledger-2"])):
        after = Oracle(bundle_from_text(text % policy))(Moved(drained=("rack",))).answer.schedule
        assert [p.pod.name for p in after.placements if not p.chosen] == waiting
        assert [one.name for one in after.held_back] == [n for n in ("ledger-1", "ledger-2") if n not in waiting]


def test_how_fast_sets_go_is_said_where_there_is_not_room_for_all() -> None:
    two = f"{SET % ('', '1')}---{(SET % ('', '1')).replace('ledger', 'diary')}"
    text = "Pods of StatefulSets become Ready equally fast: the next ones of each come at one time"
    assert text in placed(two, "1x4cpu,8Gi").assumptions
    assert text not in placed(two, "1x8cpu,8Gi").assumptions
    assert text not in placed(SET % ("", "2"), "1x4cpu,8Gi").assumptions
