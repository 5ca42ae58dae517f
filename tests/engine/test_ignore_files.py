"""``.gitignore`` as git reads it: the nearest file decides, and of one file the last pattern."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubelens.engine.ignore_files import ignored, inherited_ignores, patterns


def test_a_file_nearer_to_a_path_decides(tmp_path: Path) -> None:
    rules = ((str(tmp_path), patterns(["*", "!/shop"])), (str(tmp_path / "shop"), patterns(["!*/", "!*.yaml", "_*"])))
    assert not ignored(f"{tmp_path}/shop/", rules[:1])
    assert not ignored(f"{tmp_path}/shop/web/", rules)
    assert not ignored(f"{tmp_path}/shop/web/till.yaml", rules)
    assert ignored(f"{tmp_path}/shop/web/till.json", rules)
    assert ignored(f"{tmp_path}/shop/_old.yaml", rules)


@pytest.mark.parametrize(
    ("lines", "path", "left_out"),
    [
        (["*", "!/shop"], "shop/", False),
        (["*", "!/shop"], "shop/till.yaml", True),  # as in git: the folder is taken in, not what stands in it
        (["*", "!/shop/"], "shop/", False),
        (["*", "!/shop/", "!/shop/**"], "shop/till.yaml", False),
        (["build/"], "build/", True),
        (["build/"], "build", False),
        (["/old*"], "older/", True),
        (["/old*"], "shop/older/", False),
        (["*.yaml", "!till.yaml"], "shop/till.yaml", False),
        (["*.yaml", "!till.yaml"], "shop/web.yaml", True),
    ],
)
def test_the_last_pattern_of_a_file_decides(tmp_path: Path, lines: list[str], path: str, left_out: bool) -> None:
    assert ignored(f"{tmp_path}/{path}", ((str(tmp_path), patterns(lines)),)) is left_out


def test_what_stands_in_a_folder_that_is_left_out_is_too(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n", encoding="utf-8")
    (tmp_path / "build" / "out").mkdir(parents=True)
    rules = inherited_ignores(tmp_path / "build" / "out")
    assert ignored(f"{tmp_path}/build/out/till.yaml", rules)
    assert not ignored(f"{tmp_path}/shop/till.yaml", inherited_ignores(tmp_path / "shop"))
