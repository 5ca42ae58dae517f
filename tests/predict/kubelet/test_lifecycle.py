"""A Pod's life: order of starting, probes, restarts, stopping, and what contradicts itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from kubelens.kube.bundle import Bundle
from kubelens.predict.api import Oracle
from kubelens.predict.kubelet.interval import Interval, exactly
from kubelens.predict.kubelet.lifecycle import Lifecycle, LifecycleOf
from kubelens.predict.kubelet.moment import Happening
from kubelens.predict.kubelet.probes import Probing
from kubelens.predict.kubelet.restarts import waits
from kubelens.testing import bundle_from_text

HTTP = {"httpGet": {"port": 80, "path": "/"}}


def container(name: str = "app", **spec: Any) -> dict[str, Any]:
    return {"name": name, "image": "x", **spec}


def life(
    *containers: dict[str, Any],
    init: list[dict[str, Any]] | None = None,
    more: dict[str, Any] | None = None,
    **times: Any,
) -> Lifecycle:
    spec = {"containers": list(containers) or [container()], "initContainers": init or [], **(more or {})}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    bundle: Bundle = bundle_from_text(json.dumps(pod))
    found = Oracle(bundle)(LifecycleOf(bundle.all("Pod")[0], **times)).answer
    assert not found.refusal
    return found


def at(found: Lifecycle, what: Happening, name: str = "app") -> Interval | None:
    moments = (*found.start, *found.stop.moments)
    return next((one.at for one in moments if one.what is what and one.container == name), None)


def test_init_containers_run_one_by_one_and_a_sidecar_holds_the_next_up() -> None:
    mesh = container("mesh", restartPolicy="Always", startupProbe={**HTTP, "periodSeconds": 1, "failureThreshold": 60})
    found = life(
        init=[container("first"), mesh, container("last")],
        runs=(("first", exactly(4)), ("*", Interval(1, 2))),
        answers=(("mesh", exactly(10)),),
        pulls=(("first", exactly(3)),),
    )
    assert at(found, Happening.STARTS, "first") == exactly(3)
    assert at(found, Happening.STARTS, "mesh") == exactly(7)
    assert at(found, Happening.STARTED, "mesh") == Interval(17, 19)
    assert at(found, Happening.ENDS, "last") == Interval(18, 21)
    assert at(found, Happening.STARTS) == Interval(18, 21)


@pytest.mark.parametrize(
    ("spec", "answers", "started", "ready"),
    [
        ({}, 0, exactly(0), exactly(0)),
        ({"readinessProbe": {**HTTP, "initialDelaySeconds": 5}}, 0, exactly(0), Interval(5, 16)),
        ({"readinessProbe": {**HTTP, "periodSeconds": 5, "successThreshold": 3}}, 20, exactly(0), Interval(30, 36)),
        ({"startupProbe": {**HTTP, "periodSeconds": 2, "failureThreshold": 20}}, 7, Interval(7, 10), Interval(7, 10)),
        (
            {"startupProbe": {**HTTP, "failureThreshold": 9}, "readinessProbe": {**HTTP, "periodSeconds": 1}},
            0,
            Interval(0, 11),
            Interval(0, 13),
        ),
        ({"lifecycle": {"postStart": {"sleep": {"seconds": 4}}}}, 0, exactly(4), exactly(4)),
    ],
)
def test_started_and_ready(spec: dict[str, Any], answers: int, started: Interval, ready: Interval) -> None:
    found = life(container(**spec), answers=(("*", exactly(answers)),))
    assert at(found, Happening.STARTED) == started
    assert at(found, Happening.READY) == ready
    assert found.ready == ready


def test_a_hook_holds_the_next_container_up_and_a_probe_does_not() -> None:
    slow = container("slow", startupProbe=HTTP, lifecycle={"postStart": {"exec": {"command": ["sh", "-c", "sleep 6"]}}})
    assert at(life(slow, container()), Happening.STARTS) == exactly(6)


def test_when_a_container_that_never_answers_is_stopped() -> None:
    live = {
        **HTTP,
        "initialDelaySeconds": 10,
        "periodSeconds": 5,
        "failureThreshold": 4,
        "terminationGracePeriodSeconds": 3,
    }
    for found, stops in (
        (life(container(livenessProbe=live)), (Probing.LIVENESS, Interval(25, 31), 3)),
        (life(container(livenessProbe=live, startupProbe=HTTP)), (Probing.STARTUP, Interval(20, 31), 30)),
    ):
        assert [(one.probe, one.at, one.grace) for one in found.given_up] == [stops]


def test_waits_between_restarts() -> None:
    assert waits(9) == (0, 10, 20, 40, 80, 160, 300, 300, 300)
    found = life(container(), more={"restartPolicy": "Never"}, init=[container("side", restartPolicy="Always")])
    starts = {one.container: one.starts[:4] for one in found.restarts}
    assert starts == {"app": (), "side": (0, 10, 30, 70)}


@pytest.mark.parametrize(
    ("policy", "own", "code", "then"),
    [
        ("Always", {}, 0, "restart"),
        ("OnFailure", {}, 0, "stays"),
        ("OnFailure", {}, 3, "restart"),
        ("Never", {}, 3, "stays"),
        ("Never", {"restartPolicy": "OnFailure"}, 3, "restart"),
        ("Always", {"restartPolicy": "Never"}, 3, "stays"),
        (
            "Always",
            {
                "restartPolicy": "Never",
                "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}],
            },
            42,
            "restart",
        ),
        (
            "Always",
            {
                "restartPolicy": "Never",
                "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "NotIn", "values": [42]}}],
            },
            42,
            "stays",
        ),
    ],
)
def test_what_follows_an_exit_code(policy: str, own: dict[str, Any], code: int, then: str) -> None:
    found = life(container(**own), more={"restartPolicy": policy})
    assert found.restarts[0].restarting.after(code) == then


def test_stopping_hooks_count_and_sidecars_go_last() -> None:
    app = container(lifecycle={"preStop": {"exec": {"command": ["sleep", "5"]}}})
    sides = [container("one", restartPolicy="Always"), container("two", restartPolicy="Always")]
    found = life(app, init=sides, more={"terminationGracePeriodSeconds": 20})
    assert at(found, Happening.SIGTERM) == exactly(5)
    assert at(found, Happening.SIGKILL) == exactly(20)
    assert at(found, Happening.SIGTERM, "two") == Interval(5, 20)
    assert at(found, Happening.SIGKILL, "two") == Interval(20, 22)
    order = [one.container for one in found.stop.moments if one.what is Happening.SIGTERM]
    assert order == ["app", "two", "one"]
    assert found.stop.gone == Interval(5, 22)


@pytest.mark.parametrize(("seconds", "sigterm", "sigkill"), [(8, 8, 10), (9, 9, 11), (10, 10, 12), (60, 10, 12)])
def test_sigkill_leaves_two_seconds(seconds: int, sigterm: int, sigkill: int) -> None:
    found = life(
        container(lifecycle={"preStop": {"sleep": {"seconds": min(seconds, 10)}}})
        if seconds <= 10
        else container(lifecycle={"preStop": {"exec": {"command": ["sleep", str(seconds)]}}}),
        more={"terminationGracePeriodSeconds": 10},
    )
    assert at(found, Happening.SIGTERM) == exactly(sigterm)
    assert at(found, Happening.SIGKILL) == exactly(sigkill)


LATE = {**HTTP, "initialDelaySeconds": 90}


@pytest.mark.parametrize(
    ("spec", "more", "answers", "said", "sure"),
    [
        (
            {"livenessProbe": HTTP},
            {},
            exactly(60),
            "the liveness probe restarts it after 20 to 31 s: it never comes up",
            True,
        ),
        ({"livenessProbe": HTTP}, {}, Interval(5, 40), "the liveness probe may restart it after 20 s already", False),
        ({"startupProbe": HTTP, "livenessProbe": HTTP}, {}, exactly(60), "the startup probe restarts it", True),
        (
            {"livenessProbe": HTTP, "readinessProbe": LATE},
            {},
            exactly(0),
            "the readiness probe, which asks the same",
            False,
        ),
        ({"readinessProbe": {"httpGet": {"port": "web"}}}, {}, exactly(0), "it is never ready", True),
        ({"startupProbe": {"tcpSocket": {"port": "web"}}}, {}, exactly(0), "never counts as started", True),
        ({"livenessProbe": {"httpGet": {"port": "web"}}}, {}, exactly(0), "restarts nothing", True),
        (
            {"lifecycle": {"preStop": {"exec": {"command": ["sleep", "30"]}}}},
            {},
            exactly(0),
            "its preStop hook takes 30 s of the 30 s",
            True,
        ),
        ({"readinessProbe": LATE}, {"activeDeadlineSeconds": 60}, exactly(0), "is ready after 90 s at best", True),
    ],
)
def test_what_contradicts_itself(
    spec: dict[str, Any], more: dict[str, Any], answers: Interval, said: str, sure: bool
) -> None:
    found = life(container(**spec), more=more, answers=(("*", answers),))
    (one,) = found.contradictions
    assert said in one.text
    assert one.sure is sure


def test_what_never_happens_has_no_time() -> None:
    found = life(container(readinessProbe={"httpGet": {"port": "web"}}), container("other"))
    assert found.ready is None
    assert at(found, Happening.READY) is None
    assert at(found, Happening.READY, "other") is not None
    stuck = life(init=[container("mesh", restartPolicy="Always", startupProbe={"tcpSocket": {"port": "web"}})])
    assert at(stuck, Happening.STARTS) is None


SECONDS = st.integers(0, 50)
TIMES = st.builds(lambda low, more: Interval(low, low + more), SECONDS, SECONDS)


@settings(max_examples=60, deadline=None)
@over(
    st.fixed_dictionaries({"initialDelaySeconds": SECONDS, "periodSeconds": st.integers(1, 20)}),
    st.fixed_dictionaries({"periodSeconds": st.integers(1, 20), "failureThreshold": st.integers(10, 60)}),
    TIMES,
    SECONDS,
)
def test_intervals_hold_what_the_kubelet_can_do(
    readiness: dict[str, int], startup: dict[str, int], answers: Interval, offset: int
) -> None:
    """A kubelet played second by second, its ticks at any offset, is inside the intervals."""
    spec = {"readinessProbe": {**HTTP, **readiness}, "startupProbe": {**HTTP, **startup}}
    assert answers.highest is not None
    for up in (answers.lowest, answers.highest):
        found = life(container(**spec), answers=(("*", answers),))
        period = startup["periodSeconds"]
        ticks = range(offset % period, 2000, period)
        asked = [tick for tick in ticks if tick >= 0]
        failures = [tick for tick in asked if tick < up]
        if len(failures) >= startup["failureThreshold"]:
            continue
        started = next(tick for tick in asked if tick >= up)
        first = range(offset % readiness["periodSeconds"], 3000, readiness["periodSeconds"])
        ready = next(t for t in first if t >= max(started, readiness["initialDelaySeconds"]))
        for what, time in ((Happening.STARTED, started), (Happening.READY, ready)):
            interval = at(found, what)
            assert interval is not None
            assert interval.highest is not None
            assert interval.lowest <= time <= interval.highest
