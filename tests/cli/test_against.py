"""``check --against REV``: what a revision held, however the repository is laid out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers:
        - {name: c, image: "x:1", envFrom: [{configMapRef: {name: settings}}]}
"""
CHANGED = DEPLOYMENT.replace("matchLabels: {app: web}", "matchLabels: {tier: front}")
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n"
GONE = "removed-object-still-used"
SELECTOR = "selector-change-orphans-pods"


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.email=a@b.c", "-c", "user.name=n", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in the working folder with one commit: a Deployment and the ConfigMap it names."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "web.yaml").write_text(DEPLOYMENT)
    (tmp_path / "deploy" / "settings.yaml").write_text(CONFIG_MAP)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def found(kubelens: Kubelens, *arguments: str, stdin: str = "") -> set[str]:
    done = kubelens("check", "-o", "concise", *arguments, "--against", "HEAD", stdin=stdin)
    assert done.returncode in (0, 1), done.stderr
    return {name for name in (GONE, SELECTOR) if f"[{name}]" in done.stdout}


def test_nothing_changed(repository: Path, kubelens: Kubelens) -> None:
    assert found(kubelens) == set()


def test_changed_deleted_new_and_renamed_files(repository: Path, kubelens: Kubelens) -> None:
    (repository / "deploy" / "web.yaml").write_text(CHANGED)
    assert found(kubelens) == {SELECTOR}
    assert found(kubelens, "deploy/web.yaml") == {SELECTOR}
    assert found(kubelens, str(repository / "deploy")) == {SELECTOR}
    (repository / "deploy" / "settings.yaml").unlink()
    assert found(kubelens) == found(kubelens, "deploy") == {SELECTOR, GONE}
    (repository / "new.yaml").write_text(CONFIG_MAP)
    assert found(kubelens) == {SELECTOR}
    git(repository, "mv", "deploy/web.yaml", "site.yaml")
    assert found(kubelens) == {SELECTOR}
    done = kubelens("check", "-o", "concise", "site.yaml", "--against", "HEAD")
    assert (SELECTOR in done.stdout, done.stderr) == (True, "")


def test_a_named_file_that_is_new(repository: Path, kubelens: Kubelens) -> None:
    (repository / "more.yaml").write_text(DEPLOYMENT)
    done = kubelens("check", "more.yaml", "--against", "HEAD")
    assert (done.returncode, done.stderr) == (
        0,
        "kubelens: more.yaml is not in HEAD: there is nothing to compare it with\n",
    )


def test_standard_input_removes_nothing(repository: Path, kubelens: Kubelens) -> None:
    assert found(kubelens, "-", stdin=CHANGED) == {SELECTOR}


def test_what_is_not_read_now_is_not_removed(repository: Path, kubelens: Kubelens) -> None:
    (repository / ".gitignore").write_text("deploy/settings.yaml\n")
    assert found(kubelens) == set()
    (repository / ".gitignore").unlink()
    assert found(kubelens, "--exclude", "deploy/settings.yaml") == set()
    (repository / "deploy" / "settings.yaml").unlink()
    assert found(kubelens, "--exclude", "deploy/settings.yaml") == set()
    assert found(kubelens) == {GONE}


def test_from_another_folder(repository: Path, kubelens: Kubelens) -> None:
    (repository / "deploy" / "web.yaml").write_text(CHANGED)
    outside = repository / "outside"
    outside.mkdir()
    done = subprocess.run(["git", "init", "-q"], cwd=outside, check=True)
    assert done.returncode == 0
    assert found(kubelens, "deploy") == {SELECTOR}


def test_a_submodule(repository: Path, kubelens: Kubelens, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "web.yaml").write_text(DEPLOYMENT.replace("name: web", "name: part", 1))
    git(other, "init", "-q")
    git(other, "add", ".")
    git(other, "commit", "-qm", "one")
    git(repository, "submodule", "add", "-q", str(other), "part")
    git(repository, "commit", "-qm", "two")
    assert found(kubelens) == set()
    changed = CHANGED.replace("name: web", "name: part", 1)
    (repository / "part" / "web.yaml").write_text(changed)
    assert found(kubelens) == {SELECTOR}


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nosuch", "'nosuch' is neither a path nor a revision of the git repository"),
        ("--help", "'--help' is neither a path nor a git revision"),
    ],
)
def test_no_such_revision(repository: Path, kubelens: Kubelens, revision: str, message: str) -> None:
    done = kubelens("check", f"--against={revision}")
    assert (done.returncode, done.stderr.strip()) == (2, f"kubelens: {message}")


def test_no_commit_and_no_repository(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    done = kubelens("check", "--against", "HEAD", env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert (done.returncode, "not a git repository" in done.stderr) == (2, True)
    git(tmp_path, "init", "-q")
    done = kubelens("check", "--against", "HEAD")
    assert (done.returncode, "nothing is committed yet" in done.stderr) == (2, True)


def test_a_shallow_clone(repository: Path, kubelens: Kubelens, tmp_path: Path) -> None:
    (repository / "deploy" / "web.yaml").write_text(CHANGED)
    git(repository, "commit", "-qam", "two")
    git(repository, "clone", "-q", "--depth", "1", f"file://{repository}", "clone")
    done = kubelens("check", "clone", "--against", "HEAD~1")
    assert (done.returncode, "the clone is shallow" in done.stderr) == (2, True)
    assert kubelens("check", "clone", "--against", "HEAD").returncode == 0


def test_a_release_that_serves_less(repository: Path, kubelens: Kubelens) -> None:
    (repository / "scaler.yaml").write_text(
        "apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
    )
    done = kubelens("check", "-o", "concise", "--kubernetes-version", "1.25", "--kubernetes-version", "1.26")
    assert done.stdout.count("[removed-api]") == 1
    assert "1.26" in done.stdout
    assert "[removed-api]" not in kubelens("check", "-o", "concise", "--kubernetes-version", "1.25").stdout
