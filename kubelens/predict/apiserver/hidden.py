"""The question ``HiddenCausesOf``: what would the server say next, once values of the wrong form are written as they are meant?

The server stops at what it cannot decode; people want to know the rest at once. Only values whose meaning is plain are
read so: a number or boolean where text is wanted, and one in quotes where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from msgspec import Struct

from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.apiserver.causes import Cause, CauseReason, Path
from kubelens.predict.apiserver.judge import judge
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.syntax.pattern import pattern

_DECIMAL: Final = pattern(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_OCTAL: Final = pattern(r"0o?[0-7]{1,17}", re.ASCII)


class HiddenCausesOf(Struct, frozen=True):
    """What else is wrong with an object that cannot be decoded; nothing where its values leave open what is meant."""

    asked: AdmissionOf
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[tuple[Cause, ...]]:
        """The causes of the object as it is meant, those of what was wrong already left out."""
        judged = ask(self.asked).answer
        resource = self.asked.resource
        if judged is None or judged.stage is not Stage.DECODE or resource.definition is not None:
            return Prediction(())
        value: Any = own_copy(resource.value)
        for cause in judged.causes:
            if not _write_as_meant(value, cause):
                return Prediction(())
        options = Options(release=self.asked.release, node_port_range=self.asked.node_port_range)
        again = judge(value, resource.gvk, options)
        told = [cause.path for cause in judged.causes]
        return Prediction(tuple(_beside(again.causes, told)) if again.stage is Stage.INVALID else ())


def _beside(causes: Sequence[Cause], told: Sequence[Path]) -> Iterator[Cause]:
    """The causes that are about other values than those, and not about defaults taken from them."""
    here = [cause for cause in causes if any(cause.path[: len(path)] == path for path in told)]
    said = {(cause.path[:-1], cause.message) for cause in here}
    return (cause for cause in causes if cause not in here and (cause.path[:-1], cause.message) not in said)


def _write_as_meant(value: Any, cause: Cause) -> bool:
    """Write the value that a cause is about in the form that is wanted; whether that is plain."""
    *way, last = cause.path or ("",)
    holder = value
    for step in way:
        holder = holder[step]
    if cause.reason is not CauseReason.WRONG_TYPE or not cause.path:
        return False
    meant = _meant(holder[last], cause.message.partition(",")[0])
    if meant is None:
        return False
    holder[last] = meant
    return True


def _meant(written: object, wanted: str) -> object:
    if wanted == "must be text" and isinstance(written, bool | int | float):
        return str(written).lower() if isinstance(written, bool) else str(written)
    if not isinstance(written, str):
        return None
    if wanted == "must be true or false":
        return {"true": True, "false": False}.get(written)
    if wanted == "must be a whole number" and _DECIMAL.fullmatch(written):
        return int(written)
    if wanted == "must be a whole number" and _OCTAL.fullmatch(written):
        return int(written.replace("o", ""), 8)
    return None
