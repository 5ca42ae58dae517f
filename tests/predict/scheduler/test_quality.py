"""The quality-of-service class of Pods."""

from __future__ import annotations

import pytest
import yaml

from kubelens.engine.loader import Loaded
from kubelens.engine.workspace import Workspace
from kubelens.predict.api import Oracle
from kubelens.predict.kubelet.quality import Quality, QualityOf
from kubelens.syntax.text import Source

BOTH = {"cpu": "1", "memory": "1Gi"}


def quality(spec: dict[str, object], *others: dict[str, object]) -> tuple[Quality | None, bool]:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    workspace = Workspace()
    workspace.fill([Loaded("p.yaml", Source("p.yaml", yaml.safe_dump_all([pod, *others])))])
    bundle = workspace.snapshot().bundle
    found = Oracle(bundle)(QualityOf(bundle.all("Pod")[0]))
    return found.answer, found.certain


def container(**resources: object) -> dict[str, object]:
    return {"name": "c", "image": "c:1", "resources": resources}


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([container()], Quality.BEST_EFFORT),
        ([container(limits=BOTH)], Quality.GUARANTEED),
        ([container(limits=BOTH, requests=BOTH)], Quality.GUARANTEED),
        ([container(limits=BOTH, requests={"cpu": "500m"})], Quality.BURSTABLE),
        ([container(limits=BOTH, requests={"cpu": "1000m", "memory": "1024Mi"})], Quality.GUARANTEED),
        ([container(limits={"cpu": "1"})], Quality.BURSTABLE),
        ([container(limits=BOTH), container()], Quality.BURSTABLE),
        ([container(requests={"ephemeral-storage": "1Gi"})], Quality.BEST_EFFORT),
        ([container(limits={"cpu": "0", "memory": "0"})], Quality.BEST_EFFORT),
    ],
)
def test_classes(containers: list[dict[str, object]], expected: Quality) -> None:
    named = [{**one, "name": f"c{n}"} for n, one in enumerate(containers)]
    assert quality({"containers": named}) == (expected, True)


def test_init_containers_count() -> None:
    assert quality({"containers": [container(limits=BOTH)], "initContainers": [container()]})[0] is Quality.BURSTABLE


def test_the_pods_own_resources_count_alone() -> None:
    assert quality({"containers": [container()], "resources": {"limits": BOTH}})[0] is Quality.GUARANTEED


def test_a_limit_range_makes_it_uncertain() -> None:
    limits = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": []}}
    assert quality({"containers": [container()]}, limits) == (Quality.BEST_EFFORT, False)
