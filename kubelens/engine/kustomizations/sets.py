"""The kustomizations among the texts of a run, as sets of objects of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.kustomizations.absent import absent_entries
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
_Blamed = tuple[Origin | None, Problem]


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
    except InvalidKustomization as fault:  # told of the file itself, by whatever it is taken in
        blamed = _absent(fault, own, name, files, disk)
        return ApplySet(name, _with_problems(blamed, name, disk, own), False, origin="kustomization")
    except BuildFault as fault:
        at = fault.origin if fault.origin is not None and fault.origin.file in disk.sources else None
        problem = Problem(Span(0, 0), f"{_sentence(name)} cannot be built: {fault.reason.strip()}", KUSTOMIZATION)
        blamed = [(at, problem), *_absent(fault, own, name, files, disk)]
        texts = _with_problems(blamed, name, disk, own)
        return ApplySet(name, texts, False, origin="kustomization")
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


def _input(path: str, source: Source, name: str, problems: Iterable[_Blamed], own: str) -> Loaded:
    """A file that a build reads, with what is wrong in it."""
    here = tuple(
        Problem(span_of(origin) if origin is not None else Span(0, 0), problem.message, problem.kind)
        for origin, problem in problems
        if (origin.file if origin is not None else own) == path
    )
    return Loaded(source.uri, source, taken_in=name, problems=here)


def _with_problems(blamed: Sequence[_Blamed], name: str, disk: Disk, own: str) -> list[Loaded]:
    """The files that keep a kustomization from being built, with the words; the kustomization itself if none is known."""
    paths = dict.fromkeys(origin.file if origin is not None else own for origin, _ in blamed)
    return [_input(path, disk.sources[path], name, blamed, own) for path in paths if path in disk.sources]


def _absent(fault: BuildFault, own: str, name: str, files: FileSet, disk: Disk) -> list[_Blamed]:
    """The files a kustomization lists that are not there, beside the one at which kustomize stops."""
    source = disk.sources.get(own)
    if source is None:
        return []
    return [
        (origin, Problem(Span(0, 0), f"{_sentence(name)} takes in {entry!r}, which is not there", KUSTOMIZATION))
        for entry, origin in absent_entries(own, source.text, files)
        if origin != fault.origin
    ]


def _sentence(name: str) -> str:
    return "this kustomization" if name == "." else f"kustomization {name!r}"
