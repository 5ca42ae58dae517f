"""Repairing a run's texts until nothing more can be repaired, without a finding that was not there before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.fixing import repair
from kubelens.engine.inputs import Inputs
from kubelens.engine.run import Outcome
from kubelens.engine.unmasked import carried_on, unmasked
from kubelens.syntax.text import Source, Span

ROUNDS: Final = 5
"""How often findings are repaired and looked for again: one repair can make another possible."""
Again = Callable[[Inputs], Outcome]
"""A run over other texts, its known findings held back as in the first one."""


class Repaired(Struct, frozen=True):
    """What repairing comes to: ``texts`` by file (changed ones only), the run over them, how many findings went.

    ``left``: files whose repairs would bring up findings, with the rules that would find something.
    ``changed``: what was written, by file, in the texts as they are now. ``beyond``: files that repairs would change and
    that are not among the inputs: sets brought them in.
    """

    texts: Mapping[str, str]
    inputs: Inputs
    outcome: Outcome
    count: int
    left: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, Sequence[Span]] = {}
    beyond: frozenset[str] = frozenset()


def repair_all(inputs: Inputs, outcome: Outcome, again: Again, *, unsafe: bool, keep: frozenset[str]) -> Repaired:
    """Repair the texts of a run; the files in ``keep`` stay as they are, and so does what is not among the inputs.

    A file that has findings of a rule after its repairs and had fewer before is left as it is, unless they were hidden
    only (:mod:`unmasked`). Where another file has them no file is changed: what did it cannot be told.
    """
    left: dict[str, tuple[str, ...]] = {}
    while True:
        done = _rounds(inputs, outcome, again, unsafe, keep | left.keys())
        worse = _more(outcome, done)
        if not worse or not done.texts:
            return replace(done, left=left)
        guilty = worse.keys() & done.texts.keys() or done.texts.keys()
        rules = tuple(sorted({rule for some in worse.values() for rule in some}))
        left.update({uri: worse.get(uri, rules) for uri in guilty})


def with_texts(inputs: Inputs, texts: Mapping[str, str]) -> Inputs:
    """The inputs with some texts changed."""
    loaded = [
        replace(one, source=Source(one.uri, texts[one.uri], bom=one.source.bom))
        if one.source is not None and one.uri in texts
        else one
        for one in inputs.loaded
    ]
    return replace(inputs, loaded=loaded, sets=inputs.sets.over(loaded))


def _rounds(inputs: Inputs, outcome: Outcome, again: Again, unsafe: bool, keep: frozenset[str]) -> Repaired:
    texts: dict[str, str] = {}
    changed: dict[str, list[Span]] = {}
    count = 0
    named = frozenset(one.uri for one in inputs.loaded)
    beyond: frozenset[str] = frozenset()
    for _ in range(ROUNDS):
        repaired = repair(outcome.snapshot, outcome.findings, unsafe=unsafe, within=named - keep)
        beyond |= repaired.untouched - named
        if not repaired.texts:
            break
        texts.update(repaired.texts)
        for uri, edits in repaired.edits.items():
            changed[uri] = carried_on(changed.get(uri, ()), edits)
        count += repaired.repaired
        inputs = with_texts(inputs, repaired.texts)
        outcome = again(inputs)
    return Repaired(texts, inputs, outcome, count, {}, changed, beyond)


def _more(before: Outcome, done: Repaired) -> dict[str, tuple[str, ...]]:
    """The rules with more findings in a file than before, by file; those that were hidden do not count."""
    grown = _counts(done.outcome) - _counts(before)
    if grown:
        grown -= unmasked(before, done.outcome, done.changed)
    found: dict[str, tuple[str, ...]] = {}
    for uri, rule in sorted(grown):
        found[uri] = (*found.get(uri, ()), rule)
    return found


def _counts(outcome: Outcome) -> Counter[tuple[str, str]]:
    return Counter((finding.at.uri, finding.rule) for finding in outcome.findings)
