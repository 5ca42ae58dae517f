"""The pages under docs/ say what the code says."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from kubelens.rules.catalogue import kubelens_rules
from tools import build_docs

LOCK = tomllib.loads((Path(__file__).parents[2] / "uv.lock").read_text(encoding="utf-8"))


def is_older_than_locked(name: str) -> bool:
    (locked,) = (one["version"] for one in LOCK["package"] if one["name"] == name)
    here, there = (tuple(map(int, text.split(".")[:3])) for text in (version(name), locked))
    return here < there


@pytest.mark.skipif(is_older_than_locked("msgspec"), reason="older releases of msgspec word schemas otherwise")
def test_every_page_is_there_and_current() -> None:
    assert not build_docs.stale(build_docs.pages()), "run tools/build_docs.py"


def test_the_indexes_name_every_rule_and_every_id() -> None:
    texts = build_docs.pages()
    rules = {name for name in texts if name.startswith("rules/") and name != "rules/README.md"}
    for name in rules:
        link = f"]({name.removeprefix('rules/')})"
        assert link in texts["rules/README.md"].split("## By profile")[0]
        assert link in texts["rules/README.md"].split("## By profile")[1]
    for rule in kubelens_rules():
        for alias in rule.aliases:
            assert ":" not in alias or f"| `{alias}` |" in texts["peers.md"]


def test_the_index_says_of_every_rule_why_it_is_in_its_profile() -> None:
    by_profile = build_docs.pages()["rules/README.md"].split("## By profile")[1]
    lines = re.findall(r"^- \[([^]]+)\]\([^)]+\): ([^:]+): (.+)$", by_profile, re.MULTILINE)
    assert [name for name, _, _ in lines] == list(dict.fromkeys(name for name, _, _ in lines))
    assert {name for name, _, _ in lines} == {rule.name for rule in kubelens_rules()}
    kinds = {*build_docs.DEFAULTS.values(), *build_docs.KINDS.values()}
    for name, kind, why in lines:
        assert kind in kinds, name
        assert len(why.split()) > 4, (
            f"{name}: the paragraph below the first line of its docstring says what comes of it"
        )
        assert not why.startswith(("Bad:", "Good:", "```")), name


def test_links_lead_somewhere() -> None:
    for page in build_docs.DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
