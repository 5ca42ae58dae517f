"""Pages with drawings follow the reader's light or dark scheme."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

WEB = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: main, image: 'web:%s'}]}}}\n"


@pytest.mark.parametrize("words", [("plan",), ("predict", "rollout"), ("predict", "topology")])
def test_no_drawing_is_white_where_the_screen_is_dark(words: tuple[str, ...], tmp_path: Path) -> None:
    files = [tmp_path / "old.yaml", tmp_path / "new.yaml"][-1 if words[-1] == "topology" else 0 :]
    for file in files:
        file.write_text(WEB % file.stem)
    page = CliRunner().invoke(cli, [*words, *map(str, files), "--format", "html"]).stdout
    assert "<svg" in page
    assert "body" in page.partition("var(--back)")[0].rpartition("}")[2]
    dark = page.partition("<style>")[2].partition("</style>")[0].rpartition("@media (prefers-color-scheme: dark) {")[2]
    assert "filter: invert" in dark.partition("} }")[0]
