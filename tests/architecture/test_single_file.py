"""What a single-file binary needs: nothing is found by listing source files, so modules may come from an archive."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_kubelens_runs_from_an_archive_without_its_sources(tmp_path: Path) -> None:
    """Code in a zip, as PyInstaller keeps it, data files beside where it looks for them."""
    archive, package = tmp_path / "code.zip", ROOT / "kubelens"
    with zipfile.ZipFile(archive, "w") as code:
        for path in sorted(package.rglob("*.py")):
            code.write(path, path.relative_to(ROOT))
    script = f"""
import sys
sys.path.insert(0, {str(archive)!r})
import kubelens.kube.schema, kubelens.kube.catalog, kubelens.regexp.unicode, kubelens.rules.catalogue
from kubelens.predict.apiserver.registry import all_strategies, strategies_named
from kubelens.cli.predict import command
import click
assert {str(archive)!r} in kubelens.__file__
assert strategies_named("Service") and not strategies_named("a.b") and not strategies_named("__init__")
assert len(all_strategies()) > 50
context = click.Context(command)
assert "rollout" in command.list_commands(context) and command.get_command(context, "dns") is not None
assert command.get_command(context, "a.b") is None
"""
    seen = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert seen.returncode == 0, seen.stderr
