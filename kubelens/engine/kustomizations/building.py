"""A kustomization as a set of objects: built, each character traced to who wrote it last."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

from msgspec import Struct

from kubelens.engine.kustomizations.absent import absent_entries
from kubelens.engine.kustomizations.by_scripts import builds_unrestricted
from kubelens.engine.kustomizations.copied import is_copied_elsewhere
from kubelens.engine.kustomizations.made_before import is_made_before
from kubelens.engine.kustomizations.problems import KUSTOMIZATION, span_of
from kubelens.engine.kustomizations.provenance import BuiltTexts, FilledText, provenance_of, sourced_text
from kubelens.engine.kustomizations.refused import refusal_of
from kubelens.engine.kustomizations.substitution import substituted, without_value
from kubelens.engine.loader import Loaded
from kubelens.engine.refusal import Refusal
from kubelens.engine.sets.planned import Lack, Lacked, OverlayPart, Variables
from kubelens.engine.sets.tree import Tree
from kubelens.render.kustomize.build import Built, build
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.file_names import NAMES
from kubelens.render.kustomize.kustomization_file import InvalidKustomization
from kubelens.render.kustomize.loading import FileSet, Remote
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Origin, Text
from kubelens.syntax.text import Problem, Source, Span

_Blamed = tuple[Origin | None, Problem]
MISSING = "kustomization-missing"
"""The kind of a problem of a kustomization that does without something."""
RESTRICTED = "kustomization-restricted"
"""The kind of a problem of a kustomization that takes in files from beside its folder."""
UNSET = "variable-unset"
"""The kind of a problem of a text in which a variable has no value; its message is the name."""
UNSET_ELSEWHERE = "variable-unset-elsewhere"
"""The same, where something outside the repository gives it."""
IDLE = "kustomization-idle"
"""The kind of a problem of a kustomization that asks for something that touches nothing."""


class BuiltKustomization(Struct, frozen=True):
    """The files that a kustomization reads, with what is wrong in them; what it comes to, None where it cannot be built.

    ``objects``: the (kind, name) of what it holds. ``lacks``: what it does without. ``files``: what was read, by path;
    ``listed``: folders that were read with all below. ``refusal``: what kustomize refuses with all files at hand.
    """

    inputs: tuple[Loaded, ...]
    output: Loaded | None = None
    objects: tuple[tuple[str, str], ...] = ()
    lacks: tuple[Lack, ...] = ()
    files: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    refusal: Refusal | None = None


def build_kustomization(
    part: OverlayPart, files: FileSet, tree: Tree, name: str, settings: Kustomization | None = None
) -> BuiltKustomization:
    """Build the kustomization in a folder, for the set of that name; ``settings``: what its file is taken to say."""
    files.was_read.clear()
    files.was_listed.clear()
    folder = part.folder
    own = kustomization_file(folder, tree)
    if settings is not None and own:
        files.text(own)
    called = tree.shown(folder) or "."
    try:
        built, outside = _built(part, files, settings)
    except InvalidKustomization as fault:  # told of the file itself, by whatever it is taken in
        blamed = _absent(own, called, files, tree)
        return BuiltKustomization(
            _with_problems(blamed, name, tree, own),
            lacks=(Lack(fault.reason.strip(), fault.origin),),
            refusal=refusal_of(fault, folder, own, files, tree),
        )
    except BuildFault as fault:
        reason = fault.reason.strip()
        at = fault.origin if fault.origin is not None and fault.origin.file in tree.sources else None
        blames = _blames(at, called, tree)
        if isinstance(fault, Remote):  # kustomize fetches it
            problem = Problem(Span(0, 0), f"{_sentence(blames)} is not built here: {reason}", MISSING)
        else:
            problem = Problem(Span(0, 0), f"{_sentence(blames)} cannot be built: {reason}", KUSTOMIZATION)
        blamed = _absent(own, called, files, tree)
        if at is not None and at.file != own and posixpath.basename(at.file) in NAMES:
            blamed = [*_absent(at.file, blames, files, tree), *blamed]
        if at is None or all(origin != at for origin, _ in blamed):
            blamed = [(at, problem), *blamed]
        if is_copied_elsewhere(folder, tree) or is_made_before(at.file if at is not None else own, files, tree):
            blamed = []
        kind = Lacked.SOURCES if isinstance(fault, Remote) else Lacked.UNREAD
        lacks = (Lack(reason, fault.origin, kind=kind),)
        refusal = refusal_of(fault, folder, own, files, tree)
        return BuiltKustomization(_with_problems(blamed, name, tree, own), lacks=lacks, refusal=refusal)
    variables = part.variables if "${" in built.text else None
    written = sourced_text(built.objects) if variables is not None else None
    problems = [
        *_restricted(outside, folder, called, tree),
        *((one.origin, Problem(Span(0, 0), one.what, MISSING)) for one in built.missing),
        *((one.origin, Problem(Span(0, 0), one.what, IDLE)) for one in built.idle),
        *(_unset(written, variables) if written is not None and variables is not None else ()),
    ]
    read = sorted(built.files & set(tree.sources))
    return BuiltKustomization(
        tuple(_input(path, tree.sources[path], name, problems, own) for path in read),
        _output(built, tree.shown(own or folder), tree, name, written, variables),
        tuple(one.kind_and_name for one in built.objects),
        tuple(
            Lack(one.what, one.origin, above=one.above, kind=Lacked.CHARTS if one.is_chart else Lacked.SOURCES)
            for one in built.missing
        ),
        built.files,
        built.listed,
    )


def _built(part: OverlayPart, files: FileSet, settings: Kustomization | None) -> tuple[Built, BuildFault | None]:
    """What the folder comes to, and what kustomize refuses unless it is told to read beside the folder too."""
    try:
        return build(files, part.folder, settings=settings, root_only=part.root_only), None
    except BuildFault as fault:
        if not part.root_only or isinstance(fault, InvalidKustomization | Remote):
            raise
        try:
            built = build(files, part.folder, settings=settings, root_only=False)
        except BuildFault:
            raise fault from None
        if any(one.origin == fault.origin for one in built.missing):
            raise
        return built, fault


def _restricted(fault: BuildFault | None, folder: str, called: str, tree: Tree) -> Iterable[_Blamed]:
    """What is said of a kustomization that takes in files from beside its folder."""
    if fault is None or builds_unrestricted(folder, tree):
        return []
    at = fault.origin if fault.origin is not None and fault.origin.file in tree.sources else None
    told = f"{_sentence(_blames(at, called, tree))} is built with --load-restrictor LoadRestrictionsNone alone"
    return [(at, Problem(Span(0, 0), f"{told}: {fault.reason.strip()}", RESTRICTED))]


def _unset(written: Text, variables: Variables) -> list[_Blamed]:
    """The variables of Flux that come to nothing, where they stand."""
    found = without_value(written, variables)
    return [(origin, Problem(Span(0, 0), name, UNSET)) for origin, name in found.items()]


def kustomization_file(folder: str, tree: Tree) -> str:
    """The path of a folder's kustomization, ``""`` where it has none."""
    for name in NAMES:
        path = f"{folder}/{name}" if folder else name
        if tree.read(path) is not None:
            return path
    return ""


