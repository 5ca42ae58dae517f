"""Every check of the peers has a counterpart, and the options that stand for it exist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kubelens.cli.peers import KUBE_LINTER_DEFAULT, KUBE_SCORE_OPTIONAL, PEER_OPTIONS
from kubelens.engine.config import Config
from kubelens.engine.selection import choose_rules
from kubelens.rules.api import Profile
from kubelens.rules.catalogue import kubelens_rules

UNION = Path(__file__).parents[3] / "shared" / "peers" / "check_union.json"
RULES = kubelens_rules()
ALIASES = {alias for rule in RULES for alias in rule.aliases}


@pytest.mark.skipif(not UNION.exists(), reason="the union of the peers' checks is not here")
def test_every_check_has_a_counterpart() -> None:
    rows = json.loads(UNION.read_text(encoding="utf-8"))
    tools = (("kl", "kube-linter"), ("ks", "kube-score"), ("po", "polaris"))
    ids = {f"{tool}:{check}" for row in rows for key, tool in tools for check in row[key]}
    assert len(rows) == 93
    assert ids - ALIASES == set()


def test_named_checks_are_known() -> None:
    assert {f"kube-linter:{check}" for check in KUBE_LINTER_DEFAULT} <= ALIASES
    assert {f"kube-score:{check}" for check in KUBE_SCORE_OPTIONAL} <= ALIASES


@pytest.mark.parametrize("alias", sorted(PEER_OPTIONS))
def test_options_belong_to_counterparts(alias: str) -> None:
    by_name = {rule.name: rule for rule in RULES}
    assert all(alias in by_name[name].aliases for name in PEER_OPTIONS[alias])
    choose_rules(Config(select=("ALL",), rules=dict(PEER_OPTIONS[alias])), RULES)


def test_opinions_stay_out_of_the_default_profile() -> None:
    opinions = [r.name for r in RULES if r.family in ("security", "reliability") and Profile.DEFAULT in r.profiles]
    assert opinions == []
