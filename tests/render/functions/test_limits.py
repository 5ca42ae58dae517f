"""A hostile chart fails, in memory and time that have an end."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.render.functions.library import library
from kubelens.render.limits import TooMuch
from kubelens.render.origin import Text
from kubelens.render.template.engine import Engine
from kubelens.render.template.faults import LimitReached
from kubelens.render.template.space import Limits
from tests.render.functions.calling import Render, call


def doubled(levels: int) -> dict[str, Any]:
    """A map that looks like two to the power of ``levels`` of them, and is few."""
    found: dict[str, Any] = {"a": 1}
    for _ in range(levels):
        found = {"a": found, "b": found}
    return found


@pytest.mark.parametrize("name", ["toYaml", "toYamlPretty", "toJson", "toToml", "toString", "quote", "deepCopy"])
def test_a_map_of_maps_that_hold_one_another(name: str) -> None:
    with pytest.raises(TooMuch, match="more than the 100000 values that a render allows"):
        call(name, doubled(40))


def test_two_maps_of_maps() -> None:
    for name in ("merge", "mergeOverwrite", "deepEqual"):
        with pytest.raises(TooMuch):
            call(name, doubled(40), doubled(40))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("repeat", (10**9, "ab")),
        ("indent", (10**9, "a")),
        ("nindent", (10**9, "a")),
        ("randAlpha", (10**9,)),
        ("randBytes", (10**9,)),
        ("until", (10**9,)),
        ("untilStep", (0, 10**9, 1)),
        ("seq", (10**9,)),
        ("replace", ("a", "a" * 10_000, "a" * 10_000)),
        ("join", ("x" * 10_000, ["a"] * 10_000)),
        ("splitList", ("", "a" * 1_000_001)),
        ("snakecase", ("a" * 2_000_001,)),
        ("regexReplaceAll", ("a", "a" * 2_000_001, "b")),
        ("b64dec", ("a" * 2_000_001,)),
        ("encryptAES", ("key", "a" * 1_000_000)),
    ],
)
def test_results_and_texts_that_are_too_large(name: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(TooMuch):
        call(name, *arguments)


def test_many_copies_of_a_text_come_from_it_as_a_whole() -> None:
    text = Text.written("ab", "values.yaml", 3)
    made = call("repeat", 20_000, text)
    assert isinstance(made, Text)
    assert len(made) == 40_000
    assert made.origins_of(0, len(made)) == text.origins_of(0, 2)


@pytest.mark.parametrize(
    ("name", "arguments", "steps"),
    [
        ("deepCopy", (list(range(799)),), 100),
        ("merge", ({"a": 1}, {"b": list(range(796))}), 100),
        ("uniq", ([1] * 100,), 1250),
        ("uniq", (["a"] * 100,), 0),
        ("regexMatch", ("a", "a" * 5000), 5000),
        ("toYaml", (list(range(799)),), 800),
        ("fromYaml", ("a: " + "b" * 997,), 101),
        ("sha256sum", ("a" * 5000,), 5),
        ("split", (",", "a" * 5000), 10),
        ("splitList", (",", "a,a"), 5),
        ("derivePassword", (1, "pin", "a", "b", "c"), 100_000),
    ],
)
def test_work_is_counted(name: str, arguments: tuple[object, ...], steps: int) -> None:
    render = Render()
    library(render)[name].call(*arguments)
    assert render.worked == steps


@pytest.mark.parametrize("name", ["b32enc", "b32dec", "b64dec", "nospace", "atoi", "quote", "int", 'toDate "2006"'])
def test_a_long_text_read_byte_by_byte_again_and_again_is_work(name: str) -> None:
    engine = Engine(library, limits=Limits(steps=50_000))
    text = (
        f"{{{{ $s := repeat 100000 `a` }}}}{{{{ range until 20 }}}}{{{{ $s | {name} | toString | len }}}}{{{{ end }}}}"
    )
    engine.add("a.yaml", Text.of(text))
    with pytest.raises(LimitReached, match="steps"):
        engine.execute("a.yaml", {})
