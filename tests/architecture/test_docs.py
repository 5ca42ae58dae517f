"""The pages under docs/ say what the code says."""

from __future__ import annotations

import re

from kubelens.rules.catalogue import kubelens_rules
from tools import build_docs


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


def test_links_lead_somewhere() -> None:
    for page in build_docs.DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
