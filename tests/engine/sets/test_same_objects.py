"""Overlays that come to the same text are judged once, and told as if each was judged alone."""

from __future__ import annotations

import json
import random

import pytest
from msgspec.structs import replace

from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.engine.sets import analysis
from kubelens.engine.sets.analysis import Judging
from kubelens.kube.bundle import NEWEST
from kubelens.rules.api import Facts, Finding
from tests.engine.sets.conftest import Repository

BASE = """\
# file: base/kustomization.yaml
resources: [ferry.yaml]
# file: base/ferry.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: ferry}
spec:
  replicas: "2"
  selector: {matchLabels: {app: ferry}}
  template:
    metadata: {labels: {app: ferry}}
    spec:
      serviceAccountName: pilot
      containers:
      - name: ferry
        image: Ferry:1
        ports: [{containerPort: 8080, name: http}]
        readinessProbe: {httpGet: {path: /, port: web}}
---
apiVersion: v1
kind: Service
metadata: {name: ferry}
spec:
  selector: {app: ferry}
  ports: [{port: 80, targetPort: web}]
"""
PATCH = """\
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: ferry}
    spec: {minReadySeconds: -1}
"""
OVERLAYS = (
    "resources: [../base]\n",
    "# a word\nresources: [../base]\n",
    "resources: [../base]\nimages: [{name: unused, newTag: '2'}]\n",
    "resources: [../base]\nnamespace: harbour\n",
    f"resources: [../base]\n{PATCH}",
    f"{PATCH}resources:\n- ../base\n",
    PATCH.replace("minReadySeconds: -1}", "minReadySeconds: -1} # kubelens: ignore[out-of-range] known")
    + "resources: [../base]\n",
)


def _found(together: bool) -> dict[str, list[Finding]]:
    """What is found in each set, told or silenced; apart, nothing of one is there when another is judged."""
    config, plugins = Config(select=("ALL",)), Plugins()
    judging = Judging(choose_rules(config, plugins.rules()), config)
    sets = read_inputs(Wanted(), config, plugins).sets.built(NEWEST)
    found: dict[str, list[Finding]] = {}
    facts = Facts(NEWEST)
    for some in [sets] if together else [[one] for one in sets]:
        for one, judged in judging.judge_all([(one, facts) for one in some], plugins):
            assert not judged.failures
            silenced = sorted(finding.message for finding, _ in judged.ignored)
            found[one.name] = [
                *(replace(finding, about=None) for finding in judged.findings),
                *(Finding("silenced", judged.findings[0].severity, words, judged.findings[0].at) for words in silenced),
            ]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_overlays_that_come_to_the_same_are_told_as_each_alone(repository: Repository, seed: int) -> None:
    choice = random.Random(seed)
    repository.write(BASE)
    for number in range(8):
        repository.write(f"# file: overlay-{number}/kustomization.yaml\n{choice.choice(OVERLAYS)}")
    together, apart = _found(together=True), _found(together=False)
    assert len(together) == 8
    assert together == apart
    assert all(together.values())


def test_overlays_that_come_to_the_same_are_judged_once(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[object] = []
    usual = analysis.analyse

    def counting(snapshot, *others, **options):  # type: ignore[no-untyped-def]
        judged.append(snapshot)
        return usual(snapshot, *others, **options)

    monkeypatch.setattr(analysis, "analyse", counting)
    repository.write(BASE)
    for number, text in enumerate(OVERLAYS):
        repository.write(f"# file: overlay-{number}/kustomization.yaml\n{text}")
    assert len(_found(together=True)) == len(OVERLAYS)
    assert len(judged) == 3


def test_each_set_is_named_and_each_place_is_that_of_its_own_overlay(repository: Repository) -> None:
    repository.write(BASE)
    for name in ("dev", "stage", "prod"):
        repository.write(f"# file: {name}/kustomization.yaml\nresources: [../base]\n{PATCH}")
    done = repository.check("-o", "json", "--no-cache")
    told = json.loads(done.stdout)["findings"]
    negative = [one for one in told if "minReadySeconds" in one["message"]]
    assert sorted((one["file"], one["line"]) for one in negative) == [
        ("dev/kustomization.yaml", 7),
        ("prod/kustomization.yaml", 7),
        ("stage/kustomization.yaml", 7),
    ]
    typed = [one for one in told if one["file"] == "base/ferry.yaml" and one["line"] == 5]
    assert len(typed) == 1
    assert [name for name in ("dev", "prod", "stage") if name in json.dumps(typed[0]["sets"])] == [
        "dev",
        "prod",
        "stage",
    ]


def test_processes_find_what_one_finds(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write(BASE)
    for number, text in enumerate((*OVERLAYS, *OVERLAYS)):
        repository.write(f"# file: overlay-{number}/kustomization.yaml\n{text}")
    alone = repository.check("-o", "json", "--no-cache", "--jobs", "1").stdout
    monkeypatch.setattr(analysis, "PARALLEL_FROM", 0)
    assert repository.check("-o", "json", "--no-cache", "--jobs", "3").stdout == alone
    assert alone.count('"rule"') >= 4


def test_what_is_kept_changes_nothing(repository: Repository) -> None:
    repository.write(BASE)
    for number, text in enumerate((*OVERLAYS, *OVERLAYS)):
        repository.write(f"# file: overlay-{number}/kustomization.yaml\n{text}")
    repository.check("-o", "json")
    repository.write(BASE.replace("Ferry:1", "Ferry:2"))
    assert repository.check("-o", "json").stdout == repository.check("-o", "json", "--no-cache").stdout
