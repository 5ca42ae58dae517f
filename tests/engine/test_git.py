"""Repositories that a stranger made: git is asked about their objects and runs nothing that they name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kubelens.engine import git
from kubelens.engine.config import ConfigError
from kubelens.engine.git import GitError, Repository, repository_around
from kubelens.engine.revisions import Revision, read_revision

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"


def plain_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ("-c", "user.email=a@b.c", "-c", "user.name=n")
    command = ["git", *identity, *arguments]
    nothing = subprocess.DEVNULL
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, stdin=nothing, timeout=60)


def configure(folder: Path, name: str, value: str) -> None:
    assert plain_git(folder, "config", "--add", name, value).returncode == 0


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in the working folder: ``sub/old.yaml`` is committed, and renamed to ``sub/new.yaml`` since."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    here = tmp_path / "repository"
    (here / "sub").mkdir(parents=True)
    (here / "sub" / "old.yaml").write_text(CONFIG_MAP)
    (here / "sub" / "other.yaml").write_text(CONFIG_MAP.replace("x", "y"))
    plain_git(here, "init", "-q", "-b", "main")
    plain_git(here, "add", ".")
    plain_git(here, "commit", "-qm", "one")
    plain_git(here, "mv", "sub/old.yaml", "sub/new.yaml")
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves ``ran`` beside itself."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\nexit 1\n")
    program.chmod(0o755)
    return program


def monitor(folder: Path, trap: Path) -> list[str]:
    configure(folder, "core.fsmonitor", str(trap))
    return ["status"]


def included(folder: Path, trap: Path) -> list[str]:
    (folder / "more").write_text(f"[core]\n\tfsmonitor = {trap}\n")
    configure(folder, "include.path", "../more")
    return ["status"]


def external_diff(folder: Path, trap: Path) -> list[str]:
    configure(folder, "diff.external", str(trap))
    return ["diff", "HEAD"]


def text_conversion(folder: Path, trap: Path) -> list[str]:
    (folder / ".gitattributes").write_text("* diff=x\n")
    configure(folder, "diff.x.textconv", str(trap))
    (folder / "sub" / "other.yaml").write_text(CONFIG_MAP)
    return ["diff", "HEAD"]


def clean_filter(folder: Path, trap: Path) -> list[str]:
    (folder / "attributes").write_text("* filter=x\n")
    configure(folder, "core.attributesFile", str(folder / "attributes"))
    configure(folder, "filter.x.clean", str(trap))
    configure(folder, "filter.x.smudge", str(trap))
    (folder / "sub" / "other.yaml").write_text(CONFIG_MAP)
    return ["diff", "HEAD"]


def process_filter(folder: Path, trap: Path) -> list[str]:
    (folder / ".gitattributes").write_text("* filter=x\n")
    configure(folder, "filter.x.process", str(trap))
    configure(folder, "filter.x.required", "true")
    (folder / "sub" / "other.yaml").write_text(CONFIG_MAP)
    return ["diff", "HEAD"]


def hook(folder: Path, trap: Path) -> list[str]:
    (folder / "hooks").mkdir()
    (folder / "hooks" / "post-index-change").symlink_to(trap)
    configure(folder, "core.hooksPath", "hooks")
    return ["update-index", "--force-remove", "sub/other.yaml"]


def lacking(folder: Path, url: str) -> list[str]:
    """Let the repository lack a file's content, which ``url`` promises."""
    blob = plain_git(folder, "rev-parse", "HEAD:sub/other.yaml").stdout.strip()
    (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    configure(folder, "core.repositoryFormatVersion", "1")
    configure(folder, "extensions.partialClone", "origin")
    configure(folder, "remote.origin.url", url)
    configure(folder, "remote.origin.promisor", "true")
    return ["cat-file", "-p", blob]


def ssh_command(folder: Path, trap: Path) -> list[str]:
    configure(folder, "core.sshCommand", str(trap))
    return lacking(folder, "ssh://x/y")


def transport(folder: Path, trap: Path) -> list[str]:
    configure(folder, "protocol.ext.allow", "always")
    return lacking(folder, f"ext::{trap}")


def upload_pack(folder: Path, trap: Path) -> list[str]:
    configure(folder, "protocol.file.allow", "always")
    configure(folder, "remote.origin.uploadpack", str(trap))
    return lacking(folder, str(folder))


def elsewhere(folder: Path, trap: Path) -> list[str]:
    """``.git`` is a file, as in a submodule, and names a folder of the work tree."""
    configure(folder, "core.fsmonitor", str(trap))
    (folder / ".git").rename(folder / "sub" / "hidden")
    (folder / ".git").write_text("gitdir: sub/hidden\n")
    return ["status"]


TRAPS = [
    monitor,
    included,
    external_diff,
    text_conversion,
    clean_filter,
    process_filter,
    hook,
    ssh_command,
    transport,
    upload_pack,
    elsewhere,
]


@pytest.mark.parametrize("set_up", TRAPS)
def test_nothing_that_a_repository_names_is_run(
    set_up: Callable[[Path, Path], list[str]], repository: Path, trap: Path
) -> None:
    springs = set_up(repository, trap)
    read = [read_revision("main", [path]) for path in (".", "sub", "sub/new.yaml", "sub/other.yaml")]
    assert not (trap.parent / "ran").exists()
    assert "sub/old.yaml" in {one.uri for one in read[0].texts}
    assert [one.uri for one in read[2].texts] == ["sub/new.yaml"]
    plain_git(repository, *springs)
    assert (trap.parent / "ran").exists(), "the trap springs where git is called without care"


def test_content_that_the_clone_lacks_is_told_and_not_fetched(repository: Path, trap: Path) -> None:
    ssh_command(repository, trap)
    read = {one.uri: one for one in read_revision("main", ["."]).texts}
    assert read["sub/old.yaml"].source is not None
    assert "is not in this clone" in read["sub/other.yaml"].reason


def bare(folder: Path, trap: Path) -> None:
    """Let a folder look like a bare repository whose files an ordinary commit can hold."""
    plain_git(folder.parent, "init", "-q", "--bare", "made")
    for name in ("HEAD", "objects", "refs", "config"):
        (folder.parent / "made" / name).rename(folder / name)
    configure(folder, "core.fsmonitor", str(trap))
    configure(folder, "core.bare", "false")
    configure(folder, "core.worktree", str(folder))


def test_a_folder_that_looks_like_a_bare_repository_is_not_asked(repository: Path, trap: Path) -> None:
    plain_git(repository, "branch", "older")
    bare(repository / "sub", trap)
    assert [one.uri for one in read_revision("older", ["sub"]).texts] == ["sub/old.yaml", "sub/other.yaml"]
    assert not (trap.parent / "ran").exists()


def test_a_bare_repository_around_no_work_tree_is_none(tmp_path: Path, trap: Path) -> None:
    (tmp_path / "sub").mkdir()
    bare(tmp_path / "sub", trap)
    (tmp_path / "sub" / ".git").mkdir()
    assert repository_around(str(tmp_path / "sub")) is None
    with pytest.raises(ConfigError, match="not a git repository"):
        read_revision("main", [str(tmp_path / "sub")])


def test_a_work_tree_told_elsewhere_and_variables_change_nothing(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_revision("main", ["sub"])
    configure(repository, "core.worktree", str(tmp_path))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND"):
        monkeypatch.setenv(name, str(tmp_path))
    assert _shown(read_revision("main", ["sub"])) == _shown(before)


def test_names_are_those_the_paths_were_given_by(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "link").symlink_to("sub", target_is_directory=True)
    assert _shown(read_revision("main", ["link"])) == ["link/old.yaml", "link/other.yaml"]
    monkeypatch.chdir(repository / "sub")
    assert _shown(read_revision("main", ["."])) == ["old.yaml", "other.yaml"]
    assert _shown(read_revision("main", [".."])) == ["old.yaml", "other.yaml"]
    assert _shown(read_revision("main", ["new.yaml"])) == ["new.yaml"]


def test_an_answer_without_end_and_a_git_that_stands_still_are_ended(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "git"
    program.write_text("#!/bin/sh\nexec cat /dev/zero\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr(git, "_LARGEST_ANSWER", 1000)
    with pytest.raises(GitError, match="answers more than"):
        Repository(str(repository)).call("ls-tree", "main")
    program.write_text("#!/bin/sh\nexec sleep 1000\n")
    monkeypatch.setattr(git, "_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(GitError, match="does not end within"):
        Repository(str(repository)).call("ls-tree", "main")
    program.unlink()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(GitError, match="needs git on PATH"):
        Repository(str(repository)).call("ls-tree", "main")


def test_a_submodule_that_is_a_link_now_is_not_followed(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "z.yaml").write_text(CONFIG_MAP)
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        plain_git(other, *arguments)
    commit = plain_git(other, "rev-parse", "HEAD").stdout.strip()
    plain_git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},part")
    plain_git(repository, "commit", "-qm", "two")
    (repository / "part").symlink_to(other, target_is_directory=True)
    assert _shown(read_revision("HEAD", ["."])) == ["sub/new.yaml", "sub/other.yaml"]
    (repository / "part").unlink()
    other.rename(repository / "part")
    assert _shown(read_revision("HEAD", ["."])) == ["part/z.yaml", "sub/new.yaml", "sub/other.yaml"]


def _shown(revision: Revision) -> list[str]:
    return sorted(one.uri for one in revision.texts)


def led_by_a_file(folder: Path, other: Path) -> None:
    (folder / ".git").rename(folder / "was")
    (folder / ".git").write_text(f"gitdir: {os.path.relpath(other / '.git', folder)}\n")


def led_by_a_link(folder: Path, other: Path) -> None:
    (folder / ".git").rename(folder / "was")
    (folder / ".git").symlink_to(other / ".git")


def led_by_a_link_with_a_blank(folder: Path, other: Path) -> None:
    (folder / ".git").rename(folder / "way")
    (folder / "way ").symlink_to(other / ".git")
    (folder / ".git").write_text("gitdir: way \n")


def led_by_its_common_folder(folder: Path, other: Path) -> None:
    (folder / ".git" / "commondir").write_text(f"{other / '.git'}\n")


def led_by_its_branches(folder: Path, other: Path) -> None:
    (folder / ".git" / "refs" / "heads").rename(folder / "heads")
    (folder / ".git" / "refs" / "heads").symlink_to(other / ".git" / "refs" / "heads")
    (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{other / '.git' / 'objects'}\n")


@pytest.mark.parametrize(
    "lead",
    [led_by_a_file, led_by_a_link, led_by_a_link_with_a_blank, led_by_its_common_folder, led_by_its_branches],
)
def test_another_repository_of_the_machine_is_not_asked(
    lead: Callable[[Path, Path], None], repository: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "secret.yaml").write_text(CONFIG_MAP)
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "one")):
        plain_git(other, *arguments)
    lead(repository, other)
    assert "secret.yaml" in plain_git(repository, "ls-tree", "main").stdout, "git itself shows it"
    with pytest.raises(ConfigError, match=r"its \.git leads to .*, which does not say that .* is its work tree"):
        read_revision("main", ["."])


def test_repositories_whose_git_folder_lies_elsewhere_are_asked(repository: Path, tmp_path: Path) -> None:
    plain_git(repository, "worktree", "add", "-q", "--detach", "../linked", "main")
    assert _shown(read_revision("main", ["../linked"])) == ["../linked/sub/old.yaml", "../linked/sub/other.yaml"]
    (repository / ".git").rename(tmp_path / "apart")
    (repository / ".git").write_text("gitdir: ../apart\n")
    with pytest.raises(ConfigError, match=r"core\.worktree"):
        read_revision("main", ["."])
    plain_git(tmp_path, "config", "--file", "apart/config", "core.worktree", str(repository))
    assert _shown(read_revision("main", ["."])) == ["sub/old.yaml", "sub/other.yaml"]
