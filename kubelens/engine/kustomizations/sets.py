"""The kustomizations among the texts of a run, as sets of objects of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.kustomizations.discovery import kustomization_folders, root_folders
from kubelens.engine.kustomizations.disk import Disk, repository_of
from kubelens.engine.kustomizations.problems import KUSTOMIZATION, span_of
from kubelens.engine.kustomizations.provenance import provenance_of
from kubelens.engine.loader import Loaded
from kubelens.render.kustomize.build import Built, build
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.kustomization_file import NAMES, InvalidKustomization
from kubelens.render.kustomize.loading import FileSet
from kubelens.render.origin import Origin
from kubelens.syntax.text import Problem, Source, Span

MISSING: Final = "kustomization-missing"
"""The kind of a problem of a kustomization that does without something."""
_BUILT: Final = " (built)"


def kustomization_sets(loaded: Sequence[Loaded]) -> list[ApplySet]:
    """Each kustomization that is applied, built; one that cannot be built holds its file alone, which says why."""
    if not any(one.uri.rpartition("/")[2] in NAMES for one in loaded):
        return []
    disk = Disk(repository_of("."))
    known: dict[str, Loaded] = {}
    for one in loaded:
        if one.source is not None and one.made is None and (path := disk.path(one.uri)) is not None:
            disk.sources[path] = one.source
            known[path] = one
    files = FileSet(disk)
    folders = root_folders(kustomization_folders(known), files)
    return [_set_of(folder, files, disk) for folder in folders]


def _set_of(folder: str, files: FileSet, disk: Disk) -> ApplySet:
    name = disk.shown(folder) if folder else "."
    files.was_read.clear()
    own = next((path for n in NAMES if (path := f"{folder}/{n}" if folder else n) in disk.sources), "")
    try:
        built = build(files, folder)
    except InvalidKustomization:  # told of the file itself, by whatever it is taken in
        return ApplySet(name, [], False, origin="kustomization")
    except BuildFault as fault:
        problem = Problem(Span(0, 0), f"{_sentence(name)} cannot be built: {fault.reason.strip()}", KUSTOMIZATION)
        return ApplySet(name, _blamed(fault.origin, own, problem, name, disk), False, origin="kustomization")
    problems = [(one.origin, Problem(Span(0, 0), one.what, MISSING)) for one in built.missing]
    texts = [_input(path, disk.sources[path], name, problems, own) for path in sorted(built.files & set(disk.sources))]
    return ApplySet(
        name,
        [*texts, _output(built, disk.shown(own), disk)],
        not built.missing,
        origin="kustomization",
        objects=tuple(one.kind_and_name for one in built.objects),
    )


def _output(built: Built, own: str, disk: Disk) -> Loaded:
    uri = f"{own}{_BUILT}"
    return Loaded(uri, Source(uri, built.text), made=provenance_of(built.objects, own, disk.shown))


def _input(path: str, source: Source, name: str, problems: Iterable[tuple[Origin | None, Problem]], own: str) -> Loaded:
    """A file that a build reads, with what is wrong in it."""
    here = tuple(
        Problem(span_of(origin) if origin is not None else Span(0, 0), problem.message, problem.kind)
        for origin, problem in problems
        if (origin.file if origin is not None else own) == path
    )
    return Loaded(source.uri, source, taken_in=name, problems=here)


def _blamed(origin: Origin | None, own: str, problem: Problem, name: str, disk: Disk) -> list[Loaded]:
    """The file that keeps a kustomization from being built, with the words; the kustomization itself if none is known."""
    path = origin.file if origin is not None and origin.file in disk.sources else own
    source = disk.sources.get(path)
    if source is None:
        return []
    span = span_of(origin) if origin is not None and origin.file == path else Span(0, 0)
    return [Loaded(source.uri, source, taken_in=name, problems=(Problem(span, problem.message, problem.kind),))]


def _sentence(name: str) -> str:
    return "this kustomization" if name == "." else f"kustomization {name!r}"
