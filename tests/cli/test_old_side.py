"""What serves on after an edit is what existed before it: not what a quota, a level or a probe kept from being there."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kubelens.cli.commands import cli

BAKERY = """\
apiVersion: v1
kind: Namespace
metadata: {{name: lane, labels: {{{labels}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: bakery, namespace: lane}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: bakery}}}}
  template:
    metadata: {{labels: {{app: bakery}}}}
    spec:
      hostNetwork: {host}
      containers: [{{name: main, image: "lane/bakery:{version}"}}]
"""
QUOTA = """\
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: bread, namespace: lane}
spec: {hard: {pods: "PODS"}}
"""
ENFORCED = "pod-security.kubernetes.io/enforce: baseline"


def _bakery(version: int, pods: str = "", labels: str = "", host: str = "false") -> str:
    text = BAKERY.format(version=version, labels=labels, host=host)
    return text + QUOTA.replace("PODS", pods) if pods else text


def _rollout(tmp_path: Path, old: str, new: str) -> tuple[int, str]:
    for name, text in (("old.yaml", old), ("new.yaml", new)):
        (tmp_path / name).write_text(text)
    found = CliRunner().invoke(cli, ["predict", "rollout", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")])
    return found.exit_code, found.stdout


def test_nothing_keeps_serving_that_no_quota_let_in(tmp_path: Path) -> None:
    code, told = _rollout(tmp_path, _bakery(1, "0"), _bakery(2, "0"))
    assert code == 1
    assert "keep serving" not in told
    assert "no Pod is ready: nothing serves" in told


def test_nothing_keeps_serving_that_no_level_let_in(tmp_path: Path) -> None:
    code, told = _rollout(tmp_path, _bakery(1, "", ENFORCED, "true"), _bakery(2, "", ENFORCED, "true"))
    assert code == 1
    assert "no Pod is ready: nothing serves" in told
    code, told = _rollout(tmp_path, _bakery(1, "", "", "true"), _bakery(2, "", ENFORCED, "true"))
    assert code == 1
    assert "3 ready Pods keep serving" in told


def test_what_a_wider_quota_lets_in_comes(tmp_path: Path) -> None:
    code, told = _rollout(tmp_path, _bakery(1, "0"), _bakery(2, "9"))
    assert code == 0
    assert "none of its Pods there: before the change" in told
    code, told = _rollout(tmp_path, _bakery(1, "9"), _bakery(2, "3"))
    assert code == 1
    assert "3 ready Pods keep serving" in told


def test_plan_says_so_too(tmp_path: Path) -> None:
    for name, text in (("old", _bakery(1, "0")), ("new", _bakery(2, "0"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lane.yaml").write_text(text)
    found = CliRunner().invoke(cli, ["plan", str(tmp_path / "old"), str(tmp_path / "new")])
    assert "keep serving" not in found.stdout
