"""Answers on a terminal: folded at words, with colours that say what a line is."""

from __future__ import annotations

from kubelens.report.terminal_answer import shown

ANSWER = [
    "refused: the API server refuses Ingress 'shop/web': it has no path",
    "Deployment shop/cart",
    "  never ready",
    "",
    "  assuming: every Pod finds a node with room, and its image is pulled at once",
    "goes   shop/Deployment cart",
]


def test_nothing_is_changed_where_no_terminal_is() -> None:
    assert list(shown(ANSWER, None, colour=False)) == ANSWER


def test_lines_are_folded_at_words_and_set_in() -> None:
    told = list(shown(ANSWER, 40, colour=False))
    assert max(map(len, told)) <= 40
    assert " ".join(" ".join(told).split()) == " ".join(" ".join(ANSWER).split())
    assert told.count("") == 1


def test_headings_verdicts_and_assumptions_stand_apart() -> None:
    told = list(shown(ANSWER, 200, colour=True))
    assert told[0].startswith("\x1b[31mrefused:\x1b[0m ")
    assert told[1] == "\x1b[1mDeployment shop/cart\x1b[0m"
    assert told[2] == "  \x1b[31mnever\x1b[0m ready"
    assert told[4].startswith("\x1b[2m  assuming:")
    assert told[5] == ANSWER[5]


def test_only_the_first_part_of_a_folded_line_holds_a_verdict() -> None:
    told = list(shown(["a line whose second part begins with never"], 37, colour=True))
    assert told == ["a line whose second part begins with", "  never"]


def test_what_is_coloured_already_stays_as_it_is() -> None:
    chart = "    1 \x1b[32m===\x1b[0m  3 ready of 3, which is a line of some length"
    assert list(shown([chart], 30, colour=True)) == [chart]


def test_a_column_is_folded_in_itself() -> None:
    told = list(shown(["stuck     the new Pods are never ready, and no old ones go"], 40, colour=False))
    assert told == ["stuck     the new Pods are never ready,", "          and no old ones go"]


def test_signs_of_a_plan_are_coloured() -> None:
    told = list(shown(["shop    1 to change", "    ~ Deployment shop/web", "        ! open to all"], None, colour=True))
    assert told == [
        "\x1b[1mshop    1 to change\x1b[0m",
        "    \x1b[33m~\x1b[0m Deployment shop/web",
        "        \x1b[31m!\x1b[0m open to all",
    ]
