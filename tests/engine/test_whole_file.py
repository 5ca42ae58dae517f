"""Files are written whole or not at all, and stay what they are."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kubelens.engine import whole_file
from kubelens.engine.whole_file import write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", b"1")
    finally:
        os.umask(mask)
    assert ((tmp_path / "a").read_bytes(), stat.S_IMODE((tmp_path / "a").stat().st_mode)) == (b"1", 0o640)
    assert names(tmp_path) == ["a"]


def test_mode_and_attributes_stay(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"0")
    file.chmod(0o741)
    try:
        os.setxattr(file, "user.note", b"kept")
    except OSError:
        pytest.skip("no attributes on this file system")
    write_whole(file, b"1")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode), os.getxattr(file, "user.note")) == (
        b"1",
        0o741,
        b"kept",
    )


def test_a_link_stays_one_and_another_name_keeps_the_old_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0")
    (tmp_path / "link").symlink_to("a")
    os.link(tmp_path / "a", tmp_path / "other")
    write_whole(tmp_path / "link", b"1")
    assert (tmp_path / "link").is_symlink()
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "other").read_bytes()) == (b"1", b"0")


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_what_was_there_stays_where_writing_ends_early(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    (tmp_path / "a").write_bytes(b"0")
    monkeypatch.setattr(whole_file, "_take_after", fail)
    with pytest.raises(type(error)):
        write_whole(tmp_path / "a", b"1")
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"0", ["a"])


def test_a_device_is_written_to() -> None:
    write_whole(os.devnull, b"1")
    assert not Path(os.devnull).is_file()
