"""``PodsBefore``: the Pods of an object before an edit, as what stood beside it then tells."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.quota_room import CutShort, most_pods
from kubelens.predict.chain.scale import SCALED, ScaleOf
from kubelens.predict.kubelet.never_ready import NeverReady
from kubelens.predict.kubelet.waits_for_itself import WaitsForItself


class Before(Struct, frozen=True):
    """``scale``: how many an object asks for (None: nothing scales it); ``there``: how many came into being (None: all).

    ``why``: what kept the others out; ``never``: why none is ever Ready.
    """

    scale: int | None = None
    there: int | None = None
    why: str = ""
    never: str = ""

    @property
    def waits(self) -> str:
        """Why those that are there are never Ready, ``""`` where they may be or none is there."""
        return self.never if self.there != 0 else ""

    @property
    def told(self) -> str:
        """How they are, as an answer takes it for granted."""
        if self.why:
            return f"{self.there or 'none'} of its Pods there: before the change, {self.why}"
        return f"no Pod Ready: before the change, {self.never}" if self.never else "every Pod Ready"


class Rooms(Struct, frozen=True):
    """The Pods that quotas let be created once an edit has come, and before it (None: any number)."""

    now: int | None = None
    before: int | None = None

    @property
    def bounded(self) -> bool:
        """Whether any quota counts."""
        return self.now is not None or self.before is not None


UNBOUNDED: Final = Rooms()
NO_REASON: Final[Prediction[str]] = Prediction("")


class PodsBefore(Struct, frozen=True):
    """Which Pods of an object are there while nobody edits it? Asked of the objects before an edit."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Before]:
        """As its admission, quotas and template say; an object that the server refuses has no Pods."""
        resource = self.resource
        scale = ask(ScaleOf(resource)).answer if resource.kind in SCALED else None
        admitted = ask(Admitted(resource)).answer
        if admitted.denial is not None:
            return Prediction(Before(scale, 0, admitted.refusal))
        never = ask(NeverReady(resource)).answer if resource.kind != "Job" else ""
        most = most_pods(resource, ask)
        if most is None:
            return Prediction(Before(scale, never=never))
        why = next((told for owner, told in ask(CutShort()).answer if owner is resource), "")
        return Prediction(Before(scale, most, why, never))


def never_since(resource: Resource, past: Before | None, ask: Ask) -> Prediction[str]:
    """Why the Pods of an edited object are never Ready; ``past``: those before, None where there were none.

    New Pods that wait for their own Service find those before behind it, where these are Ready.
    """
    found = ask(NeverReady(resource))
    if past is not None and past.there != 0 and not past.never and found.answer == ask(WaitsForItself(resource)).answer:
        return NO_REASON
    return found


def shut_out(old: Resource | None, past: Before, ask: Ask) -> bool:
    """Whether no Pod of the old template was let in, and none is once the edit has come: its controller goes on trying."""
    return old is not None and past.there == 0 and ask(Admitted(old)).answer.denial is not None
