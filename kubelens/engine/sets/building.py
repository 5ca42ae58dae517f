"""Sets built from what was planned: every chart, kustomization and file read once for all of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.given_values import given_values
from kubelens.engine.charts.nearby import nearby_chart
from kubelens.engine.charts.refused import refusal_of
from kubelens.engine.charts.rendering import GIVEN, Installation, ReadChart, RenderedChart
from kubelens.engine.charts.unrendered import why_not_rendered
from kubelens.engine.inert_files import is_inert
from kubelens.engine.kustomizations.building import BuiltKustomization, build_kustomization, kustomization_file
from kubelens.engine.kustomizations.by_program import built_by_program
from kubelens.engine.kustomizations.editing import recursive_settings, with_more
from kubelens.engine.kustomizations.named_files import named_files
from kubelens.engine.kustomizations.post_rendering import post_rendered
from kubelens.engine.kustomizations.problems import span_of
from kubelens.engine.loader import Loaded
from kubelens.engine.refusal import Refusal, refusal_at
from kubelens.engine.renderers import is_printed
from kubelens.engine.sets.planned import ChartPart, FilesPart, Lack, Lacked, OverlayPart, PlannedSet
from kubelens.engine.sets.tree import Tree, source_of
from kubelens.engine.sets.unchanged import BuiltSet, EarlierSets, Ground
from kubelens.render.chart.crd_versions import declared_versions
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.objects import Release
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.loading import FileSet
from kubelens.render.origin import Sourced, origins_in
from kubelens.syntax.parse import parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem

ASTRAY: Final = "source-astray-of-"
"""Before the origin of a set, the kind of a problem of what says it and names a place in this repository where nothing is."""
UNHEEDED: Final = "source-unheeded-of-"
"""The same where the tool goes on without it."""
_HEAD: Final = pattern(r"^(kind|  name):[ \t]*[\"']?([\w.:-]+)", re.MULTILINE)
_MOST_ASKING: Final = 10
_DOCUMENTS: Final = pattern(r"^---.*$", re.MULTILINE)


class Builder:
    """Builds sets out of the files of a tree. ``namespace``: of objects that name none; ``helm``: its major version.

    ``crds``: texts with definitions that the cluster has; ``loaded``: texts of the run, as they were read;
    ``chart_folders``: where charts lie that others may ask for. ``earlier``: built in another tree of the same root.
    ``by_program``: ask kustomize or kubectl to build.
    """

    def __init__(
        self,
        tree: Tree,
        *,
        namespace: str,
        helm: int = 4,
        crds: Iterable[Loaded] = (),
        loaded: Iterable[Loaded] = (),
        chart_folders: Iterable[str] = (),
        earlier: Builder | None = None,
        by_program: bool = False,
    ) -> None:
        self.tree = tree
        self._namespace = namespace
        self._helm = helm
        self._versions = tuple(
            declared_versions(
                document for one in crds if one.source is not None for document in parse_source(one.source)[0]
            )
        )
        self._loaded = {one.uri: one for one in loaded}
        self._chart_folders = tuple(chart_folders)
        self._by_program = by_program
        self._files = FileSet(tree, other=earlier.files if earlier is not None else None)
        self._charts: dict[str, ReadChart] = {}
        self._built: dict[tuple[int, str], BuiltSet] = {}
        self._earlier: dict[tuple[str, str], BuiltSet] = {}
        self._changed: dict[str, ReadChart] = {}
        self._elsewhere: EarlierSets | None = None
        if (
            earlier is not None
            and not by_program
            and earlier.rests_on(self._namespace, self._helm, self._versions, self._chart_folders)
        ):
            self._elsewhere = EarlierSets(earlier.built, earlier.tree, tree)

    @property
    def files(self) -> FileSet:
        """The files as kustomizations read them."""
        return self._files

    @property
    def built(self) -> list[BuiltSet]:
        """What was built until now."""
        return list(self._built.values())

    def rests_on(self, *these: object) -> bool:
        """Whether what holds for all sets is this."""
        return these == (self._namespace, self._helm, self._versions, self._chart_folders)

    def chart(self, folder: str, asking: tuple[str, ...] = ()) -> ReadChart:
        """The chart in a folder, with those of this repository that it asks for. ``asking``: the charts on the way to it."""
        found = self._charts.get(folder)
        if found is None:
            earlier = self._changed.pop(folder, None)
            if earlier is not None:
                earlier.forget_unused()
            found = ReadChart(folder, self.tree.chart(folder), self.tree.shown, before=earlier)
            mounted: dict[str, ReadChart] = {}
            for wanted in found.lacking(self._helm):
                other = nearby_chart(wanted, folder, self._chart_folders, self.tree)
                if other is not None and other not in (*asking, folder) and len(asking) < _MOST_ASKING:
                    mounted[f"charts/{wanted.name}/"] = self.chart(other, (*asking, folder))
            if mounted:
                found = ReadChart(folder, found.read, self.tree.shown, mounted, earlier)
            self._charts[folder] = found
        return found

    def build(self, planned: PlannedSet, kubernetes: str) -> ApplySet:
        """The set for a Kubernetes release, as ``1.36``."""
        slot = (id(planned), kubernetes)
        known = self._built.get(slot)
        if known is None:
            there = self._earlier.get((planned.name, kubernetes))
            if there is None or there.planned != planned:
                there = self._elsewhere.find(planned, kubernetes) if self._elsewhere is not None else None
            known = replace(there, planned=planned) if there is not None else self._build(planned, kubernetes)
            self._built[slot] = known
        return known.made

    def is_built(self, planned: PlannedSet, kubernetes: str) -> bool:
        """Whether a set for a release is there already."""
        return (id(planned), kubernetes) in self._built

    def renewed(self, loaded: Iterable[Loaded], chart_folders: Iterable[str]) -> None:
        """Take other texts of the run; sets that are planned as before and not forgotten are built already."""
        self._loaded = {one.uri: one for one in loaded}
        self._chart_folders = tuple(chart_folders)
        self._earlier = {(one.planned.name, one.kubernetes): one for one in self._built.values()}
        self._built = {}

    def forget(self, paths: Collection[str]) -> None:
        """Forget what was made from some files, which changed, came or went, and what could not be made without them."""
        self._files.forget(paths)
        charts = {folder for folder, chart in self._charts.items() if any(chart.holds(path) for path in paths)}
        for folder in charts:
            self._changed[folder] = self._charts.pop(folder)
        shown = {self.tree.shown(path) for path in paths}
        for slot, one in list(self._built.items()):
            folders = {part.folder for part in one.planned.parts if isinstance(part, ChartPart)}
            if one.made.is_made_from(shown) or not charts.isdisjoint(folders) or one.made.came_to_nothing:
                del self._built[slot]
        self._earlier, self._elsewhere = {}, None

    def _build(self, planned: PlannedSet, kubernetes: str) -> BuiltSet:
        texts: dict[str, Loaded] = {}
        missing = list(planned.lacks)
        refusals = [*self._astray(planned)]
        above: set[str] = set()
        chart: RenderedChart | None = None
        objects: dict[tuple[str, str], None] = {}
        read, below = set[str](), set[str]()
        beneath = [path for one in planned.beneath for path in self._below(one)]
        is_known = True
        named = not planned.guessed or not any(isinstance(part, ChartPart) for part in planned.parts)
        for number, part in enumerate(planned.parts):
            mark = planned.name if len(planned.parts) == 1 else f"{planned.name}, {number + 1}"
            found: Sequence[Loaded]
            if isinstance(part, ChartPart):
                rendered = self._rendered(part, planned, kubernetes, mark, missing)
                chart = chart or rendered
                found = (*rendered.inputs, *rendered.outputs)
                read.update(one for one in part.values if isinstance(one, str))
                read.update(path for _, path in part.options.set_file)
                below |= self.chart(part.folder).places
                if (refusal := refusal_of(rendered.run, planned, self.tree)) is not None:
                    refusals.append(refusal)
                is_known = is_known and rendered.run.fault is None and part.post is None
                if rendered.run.fault is not None:
                    beneath += self._below(part.folder)
                if rendered.run.fault is not None and not _is_told(rendered.run.fault, planned):
                    missing.append(Lack(why_not_rendered(rendered.run), kind=Lacked.UNRENDERED))
            elif isinstance(part, OverlayPart):
                built = self._overlay(part, mark)
                found = (*built.inputs, *((built.output,) if built.output is not None else ()))
                missing += [replace(lack, what=self._sentence(lack)) for lack in built.lacks]
                above.update(self.tree.shown(lack.above) for lack in built.lacks if lack.above)
                if built.refusal is not None:
                    refusals.append(built.refusal)
                read |= built.files
                below |= {*built.listed, *((part.folder,) if part.recursive else ())}
                is_known = is_known and built.output is not None
                if built.output is None and built.lacks:
                    beneath += named_files(part.folder, self.tree)
            else:
                found = self._as_they_are(part, missing)
                read.update(part.files)
            for one in found:
                texts.setdefault(one.uri, one)
                if named and (one.made is not None or is_printed(one)) and one.source is not None:
                    objects.update(dict.fromkeys(_named(one.source.text)))
        said_in, said_by = self._said_in(planned, texts)
        made = ApplySet(
            planned.name,
            list(texts.values()),
            not missing,
            chart.run if chart is not None and len(planned.parts) == 1 else None,
            planned.origin,
            tuple(objects),
            f"{planned.why}{_with(chart)}",
            tuple(lack.what for lack in missing),
            tuple(dict.fromkeys(str(lack.kind) for lack in missing)),
            (),
            planned.namespace,
            planned.kubernetes_version,
            planned.cluster,
            planned.profile,
            planned.guessed,
            said_in,
            planned.beside,
            planned.prunes,
            tuple(sorted(above)),
            planned.kept,
            [
                Loaded(source.uri, source, taken_in=planned.name)
                for path in dict.fromkeys(beneath)
                if (source := source_of(self.tree, path)) is not None and source.uri not in texts
            ],
            self.tree.shown(planned.said_in) if planned.guessed else "",
            planned.base,
            planned.server_side,
            refusals=tuple(refusals),
        )
        folders = frozenset(map(posixpath.dirname, (*read, *said_by, *beneath)))
        return BuiltSet(planned, kubernetes, made, Ground(folders, frozenset(below)), is_known)

    def _below(self, path: str) -> Iterable[str]:
        """A file, or all files of a folder that something may be made from."""
        if not self.tree.is_folder(path):
            return (path,)
        return [one for one in self.tree.below(path) if not is_inert(one)]

    def _astray(self, planned: PlannedSet) -> Iterable[Refusal]:
        """What the set is said to be made of and that leads nowhere, by who asks for it."""
        for lack in planned.lacks:
            if lack.wrong and not lack.unheeded and lack.origin is not None:
                source = source_of(self.tree, lack.origin.file)
                yield refusal_at(planned.origin, lack.what, source, span_of(lack.origin))

    def _sentence(self, lack: Lack) -> str:
        """What is lacking, with what to name instead where that brings it."""
        return f"{lack.what}: name {self.tree.shown(lack.above)!r} instead" if lack.above else lack.what

    def _said_in(self, planned: PlannedSet, texts: Mapping[str, Loaded]) -> tuple[list[Loaded], list[str]]:
        """The text that says what the set is made of, and those that what it says was made from; what leads nowhere.

        The paths of all that were looked for come second.
        """
        paths = dict.fromkeys([planned.said_in, *(origin.file for origin in origins_in(_written(planned)))])
        astray: dict[str, tuple[Problem, ...]] = {}
        for lack in planned.lacks:
            if lack.wrong and lack.origin is not None:
                kind = f"{UNHEEDED if lack.unheeded else ASTRAY}{planned.origin}"
                problem = Problem(span_of(lack.origin), lack.what, kind)
                astray[lack.origin.file] = (*astray.get(lack.origin.file, ()), problem)
                paths[lack.origin.file] = None
        found: list[Loaded] = []
        for path in paths:
            source = source_of(self.tree, path) if path else None
            if source is not None and source.uri not in texts:
                found.append(Loaded(source.uri, source, taken_in=planned.name, problems=astray.get(path, ())))
        return found, [path for path in paths if path]

    def _rendered(
        self, part: ChartPart, planned: PlannedSet, kubernetes: str, mark: str, missing: list[Lack]
    ) -> RenderedChart:
        read = self.chart(part.folder)
        given: Sourced | ChartFault
        try:
            given = given_values(part.values, part.options, self.tree.read, self._helm)
        except ChartFault as fault:
            given = fault
        namespace = part.namespace or planned.namespace or self._namespace
        how = Installation(
            part.kubernetes_version or kubernetes,
            Release(part.release_name, namespace),
            (*self._versions, *part.api_versions),
            self._helm,
            part.with_crds,
        )
        rendered = read.render(given, how, mark)
        files = [path for path in part.values if isinstance(path, str)]
        beside = [
            Loaded(source.uri, source, taken_in=planned.name)
            for path in files
            if (source := source_of(self.tree, path)) is not None
        ]
        outputs = rendered.outputs
        if part.post is not None:
            try:
                outputs = post_rendered(outputs, part.post, self.tree, part.folder, mark)
            except BuildFault as error:
                missing.append(Lack(f"its post-renderers cannot be applied: {error.reason}"))
        return RenderedChart(rendered.run, (*rendered.inputs, *beside), outputs, rendered.mounted)

    def _overlay(self, part: OverlayPart, mark: str) -> BuiltKustomization:
        settings = None
        try:
            if part.recursive and not kustomization_file(part.folder, self.tree):
                settings = recursive_settings(part, self.tree)
            elif part.more is not None:
                settings = with_more(part, self.tree)
        except BuildFault:
            settings = None
        built = build_kustomization(part, self._files, self.tree, mark, settings)
        if self._by_program and settings is None and part.variables is None:
            return built_by_program(built, part, self._files, self.tree, mark)
        return built

    def _as_they_are(self, part: FilesPart, missing: list[Lack]) -> list[Loaded]:
        found: list[Loaded] = []
        for path in part.files:
            source = source_of(self.tree, path)
            if source is None:
                missing.append(Lack(f"{self.tree.shown(path)} is not there"))
                continue
            found.append(self._loaded.get(source.uri) or Loaded(source.uri, source))
        return found


def _written(planned: PlannedSet) -> list[object]:
    """What stands in the object that names a set: values, changes, variables."""
    found: list[object] = []
    for part in planned.parts:
        if isinstance(part, ChartPart):
            found += [one for one in part.values if isinstance(one, Sourced)]
        for more in (
            (part.post,) if isinstance(part, ChartPart) else (part.more,) if isinstance(part, OverlayPart) else ()
        ):
            found += [patch.patch for patch in (more.patches or ())] if more is not None else []
        if isinstance(part, OverlayPart) and part.variables is not None:
            found += part.variables.values.values()
    return found


def _is_told(fault: ChartFault, planned: PlannedSet) -> bool:
    """Whether the entry at fault is what the set is known to lack."""
    entries = {(GIVEN + lack.origin.file, lack.origin.start) for lack in planned.lacks if lack.origin is not None}
    return any((origin.file, origin.start) in entries for origin in fault.origins)


def _with(chart: RenderedChart | None) -> str:
    """The charts that were taken from elsewhere in the repository."""
    names = [at.split("/")[1] for at in chart.mounted] if chart is not None else []
    return f", with {', '.join(names)} of this repository" if names else ""


def _named(text: str) -> Iterable[tuple[str, str]]:
    """The (kind, name) of objects in printed text, as far as their heads tell."""
    for document in _DOCUMENTS.split(text):
        kind = name = ""
        for match in _HEAD.finditer(document):
            if match[1] == "kind":
                kind = kind or match[2]
            else:
                name = name or match[2]
        if kind and name:
            yield kind, name
