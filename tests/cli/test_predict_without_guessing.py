"""What manifests do not decide, predictions leave open, and what they cannot use they refuse, with a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

NODES = """
apiVersion: v1
kind: Node
metadata: {name: red, labels: {kubernetes.io/hostname: red, topology.kubernetes.io/zone: left}}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "20"}}
---
apiVersion: v1
kind: Node
metadata: {name: blue, labels: {kubernetes.io/hostname: blue, topology.kubernetes.io/zone: left}}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "20"}}
"""


def _workload(kind: str = "Deployment", *, cpu: str = "100m", pod: str = "", **spec: Any) -> str:
    more = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in spec.items())
    return f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: gate, namespace: port}}
spec:
{more}  selector: {{matchLabels: {{app: gate}}}}
  template:
    metadata: {{labels: {{app: gate}}}}
    spec:
      {pod or "hostNetwork: false"}
      containers: [{{name: main, image: "port/gate:3", resources: {{requests: {{cpu: {cpu}}}}}}}]
"""


def _service(**spec: Any) -> str:
    value = {"type": "LoadBalancer", "selector": {"app": "gate"}, "ports": [{"port": 443}], **spec}
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: gate, namespace: port}}\nspec: {json.dumps(value)}\n"


def _hpa(kind: str = "Deployment", **spec: Any) -> str:
    value = {
        "minReplicas": 2,
        "maxReplicas": 8,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": "gate"},
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
            }
        ],
        **spec,
    }
    metadata = "{name: gate, namespace: port}"
    return (
        f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {metadata}\nspec: {json.dumps(value)}\n"
    )


