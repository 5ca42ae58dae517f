"""Folders that are written otherwise and mean the same: the plan is empty, from files to plan."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.cli.commands import cli
from tests.plan.rewritten import write, write_overlay
from tests.world.mutated import mutated

EXAMPLES = int(os.environ.get("KUBELENS_NO_OPS", "12"))
COMMON = {"team": "shop"}


def planned(old: Path, new: Path) -> list[dict[str, Any]]:
    done = CliRunner().invoke(cli, ["plan", str(old), str(new), "--format", "json", "--fail-on", "never"])
    assert done.exit_code == 0, done.output
    return [one for one in json.loads(done.stdout)["sets"] if one["changes"] or one["consequences"] or one["files"]]


def objects_of(seed: int) -> list[dict[str, Any]]:
    """The objects of a mutated world, each name once: of two with one name, which counts is the order's to say."""
    found: dict[str, dict[str, Any]] = {}
    for text in mutated(seed)[0].split("\n---\n"):
        one = json.loads(text)
        metadata = one.get("metadata") or {}
        found.setdefault(f"{one.get('kind')} {metadata.get('namespace')}/{metadata.get('name')}", one)
    return list(found.values())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_loose_files_written_otherwise(seed: int, one: int, other: int) -> None:
    objects = objects_of(seed)
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        write(old, objects, Random(one))
        write(new, objects, Random(other))
        assert planned(old, new) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_kustomizations_cut_otherwise(seed: int, one: int, other: int) -> None:
    objects = objects_of(seed)
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        for path, number in ((old, one), (new, other)):
            path.mkdir()
            write_overlay(path, objects, Random(number), namespace="shop", common=COMMON)
        assert planned(old, new) == []
