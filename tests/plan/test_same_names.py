"""Files for different clusters in one folder: each object is compared with the one that it was, not with one of its name."""

from __future__ import annotations

from collections.abc import Mapping

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource, read_resources
from kubelens.plan.change import Action
from kubelens.plan.plan import SetPlan, plan_of
from kubelens.report.plan_told import MOST_FIELDS, entries_of
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

WORLD = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: {label}}}}}
  template:
    metadata: {{labels: {{app: {label}}}}}
    spec:
      containers: [{{name: main, image: "shop/web:1", resources: {{requests: {{cpu: {cpu}}}}}}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: web, namespace: shop}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}
  minReplicas: {least}
  maxReplicas: 10
---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: shop}}
spec:
  selector: {{app: {label}}}
  ports: [{{port: {port}}}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {{name: shop, namespace: shop}}
spec: {{hard: {{requests.cpu: "{quota}"}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: web, namespace: shop}}
data: {{level: {level}}}
"""
HOOK = """
apiVersion: batch/v1
kind: Job
metadata: {name: seed, namespace: shop, annotations: {argocd.argoproj.io/hook: Sync}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "shop/seed:1"}]}}}
"""
SMALL = {"label": "web", "cpu": "100m", "least": 1, "port": 80, "quota": 40, "level": "info"}
LARGE = {"label": "shop-web", "cpu": "2", "least": 4, "port": 8080, "quota": 90, "level": "warn"}


def plan(old: Mapping[str, str], new: Mapping[str, str], *, together: bool = False) -> SetPlan:
    before, after = (Bundle([one for name, text in side.items() for one in objects(name, text)]) for side in (old, new))
    after.applied_together = together
    return plan_of(".", before, after)


def objects(name: str, text: str) -> list[Resource]:
    documents, _ = parse_source(Source(name, text))
    return [resource for document in documents for resource in read_resources(document, namespace="default")]


def world(values: Mapping[str, object], **other: object) -> str:
    return WORLD.format(**{**values, **other})


def told(found: SetPlan) -> list[str]:
    return [f"{one.kind.name} {one.about}: {one.text}" for one in found.consequences]


def test_files_that_do_not_change_have_no_consequences() -> None:
    found = plan(
        {"small.yaml": world(SMALL), "large.yaml": world(LARGE)},
        {"small.yaml": world(SMALL), "large.yaml": world(LARGE, level="debug")},
    )
    assert [(change.action, change.resource.place.uri) for change in found.changes] == [(Action.CHANGE, "large.yaml")]
    assert told(found) == []


def test_each_object_is_compared_with_that_of_its_file() -> None:
    found = plan(
        {"small.yaml": world(SMALL), "large.yaml": world(LARGE)},
        {"small.yaml": world(SMALL), "large.yaml": world(LARGE, least=5)},
    )
    assert told(found) == ["autoscaler-range HorizontalPodAutoscaler shop/web: chooses from 5 to 10 Pods, was 4 to 10"]


def test_of_one_file_an_object_that_stays_is_not_taken_for_one_that_goes() -> None:
    found = plan({"all.yaml": f"{world(SMALL)}---\n{world(LARGE)}"}, {"all.yaml": world(LARGE)})
    assert {change.action for change in found.changes} == {Action.REMOVE}
    assert [change.resource.spec.get("minReplicas") for change in found.changes if "Auto" in change.resource.kind] == [
        1
    ]


def test_a_hook_of_another_folder_does_not_run_with_the_change() -> None:
    sides = (
        {"prod/web.yaml": world(SMALL), "lab/seed.yaml": HOOK},
        {"prod/web.yaml": world(SMALL, level="debug"), "lab/seed.yaml": HOOK},
    )
    assert told(plan(*sides)) == []
    assert [one.kind.name for one in plan(*sides, together=True).consequences] == ["job-runs-again"]


def test_a_hook_beside_the_change_runs_with_it() -> None:
    sides = (
        {"prod/web.yaml": world(SMALL), "prod/seed.yaml": HOOK},
        {"prod/web.yaml": world(SMALL, level="debug"), "prod/seed.yaml": HOOK},
    )
    assert [one.kind.name for one in plan(*sides).consequences] == ["job-runs-again"]


def test_what_follows_alike_is_told_of_each_of_one_name() -> None:
    files = {name: world(SMALL) for name in ("a.yaml", "b.yaml", "c.yaml")}
    found = plan(files, {name: text.replace("shop/web:1", "shop/web:2") for name, text in files.items()})
    (entry,) = (one for one in entries_of(found, MOST_FIELDS) if one.kind == "Deployment")
    assert len(entry.objects) == 3
    assert [one.kind.name for one in entry.consequences] == ["rollout"]
