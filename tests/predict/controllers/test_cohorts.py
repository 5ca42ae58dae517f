"""Pods in cohorts and Pods by name come to the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from kubelens.predict.controllers.deployment import DeploymentController
from kubelens.predict.controllers.deployment_spec import read_deployment_spec
from kubelens.predict.controllers.pod_control import ALONE, WithinQuota
from kubelens.predict.controllers.replicaset import ReplicaSet, Revision
from kubelens.predict.controllers.ticks.deployment import Deployment
from kubelens.predict.controllers.ticks.pace import Edit, Pace
from kubelens.predict.controllers.ticks.pods import step_pod


def image_of(template: Any) -> str:
    return str(template["spec"]["containers"][0]["image"])


class Named:
    """The same controller over Pods that each have a name."""

    def __init__(self, value: dict[str, Any], pace: Pace, allowed: int | None) -> None:
        self.pace = pace
        self.control = ALONE if allowed is None else WithinQuota(allowed)
        if isinstance(self.control, WithinQuota):
            self.control.watch(self._standing)
        self.controller = DeploymentController(read_deployment_spec(value, image_of), self._make, clock=False)

    def _standing(self) -> int:
        sets = (*self.controller.sets, *self.controller.forgotten)
        return sum(not pod.finished for rs in sets for pod in rs.pods)

    def _make(self, made: Revision) -> ReplicaSet:
        return ReplicaSet(**asdict(made), stem=made.revision, control=self.control, related=self.controller.sets)

    def step(self, now: int) -> None:
        for rs in (*self.controller.sets, *self.controller.forgotten):
            rs.pods = [p for p in rs.pods if step_pod(p, self.pace, now)]


def deployment(replicas: int, image: str, surge: int, unavailable: int, kind: str, *, paused: bool) -> dict[str, Any]:
    strategy: dict[str, Any] = {"type": kind}
    if kind == "RollingUpdate":
        strategy["rollingUpdate"] = {"maxSurge": surge, "maxUnavailable": unavailable}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": image}]}}
    spec = {"replicas": replicas, "strategy": strategy, "template": template, "paused": paused}
    return {"kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


DEPLOYMENTS = st.builds(
    deployment,
    st.integers(0, 12),
    st.sampled_from(["v1", "v2", "v3"]),
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from(["RollingUpdate", "RollingUpdate", "Recreate"]),
    paused=st.sampled_from([False, False, False, True]),
)
TICKS = st.sampled_from([1, 1, 2, 3, None])
PACES = st.builds(
    lambda ready, gone: Pace(dict(zip(("v1", "v2", "*"), ready, strict=True)), {"*": gone}),
    st.tuples(TICKS, TICKS, TICKS),
    st.sampled_from([1, 2, 4, None]),
)


@settings(max_examples=60, deadline=None)
@given(DEPLOYMENTS, PACES, st.lists(st.one_of(st.none(), DEPLOYMENTS), max_size=12), st.none() | st.integers(0, 16))
def test_cohorts_and_named_pods_agree(
    first: dict[str, Any], pace: Pace, edits: list[dict[str, Any] | None], allowed: int | None
) -> None:
    cohorts, named = Deployment(first, pace, image_of, allowed=allowed), Named(first, pace, allowed)
    for now, edit in enumerate([None, *edits, None, None]):
        if edit is not None:
            cohorts.apply(Edit(edit), now)
            named.controller.spec = read_deployment_spec(edit, image_of)
        cohorts.rest(now)
        named.controller.rest(now)
        assert named.controller.status(now) == cohorts.status(now)
        assert named.controller.conditions(now) == cohorts.conditions(now)
        sizes = {rs.revision: (rs.replicas, rs.size, rs.ready, rs.terminating) for rs in named.controller.sets}
        assert sizes == {rs.revision: (rs.replicas, rs.size, rs.ready, rs.terminating) for rs in cohorts.sets}
        cohorts.step(now)
        named.step(now)
