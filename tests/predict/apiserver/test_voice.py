"""What the API server refuses is said as what must be, not as a fault without a remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import kubelens.predict.apiserver as rooms
from kubelens.predict.apiserver.causes import Report

_MESSAGE: Final = {"required": 1, "invalid": 2, "inconsistent": 1, "forbidden": 1}
_CRYPTIC: Final = ("is no ", "is not ", "is there ", "is empty", "is blank", "needs ", "at least ", "no ", "has more ")


def _messages() -> Iterator[tuple[str, str]]:
    for file in Path(str(rooms.__file__)).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            number = _MESSAGE.get(call.func.attr, len(call.args))
            if number < len(call.args) and isinstance(call.args[number], ast.Constant):
                yield f"{file.name}:{call.lineno}", str(call.args[number].value)  # type: ignore[attr-defined]


def test_no_message_is_a_fault_without_a_remedy() -> None:
    said = list(_messages())
    assert len(said) > 100
    assert not [f"{at}: {message}" for at, message in said if message.startswith(_CRYPTIC)]


def test_a_name_that_is_none_says_which_there_are() -> None:
    report = Report()
    for known in ([], ["data"], ["data", "cache"], list("abcde")):
        report.not_found(("spec",), "volume of the Pod", "dta", known)
    assert [cause.message.partition("; ")[2] for cause in report.causes] == [
        "there are none",
        "did you mean 'data'?",
        "did you mean 'data'?",
        "there are 'a', 'b', 'c' ...",
    ]
