"""Connections through Services end at ready endpoints, as `endpoints` and `route` say it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command

POST = """
apiVersion: v1
kind: Pod
metadata: {name: clerk, labels: {app: post}META}
spec: {nodeName: a, containers: [{name: main, image: "post/clerk:1", ports: [{containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.9}], conditions: [{type: Ready, status: "READY"}]}
---
apiVersion: v1
kind: Service
metadata: {name: SERVICE}
spec: {selector: {app: post}, ports: [{port: 80, targetPort: 8080}]MORE}
---
apiVersion: v1
kind: Pod
metadata: {name: customer}
spec: {containers: [{name: main, image: "post/customer:1"}]}
"""
GOING = ', deletionTimestamp: "2026-01-01T00:00:00Z"'


def _post(ready: str, meta: str = "", more: str = "", service: str = "counter") -> str:
    text = POST.replace("READY", ready).replace("META", meta).replace("MORE", more)
    return text.replace("SERVICE", service)


def _asked(text: str, folder: Path, *words: str) -> tuple[int, Any]:
    file = folder / "all.yaml"
    file.write_text(text)
    done = CliRunner().invoke(command, [*words, str(file), "--isolated", "--format", "json"])
    return done.exit_code, json.loads(done.output[done.output.index("{") :])


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        (_post("True"), True),
        (_post("False"), False),
        (_post("False", more=", clusterIP: None"), False),
        (_post("False", more=", publishNotReadyAddresses: true"), True),
        (_post("True", GOING), True),  # the last one that leaves still serves
        (_post("False", GOING), False),
        (_post("True", GOING, ", clusterIP: None"), False),
    ],
)
def test_connections_and_endpoints_agree(tmp_path: Path, text: str, reached: bool) -> None:
    code, found = _asked(text, tmp_path, "connect", "customer -> counter:80")
    assert code == (0 if reached else 1)
    assert bool(found["connections"]) == reached
    code, found = _asked(text, tmp_path, "endpoints")
    assert bool(found["services"][0]["ports"][0]["pods"]) == reached


def test_the_reason_is_the_status(tmp_path: Path) -> None:
    reasons = _asked(_post("False"), tmp_path, "connect", "customer -> counter")[1]["reasons"]
    assert reasons == ["Service default/counter: it leads to no Pod of the files: Pod default/clerk is not ready"]


def test_a_service_of_the_name_of_its_pod_is_what_a_port_of_it_means(tmp_path: Path) -> None:
    text = _post("False", service="clerk")
    assert _asked(text, tmp_path, "connect", "customer -> clerk:80")[0] == 1
    assert _asked(text, tmp_path, "connect", "customer -> clerk:8080")[0] == 0  # the Pod itself


def test_a_ready_pod_beside_one_that_is_not_takes_all(tmp_path: Path) -> None:
    other = POST.partition("---")[0].replace("clerk,", "teller,").replace("META", "").replace("READY", "True")
    found = _asked(f"{_post('True', GOING)}---{other}", tmp_path, "connect", "customer -> counter:80")[1]
    assert [one["destination"] for one in found["connections"]] == ["default/teller[Pod]"]


NO_ROOM = """
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few}
spec: {hard: {pods: "1"}}
---
apiVersion: v1
kind: Pod
metadata: {name: novice, labels: {app: post}}
spec: {containers: [{name: main, image: "post/novice:1", ports: [{containerPort: 8080}]}]}
"""


def test_one_that_leaves_takes_all_where_the_next_one_is_kept_out(tmp_path: Path) -> None:
    found = _asked(_post("True", GOING) + NO_ROOM, tmp_path, "connect", "clerk -> counter:80")[1]
    assert [one["destination"] for one in found["connections"]] == ["default/clerk[Pod]"]
    found = _asked(_post("False", GOING) + NO_ROOM, tmp_path, "connect", "clerk -> counter:80")[1]
    assert [one["destination"] for one in found["connections"]] == ["default/novice[Pod]"]


RELABELS = """
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: relabels}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "add", path: "/metadata/labels/app", value: "LABEL"}]'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: relabels}
spec: {policyName: relabels}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: sorters}
spec:
  selector: {matchLabels: {app: sorting}}
  template:
    metadata: {labels: {app: sorting}}
    spec: {containers: [{name: main, image: "post/sorter:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: sorting}
spec: {selector: {app: sorting}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: customer, labels: {app: customer}}
spec: {containers: [{name: main, image: "post/customer:1"}]}
"""


@pytest.mark.parametrize(("label", "reached"), [("sorting", True), ("parcels", False)])
def test_labels_count_as_policies_leave_them(tmp_path: Path, label: str, reached: bool) -> None:
    text = RELABELS.replace("LABEL", label)
    code, found = _asked(text, tmp_path, "connect", "customer -> sorting:80")
    assert code == (0 if reached else 1)
    assert bool(found["connections"]) == reached
    assert bool(_asked(text, tmp_path, "endpoints")[1]["services"][0]["ports"][0]["pods"]) == reached


SNAPSHOT = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: mail-1, uid: r1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: mail, uid: d1, controller: true}]}
spec:
  replicas: 1
  selector: {matchLabels: {app: post}}
  template: {metadata: {labels: {app: post}}, spec: {containers: [{name: main, image: "post/mail:0"}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: mail-1-x, uid: p1, labels: {app: post}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: mail-1, uid: r1, controller: true}]}
spec: {nodeName: a, containers: [{name: main, image: "post/mail:0"}]}
status: {phase: Running, podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.9}], conditions: [{type: Ready, status: "True"}]}
"""
MAIL = """
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mail}
spec:
  selector: {matchLabels: {app: post}}
  template: {metadata: {labels: {app: post}}, spec: {hostPID: true, containers: [{name: main, image: "post/mail:1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: mail}
spec: {selector: {app: post}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: customer}
spec: {containers: [{name: main, image: "post/customer:1"}]}
"""


def test_pods_that_stand_are_there_though_new_ones_are_refused(tmp_path: Path) -> None:
    """They are told once, not as their ReplicaSet's and its Deployment's, too."""
    (tmp_path / "there.yaml").write_text(SNAPSHOT)
    there = ("--cluster", str(tmp_path / "there.yaml"))
    code, found = _asked(MAIL, tmp_path, "connect", "customer -> mail:80", *there)
    assert [one["object"] for one in found["refused"]] == ["Deployment 'default/mail'"]
    ends = [one["destination"] for one in found["connections"]]
    assert (code, sorted(set(ends))) == (0, ["default/mail-1[ReplicaSet]", "default/mail[Deployment]"])
    assert len(ends) == len(set(ends))
    assert "nobody is there" not in json.dumps(found)
    served = _asked(MAIL, tmp_path, "endpoints", *there)[1]["services"][0]["ports"][0]["pods"]
    assert served == ["ReplicaSet default/mail-1:80"]
