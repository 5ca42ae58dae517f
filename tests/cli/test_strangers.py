"""A repository that nobody here wrote makes a run write nothing, run nothing and read nothing elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Kubelens

FINDING = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: 1\n"


def test_a_configuration_found_there_writes_nothing_elsewhere(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").write_text(FINDING)
    (tmp_path / "in" / "kubelens.toml").write_text('output = ["concise=../written.sh"]\n')
    done = kubelens("check", "in")
    assert (done.returncode, done.stdout) == (2, "")
    assert "kubelens.toml:1: output: '../written.sh' lies outside of" in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.yaml", "in", "kubelens.toml"]


def test_links_that_leave_the_named_folder_are_left_out_and_told(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret.yaml").write_text(FINDING.replace("name: x", "name: secret"))
    here = tmp_path / "in"
    (here / ".git").mkdir(parents=True)
    (here / ".git" / "config").write_text(FINDING)
    (here / "a.yaml").write_text(FINDING)
    (here / "folder").symlink_to("../home", target_is_directory=True)
    (here / "file.yaml").symlink_to("../home/secret.yaml")
    (here / "git.yaml").symlink_to(".git/config")
    (here / "chain.yaml").symlink_to("folder/secret.yaml")
    (here / "same.yaml").symlink_to("a.yaml")
    done = kubelens("check", "in", "-o", "concise", "--show-files")
    assert "secret" not in done.stdout.replace("secret.yaml", "")
    left_out = sorted(line.partition(":")[0] for line in done.stdout.splitlines() if "leads out" in line)
    assert left_out == ["in/chain.yaml", "in/file.yaml", "in/folder/", "in/git.yaml"]
    assert "in/same.yaml: 1 object" in done.stdout


def test_fixes_are_written_through_no_link(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(FINDING)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").symlink_to("../outside.yaml")
    done = kubelens("check", "in", "--fix")
    assert done.stdout.startswith("0 objects in 0 files")
    named = kubelens("check", "in/a.yaml", "--fix")
    assert named.returncode == 2
    assert "in/a.yaml: is a link to" in named.stderr
    assert (tmp_path / "outside.yaml").read_text() == FINDING


def test_a_baseline_is_written_over_no_file_of_somebody_else(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FINDING)
    (tmp_path / "app.py").write_text("print()\n")
    (tmp_path / "kubelens.toml").write_text('baseline = "app.py"\n')
    done = kubelens("check", ".", "--write-baseline")
    assert (done.returncode, "app.py: is no baseline that kubelens wrote" in done.stderr) == (2, True)
    assert (tmp_path / "app.py").read_text() == "print()\n"
    (tmp_path / "kubelens.toml").write_text('baseline = "known.json"\n')
    for _ in range(2):
        assert kubelens("check", ".", "--write-baseline").returncode == 0
    assert kubelens("check", ".").returncode == 0


def test_nothing_that_rolls_out_is_json_too(kubelens: Kubelens, tmp_path: Path) -> None:
    workload = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: a, image: a}]}\n"
    deployment = """apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: a}}
  template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: "a:1"}]}}
"""
    both = f"{deployment.replace('NAME', 'a')}---\n{deployment.replace('NAME', 'b')}---\n{workload % 'c'}"
    for name in ("old.yaml", "new.yaml"):
        (tmp_path / name).write_text(both)
    done = kubelens("predict", "rollout", "old.yaml", "new.yaml", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"version": 1, "refused": [], "rollouts": []})
    assert "nothing rolls out" in done.stderr


def test_answers_do_not_depend_on_the_order_of_files(kubelens: Kubelens, tmp_path: Path) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: {name: web}}}\nspec: {containers: [frontend]}\n"
    )
    policy = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: frontend}}, policyTypes: [Ingress]}
"""
    (tmp_path / "a.yaml").write_text(f"{pod}---\n{policy}")
    (tmp_path / "b.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
        '  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: "a:1"}]}}\n'
    )
    one, other = (
        kubelens("check", "--isolated", "--select", "ALL", "-o", "jsonl", *files).stdout.splitlines()
        for files in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml"))
    )
    assert sorted(one) == sorted(other)
    assert any("policy-selects-nothing" in line for line in one)
