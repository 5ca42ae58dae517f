"""Pods that their template keeps from being Ready: every answer says so, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

_TEMPLATE = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 2
  serviceName: web
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: front
        image: nginx:1.27
        ports: [{{name: http, containerPort: 8080}}]
        {probe}: {{httpGet: {{port: {port}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: shop}}
spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8080}}]
  publishNotReadyAddresses: {published}
"""


def run(*asked: str) -> Result:
    return CliRunner().invoke(cli, list(asked))


def _written(
    tmp_path: Path, kind: str = "Deployment", probe: str = "readinessProbe", port: str = "web", published: str = "false"
) -> str:
    text = _TEMPLATE.format(kind=kind, probe=probe, port=port, published=published)
    file = tmp_path / "web.yaml"
    file.write_text(text if kind == "StatefulSet" else text.replace("  serviceName: web\n", ""))
    return str(file)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
@pytest.mark.parametrize("probe", ["readinessProbe", "startupProbe"])
def test_a_probe_at_a_port_that_nobody_declares_ends_no_rollout(tmp_path: Path, kind: str, probe: str) -> None:
    file = _written(tmp_path, kind, probe)
    rollout = run("predict", "rollout", file)
    assert rollout.exit_code == 1
    assert f"container 'front' declares no port named 'web', at which its {probe} asks" in " ".join(
        rollout.output.split()
    )


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_pods_that_are_never_ready_are_behind_no_service(tmp_path: Path, kind: str) -> None:
    file = _written(tmp_path, kind)
    told = " ".join(run("predict", "endpoints", file, "--service", "web").output.split())
    assert f"80/TCP -> none {kind} shop/web is never ready: container 'front' declares no port named 'web'" in told
    assert "are ready" not in told


def test_a_service_that_publishes_unready_addresses_has_them(tmp_path: Path) -> None:
    told = " ".join(run("predict", "endpoints", _written(tmp_path, published="true")).output.split())
    assert "Deployment web:8080" in told


@pytest.mark.parametrize(("probe", "port"), [("readinessProbe", "http"), ("livenessProbe", "web")])
def test_probes_that_can_be_asked_or_only_restart_keep_nobody_from_serving(
    tmp_path: Path, probe: str, port: str
) -> None:
    file = _written(tmp_path, probe=probe, port=port)
    assert run("predict", "rollout", file).exit_code == 0
    assert "Deployment web:8080" in " ".join(run("predict", "endpoints", file).output.split())


@pytest.mark.parametrize(
    ("kind", "now", "told", "code"),
    [
        ("Deployment", "web", "no Pod is ready: nothing serves", 1),
        ("Deployment", "http", "done after", 0),
        ("StatefulSet", "http", "no Pod is replaced until that one is ready, or deleted by hand", 1),
    ],
    ids=["as before", "mended", "mended, in order"],
)
def test_pods_that_were_never_ready_serve_nothing_on(tmp_path: Path, kind: str, now: str, told: str, code: int) -> None:
    (tmp_path / "old").mkdir()
    old = _written(tmp_path / "old", kind)
    file = Path(_written(tmp_path, kind, port=now))
    file.write_text(file.read_text().replace("nginx:1.27", "nginx:1.28"))
    done = run("predict", "rollout", old, str(file))
    words = " ".join(done.output.split())
    assert told in words
    assert "lowest ready 0" in words
    assert "with no Pod Ready: before the change, container 'front' declares no port named 'web'" in words
    assert done.exit_code == code