def _output(built: Built, own: str, tree: Tree, name: str, written: Text | None, variables: Variables | None) -> Loaded:
    """What a build comes to; ``written``: its text with origins, where ``variables`` are to be filled in."""
    uri = f"{own} (built as {name})"
    if written is None or variables is None:
        text = built.text
        made = provenance_of(BuiltTexts(built.objects), _shown_for(built, own, tree), tree.shown)
    else:
        filled = substituted(written, variables)
        text = str(filled)
        made = provenance_of(FilledText(filled), _shown_for(built, own, tree), tree.shown)
    return Loaded(uri, Source(uri, text), made=made)


def _shown_for(built: Built, own: str, tree: Tree) -> str:
    """The file that stands for what nobody wrote: a folder that Flux writes the kustomization for has none of its own."""
    if own in tree.sources:
        return own
    files = (o.file for one in built.objects for piece in one.sourced().pieces for o in piece.origins if o.file)
    return next((tree.shown(file) for file in files), own)


def _input(path: str, source: Source, name: str, problems: Iterable[_Blamed], own: str) -> Loaded:
    """A file that a build reads, with what is wrong in it."""
    here = tuple(
        Problem(span_of(origin) if origin is not None else Span(0, 0), problem.message, problem.kind)
        for origin, problem in problems
        if (origin.file if origin is not None else own) == path
    )
    return Loaded(source.uri, source, taken_in=name, problems=here)


def _with_problems(blamed: Sequence[_Blamed], name: str, tree: Tree, own: str) -> tuple[Loaded, ...]:
    """The files that keep a kustomization from being built, with the words; the kustomization itself if none is known."""
    paths = dict.fromkeys(origin.file if origin is not None else own for origin, _ in blamed)
    return tuple(_input(path, tree.sources[path], name, blamed, own) for path in paths if path in tree.sources)


def _absent(own: str, called: str, files: FileSet, tree: Tree) -> list[_Blamed]:
    """The files a kustomization lists that are not there: kustomize stops at the first."""
    source = tree.sources.get(own)
    if source is None:
        return []
    return [
        (origin, Problem(Span(0, 0), f"{_sentence(called)} takes in {entry!r}, which is not there", KUSTOMIZATION))
        for entry, origin in absent_entries(own, source.text, files)
    ]


def _blames(at: Origin | None, called: str, tree: Tree) -> str:
    """What cannot be built: the kustomization that is at fault, which several may take in, else the one that is built."""
    folder, _, name = at.file.rpartition("/") if at is not None else ("", "", "")
    return (tree.shown(folder) or ".") if name in NAMES else called


def _sentence(name: str) -> str:
    return "this kustomization" if name == "." else f"kustomization {name!r}"
