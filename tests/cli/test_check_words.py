"""The plain reader of ``check``'s words and click's: where the first reads at all, it reads what the second does."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.cli import check_words
from kubelens.cli.check import command
from kubelens.cli.check_words import read_check
from kubelens.cli.input_choices import InputChoices

OPTIONS = sorted(
    name
    for option in command.params
    if isinstance(option, click.Option)
    for name in (*option.opts, *option.secondary_opts)
)
VALUES = [
    "a", "a,b", " a , ", ",", "", "-", "--", "default", "strict", "error", "never", "always", "json=x", "rule=info",
    "1", "1.36", "x=y", "-o", "concise",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(OPTIONS),
    st.sampled_from(VALUES),
    st.tuples(st.sampled_from(OPTIONS), st.sampled_from(VALUES)).map("=".join),
    st.tuples(st.sampled_from(OPTIONS), st.sampled_from(VALUES)).map("".join),
)


def read_by_click(said: list[str]) -> dict[str, object] | None:
    """What the command's function would be called with; None where click refuses the words."""
    try:
        with command.make_context("check", list(said)) as context:
            params = dict(context.params)
    except (click.ClickException, click.exceptions.Exit):
        return None
    return params | {"inputs": InputChoices(**{name: params.pop(name) for name in InputChoices.__struct_fields__})}


@given(st.lists(words, max_size=8))
def test_what_is_read_is_what_click_reads(said: list[str]) -> None:
    read = read_check(said)
    if read is not None:
        assert read == read_by_click(said)


@pytest.mark.parametrize(
    "said",
    [
        [],
        ["a.yaml"],
        ["--whole-repository", "--force-exclude", "--allow-empty", "--", "-a.yaml", "--fix"],
        ["-o", "concise", "--isolated", "--select", "ALL", "--select=pdb-blocks-drain,x", "-", "--fail-on", "never"],
        ["--jobs", "2", "--no-render", "a.yaml"],
        ["--render", "--jobs=4", "--no-render", "--jobs", "1"],
        ["--kubernetes-version", "1.36", "--kubernetes-version=1.35", "-n", "shop", "--exclude", "*.json", "b", "-q"],
    ],
)
def test_the_usual_words_are_read_without_click(said: list[str]) -> None:
    read = read_check(said)
    assert read is not None
    assert read == read_by_click(said)


@pytest.mark.parametrize(
    "said",
    [
        ["--help"],
        ["--nope"],
        ["-oconcise"],
        ["--profile", "nope"],
        ["--select"],
        ["-n", "a", "-n", "b"],
        ["--fix=1"],
        ["--jobs", "0"],
    ],
)
def test_other_words_are_left_to_click(said: list[str]) -> None:
    assert read_check(said) is None


def test_a_shell_that_completes_asks_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_KUBELENS_COMPLETE", "bash_source")
    assert read_check(["a.yaml"]) is None


def test_every_option_that_is_read_is_one_of_clicks() -> None:
    tables = (check_words._FLAGS, check_words._RENDERING, check_words._TEXTS, check_words._LISTS, check_words._CHOICES)
    assert {name for table in tables for name in table} <= set(OPTIONS)
