"""Who reads a changed ConfigMap or Secret, and whether running Pods see the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.plan.change import Action, ObjectChange, stored_value
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides, title
from kubelens.predict.controllers.reloading import Reloader, ReloaderOf
from kubelens.predict.controllers.rollout.change import StartsRollout
from kubelens.predict.kubelet.configuration import ReadersOf, Seen

_DATA: Final = ("data", "binaryData", "stringData")
"""What is stored has no ``stringData``; an encrypted Secret is known as it is written."""
_ROLL: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_MADE_BY_RUN: Final = frozenset({"Job", "CronJob"})


def configuration(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """For each changed object: the workloads that keep the old value, those whose files follow, and those rolled by others."""
    for change in changes:
        new, old = change.new, change.old
        if change.action is not Action.CHANGE or new is None or old is None or new.name != old.name:
            continue
        if new.gvk.group or new.kind not in ("ConfigMap", "Secret"):
            continue
        keys = _changed_keys(stored_value(sides.old, old), stored_value(sides.after, new))
        keeping: dict[str, Workload] = {}
        following: dict[str, Workload] = {}
        rolled: dict[Reloader, dict[str, None]] = {}
        for reader in sides.after.ask(ReadersOf(new.kind, new.namespace, new.name, keys)).answer:
            if reader.workload.kind not in _MADE_BY_RUN and not _restarts(sides, reader.workload):
                name = title(reader.workload.resource)
                if (by := sides.after.ask(ReloaderOf(reader.workload.resource, new)).answer) is not None:
                    rolled.setdefault(by, {})[name] = None
                    continue
                chosen = keeping if reader.seen is Seen.AT_START else following
                chosen[name] = reader.workload
        for by, names in rolled.items():
            verb = "restarts" if len(names) == 1 else "restart"
            text = f"{', '.join(names)} {verb} where {by.name} runs ({by.annotation}), and elsewhere no Pod does"
            yield consequence("not-known", new, text)
        if keeping:
            text = (
                f"no Pod restarts: {', '.join(keeping)} keep{'s' * (len(keeping) == 1)} the old value until restarted"
            )
            yield consequence("keeps-old-configuration", new, text)
        if following:
            text = f"{', '.join(following)} see{'s' * (len(following) == 1)} it in files after about a minute"
            yield consequence("configuration-follows", new, text)


def _changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _DATA:
        before, after = fields.mapping(old, name), fields.mapping(new, name)
        found.update(dict.fromkeys(key for key in (*before, *after) if before.get(key) != after.get(key)))
    return tuple(found)


def _restarts(sides: Sides, workload: Workload) -> bool:
    """Whether the change replaces the workload's Pods anyway, or they are all new."""
    resource = workload.resource
    old = sides.before(resource)
    if old is None:
        return True
    return resource.kind in _ROLL and sides.after.ask(StartsRollout(resource, old)).answer.rolls_out
