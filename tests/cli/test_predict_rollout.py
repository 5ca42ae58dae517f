"""``kubelens predict rollout``, ``drain``, ``cron`` and ``hpa`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.predict_cron import command as cron
from kubelens.cli.predict_drain import command as drain
from kubelens.cli.predict_hpa import command as hpa
from kubelens.cli.predict_rollout import command as rollout
from tests.report.test_rollout import web


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text.replace("\n    ", "\n"), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("old", "new", "options", "code"),
    [
        (web("a:1"), web("a:2"), [], 0),
        (web("a:1"), web("a:2"), ["--never-ready"], 1),
        (web("a:1"), web("a:2"), ["--ready-after", "3"], 0),
        (web("a:1"), web("a:2", kind="StatefulSet"), [], 2),
        (web("a:1", 100_000), web("a:2", 100_000), [], 0),
        (web("a:1").replace("replicas: 3", "paused: false"), web("a:2").replace("replicas: 3", "paused: false"), [], 0),
        (web("a:1"), "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n", [], 2),
    ],
)
def test_exit_codes(tmp_path: Path, old: str, new: str, options: list[str], code: int) -> None:
    paths = [write(tmp_path, "old.yaml", old), write(tmp_path, "new.yaml", new)]
    done = CliRunner().invoke(rollout, [*paths, *options])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output


def test_a_missing_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(rollout, [write(tmp_path, "old.yaml", web("a:1")), str(tmp_path / "none.yaml")])
    assert done.exit_code == 2
    assert "no such file" in done.output


def test_both_rounding_to_zero_is_refused_by_the_server(tmp_path: Path) -> None:
    strategy = "replicas: 3\n      strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}"
    paths = [
        write(tmp_path, "old.yaml", web("a:1")),
        write(tmp_path, "new.yaml", web("a:2").replace("replicas: 3", strategy)),
    ]
    done = CliRunner().invoke(rollout, paths)
    assert done.exit_code == 1
    assert "refuses" in done.output


NODE = """\
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {allocatable: {cpu: "%s", memory: 8Gi, pods: "20"}}
"""


@pytest.mark.parametrize(("cpu", "code", "said"), [(3, 1, "room for 3 of these Pods"), (4, 0, "done after")])
def test_a_surge_that_finds_no_node_gets_stuck(tmp_path: Path, cpu: int, code: int, said: str) -> None:
    strategy = "replicas: 3\n      strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
    asking = [
        web(f"a:{n}")
        .replace("replicas: 3", strategy)
        .replace(f"image: a:{n}", f"image: a:{n}\n            resources: {{requests: {{cpu: 1}}}}")
        for n in (1, 2)
    ]
    assert "requests" in asking[0]
    paths = [write(tmp_path, f"{n}.yaml", text) for n, text in enumerate(asking)]
    cluster = write(tmp_path, "nodes.yaml", NODE % cpu)
    done = CliRunner().invoke(rollout, [*paths, "--cluster", cluster])
    assert said in done.output
    assert done.exit_code == code


def test_json(tmp_path: Path) -> None:
    paths = [write(tmp_path, "old.yaml", web("a:1")), write(tmp_path, "new.yaml", web("a:2"))]
    data = json.loads(CliRunner().invoke(rollout, [*paths, "--format", "json"]).output)
    found = data["rollouts"][0]
    assert (found["outcome"], found["highestTotal"], found["lowestReady"]) == ("done", 4, 3)
    assert found["changedFields"] == ["spec.containers[0].image"]


def test_against_a_folder(tmp_path: Path) -> None:
    old, new = write(tmp_path, "old.yaml", web("a:1")), write(tmp_path, "new.yaml", web("a:2"))
    done = CliRunner().invoke(rollout, [new, "--against", old])
    assert done.exit_code == 0
    assert "done after" in done.output


def test_drain(tmp_path: Path) -> None:
    text = web("a:1") + (
        "\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        "spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}\n"
    )
    done = CliRunner().invoke(drain, [write(tmp_path, "all.yaml", text)])
    assert done.exit_code == 1
    assert "STAYS" in done.output
    daemons = text.replace("kind: Deployment", "kind: DaemonSet").replace("replicas: 3", "minReadySeconds: 0")
    left = CliRunner().invoke(drain, [write(tmp_path, "daemons.yaml", daemons)])
    assert left.exit_code == 0
    assert "left" in left.output


def test_a_drain_stops_at_scratch_space(tmp_path: Path) -> None:
    scratch = web("a:1").replace("containers:", "volumes: [{name: tmp, emptyDir: {}}]\nSPACEcontainers:")
    indent = next(len(line) - len(line.lstrip()) for line in web("a:1").splitlines() if "containers:" in line)
    scratch = scratch.replace("SPACE", " " * indent)
    flag = "--delete-emptydir-data"
    path = write(tmp_path, "scratch.yaml", scratch)
    assert flag in CliRunner().invoke(drain, [path]).output
    assert json.loads(CliRunner().invoke(drain, [path, "--format", "json"]).output)["evictions"][0]["emptyDir"] is True
    daemons = scratch.replace("kind: Deployment", "kind: DaemonSet").replace("replicas: 3", "minReadySeconds: 0")
    assert flag not in CliRunner().invoke(drain, [write(tmp_path, "daemons.yaml", daemons)]).output
    assert flag not in CliRunner().invoke(drain, [write(tmp_path, "plain.yaml", web("a:1"))]).output


def test_cron(tmp_path: Path) -> None:
    pod = "{spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}"
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: night}\n"
        f'spec: {{schedule: "0 3 * * *", jobTemplate: {{spec: {{template: {pod}}}}}}}\n'
    )
    path = write(tmp_path, "cron.yaml", text)
    done = CliRunner().invoke(cron, [path, "--now", "2026-01-01T00:00:00Z", "--runs", "2", "--format", "json"])
    runs = json.loads(done.output)["cronjobs"][0]["runs"]
    assert [run["utc"] for run in runs] == ["2026-01-01T03:00:00+00:00", "2026-01-02T03:00:00+00:00"]
    assert CliRunner().invoke(cron, [path, "--now", "soon"]).exit_code == 2


def test_hpa(tmp_path: Path) -> None:
    text = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, "
        "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}\n"
    )
    path = write(tmp_path, "hpa.yaml", text)
    done = CliRunner().invoke(hpa, [path, "--current", "4", "--usage", "cpu=100"])
    assert "4 -> 8" in done.output
    assert CliRunner().invoke(hpa, [path, "--current", "4", "--usage", "cpu"]).exit_code == 2
