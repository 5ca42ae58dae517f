"""Files that a stranger may have put there are read within bounds, and nothing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kubelens.engine.regular_files import NotRead, read_regular


def test_a_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    with pytest.raises(NotRead, match="has 5 bytes; files over 4 bytes are not read"):
        read_regular(tmp_path / "a", 4)


@pytest.mark.parametrize("told", [0, 1, 4])
def test_a_file_that_has_more_than_its_size_tells_is_read_to_its_end_or_the_bound(
    told: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"1234567")
    status = os.stat(tmp_path / "a")
    shorter = os.stat_result((*status[:6], told, *status[7:]))
    monkeypatch.setattr(os, "stat", lambda _path: shorter)
    assert read_regular(tmp_path / "a", 7) == b"1234567"
    with pytest.raises(NotRead, match="is longer than 6 bytes"):
        read_regular(tmp_path / "a", 6)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, says in ((tmp_path / "pipe", "is a pipe"), (tmp_path, "is a folder"), (Path("/dev/zero"), "is a device")):
        with pytest.raises(NotRead, match=says):
            read_regular(path)


def test_a_file_with_nothing_to_read_yet_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_yet(_handle: int, _count: int) -> bytes:
        raise BlockingIOError

    (tmp_path / "a").write_bytes(b"1")
    monkeypatch.setattr(os, "read", nothing_yet)
    with pytest.raises(NotRead, match="nothing to read yet"):
        read_regular(tmp_path / "a")
