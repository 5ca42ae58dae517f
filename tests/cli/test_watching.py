"""Waiting for files to change."""

from __future__ import annotations

from pathlib import Path

from kubelens.cli.watching import changes


def test_every_change_is_told_once(tmp_path: Path) -> None:
    deeds = [
        lambda: (tmp_path / "a.yaml").write_text("kind: Pod"),
        lambda: None,
        lambda: (tmp_path / "a.yaml").write_text("kind: Service"),
        lambda: (tmp_path / "a.yaml").unlink(),
    ]
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        deeds[len(waited) - 1]()

    told = changes([str(tmp_path)], wait)
    next(told)
    for after in (1, 3, 4):
        next(told)
        assert len(waited) == after
