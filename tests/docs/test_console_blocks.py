"""Every console block of the documentation prints what its page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.console_blocks import ROOT, played

PAGES = sorted(path for folder in ("tutorial", "how-to") for path in (ROOT / "docs" / folder).glob("*.md"))
OTHERS = sorted(path for path in (ROOT / "docs").glob("*.md") if "```console" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=lambda path: path.relative_to(ROOT / "docs").as_posix())
def test_a_page_shows_what_is_printed(page: Path) -> None:
    for _, commands in played(page.read_text(encoding="utf-8")):
        for shown in commands:
            assert shown.holds, (
                f"$ {shown.command}\n--- printed\n{shown.printed}\n(python tools/console_blocks.py --write {page})"
            )


def test_a_wrong_page_is_noticed() -> None:
    page = "```console\n$ echo one; echo two\n{}\n```\n"
    held = [
        shown.holds
        for told in ("one\ntwo", "one\n...", "...\ntwo", "two", "one\nthree")
        for _, commands in played(page.format(told))
        for shown in commands
    ]
    assert held == [True, True, True, False, False]
