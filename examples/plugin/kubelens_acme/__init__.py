"""Acme's rules for kubelens."""

from __future__ import annotations

from typing import Any

from kubelens.plugin import hookimpl


@hookimpl
def kubelens_rules() -> list[Any]:
    """The rules of this plugin; imported when they are asked for."""
    from kubelens_acme.acme_team_label import check

    return [check]