def _ingress(path: str = "/", **annotations: str) -> str:
    written = {f"nginx.ingress.kubernetes.io/{key.replace('_', '-')}": value for key, value in annotations.items()}
    backend = {"service": {"name": "gate", "port": {"number": 443}}}
    rule = {"host": "gate.test", "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}
    metadata = {"name": "gate", "namespace": "port", "annotations": written}
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {json.dumps(metadata)}
spec: {{ingressClassName: nginx, rules: [{json.dumps(rule)}]}}
"""


def _run(folder: Path, question: list[str], *documents: str) -> Result:
    file = folder / "all.yaml"
    file.write_text("\n---\n".join(documents))
    words = [str(file) if word == "FILE" else word for word in question]
    return CliRunner().invoke(command, words)


def _connections(result: Result) -> dict[str, dict[str, Any]]:
    (service,) = json.loads(result.stdout)["services"]
    return {one["way"]: one for one in service["connections"]}


OUTSIDE = ["endpoints", "FILE", "--node", "red", "--client", "203.0.113.40", "--format", "json"]
INSIDE = ["endpoints", "FILE", "--node", "red", "--format", "json"]


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "StatefulSet"])
def test_where_pods_run_on_nobody_knows_which_node_local_is_open(kind: str, tmp_path: Path) -> None:
    result = _run(tmp_path, OUTSIDE, _workload(kind), _service(externalTrafficPolicy="Local"))
    found = _connections(result)
    assert (found["node port"]["verdict"], found["node port"]["otherwise"]) == ("open", "drop")
    assert [one["odds"] for one in found["load balancer"]["endpoints"]] == [None]
    assert found["cluster IP"]["verdict"] == "dnat"
    (service,) = json.loads(result.stdout)["services"]
    assert service["health_check"] == {"status": None, "ready": 0, "maybe": 1}
    text = _run(tmp_path, OUTSIDE[:-2], _workload(kind), _service(externalTrafficPolicy="Local")).stdout
    assert "the files do not say what runs where" in text
    assert "200 where one of 1 Pods runs there, else 503" in text


def test_the_same_holds_inside_and_of_hints(tmp_path: Path) -> None:
    local = _connections(_run(tmp_path, INSIDE, _workload(replicas=2), _service(internalTrafficPolicy="Local")))
    assert local["cluster IP"]["verdict"] == "open"
    near = _service(trafficDistribution="PreferSameZone")
    assert _connections(_run(tmp_path, INSIDE, _workload(replicas=2), near))["cluster IP"]["verdict"] == "open"
    assert _connections(_run(tmp_path, INSIDE, _workload(replicas=1), near))["cluster IP"]["verdict"] == "dnat"


def test_with_the_nodes_it_is_decided_and_with_a_zone_it_is_a_set(tmp_path: Path) -> None:
    local = _service(externalTrafficPolicy="Local")
    pinned = _workload(pod="nodeSelector: {kubernetes.io/hostname: red}")
    found = _connections(_run(tmp_path, OUTSIDE, NODES, pinned, local))["node port"]
    assert (found["verdict"], [one["node"] for one in found["endpoints"]]) == ("dnat", ["red"])
    anywhere = ["endpoints", "FILE", "--zone", "left", "--client", "203.0.113.40", "--format", "json"]
    found = _connections(_run(tmp_path, anywhere, NODES, pinned, local))["node port"]
    assert (found["verdict"], found["otherwise"]) == ("open", "drop")
    found = _connections(_run(tmp_path, anywhere, NODES, _workload("DaemonSet"), local))["node port"]
    assert (found["verdict"], found["otherwise"], len(found["endpoints"])) == ("open", None, 2)
    wrong = _run(tmp_path, ["endpoints", "FILE", "--zone", "right"], NODES, pinned, local)
    assert wrong.exit_code == 2
    assert "zones: left" in wrong.stderr


def test_pods_that_fit_on_no_node_stand_behind_nothing(tmp_path: Path) -> None:
    documents = (NODES, _workload(cpu="9"), _service(), _ingress(ssl_redirect="false"))
    result = _run(tmp_path, ["endpoints", "FILE"], *documents)
    assert result.exit_code == 1
    assert "fit on no node" in result.stdout
    routed = _run(tmp_path, ["route", "http://gate.test/", "FILE"], *documents)
    assert routed.exit_code == 1
    assert "503 (Pods of Deployment gate fit on no node" in routed.stdout


def test_a_reading_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    result = _run(tmp_path, ["hpa", "FILE", "--usage", "cpuu=70"], _hpa())
    assert result.exit_code == 2
    assert "no autoscaler reads 'cpuu': cpu" in result.stderr
    for words in (["--usage", "cpu=70", "--request", "gpu=1"], ["--unready", "2"], ["--current", "4"]):
        assert _run(tmp_path, ["hpa", "FILE", *words], _hpa()).exit_code == 2
    needless = _run(tmp_path, ["hpa", "FILE", "--usage", "cpu=70", "--request", "cpu=1"], _hpa(), _workload())
    assert needless.exit_code == 2


def test_what_an_autoscaler_begins_with_and_who_serves_its_readings_is_said(tmp_path: Path) -> None:
    question = ["hpa", "FILE", "--usage", "cpu=70"]
    alone = _run(tmp_path, question, _hpa()).stdout
    assert "assuming: Deployment gate, which is not among the files, has 2 replicas, the least" in alone
    assert "assuming: metrics-server (or another metrics.k8s.io) answers" in alone
    assert "names no replicas, has 2" in _run(tmp_path, question, _hpa(), _workload()).stdout
    assert "has 2 replicas" not in _run(tmp_path, question, _hpa(), _workload(replicas=3)).stdout
    assert "has 2 replicas" not in _run(tmp_path, [*question, "--current", "3"], _hpa()).stdout


def test_no_sync_is_shown_where_there_is_none(tmp_path: Path) -> None:
    result = _run(tmp_path, ["hpa", "FILE", "--usage", "cpu=70"], _hpa("DaemonSet"), _workload("DaemonSet"))
    assert (result.exit_code, "FailedGetScale" in result.stdout, "->" in result.stdout) == (1, True, False)
    namespace = (
        "apiVersion: v1\nkind: Namespace\n"
        "metadata: {name: port, labels: {pod-security.kubernetes.io/enforce: restricted}}\n"
    )
    result = _run(tmp_path, ["hpa", "FILE", "--usage", "cpu=70", "--format", "json"], _hpa(), _workload(), namespace)
    (row,) = json.loads(result.stdout)["autoscalers"]
    assert (result.exit_code, row["works"]) == (1, False)
    assert "PodSecurity" in row["stops"][0]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (_service(), "no workload is among the files"),
        (_workload(replicas=0), "no Pod of Deployment 'port/gate': it asks for 0 Pods"),
        (_workload("DaemonSet", pod="nodeSelector: {disk: fast}"), "it may run on none of the 2 nodes"),
        (
            "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: port}\nspec:\n  suspend: true\n"
            "  template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'port/j:1'}]}}\n",
            "no Pod of Job 'port/j': it is suspended",
        ),
    ],
)
def test_an_empty_schedule_says_why(document: str, told: str, tmp_path: Path) -> None:
    result = _run(tmp_path, ["schedule", "FILE"], NODES, document)
    assert result.exit_code == 0
    assert told in result.stdout
    assert "goes to" not in result.stdout


def test_routes_to_nothing_end_with_1(tmp_path: Path) -> None:
    asleep = _workload(replicas=0)
    question = ["route", "http://gate.test/", "FILE"]
    result = _run(tmp_path, question, _ingress(ssl_redirect="false"), _service(), asleep)
    assert (result.exit_code, "503 (Deployment gate asks for 0 Pods)" in result.stdout) == (1, True)
    awake = _run(tmp_path, question, _ingress(ssl_redirect="false"), _service(), asleep, _hpa(minReplicas=0))
    assert awake.exit_code == 0
    assert _run(tmp_path, question, _ingress(ssl_redirect="false")).exit_code == 0


def test_a_redirect_to_itself_is_told(tmp_path: Path) -> None:
    result = _run(tmp_path, ["route", "http://gate.test/", "FILE"], _ingress("/in", app_root="/"))
    assert result.exit_code == 1
    assert "app-root of Ingress port/gate" in result.stdout
    assert "the URL itself" in result.stdout
    elsewhere = _run(tmp_path, ["route", "http://gate.test/", "FILE"], _ingress("/in", app_root="/in"))
    assert (elsewhere.exit_code, "the URL itself" in elsewhere.stdout) == (0, False)


def test_an_unknown_set_is_told_the_nearest_few(tmp_path: Path) -> None:
    for number in range(30):
        folder = tmp_path / f"team-{number}"
        folder.mkdir()
        (folder / "kustomization.yaml").write_text("resources: [a.yaml]\n")
        (folder / "a.yaml").write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{number}}}\n")
    result = CliRunner().invoke(command, ["schedule", str(tmp_path), "--in", "taem-7"])
    assert result.exit_code == 2
    assert "of 30 the nearest: " in result.stderr
    assert "team-7" in result.stderr
    assert result.stderr.count("team-") <= 4


def test_a_node_that_says_no_room_is_taken_to_have_some(tmp_path: Path) -> None:
    bare = "apiVersion: v1\nkind: Node\nmetadata: {name: grey, labels: {kubernetes.io/hostname: grey}}\n"
    result = _run(tmp_path, ["schedule", "FILE", "--format", "json"], bare, _workload(cpu="90", replicas=3))
    data = json.loads(result.stdout)
    assert (result.exit_code, {p["node"] for p in data["placements"]}) == (0, {"grey"})
    assert "Node 'grey' says no allocatable: taken to have room for everything" in data["assumptions"]
    assert "pods 3/?" in _run(tmp_path, ["schedule", "FILE"], bare, _workload(replicas=3)).stdout
    full = bare + 'status: {allocatable: {cpu: "8", memory: 4Gi}}\n'
    assert _run(tmp_path, ["schedule", "FILE"], full, _workload()).exit_code == 1
    cordoned = bare + "spec: {unschedulable: true}\n"
    assert _run(tmp_path, ["schedule", "FILE"], cordoned, _workload()).exit_code == 1


@pytest.mark.parametrize(
    ("pod", "told"),
    [
        ("priorityClassName: of-the-port", "PriorityClass 'of-the-port' exists in the cluster, as it is not among the"),
        (
            "runtimeClassName: walled",
            "RuntimeClass 'walled' exists in the cluster, as it is not among the files: no over",
        ),
        ("priorityClassName: system-cluster-critical", ""),
        ("priorityClassName: given", ""),
        ("runtimeClassName: given", ""),
    ],
)
def test_a_class_that_is_not_among_the_files_is_told(pod: str, told: str, tmp_path: Path) -> None:
    classes = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: given}
value: 70
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: given}
handler: given
"""
    question = ["schedule", "FILE", "--format", "json"]
    result = _run(tmp_path, question, NODES, classes, _workload(pod=pod, replicas=2))
    found = [text for text in json.loads(result.stdout)["assumptions"] if "Class '" in text]
    assert result.exit_code == 0
    assert [text.startswith(told) for text in found] == ([True] if told else [])


def _cpu_of(container: str, kind: str, value: object) -> dict[str, Any]:
    target = {"type": kind, ("averageUtilization" if kind == "Utilization" else "averageValue"): value}
    return {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": container, "target": target}}


def test_usage_is_told_in_the_unit_of_its_target(tmp_path: Path) -> None:
    amount = _hpa(metrics=[_cpu_of("main", "AverageValue", "200m")])
    for usage, hpa, told in (
        ("cpu=300m", _hpa(), "percent of the request (Utilization), '300m' is an amount: write cpu=85"),
        ("cpu=70,1Gi@5m", _hpa(), "'1Gi' is an amount"),
        ("cpu=70%", amount, "is an amount (AverageValue), '70%' is a percentage"),
    ):
        result = _run(tmp_path, ["hpa", "FILE", "--usage", usage], hpa, _workload())
        assert (result.exit_code, told in result.stderr) == (2, True)
    for usage, hpa in (("cpu=70", _hpa()), ("cpu=70%,none@5m", _hpa()), ("cpu=300m", amount), ("cpu=2", amount)):
        assert _run(tmp_path, ["hpa", "FILE", "--usage", usage], hpa, _workload()).exit_code == 0
    assert _run(tmp_path, ["hpa", "FILE", "--load", "cpu=300m"], _hpa(), _workload()).exit_code == 0


def test_one_figure_is_not_both_percent_and_an_amount(tmp_path: Path) -> None:
    both = _hpa(metrics=[_cpu_of("main", "Utilization", 60), _cpu_of("tug", "AverageValue", "90m")])
    result = _run(tmp_path, ["hpa", "FILE", "--usage", "cpu=80"], both, _workload())
    assert (result.exit_code, "write cpu/main=85 and cpu/tug=250m" in result.stderr) == (2, True)
    apart = ["hpa", "FILE", "--usage", "cpu/main=80", "--usage", "cpu/tug=80m"]
    assert _run(tmp_path, apart, both, _workload()).exit_code == 0
    assert _run(tmp_path, ["hpa", "FILE", "--usage", "cpu=none"], both, _workload()).exit_code == 0


@pytest.mark.parametrize("template", [True, False])
def test_access_for_administrators_is_refused_where_the_namespace_is_given_without_its_label(
    template: bool, tmp_path: Path
) -> None:
    asked = {"devices": {"requests": [{"name": "all", "exactly": {"deviceClassName": "lens", "adminAccess": True}}]}}
    kind = "ResourceClaimTemplate" if template else "ResourceClaim"
    claim = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "look", "namespace": "port"},
        "spec": {"spec": asked} if template else asked,
    }
    named = {"name": "look", ("resourceClaimTemplateName" if template else "resourceClaimName"): "look"}
    workload = _workload(pod=f"resourceClaims: [{json.dumps(named)}]")
    plain = "apiVersion: v1\nkind: Namespace\nmetadata: {name: port}\n"
    labelled = plain.replace("port}", 'port, labels: {resource.kubernetes.io/admin-access: "true"}}')
    for documents, code in (((plain,), 1), ((labelled,), 0), ((), 0)):
        given = (*documents, json.dumps(claim), workload)
        applied = _run(tmp_path, ["apply", "FILE"], *given)
        assert (applied.exit_code, f"{kind} 'port/look': refused" in applied.stdout) == (code, code == 1)
        placed = _run(tmp_path, ["schedule", "FILE"], NODES, *given)
        assert (placed.exit_code, "admin-access" in placed.stdout) == (code, code == 1)
