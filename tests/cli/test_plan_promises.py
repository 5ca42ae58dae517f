"""``kubelens plan`` and scenario files: promises that held and no longer do, and the other way round."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.engine import plan_promises

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.com/web:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
RISKY = WEB.replace("maxSurge: 1, maxUnavailable: 0", "maxSurge: 0, maxUnavailable: 1")
SCENARIO = """scenario: the web rolls out
world: [WORLD]
cluster: {nodes: ["2x2cpu,8Gi"], zones: [a, b]}
events:
- {at: 0, rollout: Deployment web}
promises:
- min-ready: {service: web, count: 2}
- no-disruption: true
"""
NAME = "the web rolls out (scenarios/rollout.yaml)"
PROMISE = "'default/web has at least 2 ready endpoints'"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init")
    return tmp_path


def committed(folder: Path, files: dict[str, str]) -> None:
    write(folder, files)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "before")


def told(*words: str) -> list[tuple[str, str]]:
    result = CliRunner().invoke(cli, ["plan", *words, "--format", "json", "--fail-on", "never"])
    assert result.exit_code == 0, result.output
    sets = json.loads(result.stdout)["sets"]
    return [
        (one["kind"], one["text"]) for plan in sets for one in plan["consequences"] if one["kind"].startswith("promise")
    ]


PLAIN = {"deploy/web.yaml": WEB, "scenarios/rollout.yaml": SCENARIO.replace("WORLD", "../deploy")}


def test_a_promise_that_holds_no_more_and_back(repository: Path) -> None:
    committed(repository, PLAIN)
    assert told() == []
    write(repository, {"deploy/web.yaml": RISKY})
    (one,) = told()
    assert one == (
        "promise-broken",
        f"{NAME}: {PROMISE} held, and holds no more: after 10 s: Service default/web has 1 ready endpoints",
    )
    assert told("--back") == [("promise-holds-again", f"{NAME}: {PROMISE} did not hold, and holds now")]


def test_what_a_kustomization_makes_is_what_is_played(repository: Path) -> None:
    patch = "- op: replace\n      path: /spec/strategy\n      value: STRATEGY\n"
    overlay = f"resources: [../../base]\npatches:\n- target: {{kind: Deployment}}\n  patch: |\n    {patch}"
    careful, risky = (f"{{rollingUpdate: {{maxSurge: {1 - n}, maxUnavailable: {n}}}}}" for n in (0, 1))
    committed(
        repository,
        {
            "base/web.yaml": WEB,
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "overlays/prod/kustomization.yaml": overlay.replace("STRATEGY", careful),
            "scenarios/rollout.yaml": SCENARIO.replace("WORLD", "../overlays/prod"),
        },
    )
    write(repository, {"overlays/prod/kustomization.yaml": overlay.replace("STRATEGY", risky)})
    assert [kind for kind, _ in told()] == ["promise-broken"]


def test_folders_are_compared_like_revisions(repository: Path) -> None:
    for name, web in (("old", WEB), ("new", RISKY)):
        files = {f"{name}/{path}": text for path, text in PLAIN.items()}
        write(repository, {**files, f"{name}/deploy/web.yaml": web})
    assert [kind for kind, _ in told("old", "new")] == ["promise-broken"]
    assert [kind for kind, _ in told("new", "old")] == ["promise-holds-again"]


def test_manifests_in_a_scenario_file_are_its_world(repository: Path) -> None:
    text = SCENARIO.replace("world: [WORLD]\n", "")
    deploy = {"deploy/other.yaml": WEB.replace("name: web", "name: other")}
    committed(repository, {**deploy, "scenarios/rollout.yaml": f"{text}---{WEB}"})
    assert told() == []
    write(repository, {"scenarios/rollout.yaml": f"{text}---{RISKY}"})
    assert [kind for kind, _ in told()] == ["promise-broken"]


def test_a_new_scenario_that_could_not_be_played_before(repository: Path) -> None:
    other = WEB.replace("name: web", "name: other").replace("app: web", "app: other")
    committed(repository, {"deploy/other.yaml": other})
    write(repository, {**PLAIN, "deploy/web.yaml": RISKY})
    ((kind, text),) = told()
    assert kind == "promise-broken"
    assert "does not hold: after 10 s" in text


def test_a_change_elsewhere_asks_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(
        repository, {**PLAIN, "deploy/web.yaml": RISKY, "elsewhere/web.yaml": WEB.replace("name: web", "name: b")}
    )
    write(repository, {"elsewhere/web.yaml": RISKY.replace("name: web", "name: b")})
    assert told() == []


def test_so_many_scenarios_and_no_more(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_promises, "MOST", 1)
    second = SCENARIO.replace("WORLD", "../deploy").replace("the web rolls out", "again")
    committed(repository, {**PLAIN, "scenarios/second.yaml": second})
    write(repository, {"deploy/web.yaml": RISKY})
    kinds = [kind for kind, _ in told()]
    assert kinds == ["promise-broken", "promises-unasked"]
