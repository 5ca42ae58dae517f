"""What is told of plans, whatever the format: sets that come to the same together, and objects that do."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.bundle import NEWEST
from kubelens.kube.credential import NOT_SHOWN, without_credentials
from kubelens.kube.schema import schemas
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence
from kubelens.plan.danger import Danger
from kubelens.plan.field_change import FieldChange
from kubelens.plan.file_change import FileChange
from kubelens.plan.plan import SetPlan, Unrendered
from kubelens.plan.schema_change import is_of_schema
from kubelens.plan.sides import title
from kubelens.report.plan_schemas import schema_texts
from kubelens.report.plan_sections import MOST_NAMES, TOGETHER, Entry, Section, alike, names_text, said, together, words
from kubelens.report.plan_shared import told_once
from kubelens.report.plan_values import lines_text, pair_text
from kubelens.syntax.place import Place

MOST_FIELDS: Final = 3
_WORDS: Final = {
    Action.REPLACE: "to replace",
    Action.ADD: "to add",
    Action.CHANGE: "to change",
    Action.REMOVE: "to remove",
}
_LABELS: Final = ("metadata.labels", "metadata.annotations")
_FIELDS_OF_PAGES: Final = 20
"""Where more fields are shown, all are."""
NOT_KNOWN: Final = "not-known"
STAYS: Final = "stays"
NEW_FINDING: Final = "finding-new"
_OPEN: Final = {
    None: "what it comes to is not known",
    Action.ADD: "is new, and what it brings is not known",
    Action.REMOVE: "is not there any more, nor is what it brought, which is not known",
}
_UNRENDERED: Final[Mapping[Unrendered | None, str]] = {
    Unrendered.BEFORE: "could not be built before the change, so that nothing is told of what differs",
    Unrendered.AFTER: "cannot be built any more after the change, so that nothing is told of what differs",
}


class OpenSets(Struct, frozen=True):
    """Sets of which it is not known what they come to, for one reason and with the same files that differ."""

    names: tuple[str, ...]
    why: str
    files: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The name of the set, or how many and what they are called."""
        count = f"{len(self.names)} sets: " if len(self.names) > MOST_NAMES else ""
        return f"{count}{names_text(self.names)}"


def open_sets(plans: Iterable[SetPlan], most_fields: int = MOST_FIELDS) -> list[OpenSets]:
    """The sets of which it is not known what they come to; of one that comes or goes no file is told.

    Files are named from the folder that a set is called by, where several have the same to tell.
    """
    found: dict[Hashable, list[SetPlan]] = {}
    for plan in plans:
        if plan.is_open and not plan.breaks:
            key = (open_text(plan), tuple(_open_files(plan, most_fields, f"{plan.name}/")))
            found.setdefault(key, []).append(plan)
    return [
        OpenSets(
            tuple(one.name for one in same),
            open_text(same[0]),
            tuple(_open_files(same[0], most_fields, f"{same[0].name}/" if len(same) > 1 else "")),
        )
        for same in found.values()
    ]


def _open_files(plan: SetPlan, most_fields: int, folder: str) -> Iterator[str]:
    if plan.appears is None:
        for file in plan.files:
            yield file_text(replace(file, name=file.name.removeprefix(folder)), most_fields)


def sections(plans: Iterable[SetPlan], most_fields: int = MOST_FIELDS) -> list[Section]:
    """The sets of which something is told, in their order, those with the same to tell as one."""
    found: dict[Hashable, list[SetPlan]] = {}
    told: dict[Hashable, tuple[Entry, ...]] = {}
    for plan in plans:
        if plan.is_told:
            entries = tuple(entries_of(plan, most_fields))
            key = (plan.whole, plan.prunable, plan.missing, tuple(map(alike, entries)))
            found.setdefault(key, []).append(plan)
            told.setdefault(key, entries)
    alone = [Section(tuple(one.name for one in same), same[0], told[key]) for key, same in found.items()]
    return told_once(together(alone))


def entries_of(plan: SetPlan, most_fields: int) -> Iterator[Entry]:
    """The objects of a set that change, then those that only something follows for.

    Objects of one name in several files each say which file is their own; what follows for a name without saying for which
    of them is told of each.
    """
    same_name: dict[str, list[Place]] = {}
    for change in plan.changes:
        same_name.setdefault(title(change.resource), []).append(change.resource.place)
    by_object: dict[str, dict[Hashable, Consequence]] = {}
    for one in plan.consequences:
        own_place = one.place if len(same_name.get(one.about, ())) > 1 else None
        by_object.setdefault(one.about, {}).setdefault((*said(one), own_place), one)
    told = set()
    groups: dict[Hashable, list[Entry]] = {}
    labelled = _only_labelled(plan, by_object) if most_fields <= _FIELDS_OF_PAGES else []
    apart = {id(change) for changes in labelled for change in changes}
    for change in plan.changes:
        name = title(change.resource)
        if id(change) in apart:
            told.add(name)
            continue
        fields = tuple(field_texts(change, most_fields))
        told.add(name)
        own, places = change.resource.place, same_name[name]
        shown = f"{name} in {own.uri}" if len(places) > 1 else name
        follows = tuple(one for one in by_object.get(name, {}).values() if _is_about(one, own, places))
        entry = Entry(change.action, change.resource.kind, (shown,), fields, follows)
        groups.setdefault((entry.action, entry.kind, entry.fields, words(entry.consequences)), []).append(entry)
    for same in groups.values():
        if len(same) < TOGETHER:
            yield from same
        else:
            first = same[0]
            yield Entry(
                first.action, first.kind, tuple(o for e in same for o in e.objects), first.fields, first.consequences
            )
    for changes in labelled:
        yield _labels_entry(changes)
    for name, consequences in by_object.items():
        if name not in told:
            yield Entry(None, name.partition(" ")[0], (name,), (), tuple(consequences.values()))


