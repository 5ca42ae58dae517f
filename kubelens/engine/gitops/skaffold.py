"""Skaffold's configurations as sets: the charts, kustomizations and manifests that one names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from fnmatch import translate
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import ASSUMED_RELEASE
from kubelens.engine.charts.discovery import is_chart
from kubelens.engine.gitops.made_later import is_made_later
from kubelens.engine.gitops.objects import first_origin
from kubelens.engine.gitops.repository import inside_root, names_one
from kubelens.engine.gitops.skaffold_profiles import NotApplied, profiles_of, with_profile
from kubelens.engine.gitops.templating import as_text
from kubelens.engine.kustomizations.by_scripts import is_written_by_script
from kubelens.engine.sets.planned import ChartPart, FilesPart, Lack, Lacked, Options, OverlayPart, Part, PlannedSet
from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.values import documents, load_values
from kubelens.render.origin import Sourced
from kubelens.syntax.pattern import pattern

ORIGIN: Final = "Skaffold"
_NAME: Final = pattern(r"skaffold[\w.-]*\.ya?ml")


def is_skaffold(path: str) -> bool:
    """Whether a file is Skaffold's by its name."""
    return _NAME.fullmatch(posixpath.basename(path)) is not None


def sets_of_skaffold(path: str, tree: Tree) -> Iterator[PlannedSet]:
    """The sets that the configurations in a file deploy, without profiles and with each."""
    text = tree.read(path)
    if text is None:
        return
    try:
        configurations = [load_values(part, path) for _, part in documents(text, path)]
    except ChartFault:
        return
    for number, configuration in enumerate(configurations):
        if not fields.text(configuration, "apiVersion").startswith("skaffold/"):
            continue
        name = fields.text(fields.mapping(configuration, "metadata"), "name") or posixpath.dirname(path) or "skaffold"
        name = str(name) if number == 0 else f"{name}-{number + 1}"
        plain = _set_of(name, configuration, path, tree)
        if plain is not None:
            yield plain
        yield from _with_profiles(name, configuration, path, tree, plain)


def _with_profiles(
    name: str, configuration: Sourced, path: str, tree: Tree, plain: PlannedSet | None
) -> Iterator[PlannedSet]:
    """What is deployed with each profile, where that is something else."""
    for profile, value in profiles_of(configuration):
        beside = name if plain is not None else ""
        try:
            found = _set_of(f"{name}+{profile}", with_profile(configuration, value), path, tree, profile)
        except NotApplied as error:
            lack = Lack(f"profile {profile!r}: {error}", first_origin(value))
            found = PlannedSet(f"{name}+{profile}", ORIGIN, (), _why(path, tree, profile), path, (lack,))
        if found is not None and (plain is None or (found.parts, found.lacks) != (plain.parts, plain.lacks)):
            yield replace(found, beside=beside)


def _set_of(name: str, configuration: Sourced, path: str, tree: Tree, profile: str = "") -> PlannedSet | None:
    reader = _Reader(posixpath.dirname(path), tree)
    parts = tuple(reader.parts(configuration))
    if not parts and not reader.lacks:
        return None
    return PlannedSet(name, ORIGIN, parts, _why(path, tree, profile), path, tuple(reader.lacks))


def _why(path: str, tree: Tree, profile: str) -> str:
    return f"Skaffold {tree.shown(path)}" + (f", profile {profile!r}" if profile else "")


