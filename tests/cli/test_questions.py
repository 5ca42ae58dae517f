"""What people ask of their manifests first, each kind of question with an answer that was wrong or silent once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {SPEC containers: [{name: c, image: "x:1", MORE}]}
"""
NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: LEVEL}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {SPEC selector: {app: web}, ports: [{port: 80}]}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
"""
CLASS = """\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: edge, annotations: {ingressclass.kubernetes.io/is-default-class: "DEFAULT"}}
spec: {controller: k8s.io/ingress-nginx}
"""


def web(spec: str = "", more: str = "ports: [{containerPort: 80}]") -> str:
    return WEB.replace("SPEC", spec).replace("MORE", more)


def run(folder: Path, words: list[str], *texts: str) -> Result:
    (folder / "all.yaml").write_text("---\n".join(texts))
    return CliRunner().invoke(cli, [str(folder / "all.yaml") if word == "FILE" else word for word in words])


def found(folder: Path, *texts: str) -> list[str]:
    data: dict[str, Any] = json.loads(run(folder, ["check", "FILE", "-o", "json"], *texts).stdout)
    return [one["rule"] for one in data["findings"]]


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        (NAMESPACE.replace("LEVEL", "restricted"), 'violates PodSecurity "restricted'),
        (
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec: {hard: {limits.memory: 1Gi}}\n",
            "must specify limits.memory",
        ),
        (
            "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\n"
            "spec: {limits: [{type: Container, default: {memory: 256Mi}}]}\n",
            "the request for memory must be at most its limit of 256Mi, is 512Mi",
        ),
    ],
    ids=["PodSecurity", "ResourceQuota", "LimitRange"],
)
def test_pods_that_the_namespace_keeps_out(tmp_path: Path, beside: str, says: str) -> None:
    asks = web(more="resources: {requests: {memory: 512Mi}}")
    assert found(tmp_path, beside, asks) == ["refused-in-context"]
    for words in (["rollout", "FILE"], ["schedule", "FILE", "--nodes", "1x4cpu,8Gi"], ["apply", "FILE"]):
        done = run(tmp_path, ["predict", *words], beside, asks)
        assert (done.exit_code, says in done.stdout) == (1, True), (words, done.stdout)


def test_both_sides_of_a_change_are_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, version in ((tmp_path, "2"), (tmp_path / "before", "1")):
        folder.mkdir(exist_ok=True)
        (folder / "web.yaml").write_text(web())
        (folder / "kustomization.yaml").write_text(f"resources: [web.yaml]\ncommonLabels: {{version: v{version}}}\n")
    monkeypatch.chdir(tmp_path)
    call = CliRunner().invoke
    assert "selector-change-orphans-pods" in call(cli, ["check", ".", "--against", "before", "-o", "concise"]).stdout
    changed = call(cli, ["predict", "rollout", ".", "--against", "before"])
    assert (changed.exit_code, "spec.selector: cannot be changed" in changed.stdout) == (1, True)
    (tmp_path / "before" / "kustomization.yaml").write_text((tmp_path / "kustomization.yaml").read_text())
    assert "selector" not in call(cli, ["check", ".", "--against", "before", "-o", "concise"]).stdout
    assert "refuses" not in call(cli, ["predict", "rollout", ".", "--against", "before"]).stdout


def test_names_on_the_host_network(tmp_path: Path) -> None:
    texts = (SERVICE.replace("SPEC", ""), web("hostNetwork: true,", "image: y"))
    done = run(tmp_path, ["predict", "dns", "web", "FILE", "--from", "web"], *texts)
    assert (done.exit_code, "ClusterFirstWithHostNet" in done.stdout, "write web" in done.stdout) == (1, True, False)


@pytest.mark.parametrize(
    ("peer", "told"), [("podSelector: {matchLabels: {app: api}}", True), ("namespaceSelector: {}", False)]
)
def test_a_rule_without_ports_opens_dns_where_its_peer_can_be_the_server(tmp_path: Path, peer: str, told: bool) -> None:
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: out, namespace: shop}\n"
        f"spec: {{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: [{{to: [{{{peer}}}]}}]}}\n"
    )
    assert ("policy-blocks-dns" in found(tmp_path, web(), policy)) is told


@pytest.mark.parametrize(
    ("spec", "exit_code"),
    [("nodeSelector: {kubernetes.io/hostname: one},", 1), ("nodeName: one,", 1), ("", 0)],
    ids=["selector", "name", "anywhere"],
)
def test_host_ports_on_a_node_that_is_named(tmp_path: Path, spec: str, exit_code: int) -> None:
    now = web(spec, "ports: [{containerPort: 80, hostPort: 80}]")
    (tmp_path / "old.yaml").write_text(now.replace("x:1", "x:0"))
    done = run(tmp_path, ["predict", "rollout", str(tmp_path / "old.yaml"), "FILE"], now)
    assert done.exit_code == exit_code
    assert ("on 2 or more free nodes, stuck on fewer" in done.stdout) is (exit_code == 0)


def test_a_daemon_set_that_surges_with_a_host_port(tmp_path: Path) -> None:
    text = web("", "ports: [{containerPort: 80, hostPort: 80}]").replace("Deployment", "DaemonSet")
    text = text.replace("  replicas: 1\n", "").replace("  strategy:", "  updateStrategy:")
    (tmp_path / "old.yaml").write_text(text.replace("x:1", "x:0"))
    assert run(tmp_path, ["predict", "rollout", str(tmp_path / "old.yaml"), "FILE"], text).exit_code == 1
    assert found(tmp_path, text) == ["rollout-never-finishes"]


@pytest.mark.parametrize("by_hand", [False, True], ids=["from kubectl", "by hand"])
def test_running_pods_keep_their_priority(tmp_path: Path, by_hand: bool) -> None:
    cluster = """\
