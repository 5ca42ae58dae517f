"""Messages say what must be: a rule never stands as if it were a fact about the value."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kubelens.predict import apiserver

_FILES = sorted(Path(apiserver.__file__).parent.rglob("*.py"))
_TELLERS = {"invalid", "required", "forbidden", "inconsistent", "add"}
_RULE_AS_FACT = re.compile(
    r"(between|one of|exactly one|longer than|shorter than|more than|fewer than|less than|not allowed|goes? with)\b"
    r"|at (least|most) (?!.* is needed)|[A-Z]\w+(, [A-Z]\w+)* or [A-Z]\w+|is negative|is not (above|between)"
)


def _said(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of what a file says of values; what is filled in stands as ``X``."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TELLERS:
            for argument in node.args[1:]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, argument.value
                elif isinstance(argument, ast.JoinedStr):
                    parts = (str(part.value) if isinstance(part, ast.Constant) else "X" for part in argument.values)
                    yield node.lineno, "".join(parts)


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_no_rule_stands_as_a_fact(file: Path) -> None:
    assert [(line, text) for line, text in _said(file) if _RULE_AS_FACT.match(text)] == []


@pytest.mark.parametrize(
    "text", ["between 1 and 65535", "OnFailure or Never", "goes with type LoadBalancer", "at most 2"]
)
def test_such_a_message_is_found(text: str) -> None:
    assert _RULE_AS_FACT.match(text)
