"""The built-in rules: every module of the families below :mod:`kubelens.rules` that defines one."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from kubelens.plugin import hookimpl
from kubelens.rules.api import Rule


@hookimpl
def kubelens_rules() -> list[Rule[Any]]:
    """All built-in rules, by family and name."""
    found: list[Rule[Any]] = []
    for module_name in rule_modules():
        module = import_module(module_name)
        found.extend(value for value in vars(module).values() if isinstance(value, Rule))
    return found


def rule_modules() -> list[str]:
    """The modules that hold rules: ``kubelens.rules.FAMILY.NAME``, sorted."""
    here = os.path.dirname(__file__)
    names: list[str] = []
    for family in sorted(os.listdir(here)):
        folder = os.path.join(here, family)
        if family.startswith(("_", ".")) or not os.path.isdir(folder):
            continue
        names.extend(
            f"kubelens.rules.{family}.{name[:-3]}"
            for name in sorted(os.listdir(folder))
            if name.endswith(".py") and not name.startswith("_")
        )
    return names
