"""Rules that compare two states of the manifests, kind by kind."""

from __future__ import annotations

import pytest

from kubelens.rules.change.immutable_change import check as immutable_change
from kubelens.rules.change.removed_object_still_used import check as removed_object
from kubelens.testing import analysis_of, findings_of

CONTAINERS = "{containers: [{name: c, image: 'x:1'}]}"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: 'x:1'}]}
"""
STATEFUL_SET = f"""\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: s}}
spec:
  serviceName: s
  replicas: 1
  selector: {{matchLabels: {{a: b}}}}
  template: {{metadata: {{labels: {{a: b}}}}, spec: {CONTAINERS}}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: s}
spec:
  clusterIP: 10.0.0.3
  selector: {a: b}
  ports: [{port: 80}]
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: p}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: slow
  resources: {requests: {storage: 2Gi}}
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
immutable: true
data: {a: b}
"""


@pytest.mark.parametrize(
    ("text", "before", "after", "line", "told"),
    [
        (JOB, "x:1", "x:2", 5, "spec.template of Job 'default/j' cannot change"),
        (STATEFUL_SET, "serviceName: s", "serviceName: t", 4, "spec of StatefulSet 'default/s' cannot change"),
        (SERVICE, "10.0.0.3", "10.0.0.4", 4, "of Service 'default/s' cannot change"),
        (CLAIM, "slow", "fast", 5, "of PersistentVolumeClaim 'default/p' cannot change"),
        (CONFIG_MAP, "a: b", "a: c", 4, "data of ConfigMap 'default/c' cannot change"),
    ],
)
def test_a_field_that_cannot_change(text: str, before: str, after: str, line: int, told: str) -> None:
    analysis = analysis_of([immutable_change], text.replace(before, after), old=text)
    (finding,) = analysis.findings
    assert told in finding.message
    source = analysis.snapshot.source("0.yaml")
    assert source is not None
    assert source.position(analysis.snapshot.locate(finding.at).start).line == line


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (JOB, "kind: Job", "kind: Job"),
        (JOB, "{name: j}", "{name: k}"),
        (STATEFUL_SET, "replicas: 1", "replicas: 2"),
        (STATEFUL_SET, "x:1", "x:2"),
        (SERVICE, "port: 80", "port: 81"),
        (CLAIM, "2Gi", "3Gi"),
        (CONFIG_MAP, "immutable: true\ndata: {a: b}", "immutable: true\ndata: {a: b}\nkind: ConfigMap"),
        (JOB, "{name: j}\nspec", "{name: j, annotations: {helm.sh/hook: post-install}}\nspec"),
    ],
)
def test_what_may_change(text: str, before: str, after: str) -> None:
    after_text = text.replace(before, after).replace("x:1", "x:2" if "helm" in after else "x:1")
    assert findings_of(immutable_change, after_text, old=text) == ()


def test_what_the_server_refuses_anyway_is_not_told_twice() -> None:
    assert findings_of(immutable_change, JOB.replace("Never", "Often"), old=JOB) == ()


def test_a_service_that_lost_its_last_workload() -> None:
    (finding,) = findings_of(removed_object, SERVICE, old=f"{SERVICE}---\n{STATEFUL_SET}")
    assert finding.message == "this change removes StatefulSet 's': no Pod is left for Service 'default/s'"
    assert findings_of(removed_object, f"{SERVICE}---\n{STATEFUL_SET}", old=f"{SERVICE}---\n{STATEFUL_SET}") == ()
    moved = STATEFUL_SET.replace("name: s}", "name: s2}")
    assert findings_of(removed_object, f"{SERVICE}---\n{moved}", old=f"{SERVICE}---\n{STATEFUL_SET}") == ()


def test_a_removed_object_that_is_said_to_be_elsewhere() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {containers: [{name: c, image: 'x:1', envFrom: [{configMapRef: {name: c}}]}]}\n"
    both = f"{pod}---\n{CONFIG_MAP}"
    assert len(findings_of(removed_object, pod, old=both)) == 1
    assert findings_of(removed_object, pod, old=both, assume_exists=[("ConfigMap", "c")]) == ()
    assert findings_of(removed_object, pod.replace("name: c}}", "name: c, optional: true}}"), old=both) == ()
