"""Kustomizations of which both sides do without the same bases from elsewhere: what is known of them all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from posixpath import join, normpath
from typing import Any, Final

from kubelens.engine.gitops.argo_application import ORIGIN as ARGO_CD
from kubelens.engine.plan_halves import SetHalf
from kubelens.engine.sets.planned import Lacked
from kubelens.kube.reading import read_value
from kubelens.plan.file_change import FileChange
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.parse import parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source

_PARTS: Final = ("patches", "patchesStrategicMerge", "patchesJson6902")
_TARGETED: Final = ("patches", "patchesJson6902")
_NAME: Final = pattern(r"[\w.-]+")
"""A name of one object, where a target may also have a pattern of names."""
_DIRECTIVE: Final = "$patch"
"""Of a patch that takes its object away, or writes it anew."""


def lacks_the_same(before: SetHalf, after: SetHalf) -> bool:
    """Whether an object that the new side lacks is gone although bases are not there: the same ones, on both sides.

    Kustomize refuses two resources of one id (``resWrangler.Append``: may not add resource with an already registered id),
    so that what files here brought before the change comes from none of the bases that it was built with. Argo CD puts
    several sources together by other rules.
    """
    made = before.made, after.made
    if any(set(one.lacked) != {Lacked.SOURCES} or one.origin == ARGO_CD or one.chart is not None for one in made):
        return False
    if any(half.missing != half.made.missing for half in (before, after)):
        return False
    return set(before.made.missing) == set(after.made.missing)


def idle_patches(
    files: Iterable[FileChange], before: SetHalf, after: SetHalf
) -> Iterator[tuple[FileChange, tuple[str, ...]]]:
    """The files that differ and patch objects that neither side holds, as what holds them is not there; with these objects.

    A patch names an object as it is called before prefixes and suffixes.
    """
    if Lacked.SOURCES not in (*before.made.lacked, *after.made.lacked):
        return
    there: dict[str, set[str]] = {}
    for half in (before, after):
        for resource in half.snapshot.bundle:
            if not resource.partial:
                there.setdefault(resource.kind, set()).add(resource.name)
    patches = {one for half in (before, after) for one in _patches(half.inputs)}
    sides = before.inputs, after.inputs
    aimed = [dict(_aimed(one)) for one in sides]
    inline = [frozenset(_inline(one)) for one in sides]
    differing = inline[0] ^ inline[1]
    for file in files:
        if file.name in patches:
            said = [one for side in sides for one in _named(file.name, side.get(file.name))]
            said += [one[file.name] for one in aimed if file.name in one]
        else:
            said = sorted((kind, name) for where, kind, name, _ in differing if where == file.name)
        named = dict.fromkeys(said)
        idle = tuple(f"{kind} {name}" for kind, name in named if not any(name in one for one in there.get(kind, ())))
        if idle:
            yield file, idle


def _aimed(inputs: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The kind and name of the ``target`` of each file that a kustomization takes for a patch, by file."""
    for folder, _, entry in _entries(inputs):
        path, target = entry.get("path"), _target(entry)
        if isinstance(path, str) and target is not None:
            yield normpath(join(folder, path)), target


def _inline(inputs: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """(kustomization, kind, name, text) of each patch that is written in a kustomization, JSON 6902 or not."""
    for _, file, entry in _entries(inputs):
        text = entry.get("patch")
        if isinstance(text, str):
            target = _target(entry)
            for kind, name in (target,) if target is not None else _named(file, text):
                yield file, kind, name, text


def _target(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """The one object that a patch is aimed at; None where it has no target, or one that several may meet."""
    target = entry.get("target")
    kind, name = (target.get("kind"), target.get("name")) if isinstance(target, Mapping) else (None, None)
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) and _NAME.fullmatch(name) else None


def _entries(inputs: Mapping[str, str]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(folder, kustomization, entry) of all patches with a target of their own."""
    for file, text in inputs.items():
        if is_kustomization_name(file):
            for value in _values(file, text):
                for part in _TARGETED:
                    for entry in value.get(part) or ():
                        if isinstance(entry, Mapping):
                            yield file.rpartition("/")[0], file, entry


def _patches(inputs: Mapping[str, str]) -> Iterator[str]:
    """The files that kustomizations take for patches."""
    for file, text in inputs.items():
        if is_kustomization_name(file):
            folder = file.rpartition("/")[0]
            for value in _values(file, text):
                for part in _PARTS:
                    for entry in value.get(part) or ():
                        path = entry.get("path") if isinstance(entry, Mapping) else entry
                        if isinstance(path, str):
                            yield normpath(join(folder, path))


def _named(file: str, text: str | None) -> Iterator[tuple[str, str]]:
    """The kind and name of each object of which a text writes a part."""
    for value in _values(file, text or ""):
        kind, metadata = value.get("kind"), value.get("metadata")
        name = metadata.get("name") if isinstance(metadata, Mapping) else None
        if isinstance(kind, str) and isinstance(name, str) and _DIRECTIVE not in value:
            yield kind, name


def _values(file: str, text: str) -> Iterator[Mapping[str, Any]]:
    for document in parse_source(Source(file, text))[0]:
        value = read_value(document.root).value if document.root is not None else None
        if isinstance(value, Mapping):
            yield value
