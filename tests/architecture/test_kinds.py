"""Each kind is found by its name: ``kinds/stateful_set.py`` holds what is known of StatefulSets."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

from kubelens.kube.schema import schemas
from kubelens.predict.apiserver import kinds
from kubelens.predict.apiserver.registry import all_strategies, strategy_of


def test_a_file_is_named_as_its_kind() -> None:
    for file in iter_modules(kinds.__path__):
        for strategy in import_module(f"{kinds.__name__}.{file.name}").STRATEGIES:
            assert file.name.replace("_", "") == strategy.kind.lower()
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", file.name)
            assert strategy_of(strategy.group, strategy.version or "v9", strategy.kind) is strategy


def test_every_kind_is_one_of_the_api() -> None:
    known = {(gvk.group, gvk.kind) for gvk in schemas("1.36").kinds()}
    assert {(one.group, one.kind) for one in all_strategies()} <= known


def test_what_is_no_kind_has_no_strategy() -> None:
    assert strategy_of("apps", "v1", "Pod") is None
    assert strategy_of("example.org", "v1", "Some Thing") is None
    assert strategy_of("", "v1", "") is None
