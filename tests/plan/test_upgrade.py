"""What another release does with the same objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.plan.upgrade import upgrades
from kubelens.testing import bundle_from_text

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: 1web}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n"
LEVEL = "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: PriorityLevelConfiguration\nmetadata: {name: a}\nspec: {type: Exempt}\n"
ENDPOINTS = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "effects"),
    [
        (LEVEL, "1.31", "1.32", ["removed"]),
        (LEVEL, "1.30", "1.31", []),
        (ENDPOINTS, "1.32", "1.33", ["newly deprecated"]),
        (ENDPOINTS, "1.33", "1.37", []),
        (SERVICE, "1.35", "1.36", ["newly allowed"]),
        (SERVICE, "1.36", "1.35", ["newly refused"]),
        (SERVICE, "1.30", "1.33", []),
        (CONFIG, "1.25", "1.37", []),
    ],
)
def test_each_effect_is_told_from_the_release_on_that_has_it(text: str, old: str, new: str, effects: list[str]) -> None:
    assert [one.effect.value for one in upgrades(bundle_from_text(text, release=old), new)] == effects


def test_what_both_releases_keep_alike_is_not_told() -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: a.example}\n"
    assert upgrades(bundle_from_text(text, release="1.33"), "1.36") == ()


def test_the_command_names_lines_and_ends_with_1_where_something_stops(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(f"{LEVEL}---\n{ENDPOINTS}---\n{CONFIG}")
    done = CliRunner().invoke(cli, ["upgrade", "1.31", "1.37", str(file)])
    assert done.exit_code == 1
    assert f"{file}:1:13  PriorityLevelConfiguration a: flowcontrol.apiserver.k8s.io/v1beta3" in done.stdout
    assert "newly deprecated in 1.37 (1)" in done.stdout
    assert done.stdout.endswith("2 of 3 objects; nothing changes for the others\n")
    told = json.loads(CliRunner().invoke(cli, ["upgrade", "1.31", "1.37", str(file), "--format", "json"]).stdout)
    assert (told["from"], told["to"], [one["effect"] for one in told["effects"]]) == (
        "1.31",
        "1.37",
        ["removed", "newly deprecated"],
    )


def test_an_unknown_release_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["upgrade", "1.31", "2.9", str(tmp_path)]).exit_code == 2
