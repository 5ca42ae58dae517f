"""Labels that controllers give Pods, as selectors see them."""

from __future__ import annotations

import pytest

from kubelens.kube.pod_labels import selected_numbers, selects
from kubelens.kube.selector import label_selector
from kubelens.kube.workload import workloads
from kubelens.testing import bundle_from_text

WORKLOADS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: queue}
spec:
  replicas: 3
  ordinals: {start: 5}
  serviceName: queue
  selector: {matchLabels: {app: queue}}
  template: &template
    metadata: {labels: {app: queue}}
    spec: {restartPolicy: Never, containers: [{name: c, image: x}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: load}
spec:
  completions: 4
  completionMode: Indexed
  template: {metadata: {labels: {app: load}}, spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
"""


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ({"matchLabels": {"statefulset.kubernetes.io/pod-name": "queue-6"}}, {"queue": (6,)}),
        ({"matchLabels": {"statefulset.kubernetes.io/pod-name": "queue-0"}}, {}),
        ({"matchLabels": {"app": "load", "statefulset.kubernetes.io/pod-name": "queue-6"}}, {}),
        ({"matchExpressions": [{"key": "apps.kubernetes.io/pod-index", "operator": "Gt", "values": ["5"]}]}, {"queue": (6, 7)}),
        ({"matchLabels": {"batch.kubernetes.io/job-completion-index": "3"}}, {"load": (3,)}),
        ({"matchLabels": {"batch.kubernetes.io/job-completion-index": "4"}}, {}),
        ({"matchLabels": {"job-name": "load"}}, {"load": None}),
        ({"matchLabels": {"job-name": "web"}}, {}),
        ({"matchExpressions": [{"key": "job-name", "operator": "DoesNotExist"}]}, {"queue": None, "web": None}),
        ({"matchExpressions": [{"key": "job-name", "operator": "NotIn", "values": ["load"]}]}, {"queue": None, "web": None}),
        ({"matchLabels": {"pod-template-hash": "5d4f8c7b9"}}, {"web": None}),
        ({"matchExpressions": [{"key": "pod-template-hash", "operator": "DoesNotExist"}]}, {"queue": None, "load": None}),
        ({"matchExpressions": [{"key": "apps.kubernetes.io/pod-index", "operator": "DoesNotExist"}]}, {"load": None, "web": None}),
    ],
)  # fmt: skip
def test_which_pods_a_selector_picks(selector: dict[str, object], chosen: dict[str, tuple[int, ...] | None]) -> None:
    asked = label_selector(selector)
    found = {
        w.name: selected_numbers(asked, w.resource)
        for w in workloads(bundle_from_text(WORKLOADS))
        if selects(asked, w.pod.labels, w.resource)
    }
    assert found == chosen
