"""Sets that a change makes such that the tool that builds them refuses to, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kubelens.engine.gitops.argo_application import ORIGIN as ARGO_CD
from kubelens.engine.gitops.flux_kustomization import ORIGIN as FLUX
from kubelens.engine.plan_halves import SetHalf
from kubelens.engine.refusal import Refusal
from kubelens.plan.consequence import WHOLE_SET, Consequence, Line, kinds
from kubelens.plan.plan import BREAKS

_THEN: Final[Mapping[str, str]] = {
    FLUX: "Flux applies nothing of the set, changes and removals neither: what is there stays as it is",
    ARGO_CD: "Argo CD has nothing to compare with (ComparisonError) and syncs nothing: what is there stays as it is",
}
_ELSE: Final = "nothing of the set is applied, changes and removals neither: what is there stays as it is"


def breaking(before: SetHalf, after: SetHalf) -> Iterator[Consequence]:
    """One where a set was built and cannot be any more, or could not and is now: kustomize, Helm or who asks for it refuses it.

    A set of which nothing came before for want of something is not known to have been built by its tool.
    """
    if not before.made.refusals and not before.is_blank:
        for one in _told(after):
            text = f"was built before the change, and {_refuses(one)}"
            yield Consequence(kinds()[BREAKS], WHOLE_SET, text, None, (_then(after),), _line(one))
            return
    if before.made.refusals and before.is_blank and not after.made.refusals and not after.is_blank:
        text = f"{before.made.refusals[0].by} builds it, and refused to before the change"
        yield Consequence(kinds()["set-builds"], WHOLE_SET, text)


def _told(half: SetHalf) -> list[Refusal]:
    """Without what hangs on values that whoever installs the chart gives."""
    return [one for one in half.made.refusals if not (one.of_values and half.made.open_values)]


def _refuses(one: Refusal) -> str:
    return f"{one.by} refuses to build it: {one.what}"


def _then(half: SetHalf) -> str:
    return _THEN.get(half.made.origin, _ELSE)


def _line(one: Refusal) -> Line | None:
    return Line(one.uri, one.line, one.column) if one.uri else None
