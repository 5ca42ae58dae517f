"""What a repair lets see: findings that were hidden while the API server could not decode the object.

A finding that a repair makes lies where the repair changed the text. One that lies elsewhere in an object that can be
decoded only now was there all along, and is no reason to leave the object as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from kubelens.engine.run import Outcome
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.syntax.text import Edit, Span

_UNREAD: Final = (Stage.DECODE, Stage.STRICT)


def unmasked(before: Outcome, after: Outcome, changed: Mapping[str, Sequence[Span]]) -> Counter[tuple[str, str]]:
    """How many findings of each (file, rule) came up only because their objects can be decoded now.

    ``changed``: what repairs wrote, by file, in the texts as they are now.
    """
    found: Counter[tuple[str, str]] = Counter()
    asked: dict[Resource, bool] = {}
    for finding in after.findings:
        uri = finding.at.uri
        if uri not in changed:
            continue
        resource = after.snapshot.object_of(finding)
        if resource is None:
            continue
        if resource not in asked:
            asked[resource] = _could_not_be_decoded(resource, before)
        span = finding.span or after.snapshot.locate(finding.at)
        if asked[resource] and not any(span.start < one.end and one.start < span.end for one in changed[uri]):
            found[uri, finding.rule] += 1
    return found


def _could_not_be_decoded(resource: Resource, before: Outcome) -> bool:
    """Whether the object that stood at a place before is one that the API server stops at early."""
    was = before.snapshot.object_at(resource.place)
    if was is None or was.place != resource.place:
        return False
    answer = Oracle(before.snapshot.bundle)(AdmissionOf(was, None, before.snapshot.bundle.release)).answer
    return answer is not None and answer.stage in _UNREAD


def carried_on(spans: Sequence[Span], edits: Sequence[Edit]) -> list[Span]:
    """Where what was written before stands after some more edits, and where these stand."""
    moved = [Span(_moved(span.start, edits), _moved(span.end, edits)) for span in spans]
    for edit in edits:
        start = _moved(edit.span.start, [other for other in edits if other.span.start < edit.span.start])
        moved.append(Span(start, start + len(edit.text)))
    return moved


def _moved(offset: int, edits: Sequence[Edit]) -> int:
    return offset + sum(len(e.text) - (e.span.end - e.span.start) for e in edits if e.span.end <= offset)
