"""A configuration that lies among the manifests, which a stranger may have written, reaches nothing elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kubelens.engine.config import ConfigError
from kubelens.engine.config_files import find_config, load_config


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a folder of manifests, beside files that are none of its business."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.toml").write_text('profile = "strict"\n')
    here = tmp_path / "repository"
    for folder in (".git/hooks", "a/crds", "shared", "out", ".venv/lib"):
        (here / folder).mkdir(parents=True)
    (here / "shared" / "base.toml").write_text('profile = "security"\n')
    (here / "a" / "known.json").write_text('{"known": []}')
    (here / "a" / "linked").symlink_to(here / "out", target_is_directory=True)
    (here / "a" / "leads-out.toml").symlink_to(tmp_path / "elsewhere" / "secret.toml")
    (here / "a" / "into-git.json").symlink_to(here / ".git" / "config")
    (here / "a" / "report.json").symlink_to(tmp_path / "elsewhere" / "victim.json")
    os.mkfifo(here / "a" / "pipe.json")
    return here


REFUSED = [
    ('output = ["concise=../report.txt"]', "lies outside of"),
    ('output = "json=/tmp/report.json"', "lies outside of"),
    ('output = "json=a/../../report.json"', "lies outside of"),
    ('output = "json=."', "lies outside of"),
    ('output = "json=.git/report.json"', "hidden or installed"),
    ('output = "json=.github/report.json"', "hidden or installed"),
    ('output = "json=node_modules/x/report.json"', "hidden or installed"),
    ('output = "json=sub/.GIT/report.json"', "hidden or installed"),
    ('output = "concise=run.sh"', "ends in none of .json"),
    ('output = "concise=conftest.py"', "ends in none of .json"),
    ('output = "json=linked/report.json"', "leads through the link linked"),
    ('output = "json=report.json"', "leads through the link report.json"),
    ('output = "json=pipe.json"', "is a pipe, not a file"),
    ('extend = "/etc/passwd"', "leads out of"),
    ('extend = "../../elsewhere/secret.toml"', "leads out of"),
    ('extend = "leads-out.toml"', "leads out of"),
    ('extend = "/dev/zero"', "leads out of"),
    ('extend = "pipe.json"', "is a pipe, not a file"),
    ('crds = ["/"]', "leads out of"),
    ('crds = ["../.."]', "leads out of"),
    ('crds = ["crds", "pipe.json"]', "is a pipe, not a file"),
    ('baseline = "/dev/zero"', "leads out of"),
    ('baseline = "into-git.json"', "lies in .git"),
    ('baseline = "crds"', "is a folder, not a file"),
]


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_what_reaches_too_far_is_named_with_its_line(text: str, says: str, repository: Path) -> None:
    file = repository / "a" / "kubelens.toml"
    file.write_text(f"namespace = 'x'\n{text}\n")
    with pytest.raises(ConfigError) as error:
        find_config(repository / "a")
    assert str(error.value).startswith(f"{file}:2: ")
    assert says in str(error.value)


def test_files_of_the_repository_are_named_from_the_folder_of_the_configuration(repository: Path) -> None:
    (repository / "a" / "kubelens.toml").write_text(
        'extend = "../shared/base.toml"\ncrds = ["crds", "../shared"]\nbaseline = "known.json"\n'
        'output = ["concise", "sarif=reports/x.sarif"]\n'
    )
    config = find_config(repository / "a")
    assert config is not None
    assert config.profile == "security"
    folder = repository / "a"
    assert config.crds == (str(folder / "crds"), str(folder / "../shared"))
    assert config.baseline == str(folder / "known.json")
    assert config.output == ("concise", f"sarif={folder / 'reports/x.sarif'}")


def test_an_extended_file_is_bounded_as_the_one_that_extends_it(repository: Path) -> None:
    (repository / "shared" / "base.toml").write_text('output = "concise=../x.txt"\n')
    (repository / "a" / "kubelens.toml").write_text('extend = "../shared/base.toml"\n')
    with pytest.raises(ConfigError, match=r"base.toml:1: .* lies outside of"):
        find_config(repository / "a")


@pytest.mark.parametrize("name", ["kubelens.toml", ".kubelens.toml"])
def test_a_configuration_that_is_a_link_out_of_the_repository_is_not_read(name: str, repository: Path) -> None:
    (repository / "a" / name).symlink_to(repository.parent / "elsewhere" / "secret.toml")
    with pytest.raises(ConfigError, match="leads out of"):
        find_config(repository / "a")


def test_without_a_repository_the_folder_of_the_configuration_is_the_bound(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "kubelens.toml").write_text('extend = "../base.toml"\n')
    with pytest.raises(ConfigError, match="leads out of"):
        find_config(tmp_path / "a")


def test_a_configuration_named_on_the_command_line_is_trusted(repository: Path) -> None:
    file = repository / "a" / "own.toml"
    file.write_text(
        'extend = "../../elsewhere/secret.toml"\noutput = "concise=../../run.sh"\nbaseline = "/known.json"\n'
    )
    config = load_config(file)
    assert (config.profile, config.output, config.baseline) == ("strict", ("concise=../../run.sh",), "/known.json")


def test_a_pyproject_whose_table_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = {kubelens = 1}\n# [tool.kubelens]\n")
    with pytest.raises(ConfigError, match=r"tool.kubelens takes a table"):
        find_config(tmp_path)


def test_a_chain_of_configurations_ends(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"c{number}.toml").write_text(f'extend = "c{number + 1}.toml"\n')
    (tmp_path / "kubelens.toml").write_text('extend = "c0.toml"\n')
    with pytest.raises(ConfigError, match=r"c19.toml:1: more than 20 files extend one another"):
        find_config(tmp_path)
