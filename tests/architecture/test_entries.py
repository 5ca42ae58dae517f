"""The ways in from other tools: a file that is called like an option is none."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_names_of_files_stand_behind_two_dashes() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").split("- id: ")[1:]
    assert hooks
    for hook in hooks:
        assert "pass_filenames: false" in hook or "args: [--]" in hook, hook
    assert "-- $PATHS" in (ROOT / "action.yml").read_text(encoding="utf-8")
