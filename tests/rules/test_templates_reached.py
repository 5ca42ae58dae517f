"""Calls of templates that nothing defines: told where a render may come to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n"
CALL = '{{ template "gull.wing" . }}'


@pytest.mark.parametrize(
    ("helpers", "config", "told"),
    [
        (f'{{{{- define "gull.feather" }}}}{CALL}{{{{ end }}}}', CONFIG.format("gull"), False),
        (
            f'{{{{ define "gull.feather" }}}}{{{{ if .x }}}}{{{{ end }}}}{CALL}{{{{ end }}}}',
            CONFIG.format("gull"),
            False,
        ),
        (f"text {CALL}", CONFIG.format("gull"), False),
        (
            f'{{{{ define "gull.feather" }}}}{{{{ if .x }}}}{CALL}{{{{ end }}}}{{{{ end }}}}',
            CONFIG.format('{{ template "gull.feather" . }}gull'),
            True,
        ),
        (
            f'{{{{ define "gull.feather" }}}}{{{{ if .x }}}}{CALL}{{{{ end }}}}{{{{ end }}}}',
            CONFIG.format('{{ include (printf "gull.%s" "feather") . }}gull'),
            True,
        ),
        (
            f'{{{{ define "gull.feather" }}}}{{{{ if .x }}}}{CALL}{{{{ end }}}}{{{{ end }}}}',
            CONFIG.format('gull # {{ include (print $.Template.BasePath "/other.yaml") . | sha256sum }}'),
            False,
        ),
        ("", CONFIG.format(f"{{{{ if .Values.x }}}}{CALL}{{{{ end }}}}gull"), True),
    ],
)
def test_it_is_told_where_a_render_may_come_to_it(tmp_path: Path, helpers: str, config: str, told: bool) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: gull\nversion: 1.0.0\n")
    (tmp_path / "values.yaml").write_text("x: false\n")
    (tmp_path / "templates/_helpers.tpl").write_text(helpers)
    (tmp_path / "templates/config.yaml").write_text(config)
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "concise", "--isolated", "--no-cache"])
    assert ("[chart-template-unknown]" in done.output) is told
