"""Ranges, quotas, policies, volumes, slices and roles that the API server refuses bound nobody and give nobody anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

HIVE = """
apiVersion: v1
kind: LimitRange
metadata: {name: cells, namespace: hive}
spec: {limits: [{type: Container, default: {memory: 12Gi}, max: {memory: LARGEST}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: honey, namespace: hive}
spec: {hard: {pods: AMOUNT}}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: queen}
value: 100
globalDefault: true
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: drone}
value: 5
globalDefault: true
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: small}
spec:
  failurePolicy: FAILURE
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
  validations: [{expression: "object.spec.replicas < 2"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: small}
spec: {policyName: small, validationActions: [ACTIONS]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bees, namespace: hive}
spec:
  replicas: 3
  selector: {matchLabels: {app: bees}}
  template:
    metadata: {labels: {app: bees}}
    spec: {containers: [{name: bee, image: "hive/bee:1"}]}
---
apiVersion: v1
kind: Node
metadata: {name: tree, labels: {kubernetes.io/hostname: tree}}
status: {allocatable: {cpu: "4", memory: 20Gi, pods: "20"}}
"""
IN_VAIN = {"LARGEST": "-1Gi", "AMOUNT": '"-2"', "FAILURE": "Never", "ACTIONS": ""}


def _asked(folder: Path, text: str, *words: str) -> Any:
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli, [*words, str(file), "--isolated", "--format", "json"])
    return json.loads(done.stdout[done.stdout.index("{") :])


def _hive(**changed: str) -> str:
    text = HIVE
    for name, value in {**IN_VAIN, **changed}.items():
        text = text.replace(name, value)
    return text


@pytest.mark.parametrize(
    ("changed", "nodes"),
    [
        ({}, [True] * 3),
        ({"LARGEST": "14Gi"}, [True, False, False]),  # 12Gi are filled in, and the node has 20Gi
        ({"AMOUNT": '"2"'}, [True] * 2),
        ({"FAILURE": "Fail"}, [True] * 3),  # a policy needs its binding
        ({"ACTIONS": "Deny"}, [True] * 3),
        ({"FAILURE": "Fail", "ACTIONS": "Deny"}, []),
    ],
)
def test_what_is_refused_bounds_no_pod(tmp_path: Path, changed: dict[str, str], nodes: list[bool]) -> None:
    found = _asked(tmp_path, _hive(**changed), "predict", "schedule")
    assert [bool(one["node"]) for one in found["placements"]] == nodes
    rollout = _asked(tmp_path, _hive(**changed), "predict", "rollout")["rollouts"][0]
    assert (rollout.get("outcome") == "done") == (nodes == [True] * 3)


def test_of_two_default_classes_the_second_is_none(tmp_path: Path) -> None:
    """A server with two gives Pods the lower value; here there is one."""
    bee = """---
apiVersion: v1
kind: Pod
metadata: {name: bee, namespace: hive}
spec: {containers: [{name: bee, image: "hive/bee:1"}]}
"""
    found = _asked(tmp_path, _hive() + bee, "predict", "apply")["objects"]
    said = {one["object"]: (one["verdict"], json.dumps(one)) for one in found}
    assert said["PriorityClass 'drone'"][0] == "refused"
    assert ('"queen"' in said["Pod 'hive/bee'"][1], "drone" in said["Pod 'hive/bee'"][1]) == (True, False)


SLICE = """
apiVersion: v1
kind: Service
metadata: {name: old, namespace: hive}
spec: {ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: old-1, namespace: hive, labels: {kubernetes.io/service-name: old}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [ADDRESS]}]
"""


@pytest.mark.parametrize(("address", "leads"), [("192.0.2.7", True), ("192.0.2.700", False)])
def test_a_slice_that_is_refused_leads_nowhere(tmp_path: Path, address: str, leads: bool) -> None:
    text = SLICE.replace("ADDRESS", address)
    assert bool(_asked(tmp_path, text, "predict", "endpoints")["services"][0]["ports"][0]["pods"]) == leads
    bees = HIVE[HIVE.index("apiVersion: apps/v1") : HIVE.index("---\napiVersion: v1\nkind: Node")]
    connected = _asked(tmp_path, f"{text}---\n{bees}", "predict", "connect", "hive/bees -> hive/old:80")
    assert bool(connected["connections"]) == leads


STORE = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: wax}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: comb}
spec:
  storageClassName: wax
  accessModes: [ReadWriteOnce]
  capacity: {storage: SIZE}
  local: {path: /comb}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [tree]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: store, namespace: hive}
spec: {storageClassName: wax, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: keeper, namespace: hive}
spec:
  volumes: [{name: store, persistentVolumeClaim: {claimName: store}}]
  containers: [{name: keeper, image: "hive/keeper:1"}]
---
apiVersion: v1
kind: Node
metadata: {name: tree, labels: {kubernetes.io/hostname: tree}}
status: {allocatable: {cpu: "4", memory: 20Gi, pods: "20"}}
"""


@pytest.mark.parametrize(("size", "taken"), [("2Gi", True), ("-2Gi", False)])
def test_a_volume_that_is_refused_takes_no_pod_to_its_node(tmp_path: Path, size: str, taken: bool) -> None:
    text = STORE.replace("SIZE", size)
    (placed,) = _asked(tmp_path, text, "predict", "schedule")["placements"]
    assert bool(placed["node"]) == taken
    answer = _asked(tmp_path, text, "predict", "volumes")
    (claim,) = answer["claims"]
    assert (claim["volume"] == "comb") == taken
    assert not [one for one in answer["assumptions"] if "what makes volumes runs" in one]


GATHERED = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: keepers, labels: {LABEL: "yes"}}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {for: keepers}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: combs, labels: {for: keepers}}
rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: keepers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: keepers}
subjects: [{kind: User, name: vera, apiGroup: rbac.authorization.k8s.io}]
"""


@pytest.mark.parametrize(("label", "may"), [("kept", True), ("well kept", False), ("for", True)])
def test_a_role_that_is_refused_gathers_nothing(tmp_path: Path, label: str, may: bool) -> None:
    """The third gathers from itself, too."""
    file = tmp_path / "a.yaml"
    file.write_text(GATHERED.replace("LABEL", label).replace('for: "yes"', "for: keepers"), encoding="utf-8")
    done = CliRunner().invoke(cli, ["predict", "can", "user:vera", "get", "nodes", "-A", "-f", str(file), "--isolated"])
    assert done.exit_code == (0 if may else 1)


def test_roles_that_gather_from_each_other_have_the_same(tmp_path: Path) -> None:
    other = """---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: others, labels: {for: keepers}}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {for: others}}]}
"""
    file = tmp_path / "a.yaml"
    file.write_text(GATHERED.replace('{LABEL: "yes"}', "{for: others}") + other, encoding="utf-8")
    for name in ("keepers", "others"):
        file.write_text(file.read_text().replace("ClusterRole, name: keepers", f"ClusterRole, name: {name}"))
        done = CliRunner().invoke(cli, ["predict", "can", "user:vera", "--list", "-f", str(file), "--isolated"])
        assert (done.exit_code, "get nodes" in done.stdout) == (0, True)
