"""`--cluster`: edits that the API server refuses of what stands there already, and none that it takes."""

from __future__ import annotations

import json

import pytest

from kubelens.rules.api import Finding
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of

RULES = [rule for rule in kubelens_rules() if rule.name in ("immutable-change", "selector-change-orphans-pods")]
MAIN = (
    '{name: main, image: "mill/main:1", imagePullPolicy: IfNotPresent, resources: {}, terminationMessagePath: /dev/log}'
)
HELD = f"""
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {{name: front, namespace: mill, uid: u1}}
  spec:
    clusterIP: 10.0.0.5
    clusterIPs: [10.0.0.5]
    ipFamilies: [IPv4]
    ipFamilyPolicy: SingleStack
    sessionAffinity: None
    internalTrafficPolicy: Cluster
    type: ClusterIP
    selector: {{app: front}}
    ports: [{{port: 80, protocol: TCP, targetPort: 80}}]
- apiVersion: batch/v1
  kind: Job
  metadata: {{name: grind, namespace: mill, uid: u2, labels: {{app: grind}}}}
  spec:
    completionMode: NonIndexed
    completions: 1
    parallelism: 1
    backoffLimit: 6
    suspend: false
    selector: {{matchLabels: {{batch.kubernetes.io/controller-uid: u2}}}}
    template:
      metadata: {{labels: {{app: grind, batch.kubernetes.io/controller-uid: u2, batch.kubernetes.io/job-name: grind}}}}
      spec: {{restartPolicy: Never, dnsPolicy: ClusterFirst, terminationGracePeriodSeconds: 30, containers: [{MAIN}]}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {{name: sack, namespace: mill, uid: u3, annotations: {{pv.kubernetes.io/bind-completed: "yes"}}}}
  spec:
    accessModes: [ReadWriteOnce]
    resources: {{requests: {{storage: 1Gi}}}}
    storageClassName: dry
    volumeMode: Filesystem
    volumeName: pvc-7
  status: {{phase: Bound, capacity: {{storage: 1Gi}}}}
- apiVersion: v1
  kind: Pod
  metadata: {{name: cat, namespace: mill, uid: u4}}
  spec:
    nodeName: barn
    priority: 0
    serviceAccountName: default
    tolerations: [{{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}}]
    volumes: [{{name: token, projected: {{sources: [{{serviceAccountToken: {{path: token}}}}]}}}}]
    containers: [{{name: main, image: "mill/main:1", volumeMounts: [{{name: token, mountPath: /var/run/token}}]}}]
- apiVersion: apps/v1
  kind: StatefulSet
  metadata: {{name: store, namespace: mill, uid: u5}}
  spec:
    replicas: 1
    serviceName: store
    podManagementPolicy: OrderedReady
    revisionHistoryLimit: 10
    selector: {{matchLabels: {{app: store}}}}
    template: {{metadata: {{labels: {{app: store}}}}, spec: {{restartPolicy: Always, containers: [{MAIN}]}}}}
    volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}, volumeMode: Filesystem}}
      status: {{phase: Pending}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {{name: wheel, namespace: mill, uid: u6}}
  spec:
    replicas: 2
    strategy: {{type: RollingUpdate, rollingUpdate: {{maxSurge: 25%, maxUnavailable: 25%}}}}
    selector: {{matchLabels: {{app: wheel}}}}
    template: {{metadata: {{labels: {{app: wheel}}}}, spec: {{restartPolicy: Always, containers: [{MAIN}]}}}}
- apiVersion: v1
  kind: Secret
  metadata: {{name: key, namespace: mill, uid: u7}}
  type: Opaque
  immutable: true
  data: {{a: ""}}
"""
FRONT = """
apiVersion: v1
kind: Service
metadata: {name: front, namespace: mill}
spec: {selector: {app: front}, ports: [{port: 80}]}
"""
GRIND = """
apiVersion: batch/v1
kind: Job
metadata: {name: grind, namespace: mill}
spec:
  template:
    metadata: {labels: {app: grind}}
    spec: {restartPolicy: Never, containers: [{name: main, image: "mill/main:1"}]}
"""
SACK = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: sack, namespace: mill}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
CAT = """
apiVersion: v1
kind: Pod
metadata: {name: cat, namespace: mill}
spec: {containers: [{name: main, image: "mill/main:1"}]}
"""
STORE = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: mill}
spec:
  serviceName: store
  selector: {matchLabels: {app: store}}
  template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "mill/main:1"}]}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
