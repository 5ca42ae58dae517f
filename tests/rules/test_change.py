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


def thing(kind: str, rest: str) -> str:
    api = {
        **dict.fromkeys(("StatefulSet", "ControllerRevision"), "apps/v1"),
        **dict.fromkeys(("StorageClass", "CSIDriver", "VolumeAttributesClass"), "storage.k8s.io/v1"),
        **dict.fromkeys(("RoleBinding", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"),
        "PriorityClass": "scheduling.k8s.io/v1",
        "IngressClass": "networking.k8s.io/v1",
        "Job": "batch/v1",
        "RuntimeClass": "node.k8s.io/v1",
        "ResourceClaim": "resource.k8s.io/v1",
        "CronJob": "batch/v1",
        "CustomResourceDefinition": "apiextensions.k8s.io/v1",
        "EndpointSlice": "discovery.k8s.io/v1",
    }.get(kind, "v1")
    name = "as.x.y" if kind == "CustomResourceDefinition" else "s"
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}\n"


ROLE = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}"
STORAGE = "accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}"
PODS = "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: 'x:1'}]}}"
RUN = "template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'x:1'}]}}"
NAMES = "names: {plural: as, singular: a, kind: A, listKind: AList}"
CRD = f"spec: {{group: x.y, scope: Namespaced, {NAMES}, versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}]}}"
VOLUME = "spec: {persistentVolumeReclaimPolicy: Retain, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: a, path: /x}}"


@pytest.mark.parametrize(
    ("kind", "rest", "before", "after", "refused"),
    [
        ("Service", "spec: {selector: {a: b}, ports: [{port: 80}]}", "{selector", "{clusterIP: None, selector", True),
        ("Service", "spec: {type: LoadBalancer, ports: [{port: 80}]}", "LoadBalancer", "ClusterIP", False),
        ("Service", "spec: {ports: [{port: 80}]}", "{ports", "{type: ExternalName, externalName: a.b, ports", False),
        ("Service", "spec: {type: LoadBalancer, loadBalancerClass: a/b, ports: [{port: 80}]}", "a/b", "a/c", True),
        ("PersistentVolumeClaim", f"spec: {{{STORAGE}}}", "2Gi", "1Gi", True),
        ("PersistentVolumeClaim", f"spec: {{{STORAGE}}}", "ReadWriteOnce", "ReadWriteMany", True),
        ("PersistentVolumeClaim", f"spec: {{volumeMode: Filesystem, {STORAGE}}}", "Filesystem", "Block", True),
        ("PersistentVolumeClaim", f"spec: {{{STORAGE}}}", "{access", "{volumeName: pinned, access", False),
        ("PersistentVolume", VOLUME, "server: a", "server: b", True),
        ("PersistentVolume", VOLUME, "Retain", "Delete", False),
        ("StatefulSet", f"spec: {{podManagementPolicy: Parallel, {PODS}}}", "Parallel", "OrderedReady", True),
        ("StatefulSet", f"spec: {{minReadySeconds: 1, {PODS}}}", "Seconds: 1", "Seconds: 2", False),
        ("Job", f"spec: {{completions: 2, {RUN}}}", "completions: 2", "completions: 3", True),
        (
            "Job",
            f"spec: {{completionMode: Indexed, parallelism: 2, completions: 2, {RUN}}}",
            "2, completions: 2",
            "3, completions: 3",
            False,
        ),
        ("Job", f"spec: {{parallelism: 2, {RUN}}}", "parallelism: 2", "parallelism: 3", False),
        ("CronJob", f"spec: {{schedule: '1 * * * *', jobTemplate: {{spec: {{{RUN}}}}}}}", "x:1", "x:2", False),
        ("ClusterRoleBinding", ROLE, "name: view", "name: edit", True),
        ("RoleBinding", ROLE, "ClusterRole", "Role", True),
        ("Secret", "immutable: true\nstringData: {a: b}", "a: b", "a: c", True),
        ("Secret", "type: Opaque\nstringData: {a: b}", "Opaque", "other", True),
        ("ConfigMap", "immutable: true\ndata: {a: b}", "immutable: true\n", "", True),
        ("ConfigMap", "data: {a: b}", "data: {a: b}", "immutable: true\ndata: {a: c}", False),
        ("StorageClass", "provisioner: a.b", "a.b", "a.c", True),
        ("StorageClass", "provisioner: a.b\nparameters: {type: ssd}", "ssd", "hdd", True),
        ("StorageClass", "provisioner: a.b\nvolumeBindingMode: Immediate", "Immediate", "WaitForFirstConsumer", True),
        ("StorageClass", "provisioner: a.b\nmountOptions: [ro]", "ro]", "rw]", False),
        ("StorageClass", "provisioner: a.b\nallowVolumeExpansion: false", "false", "true", False),
        ("PriorityClass", "value: 1", "value: 1", "value: 2", True),
        ("PriorityClass", "value: 1\nglobalDefault: false", "false", "true", False),
        ("IngressClass", "spec: {controller: a.b/c}", "a.b/c", "a.b/d", True),
        ("CSIDriver", "spec: {attachRequired: true}", "true", "false", True),
        ("CSIDriver", "spec: {volumeLifecycleModes: [Persistent]}", "Persistent", "Ephemeral", True),
        ("CSIDriver", "spec: {podInfoOnMount: true}", "true", "false", False),
        ("RuntimeClass", "handler: a", "handler: a", "handler: b", True),
        ("VolumeAttributesClass", "driverName: a.b\nparameters: {a: b}", "a: b", "a: c", True),
        (
            "ResourceClaim",
            "spec: {devices: {requests: [{name: g, exactly: {deviceClassName: a}}]}}",
            "Name: a",
            "Name: b",
            True,
        ),
        ("CustomResourceDefinition", CRD, "Namespaced", "Cluster", True),
        ("EndpointSlice", "addressType: IPv4\nendpoints: []\nports: []", "IPv4", "IPv6", True),
        ("Pod", "spec: {containers: [{name: c, image: 'x:1'}]}", "x:1", "x:2", False),
        (
            "Pod",
            "spec: {containers: [{name: c, image: 'x:1', env: [{name: A, value: b}]}]}",
            "value: b",
            "value: c",
            True,
        ),
        ("ResourceQuota", "spec: {hard: {pods: 1}, scopes: [BestEffort]}", "BestEffort", "NotBestEffort", True),
    ],
)
def test_the_servers_list(kind: str, rest: str, before: str, after: str, refused: bool) -> None:
    text = thing(kind, rest)
    assert before in text
    found = findings_of(immutable_change, text.replace(before, after), old=text)
    assert len(found) == (1 if refused else 0)
    assert all("cannot change" in finding.message for finding in found)


