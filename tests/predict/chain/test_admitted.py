"""Which Pods of a workload the API server lets in, among the objects of its namespace."""

from __future__ import annotations

import pytest

from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted, AdmittedPods
from kubelens.predict.chain.stored import Stored
from kubelens.testing import bundle_from_text

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      POD
      containers:
      - {name: main, image: "shop/web:1", resources: {RESOURCES}}
"""
RANGE = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: sizes, namespace: shop}\nspec: {limits: [ITEM]}\n"
QUOTA = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: team, namespace: shop}\nspec: {HARD}\n"
LEVEL = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: LEVEL}}\n"


def admitted(*texts: str, resources: str = "", pod: str = "") -> AdmittedPods:
    workload = WEB.replace("RESOURCES", resources).replace("POD", pod or "dnsPolicy: ClusterFirst")
    bundle = bundle_from_text("---\n".join([workload, *texts]))
    (found,) = [w for w in workloads(bundle) if w.name == "web"]
    return Oracle(bundle)(Admitted(found.resource)).answer


@pytest.mark.parametrize(
    ("text", "resources", "asked_by", "said"),
    [
        (LEVEL.replace("LEVEL", "restricted"), "", "Namespace", 'violates PodSecurity "restricted:latest"'),
        (QUOTA.replace("HARD", "hard: {limits.memory: 8Gi}"), "", "ResourceQuota", "must specify limits.memory"),
        (
            QUOTA.replace("HARD", "hard: {requests.cpu: '1'}"),
            "requests: {cpu: 1500m}",
            "ResourceQuota",
            "exceeded quota: team, requested: requests.cpu=1500m of 1",
        ),
        (
            RANGE.replace("ITEM", "{type: Container, max: {cpu: '2'}}"),
            "limits: {cpu: '3'}",
            "LimitRange",
            "maximum cpu usage per Container is 2",
        ),
        (
            RANGE.replace("ITEM", "{type: Container, default: {memory: 100M}}"),
            "requests: {memory: 100Mi}",
            "LimitRange",
            "the request for memory must be at most its limit of 100M, is 100Mi",
        ),
    ],
)
def test_what_keeps_all_pods_of_a_workload_out(text: str, resources: str, asked_by: str, said: str) -> None:
    pods = admitted(text, resources=resources)
    assert said in pods.refusal
    assert pods.refusal.startswith("no Pod of Deployment 'shop/web' is created")
    assert pods.denial is not None and pods.denial.asked_by is not None
    assert pods.denial.asked_by.kind == asked_by
    assert list(pods.pods()) == []


@pytest.mark.parametrize(
    ("texts", "resources"),
    [
        ([LEVEL.replace("LEVEL", "baseline")], ""),
        ([LEVEL.replace("LEVEL", "restricted").replace("name: shop", "name: other")], ""),
        ([QUOTA.replace("HARD", "hard: {limits.memory: 8Gi}").replace("namespace: shop", "namespace: other")], ""),
        ([QUOTA.replace("HARD", "hard: {limits.memory: 8Gi}")], "limits: {memory: 1Gi}"),
        (
            [
                QUOTA.replace("HARD", "hard: {limits.memory: 8Gi}"),
                RANGE.replace("ITEM", "{type: Container, default: {memory: 1Gi}}"),
            ],
            "",
        ),
        ([QUOTA.replace("HARD", "hard: {limits.memory: 8Gi}, scopes: [BestEffort]")], "requests: {cpu: 1m}"),
        ([QUOTA.replace("HARD", "hard: {requests.cpu: '1'}")], "requests: {cpu: 800m}"),
    ],
)
def test_what_lets_them_in(texts: list[str], resources: str) -> None:
    pods = admitted(*texts, resources=resources)
    assert pods.refusal == ""
    assert [pod["metadata"]["name"] for pod in pods.pods()] == ["web-0", "web-1"]


def test_a_pod_as_it_is_stored() -> None:
    (pod, _) = admitted(
        RANGE.replace("ITEM", "{type: Container, defaultRequest: {cpu: 100m}}"),
        "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: usual}\nvalue: 7\nglobalDefault: true\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner, namespace: shop}\nimagePullSecrets: [{name: pull}]\n",
        pod="serviceAccountName: runner",
    ).pods()
    spec = pod["spec"]
    assert (spec["priority"], spec["priorityClassName"]) == (7, "usual")
    assert spec["containers"][0]["resources"]["requests"] == {"cpu": "100m"}
    assert spec["imagePullSecrets"] == [{"name": "pull"}]
    assert [mount["mountPath"] for mount in spec["containers"][0]["volumeMounts"]] == [
        "/var/run/secrets/kubernetes.io/serviceaccount"
    ]
    assert {t["key"] for t in spec["tolerations"]} == {
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    }
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet"


def test_an_object_that_is_refused_brings_no_pods() -> None:
    text = WEB.replace("RESOURCES", "").replace("POD", "dnsPolicy: Nowhere")
    bundle = bundle_from_text(text)
    (found,) = workloads(bundle)
    pods = Oracle(bundle)(Admitted(found.resource)).answer
    assert pods.of_object
    assert pods.refusal.startswith("the API server refuses Deployment 'shop/web': spec.template.spec.dnsPolicy")


def test_a_class_that_may_exist_elsewhere_is_taken_for_granted_aloud() -> None:
    text = WEB.replace("RESOURCES", "").replace("POD", "priorityClassName: urgent")
    bundle = bundle_from_text(text)
    (found,) = workloads(bundle)
    prediction = Oracle(bundle)(Admitted(found.resource))
    assert prediction.answer.refusal == ""
    assert [a.text for a in prediction.assumptions] == [
        "PriorityClass 'urgent' exists in the cluster, as it is not among the files: priority 0 is taken"
    ]


STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  ordinals: {start: 4}
  serviceName: peers
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: x, volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
INDEXED = """
apiVersion: batch/v1
kind: Job
metadata: {name: load}
spec:
  completions: 3
  parallelism: 2
  completionMode: Indexed
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}
"""


def test_pods_that_have_a_number_of_their_own() -> None:
    bundle = bundle_from_text(f"{STATEFUL}---\n{INDEXED}")
    stateful, job = workloads(bundle)
    oracle = Oracle(bundle)
    first, second = oracle(Admitted(stateful.resource)).answer.pods()
    assert first["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == "db-4"
    assert (second["spec"]["hostname"], second["spec"]["subdomain"]) == ("db-5", "peers")
    claims = [v["persistentVolumeClaim"]["claimName"] for v in second["spec"]["volumes"] if v["name"] == "data"]
    assert claims == ["data-db-5"]
    names = [p["spec"]["hostname"] for p in oracle(Admitted(job.resource)).answer.pods()]
    assert names == ["load-0", "load-1"]


def test_an_object_that_leaves_its_name_to_the_server() -> None:
    job = INDEXED.replace("name: load", "generateName: load-").replace("  completionMode: Indexed\n", "")
    bundle = bundle_from_text(f"{job}---\n{RANGE.replace('ITEM', '{type: Container, default: {memory: 1Gi}}')}")
    (found,) = workloads(bundle)
    pods = Oracle(bundle)(Admitted(found.resource)).answer
    assert pods.refusal == ""
    assert all(pod["metadata"]["name"].startswith("load-") for pod in pods.pods())


@pytest.mark.parametrize("wrong", ["max: 1.5", "max: null", "default: [cpu]", "min: {cpu: [1]}"])
def test_what_no_server_can_read_restrains_no_pod(wrong: str) -> None:
    small = RANGE.replace("ITEM", "{type: Container, max: {memory: 1Mi}, WRONG}")
    asked = "requests: {memory: 1Gi}, limits: {memory: 1Gi}"
    assert admitted(small.replace(", WRONG", ""), resources=asked).denial is not None
    found = admitted(small.replace("max: {memory: 1Mi}, WRONG", wrong), resources=asked)
    assert found.denial is None
    assert found.pods is not None


def test_a_field_that_is_null_is_one_that_is_not_there() -> None:
    asked = "requests: {memory: 1Gi}, limits: {memory: 1Gi}"
    text = RANGE.replace("ITEM", "{type: Container, min: null, defaultRequest: null, max: {memory: 1Mi}}")
    denial = admitted(text, resources=asked).denial
    assert denial is not None
    assert "maximum memory usage per Container is 1Mi" in denial.sentence


def test_of_two_default_priority_classes_the_second_is_refused() -> None:
    classes = [
        f"apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\nvalue: 5\nglobalDefault: true\n"
        for name in ("first", "second")
    ]
    bundle = bundle_from_text("---\n".join(classes))
    ask = Oracle(bundle)
    first, second = (ask(Stored(one)).answer.denial for one in bundle.all("PriorityClass"))
    assert first is None
    assert second is not None
    assert second.plugin == "Priority"
