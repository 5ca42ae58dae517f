"""Alternatives in folders are told apart, and each prediction is about one of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command
from kubelens.engine.analysis import analyse
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.selection import choose_rules
from kubelens.engine.sets.one_world import one_world_each
from kubelens.engine.workspace import Workspace
from kubelens.kube.bundle import NEWEST
from kubelens.kube.resource import Resource, read_resources
from kubelens.rules.api import Facts
from kubelens.rules.catalogue import kubelens_rules
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

WORKLOAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: mill}
spec:
  replicas: COUNT
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: main, image: "mill/NAME:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: mill}
spec: {selector: {app: NAME}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME, namespace: mill}
spec: {minAvailable: 2, selector: {matchLabels: {app: NAME}}}
"""


def text_of(name: str, count: int) -> str:
    """A workload with its Service and budget."""
    return WORKLOAD.replace("NAME", name).replace("COUNT", str(count))


def read(files: dict[str, str]) -> list[Resource]:
    """The objects of files by their paths."""
    return [
        resource
        for uri, text in files.items()
        for document in parse_source(Source(uri, text))[0]
        for resource in read_resources(document, namespace="default")
    ]


def kept(resources: list[Resource], left_out: frozenset[int]) -> list[str]:
    """The objects of a world, with their folders."""
    return sorted(f"{one.place.folder} {one.kind} {one.name}" for one in resources if id(one) not in left_out)


def test_folders_of_other_things_are_one_world() -> None:
    found = read({"a/m.yaml": text_of("wheel", 1), "b/m.yaml": text_of("stone", 1)})
    assert [one.left_out for one in one_world_each(found)] == [frozenset()]


def test_what_is_the_same_in_two_folders_is_there_once() -> None:
    found = read({"a/m.yaml": text_of("wheel", 1), "b/m.yaml": text_of("wheel", 1)})
    (world,) = one_world_each(found)
    assert kept(found, world.left_out) == ["a Deployment wheel", "a PodDisruptionBudget wheel", "a Service wheel"]


def test_stages_of_two_applications_go_together() -> None:
    files = {f"{app}/{at}/m.yaml": text_of(app, n) for app in ("saw", "mill") for n, at in enumerate(("dev", "prod"))}
    found = read({**files, "shared/m.yaml": text_of("common", 1)})
    worlds = one_world_each(found)
    folders = [{line.partition(" ")[0] for line in kept(found, one.left_out)} for one in worlds]
    assert folders == [{"saw/dev", "mill/dev", "shared"}, {"saw/prod", "mill/prod", "shared"}]


@pytest.mark.parametrize("seed", range(40))
def test_in_no_world_two_folders_hold_different_objects_of_one_name(seed: int) -> None:
    chance = random.Random(seed)
    folders = ["", "a", "a/dev", "a/prod", "a/prod/eu", "b", "b/dev", "c/d/e"]
    files = {
        f"{folder}/{name}.yaml".lstrip("/"): text_of(name, chance.randint(1, 2))
        for folder in chance.sample(folders, chance.randint(2, 6))
        for name in chance.sample("uvw", chance.randint(1, 2))
    }
    found = read(files)
    worlds = one_world_each(found)
    for world in worlds:
        there: dict[tuple[str, str], set[str]] = {}
        for one in found:
            if id(one) not in world.left_out:
                there.setdefault((one.kind, one.name), set()).add(one.place.folder)
        assert all(len(places) == 1 for places in there.values()), (seed, there)
        assert there
    if len(worlds) > 1:  # nobody's copies are passed over
        shown = {one.place.folder for world in worlds for one in found if id(one) not in world.left_out}
        assert {one.place.folder for one in found} - shown <= {one.place.folder for one in found if _again(one, found)}


def _again(resource: Resource, among: list[Resource]) -> bool:
    same = (one for one in among if one.place.folder != resource.place.folder)
    return any(one.key == resource.key and one.value == resource.value for one in same)


def test_a_drain_meets_the_budget_of_each_folder(tmp_path: Path) -> None:
    for folder, count in (("dev", 2), ("prod", 4)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.yaml").write_text(text_of("wheel", count))
    run = CliRunner().invoke(command, ["drain", str(tmp_path)])
    lines = [line for line in run.stdout.splitlines() if "Deployment wheel" in line]
    assert [line.split()[0] for line in lines] == ["STAYS", "goes"]
    assert "dev/m.yaml" in lines[0]
    assert "prod/m.yaml" in lines[1]
    assert "more than one PodDisruptionBudget" not in run.stdout
    assert "are answered for one by one" in run.stderr


def test_endpoints_of_each_folder_are_shown(tmp_path: Path) -> None:
    for folder, count in (("dev", 2), ("prod", 0)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.yaml").write_text(text_of("wheel", count))
    run = CliRunner().invoke(command, ["endpoints", str(tmp_path)])
    assert "dev/m.yaml" in run.stdout
    assert "prod/m.yaml" in run.stdout
    assert "asks for 0 Pods" in run.stdout.replace("\n", " ").replace("  ", " ")


def test_a_placement_is_of_the_first_folder_and_says_so(tmp_path: Path) -> None:
    for folder, count in (("dev", 1), ("prod", 3)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.yaml").write_text(text_of("wheel", count))
    run = CliRunner().invoke(command, ["schedule", str(tmp_path)])
    assert run.stdout.startswith("1 Pod on 3 nodes")
    assert "this is about" in run.stderr


def test_check_and_a_drain_agree_about_the_budget_of_each_folder(tmp_path: Path) -> None:
    (rule,) = (rule for rule in kubelens_rules() if rule.name == "pdb-blocks-drain")
    for folder, count in (("dev", 2), ("prod", 4)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.yaml").write_text(text_of("wheel", count))
    workspace = Workspace(release=NEWEST)
    files = {f"{folder}/m.yaml": (tmp_path / folder / "m.yaml").read_text() for folder in ("dev", "prod")}
    workspace.fill(Loaded(uri, Source(uri, text)) for uri, text in files.items())
    found = analyse(workspace.snapshot(), choose_rules(Config(select=("ALL",)), [rule]), Facts(release=NEWEST)).findings
    assert [finding.at.uri for finding in found] == ["dev/m.yaml"]