def _only_labelled(plan: SetPlan, by_object: Mapping[str, object]) -> list[list[ObjectChange]]:
    """The objects of which nothing but the same labels and annotations differ, where these are many and nothing follows."""
    found: dict[tuple[str, ...], list[ObjectChange]] = {}
    for change in plan.changes:
        if change.action is Action.CHANGE and title(change.resource) not in by_object:
            names = tuple(field.name for field in change.fields)
            if names and all(name.startswith(_LABELS) for name in names):
                found.setdefault(names, []).append(change)
    return [changes for changes in found.values() if len(changes) >= TOGETHER]


def _labels_entry(changes: Sequence[ObjectChange]) -> Entry:
    kinds = {change.resource.kind for change in changes}
    fields = []
    for index, first in enumerate(changes[0].fields):
        same = all(
            (change.fields[index].before, change.fields[index].after) == (first.before, first.after)
            for change in changes
        )
        fields.append(_field(first, hidden=False) if same else f"{first.name} changes")
    objects = tuple(title(change.resource) for change in changes)
    return Entry(Action.CHANGE, kinds.pop() if len(kinds) == 1 else "", objects, tuple(fields), ())


def _is_about(one: Consequence, own: Place, places: Sequence[Place]) -> bool:
    """Whether something follows for the object at a place, and not for another of ``places`` that has its name."""
    if one.place is None or len(places) == 1 or not any(_is_in(one.place, place) for place in places):
        return True
    return _is_in(one.place, own)


def _is_in(place: Place, whole: Place) -> bool:
    return (place.uri, place.document, place.path[: len(whole.path)]) == (whole.uri, whole.document, whole.path)


def opening(plans: Sequence[SetPlan]) -> str:
    """How many sets change, of how many that is not known, and how many do not."""
    if not plans:
        return "nothing changes for the server: nothing that differs is part of an apply set"
    changing = sum(plan.is_told for plan in plans)
    unknown = sum(plan.is_open and not plan.is_told for plan in plans)
    blind = sum(not plan.whole for plan in plans)
    apart = f" ({count_text(blind, 'set')} not whole)" if blind else ""
    if not changing and not unknown:
        return f"nothing changes for the server in {count_text(len(plans), 'apply set')}{apart}"
    same = len(plans) - changing - unknown
    told = [f"{count_text(changing, 'apply set')} change{'s' * (changing == 1)}"] if changing else []
    told += [f"{count_text(unknown, 'apply set')} may change"] if unknown else []
    told += [f"{same} do{'es' * (same == 1)} not"] if same else []
    return f"{', '.join(told)}{apart}"


def open_text(plan: SetPlan) -> str:
    """Why it is not known what a set comes to."""
    why = _UNRENDERED.get(plan.unrendered) or _OPEN[plan.appears]
    if plan.again:
        brings = "brings" if len(plan.again) == 1 else "bring"
        why = f"is not there any more; what it brought, and whether {names_text(plan.again)} {brings} it again, is not known"
    return f"{why}: {first_missing(plan)}"


def file_text(file: FileChange, most: int = MOST_FIELDS) -> str:
    """``values.yaml  web.image.tag 1 -> 2``."""
    if file.action is Action.CHANGE and file.fields:
        return f"{file.name}  {'; '.join(_fields_text(file.fields, most, hidden=False))}"
    if file.action is Action.CHANGE and file.texts is not None:
        return f"{file.name}  {lines_text(*map(without_credentials, file.texts))}"
    return f"{file.name} {'is added' if file.action is Action.ADD else 'is removed' if file.action is Action.REMOVE else 'changes'}"


def first_missing(plan: SetPlan) -> str:
    """The first thing that a set does without, as a sentence."""
    return " ".join(plan.missing[0].split()) if plan.missing else "something is not among the files"


def not_whole_text(plan: SetPlan) -> str:
    """What is lacking of a set, and whether that leaves open what is removed."""
    blind = "" if plan.prunable else ", so that nothing is told of what is removed"
    return f"not whole{blind}: {first_missing(plan)}"


