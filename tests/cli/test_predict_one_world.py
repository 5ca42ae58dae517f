"""Every prediction answers from what the API server lets in, and says first what it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

RESTRICTED = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "shop/web:1", ports: [{containerPort: 80}], resources: {requests: {cpu: 1m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  minReplicas: 1
  maxReplicas: 4
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "shop/night:1"}]}}}}
"""
COMMANDS = {
    "rollout": ["--name", "web"],
    "schedule": ["--nodes", "2x4cpu,16Gi"],
    "endpoints": [],
    "route": ["http://shop.example.com/"],
    "connect": ["web -> web:80"],
    "dns": ["web", "--from", "web"],
    "drain": [],
    "cron": [],
    "hpa": [],
}
SAID = "no Pod of Deployment 'shop/web' is created: forbidden: violates PodSecurity \"restricted:latest\""


def ask(tmp_path: Path, text: str, name: str, *more: str) -> Result:
    (tmp_path / "all.yaml").write_text(text)
    words = COMMANDS[name]
    first = [w for w in words if name in ("route", "connect", "dns") and not w.startswith("--")][:1]
    rest = words[len(first) :]
    return CliRunner().invoke(command, [name, *first, str(tmp_path), *rest, *more])


@pytest.mark.parametrize("name", [n for n in COMMANDS if n != "cron"])
def test_the_servers_sentence_is_in_every_answer(tmp_path: Path, name: str) -> None:
    result = ask(tmp_path, RESTRICTED, name)
    assert SAID in " ".join(result.output.split()), result.output
    allowed = ask(tmp_path, RESTRICTED.replace("restricted", "baseline"), name)
    assert "refused" not in allowed.output
    assert "is created" not in allowed.output


@pytest.mark.parametrize(
    ("name", "code"),
    [("rollout", 1), ("schedule", 1), ("endpoints", 1), ("route", 1), ("connect", 1), ("cron", 1), ("hpa", 1)],
)
def test_exit_codes_follow_the_refusal(tmp_path: Path, name: str, code: int) -> None:
    assert ask(tmp_path, RESTRICTED, name).exit_code == code
    assert ask(tmp_path, RESTRICTED.replace("restricted", "baseline"), name).exit_code == 0


def test_nothing_runs_and_nothing_is_evicted(tmp_path: Path) -> None:
    rollout = json.loads(ask(tmp_path, RESTRICTED, "rollout", "--format", "json").output)["rollouts"][0]
    assert (rollout["outcome"], rollout["highestTotal"]) == ("stuck", 0)
    assert "ReplicaFailure: FailedCreate" in rollout["stuck"]
    assert json.loads(ask(tmp_path, RESTRICTED, "schedule", "--format", "json").output)["placements"] == []
    drain = json.loads(ask(tmp_path, RESTRICTED, "drain", "--format", "json").output)
    assert drain["evictions"] == []
    assert drain["budgetsWithoutPods"] == ["shop/web"]


def test_a_cron_job_that_is_refused_has_no_runs(tmp_path: Path) -> None:
    text = RESTRICTED.replace("restricted", "baseline").replace(
        'restartPolicy: Never, containers: [{name: c, image: "shop/n',
        'restartPolicy: Always, containers: [{name: c, image: "shop/n',
    )
    cron = json.loads(ask(tmp_path, text, "cron", "--format", "json").output)["cronjobs"][0]
    assert cron["runs"] == []
    assert cron["problem"].startswith("the API server refuses it: spec.jobTemplate.spec.template.spec.restartPolicy")


UPDATE = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: edge, namespace: shop}}
spec:
  {more}
  selector: {{matchLabels: {{app: edge}}}}
  template:
    metadata: {{labels: {{app: edge}}}}
    spec: {{{pod} containers: [{{name: c, image: "edge:{version}", ports: [{{containerPort: 80, {port}}}]}}]}}