WHEEL = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: wheel, namespace: mill}
spec:
  selector: {matchLabels: {app: wheel}}
  template: {metadata: {labels: {app: wheel}}, spec: {containers: [{name: main, image: "mill/main:1"}]}}
"""
KEY = """
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: mill}
immutable: true
data: {a: c2VjcmV0}
"""


def _found(text: str, running: str = HELD) -> list[Finding]:
    return [f for f in analysis_of(RULES, text, running=running).findings if f.at.uri == "0.yaml"]


@pytest.mark.parametrize("text", [FRONT, GRIND, SACK, CAT, STORE, WHEEL, KEY])
def test_what_is_applied_again_changes_nothing(text: str) -> None:
    """Not what the server, its controllers and its plugins wrote, nor a Secret whose values a snapshot leaves out."""
    assert not _found(text)


@pytest.mark.parametrize(
    ("text", "edit", "path", "label"),
    [
        (
            GRIND,
            ("mill/main:1", "mill/main:2"),
            ("spec", "template", "spec", "containers", 0, "image"),
            "it was mill/main:1",
        ),
        (SACK, ("[ReadWriteOnce]", "[ReadWriteMany]"), ("spec", "accessModes", 0), "it was ReadWriteOnce"),
        (STORE, ("storage: 1Gi", "storage: 2Gi"), None, "it was 1Gi"),
        (FRONT, ("spec: {", "spec: {clusterIP: None, "), ("spec", "clusterIP"), "it was 10.0.0.5"),
        (CAT, ('"mill/main:1"', '"mill/main:1", env: [{name: A, value: b}]'), None, ""),
    ],
)
def test_an_edit_that_is_refused_is_told(
    text: str, edit: tuple[str, str], path: tuple[str | int, ...] | None, label: str
) -> None:
    (finding,) = _found(text.replace(*edit))
    assert finding.rule == "immutable-change"
    assert path is None or finding.at.path == path
    assert label in finding.label


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        (SACK, ("storage: 1Gi", "storage: 2Gi")),
        (STORE, ("serviceName", "replicas: 3\n  serviceName")),
        (WHEEL, ("selector:", "strategy: {type: Recreate}\n  selector:")),
        (WHEEL, ("mill/main:1", "mill/main:2")),
        (FRONT, ("port: 80", "port: 81")),
    ],
)
def test_an_edit_that_is_taken_is_no_finding(text: str, edit: tuple[str, str]) -> None:
    assert not _found(text.replace(*edit))


def test_a_selector_is_told_once() -> None:
    for text in (WHEEL, STORE):
        (finding,) = _found(text.replace("{app: ", "{part: one, app: "))
        assert finding.rule == "selector-change-orphans-pods"


def test_a_field_that_was_applied_and_is_gone_is_taken_away() -> None:
    held = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: rules, uid: u1, annotations: {kubectl.kubernetes.io/last-applied-configuration: LAST}}
    immutable: true
    data: {a: one, b: two}
    """
    new = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rules}\nimmutable: true\ndata: {a: one}\n"
    last = json.dumps(json.dumps({"immutable": True, "data": {"a": "one", "b": "two"}}))
    assert [f.rule for f in _found(new, held.replace("LAST", last))] == ["immutable-change"]
    assert not _found(new, held.replace("LAST", '"{}"'))
