"""Sets whose objects are the same text: what rules find in the first of them holds in the others, and is not looked for again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.analysis import Analysis, Looking, RuleFailure
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.selection import RuleSet
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import Facts, Finding
from kubelens.syntax.place import Place
from kubelens.syntax.tree import Document, Node


class Model(Struct, frozen=True):
    """What rules found about the one text that holds all objects of a set, nothing silenced yet."""

    uri: str
    findings: tuple[Finding, ...]
    failures: tuple[RuleFailure, ...]


NO_MODELS: Final[Mapping[int, Model]] = {}


def output_of(one: ApplySet) -> Loaded | None:
    """The one text that a set comes to, where no other text of it may hold objects."""
    made = [text for text in one.texts if text.made is not None]
    if len(made) != 1 or made[0].source is None or one.chart is not None:
        return None
    others = (*(text for text in one.texts if text.made is None), *one.said_in)
    return made[0] if all(text.taken_in for text in others) else None


def same_as(sets: Sequence[tuple[ApplySet, Facts]], conditions: Sequence[object]) -> dict[int, int]:
    """The sets whose objects are those of one before them, each with that one. ``conditions``: what else findings depend on."""
    first: dict[tuple[str, int, str], int] = {}
    found: dict[int, int] = {}
    for number, (one, facts) in enumerate(sets):
        output = output_of(one)
        if output is None or output.source is None:
            continue
        known = first.setdefault((output.source.text, id(facts), repr(conditions[number])), number)
        if known != number:
            found[number] = known
    return found


def model_of(one: ApplySet, analysis: Analysis) -> Model | None:
    """What was found in a set as a model for others; None where objects of it stand elsewhere."""
    output = output_of(one)
    if output is None or any(r.place.uri != output.uri for r in analysis.snapshot.bundle):
        return None
    inputs = {text.uri for text in (*one.texts, *one.said_in) if text.made is None}
    if any(finding.at.uri not in inputs and finding.at.uri != output.uri for finding in analysis.found):
        return None
    return Model(output.uri, tuple(f for f in analysis.found if f.at.uri == output.uri), analysis.failures)


def parsed_again(file: ParsedFile, output: Loaded) -> Parsed | None:
    """A text that says the same as one that is parsed, as documents of its own; None where it has to be parsed."""
    if output.source is None or file.problems:
        return None
    source = output.source
    documents = [Document(source, d.index, None, d.start, d.end, _Tree(d)) for d in file.documents]
    by_index = {manifest.document.index: manifest for manifest in file.manifests}
    there = [by_index.get(document.index) for document in documents]
    return Parsed(
        documents,
        [],
        [one.header if one is not None else None for one in there],
        [one.reading if one is not None and one.reading.is_plain else None for one in there],
    )


def analyse_like(model: Model, uri: str, snapshot: Snapshot, rules: RuleSet, facts: Facts) -> Analysis:
    """As :func:`kubelens.engine.analysis.analyse`, of a set whose objects, in the text of that uri, are those of a model."""
    return _Looking(model, uri, snapshot, rules, facts).result(1)


class _Looking(Looking):
    def __init__(self, model: Model, uri: str, snapshot: Snapshot, rules: RuleSet, facts: Facts) -> None:
        super().__init__(snapshot, rules, facts)
        self._uri = uri
        self._known = [moved(finding, model.uri, uri) for finding in model.findings]
        self.failures = list(model.failures)

    def found_in(self, file: ParsedFile) -> list[Finding]:
        """What the model says about its objects; about other texts as ever."""
        return list(self._known) if file.uri == self._uri else super().found_in(file)

    def wide(self) -> list[Finding]:
        """Nothing: the model has it."""
        return []


class _Tree:
    """Gives a document the tree of another with the same text."""

    def __init__(self, other: Document) -> None:
        self._other = other

    def __call__(self, document: Document) -> Node | None:
        return self._other.root


def moved(finding: Finding, old: str, new: str) -> Finding:
    """A finding in a text that is called otherwise."""
    related = tuple(replace(one, place=_place(one.place, old, new)) for one in finding.related)
    fix = finding.fix
    if fix is not None:
        fix = replace(fix, changes=tuple(_changed(change, old, new) for change in fix.changes))
    words = (finding.message, *finding.notes)
    message, *notes = [one.replace(old, new) for one in words] if any(old in one for one in words) else words
    return replace(
        finding, message=message, notes=tuple(notes), at=_place(finding.at, old, new), related=related, fix=fix
    )


def _place(place: Place, old: str, new: str) -> Place:
    return replace(place, uri=new) if place.uri == old else place


def _changed(change: Any, old: str, new: str) -> Any:
    """A change of a fix, with the places in it; whatever its kind."""
    values: Mapping[str, object] = {name: getattr(change, name) for name in change.__struct_fields__}
    there: dict[str, Any] = {
        name: _place(value, old, new) if isinstance(value, Place) else new
        for name, value in values.items()
        if isinstance(value, Place) or (name == "uri" and value == old)
    }
    return replace(change, **there) if there else change