"""


def update(tmp_path: Path, **parts: str) -> dict[str, Any]:
    parts = {"pod": "", "port": "name: web", **parts}
    for version in ("1", "2"):
        (tmp_path / f"{version}.yaml").write_text(UPDATE.format(version=version, **parts))
    result = CliRunner().invoke(
        command, ["rollout", str(tmp_path / "1.yaml"), str(tmp_path / "2.yaml"), "--format", "json"]
    )
    found: dict[str, Any] = json.loads(result.output)["rollouts"][0]
    assert (result.exit_code == 1) == (found["outcome"] == "stuck")
    return found


@pytest.mark.parametrize(
    ("strategy", "port", "outcome"),
    [
        ("{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "hostPort: 80", "stuck"),
        ("{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "name: web", "done"),
        ("{rollingUpdate: {maxUnavailable: 1}}", "hostPort: 80", "done"),
    ],
)
def test_a_daemon_set_that_puts_new_pods_beside_old_ones(
    tmp_path: Path, strategy: str, port: str, outcome: str
) -> None:
    assert update(tmp_path, kind="DaemonSet", more=f"updateStrategy: {strategy}", port=port)["outcome"] == outcome


@pytest.mark.parametrize(
    ("pod", "more", "outcome"),
    [
        ("nodeName: edge-1,", "replicas: 1", "stuck"),
        ("nodeSelector: {kubernetes.io/hostname: edge-1},", "replicas: 1", "stuck"),
        ("nodeSelector: {kubernetes.io/hostname: edge-1},", "strategy: {type: Recreate}", "done"),
        ("nodeSelector: {pool: edge},", "replicas: 1", "done"),
        ("nodeSelector: {kubernetes.io/hostname: edge-1}, hostNetwork: true,", "replicas: 1", "stuck"),
    ],
)
def test_host_ports_on_a_node_that_is_named(tmp_path: Path, pod: str, more: str, outcome: str) -> None:
    port = "name: web" if "hostNetwork" in pod else "hostPort: 80"
    assert update(tmp_path, kind="Deployment", more=more, pod=pod, port=port)["outcome"] == outcome


def test_host_ports_on_nodes_nobody_knows_say_how_many_are_needed(tmp_path: Path) -> None:
    found = update(tmp_path, kind="Deployment", more="replicas: 3", port="hostPort: 80")
    assert (found["outcome"], found["nodesNeeded"]) == ("done", 4)


def test_an_update_whose_pods_are_kept_out_leaves_the_old_ones(tmp_path: Path) -> None:
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small, namespace: shop}\nspec: {hard: {requests.cpu: '1'}}\n"
    for number, cpu in (("1", "200m"), ("2", "1500m")):
        text = UPDATE.format(kind="Deployment", more="replicas: 4", pod="", port="name: web", version=number)
        text = text.replace("image:", f"resources: {{requests: {{cpu: {cpu}}}}}, image:")
        (tmp_path / f"{number}.yaml").write_text(f"{text}---\n{quota}")
    words = ["rollout", str(tmp_path / "1.yaml"), str(tmp_path / "2.yaml"), "--format", "json"]
    found = json.loads(CliRunner().invoke(command, words).output)["rollouts"][0]
    assert (found["outcome"], found["lowestReady"]) == ("stuck", 3)
    assert "exceeded quota: small" in found["stuck"]


PEERS = """
apiVersion: v1
kind: Service
metadata: {name: peers}
spec: {clusterIP: None, selector: {app: ring}, ports: [{port: 9000}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ring}
spec:
  serviceName: peers
  selector: {matchLabels: {app: ring}}
  template: {metadata: {labels: {app: ring}}, spec: {containers: [{name: c, image: x}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: probe}
spec:
  selector: {matchLabels: {app: probe}}
  template: {metadata: {labels: {app: probe}}, spec: {hostNetwork: true, containers: [{name: c, image: x}]}}
"""


@pytest.mark.parametrize(
    ("asker", "text", "said"),
    [
        ("ring", PEERS, "is listed only once it is Ready"),
        ("ring", PEERS.replace("clusterIP: None", "clusterIP: None, publishNotReadyAddresses: true"), ""),
        ("probe", PEERS, "write dnsPolicy: ClusterFirstWithHostNet"),
        ("probe", PEERS.replace("hostNetwork: true", "hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet"), ""),
    ],
)
def test_what_to_know_beside_a_look_up(tmp_path: Path, asker: str, text: str, said: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    output = CliRunner().invoke(command, ["dns", "ring-0.peers", "--from", asker, str(tmp_path)]).output
    first = CliRunner().invoke(command, ["dns", "peers", "--from", asker, str(tmp_path)]).output
    assert ("note: " in first) == bool(said), first
    assert said in first
    assert said in output or asker == "probe"


def test_the_level_of_the_cluster_counts_for_predictions_too(tmp_path: Path) -> None:
    text = RESTRICTED.replace("pod-security.kubernetes.io/enforce: restricted", "team: shop")
    assert ask(tmp_path, text, "rollout").exit_code == 0
    (tmp_path / "kubelens.toml").write_text('pod-security = "restricted"\n')
    result = ask(tmp_path, text, "rollout")
    assert result.exit_code == 1
    assert "violates PodSecurity" in result.output