def moved_text(plan: SetPlan) -> str:
    """What becomes of the objects of a set of which none changes."""
    if plan.breaks:
        return "cannot be built any more"
    return "moved" if any(one.kind.name == "moved" for one in plan.consequences) else "none changes"


def done_text(section: Section) -> str:
    """``2 to add, 1 to change in each``: what is done with how many objects, or what becomes of them without a change."""
    each = " in each" if len(section.names) > 1 else ""
    done = f"{', '.join(actions(section.plan)) or moved_text(section.plan)}{each}"
    return f"{done}; {section.told_above}" if section.above else done


def actions(plan: SetPlan) -> list[str]:
    """``2 to replace``, ``1 to add``: what is done with how many objects."""
    return [f"{count} {words}" for action, words in _WORDS.items() if (count := plan.count(action))]


def verdict(plans: Sequence[SetPlan]) -> str:
    """How many consequences of each danger there are, the worst first."""
    counts = dict.fromkeys(sorted(Danger, reverse=True), 0)
    for plan in plans:
        for one in plan.consequences:
            counts[one.danger] += 1
    told = [_counted(danger, count) for danger, count in counts.items() if count and danger is not Danger.NONE]
    new = sum(one.kind.name == NEW_FINDING for plan in plans for one in plan.consequences)
    told += [count_text(new, "new finding")] if new else []
    unknown = sum(one.kind.name == NOT_KNOWN for plan in plans for one in plan.consequences)
    unknown += sum(plan.is_open and not plan.breaks for plan in plans)
    told += [f"{unknown} not known"] if unknown else []
    if told:
        custom = _custom(plans, Action.ADD, Action.CHANGE) - {one.about for plan in plans for one in plan.consequences}
        return ", ".join(told) + (f"; {_theirs(custom)}" if custom else "")
    custom = _custom(plans, *Action)
    known = f", as far as that is known: {_theirs(custom)}" if custom else ""
    gone = sum(_gone(plan) for plan in plans)
    if gone:
        return f"{count_text(gone, 'object')} removed, nothing else that restarts, breaks or opens anything{known}"
    return f"nothing that restarts, breaks or opens anything{known}"


def _counted(danger: Danger, count: int) -> str:
    """``1 outage``, ``2 data losses``, ``2 refused``."""
    return f"{count} {danger}" if danger is Danger.REFUSED else count_text(count, str(danger).replace("-", " "))


def _gone(plan: SetPlan) -> int:
    """How many objects a change deletes: those that stay although the manifests lack them are not."""
    kept = {one.about for one in plan.consequences if one.kind.name == STAYS}
    return sum(change.action is Action.REMOVE and title(change.resource) not in kept for change in plan.changes)


def _custom(plans: Iterable[SetPlan], *actions: Action) -> set[str]:
    """The objects of the change of which only their own controllers know what follows."""
    known = schemas(NEWEST)
    return {
        title(change.resource)
        for plan in plans
        for change in plan.changes
        if change.action in actions and known.kind(change.resource.gvk) is None and not change.resource.partial
    }


def _theirs(custom: set[str]) -> str:
    return f"what controllers make of {count_text(len(custom), 'custom resource')} is theirs"


def field_texts(change: ObjectChange, most: int) -> list[str]:
    """``spec.replicas 2 -> 3`` for the first fields that differ, and how many more there are; schemas in a few words."""
    if change.instead is not None:
        fields_told = _fields_text(change.otherwise, most, hidden=is_secret(change))
        return [f"instead of {title(change.instead).partition(' ')[2]}: {fields_told[0]}", *fields_told[1:]]
    schemas_told = schema_texts(change) if most <= _FIELDS_OF_PAGES else []
    fields = [one for one in change.fields if not (schemas_told and is_of_schema(one.name))]
    return [*schemas_told, *_fields_text(fields, most, hidden=is_secret(change))]


def is_secret(change: ObjectChange) -> bool:
    """Whether values of an object are not shown."""
    return change.resource.kind == "Secret" and not change.resource.gvk.group


def _fields_text(fields: Sequence[FieldChange], most: int, *, hidden: bool) -> list[str]:
    shown = [_field(field, hidden) for field in sorted(fields, key=_rank)[:most]]
    more = len(fields) - len(shown)
    return [*shown, f"and {more} more"] if more > 0 else shown


def _rank(field: FieldChange) -> int:
    """Images and the charts that a chart depends on first, labels and annotations last; the rest as it is written."""
    if field.name.endswith(".image") or field.name.startswith("dependencies"):
        return 0
    return 2 if "metadata." in field.name else 1


def _field(field: FieldChange, hidden: bool) -> str:
    name = field.name.removeprefix("spec.template.spec.").removeprefix("spec.")
    if field.reordered:
        return f"{name} in another order"
    if hidden and not name.startswith("metadata"):
        return f"{name} changes {NOT_SHOWN}"
    return f"{name} {pair_text(field.before, field.after)}"


def count_text(number: int, noun: str) -> str:
    """``1 set``, ``2 sets``, ``2 losses``."""
    ending = "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{ending * (number != 1)}"
