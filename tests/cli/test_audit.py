"""``kubelens audit``: many repositories, each by itself, none of which can do anything to the others or elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Kubelens

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 800000}]}\n"
FINE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n"


def repository(folder: Path, text: str, name: str = "a.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def summary(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    return found


def test_one_summary_and_one_report_of_each(tmp_path: Path, kubelens: Kubelens) -> None:
    repository(tmp_path / "one", SERVICE)
    repository(tmp_path / "two", FINE)
    repository(tmp_path / "three", SERVICE + "---\n" + SERVICE.replace("name: a", "name: b"))
    done = kubelens("audit", "one", "two", "three", "-o", "out")
    assert (done.returncode, done.stderr) == (1, "")
    assert "        3            2  error    admission" in done.stdout
    assert done.stdout.splitlines()[-1] == "3 repositories, none failed; 4 objects"
    told = summary(tmp_path)
    assert [(Path(one["folder"]).name, one["findings"]["error"]) for one in told["repositories"]] == [
        ("one", 1),
        ("two", 0),
        ("three", 2),
    ]
    assert told["rules"] == [{"rule": "admission", "severity": "error", "findings": 3, "repositories": 2}]
    report = json.loads((tmp_path / "out/repositories/three.json").read_text(encoding="utf-8"))
    assert len(report["findings"]) == 2


def test_a_list_names_folders_as_seen_from_it(tmp_path: Path, kubelens: Kubelens) -> None:
    repository(tmp_path / "lists/one", FINE)
    repository(tmp_path / "two", FINE)
    (tmp_path / "lists/all.txt").write_text(f"# what there is\none\n\n{tmp_path / 'two'}\none\n", encoding="utf-8")
    done = kubelens("audit", "lists/all.txt", "two", "-o", "out", "--format", "json", "--jobs", "2")
    assert done.returncode == 0
    assert [Path(one["folder"]).name for one in json.loads(done.stdout)["repositories"]] == ["one", "two"]


def test_folders_of_one_name_get_reports_of_their_own(tmp_path: Path, kubelens: Kubelens) -> None:
    for above in ("x", "y"):
        repository(tmp_path / above / "Deploy", SERVICE)
    repository(tmp_path / "z" / "deploy-2", FINE)
    assert kubelens("audit", "x/Deploy", "y/Deploy", "z/deploy-2", "-o", "out").returncode == 1
    names = sorted(os.listdir(tmp_path / "out/repositories"))
    assert len({name.lower() for name in names}) == 3


def test_a_repository_that_fails_is_named_and_the_others_are_told(tmp_path: Path, kubelens: Kubelens) -> None:
    repository(tmp_path / "one", SERVICE)
    (tmp_path / "list").write_text("one\ngone\n", encoding="utf-8")
    done = kubelens("audit", "list", "-o", "out")
    assert done.returncode == 3
    assert f"{tmp_path / 'gone'}: FileNotFoundError" in done.stderr
    assert "1 of them failed" in done.stdout
    assert [bool(one["failure"]) for one in summary(tmp_path)["repositories"]] == [False, True]
    assert os.listdir(tmp_path / "out/repositories") == ["one.json"]


def test_what_cannot_be_read_is_no_success(tmp_path: Path, kubelens: Kubelens) -> None:
    repository(tmp_path / "one", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n")
    done = kubelens("audit", "one", "-o", "out")
    assert done.returncode == 3
    assert "incomplete: " in done.stdout


def test_a_repository_takes_no_longer_than_it_may(tmp_path: Path, kubelens: Kubelens) -> None:
    repository(tmp_path / "one", FINE)
    line = "  - {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 800000}]}}\n"
    repository(tmp_path / "slow", "apiVersion: v1\nkind: List\nitems:\n" + line * 100_000)
    done = kubelens("audit", "slow", "one", "-o", "out", "--seconds", "1.5", "--jobs", "1")
    assert done.returncode == 3
    assert "takes longer than 1.5 s" in done.stderr
    assert [bool(one["failure"]) for one in summary(tmp_path)["repositories"]] == [True, False]


def test_settings_of_a_repository_count_nothing(tmp_path: Path, kubelens: Kubelens) -> None:
    one = repository(tmp_path / "one", SERVICE)
    (one / "kubelens.toml").write_text('ignore = ["ALL"]\noutput = ["json=report.json"]\n', encoding="utf-8")
    assert kubelens("audit", "one", "-o", "out").returncode == 1
    assert sorted(os.listdir(one)) == ["a.yaml", "kubelens.toml"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links")
def test_a_repository_writes_nothing_elsewhere(tmp_path: Path, kubelens: Kubelens) -> None:
    victim = tmp_path / "victim"
    victim.write_text("as it was", encoding="utf-8")
    one = repository(tmp_path / "one", SERVICE)
    (one / "out/repositories").mkdir(parents=True)
    (one / "out/repositories/one.json").symlink_to(victim)
    (one / "out/summary.json").symlink_to(victim)
    done = kubelens("audit", "one", "-o", "one/out")
    assert done.returncode == 2
    assert "name a folder outside the repositories" in done.stderr
    (tmp_path / "beside").symlink_to(one / "out")
    assert kubelens("audit", "one", "-o", "beside").returncode == 2
    assert victim.read_text(encoding="utf-8") == "as it was"


def test_names_order_nothing(tmp_path: Path, kubelens: Kubelens) -> None:
    repository(tmp_path / "a\x1b[31m ..", SERVICE)
    repository(tmp_path / "..hidden", FINE)
    done = kubelens("audit", "a\x1b[31m ..", "..hidden", "-o", "out")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert sorted(os.listdir(tmp_path / "out/repositories")) == ["a-31m.json", "hidden.json"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("one", "-o", "out", "--select", "no-such"), "no-such"),
        (("one", "-o", "out", "--on", "ssh://there"), "--on 'ssh://there'"),
        (("gone", "-o", "out"), "gone: cannot be read"),
        (("one", "-o", "out", "--kubernetes-version", "9.9"), "9.9"),
    ],
)
def test_what_is_asked_wrongly_is_said_before_the_work(
    tmp_path: Path, kubelens: Kubelens, words: tuple[str, ...], said: str
) -> None:
    repository(tmp_path / "one", FINE)
    done = kubelens("audit", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_dask_cluster_says_the_same(tmp_path: Path, kubelens: Kubelens) -> None:
    distributed = pytest.importorskip("distributed")
    for number in range(4):
        repository(tmp_path / f"r{number}", (SERVICE if number % 2 else FINE) * 1)
    names = [f"r{number}" for number in range(4)]
    here = kubelens("audit", *names, "-o", "out", "--format", "json")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        place = f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"
        there = kubelens("audit", *names, "-o", "there", "--format", "json", "--on", place)
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout)
    for name in names:
        file = f"repositories/{name}.json"
        assert (tmp_path / "there" / file).read_bytes() == (tmp_path / "out" / file).read_bytes()
