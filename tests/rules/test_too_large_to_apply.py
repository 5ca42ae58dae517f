"""What a client-side apply cannot keep in its annotation."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.rules.objects.too_large_to_apply import check
from kubelens.testing import findings_of


@pytest.mark.parametrize(
    ("length", "options", "told"), [(200_000, "", 0), (300_000, "", 1), (300_000, "ServerSideApply=true", 0)]
)
def test_the_size_counts_and_how_it_is_applied(length: int, options: str, told: int) -> None:
    text = f"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: big
  annotations: {{argocd.argoproj.io/sync-options: "{options}"}}
data:
  value: {"x" * length}
"""
    found = findings_of(check, text)
    assert len(found) == told
    assert all("262,144" in one.message for one in found)


def test_what_the_server_refuses_is_left_to_it() -> None:
    assert not findings_of(
        check, f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata: {{v: {'x' * 1_100_000}}}\n"
    )


@pytest.mark.parametrize(
    ("options", "told"), [("[ServerSideApply=true]", False), ("[Replace=true]", False), ("[Prune=false]", True)]
)
def test_an_application_says_how_all_of_it_is_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str, told: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/big.yaml").write_text(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata:\n  value: {'x' * 300_000}\n"
    )
    (tmp_path / "application.yaml").write_text(f"""\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: big, namespace: argocd}}
spec:
  project: default
  destination: {{server: "https://kubernetes.default.svc", namespace: shop}}
  source: {{repoURL: "https://git.example/shop", path: deploy}}
  syncPolicy: {{syncOptions: {options}}}
""")
    done = CliRunner().invoke(cli, ["check", "-o", "concise", "--isolated", "--no-cache"])
    assert ("[too-large-to-apply]" in done.output) is told
