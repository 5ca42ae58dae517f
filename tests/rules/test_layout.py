"""Objects of folders beside each other may be variants: what holds only between the two is not said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}], selector: {app: web}}
"""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: b}}}]
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: '1'}\n"
QUOTA = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: few}\nspec: {hard: {pods: 2}}\n"
PATHS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 81}}}}
"""
PAIRS = {
    "node-port-clash": (SERVICE.replace("NAME", "one"), SERVICE.replace("NAME", "two")),
    "hpa-fights-replicas": (WEB, SCALER),
    "hpa-metric-without-request": (WEB, SCALER),
    "key-missing": (WEB, SETTINGS),
    "rollout-never-finishes": (WEB, QUOTA),
    "service-port-missing": (SERVICE.replace("NAME", "web"), PATHS),
}


def check(folder: Path, first: str, second: str, one: str, other: str) -> str:
    for name, text in ((first, one), (second, other)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", str(folder)]).output


@pytest.mark.parametrize("rule", PAIRS)
@pytest.mark.parametrize("second", ["apps/a/two.yaml", "apps/a/more/two.yaml", "apps/two.yaml", "two.yaml"])
def test_folders_of_one_another_go_together(tmp_path: Path, rule: str, second: str) -> None:
    assert rule in check(tmp_path / "all", "apps/a/one.yaml", second, *PAIRS[rule])


@pytest.mark.parametrize("rule", PAIRS)
def test_folders_beside_each_other_do_not(tmp_path: Path, rule: str) -> None:
    assert rule not in check(tmp_path, "apps/a/one.yaml", "apps/b/two.yaml", *PAIRS[rule])


@pytest.mark.parametrize("rule", [rule for rule in PAIRS if rule != "node-port-clash"])
@pytest.mark.parametrize(("namespace", "said"), [("shop", True), ("kube-system", False)])
def test_a_namespace_of_its_own_ties_them(tmp_path: Path, rule: str, namespace: str, said: bool) -> None:
    one, other = (text.replace("metadata: {name", f"metadata: {{namespace: {namespace}, name") for text in PAIRS[rule])
    assert (rule in check(tmp_path, "apps/a/one.yaml", "apps/b/two.yaml", one, other)) is said
