"""Does an edit start a rollout, and would the server take it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.chain.edited import Edited, before_edit
from kubelens.predict.chain.updated import is_made_anew, refused_update
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.template import template_key


class Change(Struct, frozen=True):
    """What an edit does: whether the Pod template differs as the server stores it, what differs, what is refused."""

    rolls_out: bool
    fields: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def rejected(self) -> bool:
        """Whether the server refuses the edit."""
        return bool(self.refusals)


class StartsRollout(Struct, frozen=True):
    """Does replacing one object by another start a rollout, and does the API server take it?"""

    new: Resource
    old: Resource

    def answer(self, ask: Ask) -> Prediction[Change]:
        """The change, with the fields of the Pod template that differ as reasons; a refusal is that of :class:`Updated`.

        Where a tool deletes the old object first, nothing is edited, and so nothing refused for what cannot change.
        """
        change = self._change(ask)
        place = self.new.place.at("spec", "template")
        reasons = [Reason(f"the Pod template differs in {name}", place) for name in change.fields]
        reasons += [Reason(text, self.new.place) for text in change.refusals]
        return Prediction(change, tuple(reasons))

    def _change(self, ask: Ask) -> Change:
        new, old = self.new, self.old
        if (elsewhere := _identity(new, old)) is not None:
            return Change(False, (), (elsewhere,))
        as_text = new.kind != "Deployment"
        edited = ask(Edited(new, old)).answer.resource
        after = part(edited.value, "spec", "template")
        before = part(before_edit(new, old, ask).value, "spec", "template")
        differs = template_key(after, as_text=as_text) != template_key(before, as_text=as_text)
        refused = None if is_made_anew(new) else refused_update(new, old, ask)
        refusals = tuple(f"{cause.field}: {cause.message}" for cause in refused.causes) if refused is not None else ()
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
