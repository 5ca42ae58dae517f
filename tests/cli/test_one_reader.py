"""Every command reads its inputs alike: configuration, exclusions, definitions, what a cluster holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec: {containers: [{name: c, image: 'busybox:1'}]}\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: c, image: 'busybox:1', resources: {requests: {cpu: 500m}}}]}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {selector: {app: NAME}, ports: [{port: 80}]}\n"
NODE = """\
apiVersion: v1
kind: Node
metadata: {name: only, labels: {kubernetes.io/hostname: only}}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "20"}, conditions: [{type: Ready, status: "True"}]}
"""
CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: NAME}
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'busybox:1'}]}}}
"""
HPA = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: NAME}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: NAME}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
"""
COMMANDS = (
    ("apply",),
    ("connect", "--matrix"),
    ("cron", "--now", "2026-01-01T00:00:00Z"),
    ("dns", "--records"),
    ("drain",),
    ("endpoints",),
    ("hpa",),
    ("rollout",),
    ("schedule", "--nodes", "1x4cpu,8Gi"),
)


def run(*words: str) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(cli, words)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same objects twice, under the name ``seen`` and, below a folder, ``hidden``."""
    for folder, name in (("", "seen"), ("left", "hidden")):
        (tmp_path / folder).mkdir(exist_ok=True)
        text = "---\n".join(
            (POD.replace("NAME", "NAME-pod"), DEPLOYMENT, SERVICE, CRON.replace("NAME", "NAME-cron"), HPA)
        )
        (tmp_path / folder / "all.yaml").write_text(text.replace("NAME", name))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_what_the_configuration_excludes_is_no_part_of_a_prediction(here: Path, words: tuple[str, ...]) -> None:
    assert "hidden" in run("predict", *words, ".", "--format", "json").stdout
    assert "hidden" not in run("predict", *words, ".", "--format", "json", "--exclude", "left/").stdout
    (here / "kubelens.toml").write_text('exclude = ["left/"]\n')
    excluded = run("predict", *words, ".", "--format", "json").stdout
    assert "seen" in excluded
    assert "hidden" not in excluded
    assert "hidden" in run("predict", *words, ".", "--format", "json", "--isolated").stdout
    (here / "kubelens.toml").rename(here / "other.toml")
    assert "hidden" not in run("predict", *words, ".", "--format", "json", "--config", "other.toml").stdout


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_configuration_that_is_wrong_ends_every_command(here: Path, words: tuple[str, ...]) -> None:
    (here / "kubelens.toml").write_text('kubernetes-version = "1.99"\n')
    done = run("predict", *words, ".")
    assert (done.exit_code, "1.99" in done.stderr) == (2, True)
    assert run("check").exit_code == 2


def test_a_prediction_is_about_one_release(here: Path) -> None:
    (here / "kubelens.toml").write_text('kubernetes-version = ["1.31", "1.36"]\n')
    assert json.loads(run("predict", "apply", ".", "--format", "json").stdout)["kubernetes_version"] == "1.31"
    done = run("predict", "apply", ".", "--kubernetes-version", "1.30", "--format", "json")
    assert json.loads(done.stdout)["kubernetes_version"] == "1.30"
    assert run("predict", "apply", ".", "--kubernetes-version=1.30", "--kubernetes-version=1.31").exit_code == 2


def test_what_a_cluster_holds_stands_behind_what_the_manifests_bring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "web.yaml").write_text(DEPLOYMENT.replace("NAME", "web"))
    (tmp_path / "dump.yaml").write_text("---\n".join((NODE, DEPLOYMENT.replace("NAME", "web").replace("500m", "64"))))
    monkeypatch.chdir(tmp_path)
    done = run("predict", "schedule", "app", "--cluster", "dump.yaml", "--format", "json")
    placed = json.loads(done.stdout)["placements"]
    assert [(one["node"], done.exit_code) for one in placed] == [("only", 0)]
    (tmp_path / "kubelens.toml").write_text('running = ["dump.yaml"]\n')
    assert run("predict", "schedule", "app", "--format", "json").stdout == done.stdout
    assert (
        json.loads(run("predict", "apply", "app", "--format", "json").stdout)["objects"][0]["object"]
        == "Deployment 'default/web'"
    )
    assert len(json.loads(run("predict", "rollout", "app", "--format", "json").stdout)["rollouts"]) == 1


def test_check_asks_the_cluster_and_judges_the_manifests_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    range_ = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: caps}\nspec: {limits: [{type: Container, max: {cpu: 100m}}]}\n"
    (tmp_path / "web.yaml").write_text(DEPLOYMENT.replace("NAME", "web"))
    (tmp_path / "running").mkdir()
    broken = POD.replace("NAME", "other").replace("image:", "imagine:")
    (tmp_path / "running" / "dump.yaml").write_text("---\n".join((range_, broken)))
    monkeypatch.chdir(tmp_path)
    assert run("check", "web.yaml").exit_code == 0
    done = run("check", "web.yaml", "--cluster", "running", "-o", "json")
    findings = json.loads(done.stdout)["findings"]
    assert {one["file"] for one in findings} == {"web.yaml"}
    assert [one["rule"] for one in findings] == ["refused-in-context"]
    assert "in 1 of 1 object (1 file)" in run("check", "web.yaml", "--cluster", "running", "-o", "concise").stdout


def test_made_up_nodes_of_the_configuration_are_those_of_schedule(here: Path) -> None:
    (here / "kubelens.toml").write_text('exclude = ["left/"]\n[cluster]\nnodes = "1x2cpu,4Gi"\nzones = "east"\n')
    done = run("predict", "schedule", ".", "--format", "json")
    assert [one["allocatable"]["cpu"] for one in json.loads(done.stdout)["nodes"].values()] == ["2"]
    assert "no nodes given" not in done.stderr


@pytest.mark.parametrize("form", ["check", "sets", *(f"predict {words[0]}" for words in COMMANDS)])
def test_every_command_offers_the_same(form: str) -> None:
    offered = run(*form.split(), "--help").stdout
    for option in ("--config", "--isolated", "--exclude", "--crd", "--cluster", "--kubernetes-version", "--render"):
        assert option in offered, (form, option)
