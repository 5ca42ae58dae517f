"""Which files of a set differ, and in what: all that can be told where it is not known what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube.reading import read_value
from kubelens.plan.change import Action
from kubelens.plan.field_change import value_changes
from kubelens.plan.file_change import FileChange
from kubelens.syntax.parse import parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source

_YAML: Final = (".yaml", ".yml")
_TEMPLATES: Final = "/templates/"
_HELPERS: Final = ".tpl"
_SECRET: Final = pattern(r"\bkind:\s*[\"']?Secret\b|\b(?:stringData|sops|ENC)\b")
_CHART: Final = "Chart.yaml"
_REQUIREMENTS: Final = "requirements.yaml"
_RELEASE: Final = pattern(r"releases\[([^\]]+)\]")


def file_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FileChange, ...]:
    """The files, by name, that say something else; comments, order and other names for the same text are nothing."""
    return tuple(_changes(before, after))


def of_release(files: Iterable[FileChange], release: str) -> tuple[FileChange, ...]:
    """The same without what a state file of helmfile says of other releases; of a template all is told."""
    found = []
    for file in files:
        fields = tuple(one for one in file.fields if (named := _RELEASE.match(one.name)) is None or named[1] == release)
        if fields or not file.fields:
            found.append(replace(file, fields=fields))
    return tuple(found)


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FileChange]:
    gone = {name: text for name, text in before.items() if name not in after}
    moved = set(gone.values())
    kept = {text for name, text in after.items() if name not in before}
    for name, text in after.items():
        old = before.get(name)
        if old is None:
            if text not in moved:
                yield FileChange(name, Action.ADD)
        elif old != text:
            lines = (old, text) if _may_show(name, old) and _may_show(name, text) else None
            yield from _change(name, _with_requirements(name, before, after), _value(name, text), lines)
    for name, text in gone.items():
        if text not in kept and _beside(name, _REQUIREMENTS, _CHART) not in after:
            yield FileChange(name, Action.REMOVE)


def _change(
    name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, texts: tuple[str, str] | None
) -> Iterator[FileChange]:
    if before is None or after is None:
        yield FileChange(name, Action.CHANGE, texts=texts)
    elif fields := value_changes(before, after):
        yield FileChange(name, Action.CHANGE, fields)


def _may_show(name: str, text: str) -> bool:
    """Whether the lines of a file can be shown: those of a Secret, and of what is no manifest, are not."""
    return name.endswith((*_YAML, _HELPERS)) and not _SECRET.search(text)


def _with_requirements(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What a file said; of a ``Chart.yaml`` with what the file beside it said of dependencies, where that file goes."""
    value = _value(name, before[name])
    beside = _beside(name, _CHART, _REQUIREMENTS)
    if value is None or beside not in before or beside in after:
        return value
    return {**value, **(_value(beside, before[beside]) or {})}


def _beside(name: str, file: str, other: str) -> str:
    """The other file in the folder of one of that name, ``""`` for a file of another name."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{other}" if last == file else ""


def _value(name: str, text: str) -> Mapping[str, Any] | None:
    """What a file says, None where it is a template, several documents, or no map."""
    if not name.endswith(_YAML) or _TEMPLATES in f"/{name}":
        return None
    documents, problems = parse_source(Source(name, text))
    written = [one for one in documents if one.root is not None]
    if problems or len(written) > 1:
        return None
    value = read_value(written[0].root).value if written else {}
    return value if isinstance(value, Mapping) else None
