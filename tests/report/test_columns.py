"""Columns fit a terminal, at any width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubelens.report.columns import columns, hanging
from kubelens.report.terminal_page import for_terminal

WORDS = st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)


@given(
    st.lists(st.tuples(st.text("abc", max_size=8), st.text("abc", max_size=8), WORDS), min_size=1), st.integers(60, 200)
)
def test_every_word_is_there_and_no_line_is_too_long(rows: list[tuple[str, str, str]], width: int) -> None:
    lines = columns(rows, width)
    assert all(len(line) <= width and line == line.rstrip() for line in lines)
    assert " ".join(lines).split() == " ".join(cell for row in rows for cell in row).split()


def test_columns_stand_below_one_another() -> None:
    assert columns([("Pod", "goes to"), ("shop/web-0", "node-a"), ("x",)], 80) == [
        "Pod         goes to",
        "shop/web-0  node-a",
        "x",
    ]


def test_what_has_no_blank_stays_whole() -> None:
    assert hanging("x" * 90, 40) == ["x" * 90]


def test_a_page_loses_its_marks_and_no_word() -> None:
    page = "# name\n\nA ``field`` of\ntwo lines.\n\n```yaml\na:   1\n```\n\n- one\n- two\n"
    assert list(for_terminal(page, 80, colour=False)) == [
        "name",
        "",
        "A field of two lines.",
        "",
        "    a:   1",
        "",
        "- one",
        "- two",
        "",
    ]
