"""Does an edit start a rollout, and would the server take it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.apiserver.judge import judge, judge_update, stored_before
from kubelens.predict.apiserver.options import Options
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.template import RELEASE, template_key


class Change(Struct, frozen=True):
    """What an edit does: whether the Pod template differs as the server stores it, what differs, what is refused."""

    rolls_out: bool
    fields: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def rejected(self) -> bool:
        """Whether the server refuses the edit."""
        return bool(self.refusals)


def change_between(new: Resource, old: Resource, release: str = RELEASE) -> Change:
    """An edit of a Deployment, StatefulSet or DaemonSet judged as ``kubectl replace`` of the whole object.

    An old object that no server can read is none that it holds: then the new one is judged as created.
    """
    if (elsewhere := _identity(new, old)) is not None:
        return Change(False, (), (elsewhere,))
    as_text = new.kind != "Deployment"
    after, before = part(new.value, "spec", "template"), part(old.value, "spec", "template")
    differs = template_key(after, as_text=as_text) != template_key(before, as_text=as_text)
    if schemas(release).kind(new.gvk) is None:
        return Change(differs, tuple(_differences(after, before)) if differs else ())
    options = Options(release=release)
    stored = stored_before(old.value, old.gvk, options)
    verdict = judge_update(new.value, stored, new.gvk, options) if stored else judge(new.value, new.gvk, options)
    refusals = tuple(f"{cause.field}: {cause.message}" for cause in verdict.causes)
    return Change(differs and not refusals, tuple(_differences(after, before)) if differs else (), refusals)


def _identity(new: Resource, old: Resource) -> str | None:
    """Why one object cannot replace the other at all."""
    if new.gvk != old.gvk:
        return f"a {old.gvk} cannot become a {new.gvk}"
    if new.name != old.name:
        return f"metadata.name: {old.name!r} cannot become {new.name!r}"
    if new.namespace != old.namespace:
        return f"metadata.namespace: {old.namespace!r} cannot become {new.namespace!r}"
    return None


def _differences(after: Mapping[str, Any], before: Mapping[str, Any], path: str = "") -> list[str]:
    found: list[str] = []
    for name in dict.fromkeys([*before, *after]):
        left, right = before.get(name), after.get(name)
        here = f"{path}.{name}" if path else name
        if left == right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            found.extend(_differences(right, left, here))
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            for index, (one, other) in enumerate(zip(left, right, strict=True)):
                if isinstance(one, dict) and isinstance(other, dict):
                    found.extend(_differences(other, one, f"{here}[{index}]"))
                elif one != other:
                    found.append(f"{here}[{index}]")
        else:
            found.append(here)
    return found


class StartsRollout(Struct, frozen=True):
    """Does replacing one object by another start a rollout?"""

    new: Resource
    old: Resource

    def answer(self, ask: Ask) -> Prediction[Change]:
        """The change, with the fields of the Pod template that differ as reasons."""
        change = change_between(self.new, self.old)
        place = self.new.place.at("spec", "template")
        reasons = [Reason(f"the Pod template differs in {name}", place) for name in change.fields]
        reasons += [Reason(text, self.new.place) for text in change.refusals]
        return Prediction(change, tuple(reasons))