def test_the_value_before_is_told() -> None:
    (finding,) = findings_of(
        immutable_change, thing("PriorityClass", "value: 2"), old=thing("PriorityClass", "value: 1")
    )
    assert finding.label == "it was 1"


def test_what_the_server_refuses_anyway_is_not_told_twice() -> None:
    assert findings_of(immutable_change, JOB.replace("Never", "Often"), old=JOB) == ()


def test_a_service_that_lost_its_last_workload() -> None:
    (finding,) = findings_of(removed_object, SERVICE, old=f"{SERVICE}---\n{STATEFUL_SET}")
    assert finding.message == "this change removes StatefulSet 's': no Pod is left for Service 'default/s'"
    assert findings_of(removed_object, f"{SERVICE}---\n{STATEFUL_SET}", old=f"{SERVICE}---\n{STATEFUL_SET}") == ()
    moved = STATEFUL_SET.replace("name: s}", "name: s2}")
    assert findings_of(removed_object, f"{SERVICE}---\n{moved}", old=f"{SERVICE}---\n{STATEFUL_SET}") == ()


def test_a_namespace_or_definition_that_is_still_filled() -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    inside = CONFIG_MAP.replace("name: c", "name: c, namespace: shop")
    (finding,) = findings_of(removed_object, inside, old=f"{inside}---\n{space}")
    assert finding.message == "this change removes Namespace 'shop', and ConfigMap 'shop/c' is still in it"
    assert findings_of(removed_object, inside, old=inside) == ()
    assert findings_of(removed_object, f"{inside}---\n{space}", old=f"{inside}---\n{space}") == ()
    custom = "apiVersion: x.y/v1\nkind: A\nmetadata: {name: a}\n"
    definition = thing("CustomResourceDefinition", CRD)
    (finding,) = findings_of(removed_object, f"{custom}---\n{custom.replace('name: a', 'name: b')}", old=definition)
    assert finding.message.endswith("and 2 objects are still of its kind")


def test_a_removed_object_that_is_said_to_be_elsewhere() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {containers: [{name: c, image: 'x:1', envFrom: [{configMapRef: {name: c}}]}]}\n"
    both = f"{pod}---\n{CONFIG_MAP}"
    assert len(findings_of(removed_object, pod, old=both)) == 1
    assert findings_of(removed_object, pod, old=both, assume_exists=[("ConfigMap", "c")]) == ()
    assert findings_of(removed_object, pod.replace("name: c}}", "name: c, optional: true}}"), old=both) == ()