class _Reader:
    def __init__(self, folder: str, tree: Tree) -> None:
        self._folder = folder or "."
        self._tree = tree
        self.lacks: list[Lack] = []

    def parts(self, configuration: Sourced) -> Iterator[Part]:
        """What is deployed, in the order of the fields."""
        manifests, deploy = (fields.mapping(configuration, name) for name in ("manifests", "deploy"))
        raw = fields.texts(manifests, "rawYaml") or fields.texts(fields.mapping(deploy, "kubectl"), "manifests")
        if raw and (files := [path for pattern in raw for path in self._files(pattern, manifests)]):
            yield FilesPart(tuple(dict.fromkeys(files)))
        for section in (manifests, deploy):
            kustomize = fields.mapping(section, "kustomize")
            paths = fields.texts(kustomize, "paths") or ((".",) if "kustomize" in section else ())
            for path in paths:
                inside = inside_root(str(path), self._folder)
                if inside is not None and self._tree.is_folder(inside):
                    yield OverlayPart(inside)
                else:
                    known = self._is_astray(inside, path)
                    self._lack(f"kustomization {path!r} is not there", path if known else kustomize, wrong=known)
            for _, release in fields.items(fields.mapping(section, "helm"), "releases"):
                yield from self._release(release)

    def _release(self, release: fields.Value) -> Iterator[Part]:
        chart = str(fields.text(release, "chartPath"))
        inside = inside_root(chart, self._folder) if chart else None
        if inside is None or not is_chart(inside, self._tree):
            elsewhere = fields.boolean(release, "remote") is True  # as remoteChart, in older versions
            if inside is not None and names_one(chart) and not self._tree.is_folder(inside) and not elsewhere:
                wrong = self._is_astray(inside, chart)
                self._lack(f"chart {chart!r} is not there", release.get("chartPath"), wrong=wrong)
                return
            named = chart or fields.text(release, "remoteChart")
            self._lack(f"chart {str(named)!r} is not in this repository", release, Lacked.CHARTS)
            return
        values: list[str | Sourced] = []
        for name in fields.texts(release, "valuesFiles"):
            path = inside_root(str(name), self._folder)
            if path is not None and self._tree.read(path) is not None:
                values.append(path)
            else:
                self._lack(f"{name} is not there", name, wrong=self._is_astray(path, name))
        overrides = release.get("overrides")
        if isinstance(overrides, Sourced):
            values.append(overrides)
        single = [one for key, value in fields.mapping(release, "setValues").items() for one in _flat(str(key), value)]
        yield ChartPart(
            inside,
            tuple(values),
            Options(tuple(single)),
            str(fields.text(release, "name") or ASSUMED_RELEASE),
            str(fields.text(release, "namespace")),
        )

    def _files(self, pattern: str, near: object) -> Iterator[str]:
        if "://" in pattern:
            self._lack(f"{pattern} is not in this repository", near, Lacked.SOURCES)
            return
        wanted = inside_root(pattern, self._folder)
        if wanted is None:
            return
        if "*" not in wanted:
            if self._tree.read(wanted) is not None:
                yield wanted
            elif self._is_astray(wanted, pattern) and not self._tree.is_folder(wanted):
                self._lack(f"{pattern} is not there", pattern, wrong=True, unheeded=True)
            return
        like = re.compile(translate(wanted))
        fixed = posixpath.dirname(wanted.split("*", 1)[0])
        for path in sorted(self._tree.below(fixed)):
            if like.match(path) and path.endswith((".yaml", ".yml", ".json")):
                yield path

    def _is_astray(self, inside: str | None, written: str) -> bool:
        """Whether a path of nothing here is a mistake: of one file or folder, which nobody makes before Skaffold runs."""
        if inside is None or not names_one(written) or is_made_later(inside, self._tree):
            return False
        return not is_written_by_script(inside, self._tree)

    def _lack(
        self,
        what: str,
        near: object,
        kind: Lacked = Lacked.UNREAD,
        *,
        wrong: bool = False,
        unheeded: bool = False,
    ) -> None:
        self.lacks.append(Lack(what, first_origin(near), wrong, kind=kind, unheeded=unheeded))


def _flat(path: str, value: object) -> Iterator[str]:
    """``--set`` for each value below a path, as Skaffold writes out maps and lists (``util.FlatMap``)."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(f"{path}.{key}", one)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _flat(f"{path}[{number}]", one)
    else:
        yield f"{path}={as_text(value)}"
