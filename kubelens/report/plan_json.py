"""Plans for programs: the stable form, documented in docs/plan.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kubelens.kube.credential import NOT_SHOWN, without_credentials
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence
from kubelens.plan.field_change import FieldChange
from kubelens.plan.plan import SetPlan
from kubelens.plan.sides import title
from kubelens.report.plan_told import is_secret


def plan_data(plans: Sequence[SetPlan], shown: Callable[[Consequence], str | None]) -> dict[str, Any]:
    """``version`` 1; ``shown`` gives the place of a consequence as ``file:line:column``."""
    return {
        "version": 1,
        "danger": str(max((plan.danger for plan in plans), default=0)) if plans else "none",
        "sets": [
            {
                "name": plan.name,
                "whole": plan.whole,
                "missing": list(plan.missing),
                "known": not plan.is_open,
                "unrendered": plan.unrendered.value if plan.unrendered is not None else "",
                "files": [{"name": file.name, "action": file.action.value} for file in plan.files],
                "danger": str(plan.danger),
                "changes": [_change(change) for change in plan.changes],
                "consequences": [{**consequence_data(one), "place": shown(one)} for one in plan.consequences],
            }
            for plan in plans
        ],
    }


def consequence_data(one: Consequence) -> dict[str, Any]:
    """A consequence without its place."""
    return {
        "kind": one.kind.name,
        "danger": str(one.danger),
        "about": one.about,
        "text": one.text,
        "notes": list(one.notes),
    }


def _change(change: ObjectChange) -> dict[str, Any]:
    hidden = is_secret(change)
    return {
        "action": change.action.value,
        "object": title(change.resource),
        "fields": [_field(field, hidden=hidden) for field in change.fields],
        "instead": title(change.instead) if change.instead is not None else None,
        "otherwise": [_field(field, hidden=hidden) for field in change.otherwise],
    }


def _field(field: FieldChange, *, hidden: bool) -> dict[str, Any]:
    covered = hidden and not field.name.startswith("metadata")
    return {
        "name": field.name,
        "before": NOT_SHOWN if covered else without_credentials(field.before),
        "after": NOT_SHOWN if covered else without_credentials(field.after),
    }