apiVersion: v1
kind: Node
metadata: {name: only}
status: {allocatable: {cpu: "1", memory: 4Gi, pods: "9"}}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop, uid: "1"}
spec: {nodeName: only, priority: 0, containers: [{name: c, image: "x:1", resources: {requests: {cpu: 800m}}}]}
status: {phase: Running}
"""
    if by_hand:
        cluster = (
            cluster.replace(', uid: "1"', "").replace("status: {phase: Running}\n", "").replace("priority: 0, ", "")
        )
    (tmp_path / "cluster.yaml").write_text(cluster)
    usual = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: usual}\nvalue: 100\nglobalDefault: true\n"
    words = ["predict", "schedule", "FILE", "--cluster", str(tmp_path / "cluster.yaml")]
    done = run(tmp_path, words, usual, web(more="resources: {requests: {cpu: 500m}}"))
    assert "sends away shop/old" in done.stdout


@pytest.mark.parametrize(
    ("classes", "exit_code", "says"),
    [
        ((CLASS.replace("DEFAULT", "false"),), 1, "names no class, and IngressClass edge is not the default"),
        ((CLASS.replace("DEFAULT", "true"),), 0, "Deployment shop/web:80"),
        ((), 0, "assuming: the cluster has a default IngressClass"),
    ],
    ids=["none is the default", "default", "no class"],
)
def test_an_ingress_without_a_class(tmp_path: Path, classes: tuple[str, ...], exit_code: int, says: str) -> None:
    texts = (*classes, INGRESS, SERVICE.replace("SPEC", ""), web())
    done = run(tmp_path, ["predict", "route", "http://shop.example.com/", "FILE"], *texts)
    assert (done.exit_code, says in done.stdout) == (exit_code, True), done.stdout


def test_pods_of_a_service_ask_for_one_another(tmp_path: Path) -> None:
    text = web().replace("Deployment", "StatefulSet").replace("  strategy:", "  serviceName: web\n  updateStrategy:")
    text = text.replace("{maxSurge: 1, maxUnavailable: 0}", "{partition: 0}")
    done = run(
        tmp_path,
        ["predict", "dns", "web-0.web", "FILE", "--from", "web"],
        SERVICE.replace("SPEC", "clusterIP: None,"),
        text,
    )
    assert "only once it is Ready" in done.stdout


def test_check_and_predict_agree(tmp_path: Path) -> None:
    hpa = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\n"
        "spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, metrics: "
        "[{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}\n"
    )
    assert "hpa-metric-without-request" in found(tmp_path, web(), hpa)
    assert run(tmp_path, ["predict", "hpa", "FILE"], web(), hpa).exit_code == 1
    late = web(more="readinessProbe: {initialDelaySeconds: 700, tcpSocket: {port: 80}}")
    assert "rollout-never-finishes" in found(tmp_path, late)
    done = run(tmp_path, ["predict", "rollout", "FILE"], late)
    assert (done.exit_code, "ProgressDeadlineExceeded" in done.stdout) == (1, True)
    stray = SERVICE.replace("SPEC", "").replace("app: web", "app: wbe")
    assert "service-selects-nothing" in found(tmp_path, web(), stray)
    assert run(tmp_path, ["predict", "endpoints", "FILE"], web(), stray).exit_code == 1
    budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b, namespace: shop}\nspec: {minAvailable: 1, selector: {matchLabels: {app: wbe}}}\n"
    assert "covers no Pod of the files" in run(tmp_path, ["predict", "drain", "FILE"], web(), budget).stdout
    cron = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: night, namespace: shop}\nspec: {schedule: '0 4 * * *', jobTemplate: "
        "{spec: {template: {spec: {restartPolicy: Always, containers: [{name: c, image: 'x:1'}]}}}}}\n"
    )
    done = run(tmp_path, ["predict", "cron", "FILE", "--now", "2026-01-01T00:00:00Z"], cron)
    assert (done.exit_code, "never runs: the API server refuses it" in done.stdout) == (1, True)


@pytest.mark.parametrize(("goal", "port"), [("kube-system/kube-dns:53", "53"), ("kubernetes:443", "6443")])
def test_the_ends_that_every_cluster_has(tmp_path: Path, goal: str, port: str) -> None:
    done = run(tmp_path, ["predict", "connect", f"web -> {goal}", "FILE"], web())
    assert (done.exit_code, f":{port}/TCP" in done.stdout, "assumes: the" in done.stdout) == (0, True, True)
    closed = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: shut, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Egress]}\n"
    )
    assert run(tmp_path, ["predict", "connect", f"web -> {goal}", "FILE"], web(), closed).exit_code == 1


def test_what_does_not_roll_out_has_no_picture(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(web())
    done = run(tmp_path, ["predict", "rollout", str(tmp_path / "old.yaml"), "FILE"], web())
    assert len(done.stdout.splitlines()) == 2
