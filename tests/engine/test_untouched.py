"""Changes of files that nothing is made from: neither side is rendered, and where one may be part of a set, both are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kubelens.engine.untouched import touches_nothing

FILES = {
    "app/kustomization.yaml": "resources: [names.yaml]\nconfigMapGenerator: [{name: c, files: [rules.txt]}]\n",
    "app/names.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: names}\n",
    "app/rules.txt": "a\n",
    "bank/Chart.yaml": "apiVersion: v2\nname: bank\nversion: 1.0.0\n",
    "bank/files/page.txt": "a\n",
    "cmd/main.go": "package main\n",
    "cmd/openmain.go": "package main\n",
    "build.yaml": "steps: [cmd/main.go]\n",
    "jobs/job.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: job}\ndata: {run: go run openmain.go}\n",
    "README.md": "a\n",
    ".github/workflows/ci.yaml": "on: push\n",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git("init", "-q")
    commit()
    return tmp_path


def git(*words: str) -> None:
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a"]
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


def commit() -> None:
    git("add", "-A")
    git("commit", "-qm", "next")


@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("README.md", True),
        (".github/workflows/ci.yaml", True),
        ("cmd/main.go", True),
        ("cmd/more.go", True),
        ("cmd/openmain.go", False),
        ("app/rules.txt", False),
        ("app/names.yaml", False),
        ("bank/files/page.txt", False),
        ("apps/new/README.md", False),
        ("lib/parts.libsonnet", False),
        ("start/web.yaml.j2", False),
        (".gitignore", False),
    ],
)
def test_a_file_that_may_be_part_of_a_set_is_told_from_others(name: str, nothing: bool, repository: Path) -> None:
    (repository / name).parent.mkdir(parents=True, exist_ok=True)
    (repository / name).write_text("b\n")
    assert touches_nothing(["."], "HEAD", None) is nothing
    commit()
    assert touches_nothing(["."], "HEAD~1", "HEAD") is nothing
    (repository / name).unlink()
    commit()
    assert touches_nothing(["."], "HEAD~1", "HEAD") is nothing


def test_links_may_lead_anywhere_and_what_is_no_repository_is_not_known(repository: Path, tmp_path: Path) -> None:
    (repository / "cmd" / "link").symlink_to("../app")
    commit()
    assert not touches_nothing(["."], "HEAD~1", "HEAD")
    assert not touches_nothing(["."], "nosuch", "HEAD")
    assert touches_nothing(["app"], "HEAD", "HEAD")
