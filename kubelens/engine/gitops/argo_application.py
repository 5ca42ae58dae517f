"""Argo CD's Applications as sets: what their sources come to (argo-cd, ``reposerver/repository``, ``util/helm``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import translate
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.charts.discovery import is_chart
from kubelens.engine.gitops.argo_overrides import overridden
from kubelens.engine.gitops.globs import files_of, is_glob
from kubelens.engine.gitops.objects import ARGO, GitOpsObject, first_origin
from kubelens.engine.gitops.repository import NEWEST, Here, inside_root, is_root, names_one, normal_address, origin_of
from kubelens.engine.gitops.siblings import Siblings, Wanted
from kubelens.engine.gitops.templating import marked
from kubelens.engine.kustomizations.building import kustomization_file
from kubelens.engine.kustomizations.editing import settings_of
from kubelens.engine.sets.planned import ChartPart, FilesPart, Lack, Lacked, Options, OverlayPart, Part, PlannedSet
from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.taken_along import kept_by_application
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Sourced, Text
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

ORIGIN: Final = "Argo CD"
_MANIFESTS: Final = (".yaml", ".yml", ".json")
_KUSTOMIZE: Final = ("namePrefix", "nameSuffix", "namespace", "components", "patches", "commonAnnotations")
_IMAGE: Final = pattern(r"(?:([^=]+)=)?([^@]+?)(?::([^:@/]+))?(?:@(.+))?")
_VARIABLE: Final = pattern(r"\$\{?(ARGOCD_APP_NAME|ARGOCD_APP_NAMESPACE)\}?")
_GAP: Final = pattern(r"[-_.][.]ya?ml$|^[.]ya?ml$|//")
"""A file's name that a variable without a value left a gap in, ``values-.yaml``: its value comes from elsewhere."""
_SERVER_SIDE: Final = frozenset({"ServerSideApply=true", "Replace=true"})
"""Options of a sync that write no ``last-applied-configuration`` (gitops-engine, ``pkg/sync``, ``applyObject``)."""
_BRACES: Final = pattern(r"\{([^{}]*)\}")


def set_of_application(application: GitOpsObject, here: Here, siblings: Siblings) -> PlannedSet:
    """The set that an Application applies: all of its sources together. ``siblings``: all Applications, by their sources."""
    spec = application.spec
    sources = sources_of(application)
    names = {text: source for source in sources if (text := fields.text(source, "ref"))}
    namespace = fields.text(fields.mapping(spec, "destination"), "namespace")
    reader = _Reader(application, here, siblings, names, str(namespace))
    policy = fields.mapping(spec, "syncPolicy")
    parts = tuple(part for source in sources for part in reader.parts(source))
    lacks = [replace(one, wrong=False) for one in reader.lacks] if application.for_a_cluster else reader.lacks
    return PlannedSet(
        f"application/{application.name}",
        ORIGIN,
        parts,
        f"Application {application.name!r} in {here.tree.shown(application.file)}",
        application.file,
        tuple(lacks),
        namespace=str(namespace),
        folders=tuple(reader.folders),
        prunes="automated" not in policy or fields.mapping(policy, "automated").get("prune") is True,
        beneath=tuple(map(str, reader.beneath)),
        kept=application.kept if application.kept is not None else kept_by_application(application.value),
        server_side=not _SERVER_SIDE.isdisjoint(fields.texts(policy, "syncOptions")),
    )


def sources_of(application: GitOpsObject) -> list[fields.Value]:
    """Where an Application takes its manifests from."""
    several = [source for _, source in fields.items(application.spec, "sources")]
    return several or [fields.mapping(application.spec, "source")]


def wanted_by_applications(applications: Iterable[GitOpsObject], here: Here) -> Iterator[Wanted]:
    """What Applications want of repositories, at what lies here."""
    for one in applications:
        for source in sources_of(one):
            address, path = str(fields.text(source, "repoURL")), str(fields.text(source, "path"))
            if address and path and fields.text(source, "targetRevision") in NEWEST:
                is_here = here.is_meant(address, path) and here.has(path) and not _is_any_root(address, path, here)
                yield normal_address(address), path, is_here


class _Reader(Struct):
    application: GitOpsObject
    here: Here
    siblings: Siblings
    names: Mapping[str, fields.Value]
    namespace: str
    lacks: list[Lack] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    beneath: list[str] = field(default_factory=list)
    """What manifests would be made from, were all of it here."""

    def parts(self, source: fields.Value) -> Iterator[Part]:
        """What one source comes to; what cannot be followed is noted."""
        address, path, chart = (fields.text(source, name) for name in ("repoURL", "path", "chart"))
        if fields.text(source, "ref") and not path and not chart:
            return
        if chart:
            self.beneath += self._value_files(source, None)
            self._lack(f"chart {chart!r} of {address} is not in this repository", source, Lacked.CHARTS)
            return
        if not self.here.is_meant(address, path) or _is_any_root(address, path, self.here):
            newest = fields.text(source, "targetRevision") in NEWEST
            near = self.siblings.one_here(normal_address(address), path) if newest else None
            if near is None:
                what = f"{path or 'what it applies'!r} of {address} is not in this repository"
                self._lack(what, source, Lacked.SOURCES)
            else:
                what = f"path {path!r} is no folder of this repository, which holds {near!r} of the same {address}"
                self.lacks.append(Lack(what, origin_of(source, "path"), wrong=True, kind=Lacked.SOURCES))
            return
        folder = inside_root(path)
        if folder is None or not self.here.tree.is_folder(folder):
            newest = fields.text(source, "targetRevision") in NEWEST
            what = f"path {path!r} is no folder of this repository"
            self.lacks.append(Lack(what, origin_of(source, "path"), newest and not _is_filled_in_later(path)))
            return
        self.folders.append(folder)
        try:
            source = overridden(source, folder, str(self.application.name), self.here.tree)
        except YamlFault as fault:
            self._lack(f"a file .argocd-source in {path!r} cannot be read: {fault}", source)
        if "plugin" in source:
            self._lack(f"a plugin makes the manifests of {path!r}", source, Lacked.PLUGINS)
            self.beneath.append(folder)
            return
        kind = self._kind(source, folder)
        if kind == "helm" and not is_chart(folder, self.here.tree):
            what = f"path {path!r} holds no Chart.yaml, and its source's 'helm' has Argo CD render it by Helm"
            newest = fields.text(source, "targetRevision") in NEWEST
            self.lacks.append(Lack(what, origin_of(source, "path"), newest))
            self.beneath.append(folder)
        elif kind == "helm":
            yield self._chart(source, folder)
        elif kind == "kustomize":
            yield OverlayPart(folder, self._edits(fields.mapping(source, "kustomize")))
        else:
            files = tuple(self._files(fields.mapping(source, "directory"), folder))
            if not files and any(path.endswith(".jsonnet") for path in self.here.tree.below(folder)):
                self._lack(f"the manifests of {path!r} are written in Jsonnet", source, Lacked.JSONNET)
                self.beneath.append(folder)
            yield FilesPart(files)

    def _kind(self, source: fields.Value, folder: str) -> str:
        """Which tool is used (``GetAppSourceType``)."""
        told = [name for name in ("helm", "kustomize", "directory") if source.get(name)]
        if len(told) == 1 and told != ["directory"]:
            return told[0]
        if is_chart(folder, self.here.tree):
            return "helm"
        return "kustomize" if kustomization_file(folder, self.here.tree) else "directory"

    def _chart(self, source: fields.Value, folder: str) -> ChartPart:
        helm = fields.mapping(source, "helm")
        values: list[str | Sourced] = list(self._value_files(source, folder))
        inline = helm.get("valuesObject")
        text = fields.text(helm, "values")
        if isinstance(inline, Sourced):
            values.append(inline)
        elif text:
            try:
                found = read_yaml(marked(text, first_origin(helm)))
            except YamlFault as fault:
                self._lack(f"its values cannot be read: {fault}", helm)
                found = None
            if isinstance(found, Sourced):
                values.append(found)
        typed: list[str] = []
        texts: list[str] = []
        for _, one in fields.items(helm, "parameters"):
            value = self._filled(fields.text(one, "value"))
            if not value.startswith("{"):
                value = re.sub(r"(?<!\\),", r"\\,", value)
            (texts if fields.boolean(one, "forceString") else typed).append(f"{fields.text(one, 'name')}={value}")
        files: list[tuple[str, str]] = []
        for _, one in fields.items(helm, "fileParameters"):
            written = fields.text(one, "path")
            path = self._file(written, folder, helm)
            if path is not None:
                there = self.here.tree.read(path) is not None
                files.append((str(fields.text(one, "name")), path if there else self._astray(written, path, source)))
        return ChartPart(
            folder,
            tuple(values),
            Options(tuple(typed), tuple(texts), tuple(files)),
            str(fields.text(helm, "releaseName") or self.application.name),
            str(fields.text(helm, "namespace") or self.namespace),
            tuple(map(str, fields.texts(helm, "apiVersions"))),
            release_of(fields.text(helm, "kubeVersion")),
            not fields.boolean(helm, "skipCrds"),
        )

    def _value_files(self, source: fields.Value, folder: str | None) -> Iterator[str]:
        """The files of values that a source names, those that are not there noted.

        ``folder``: of its chart; None where that is elsewhere, so that files of sources with a ``ref`` are known alone.
        A pattern stands for the files that it matches and that no other entry names (``getResolvedValueFiles``).
        """
        helm = fields.mapping(source, "helm")
        lenient = fields.boolean(helm, "ignoreMissingValueFiles")
        named = [
            (written, path)
            for written in fields.texts(helm, "valueFiles")
            if (folder is not None or written.startswith("$"))
            and (path := self._file(written, folder or "", helm)) is not None
        ]
        taken = {path for _, path in named if not is_glob(path)}
        for written, path in named:
            if is_glob(path):
                found = files_of(path, self.here.tree)
                if not found and not lenient:
                    self._lack(f"no file is named by {str(written)!r}", source, Lacked.VALUES)
                yield from (one for one in found if one not in taken)
                taken.update(found)
            elif self.here.tree.read(path) is not None:
                yield path
            elif not lenient:
                yield self._astray(written, path, source)

    def _file(self, written: str, folder: str, near: object) -> str | None:
        """The path of a file that is named from a source's folder, from the root, or from a source with a ``ref``."""
        name = self._filled(written)
        if "://" in name:
            self._lack(f"{name!r} is not in this repository", near, Lacked.VALUES)
            return None
        if name.startswith("$"):
            ref, _, rest = name[1:].partition("/")
            source = self.names.get(ref)
            if source is None:
                several = "sources" in self.application.spec and "{{" not in ref
                origin = first_origin(written) or first_origin(near)
                self.lacks.append(Lack(f"{written!r}: no source has the ref {ref!r}", origin, several))
                return None
            if not self.here.is_meant(fields.text(source, "repoURL"), rest):
                what = f"{rest!r} of {fields.text(source, 'repoURL')} is not in this repository"
                self._lack(what, near, Lacked.VALUES)
                return None
            inside = inside_root(rest)
        else:
            inside = inside_root(name) if name.startswith("/") else inside_root(name, folder or ".")
        if inside is None:
            what = f"{name!r} leads out of the repository, which Argo CD refuses"
            self.lacks.append(Lack(what, first_origin(written) or first_origin(near), wrong=True))
        return inside

    def _astray(self, written: str, path: str, source: fields.Value) -> Text:
        """The path of a file that is not there, with the entry that names it; noted.

        Of another branch or a tag nobody here knows whether it holds it.
        """
        if written.startswith("$"):
            source = self.names.get(written[1:].partition("/")[0], source)
        filled = self._filled(written).removeprefix("$")
        known = fields.text(source, "targetRevision") in NEWEST and names_one(filled) and not _GAP.search(filled)
        origin = first_origin(written)
        what = f"Application {str(self.application.name)!r} names {str(written)!r}, but there is no {path!r}"
        self.lacks.append(Lack(what, origin, known, kind=Lacked.UNREAD if known else Lacked.VALUES))
        return Text.of(path, *((origin,) if origin is not None else ()))

    def _filled(self, text: str) -> str:
        known = {"ARGOCD_APP_NAME": str(self.application.name), "ARGOCD_APP_NAMESPACE": self.namespace}
        return _VARIABLE.sub(lambda match: known[match[1]], text)

    def _edits(self, options: fields.Value) -> Kustomization | None:
        """What ``kustomize edit`` is told (``util/kustomize``, ``Build``)."""
        if not options:
            return None
        made = Sourced({key: options[key] for key in _KUSTOMIZE if options.get(key)})
        if isinstance(options, Sourced):
            made.origins = {key: origin for key, origin in options.origins.items() if key in made}
            made.key_origins = {key: origin for key, origin in options.key_origins.items() if key in made}
        if images := fields.texts(options, "images"):
            made["images"] = [image_of(one) for one in images]
        if replicas := fields.items(options, "replicas"):
            made["replicas"] = [{"name": one.get("name"), "count": _whole(one.get("count"))} for _, one in replicas]
        if labels := fields.mapping(options, "commonLabels"):
            apart = fields.boolean(options, "labelWithoutSelector")
            inside = fields.boolean(options, "labelIncludeTemplates")
            extra = {"includeTemplates": True} if inside else {}
            made["labels"] = [{"pairs": labels, **({} if apart else {"includeSelectors": True}), **extra}]
        try:
            return settings_of(made)
        except BuildFault as fault:
            self._lack(f"its kustomize options cannot be read: {fault.reason}", options)
            return None

    def _files(self, directory: fields.Value, folder: str) -> Iterator[str]:
        """The manifests of a folder that is applied as it is (``findManifests``)."""
        deep = fields.boolean(directory, "recurse")
        include, exclude = (_pattern(fields.text(directory, name)) for name in ("include", "exclude"))
        before = f"{folder}/" if folder else ""
        for path in sorted(self.here.tree.below(folder)):
            name = path.removeprefix(before)
            if not name.endswith(_MANIFESTS) or ("/" in name and not deep):
                continue
            if (exclude is not None and exclude(name)) or (include is not None and not include(name)):
                continue
            yield path

    def _lack(self, what: str, near: object, kind: Lacked = Lacked.UNREAD) -> None:
        self.lacks.append(Lack(what, first_origin(near), kind=kind))


def image_of(text: str) -> dict[str, str]:
    """What ``kustomize edit set image`` makes of ``name=new:tag``, as a kustomization holds it."""
    match = _IMAGE.fullmatch(text)
    if match is None:
        return {"name": text}
    name, new, tag, digest = match.groups()
    found = {"name": name or new}
    if name and new != name:
        found["newName"] = new
    if tag:
        found["newTag"] = tag
    if digest:
        found["digest"] = digest
    return found


def release_of(text: str) -> str:
    """A release of Kubernetes as ``1.36``, of a version written in any length."""
    parts = text.strip().removeprefix("v").split(".")
    return ".".join(parts[:2]) if len(parts) > 1 else ""


def _whole(value: object) -> object:
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value


def _pattern(text: str) -> Callable[[str], bool] | None:
    """A glob of Argo CD: stars match ``/`` too, braces hold alternatives."""
    if not text:
        return None
    patterns = [re.compile(translate(one)) for one in _alternatives(str(text))]
    return lambda name: any(pattern.match(name) for pattern in patterns)


def _alternatives(text: str) -> list[str]:
    match = _BRACES.search(text)
    if match is None:
        return [text]
    found = [text[: match.start()] + part + text[match.end() :] for part in match[1].split(",")]
    return [whole for one in found[:50] for whole in _alternatives(one)][:200]


def _is_any_root(address: str, path: str, here: Here) -> bool:
    """Whether a source is the root of one of several repositories, none of which is known to be this one."""
    if here.addresses or not is_root(path):
        return False
    own = normal_address(address)
    named = (source for _, one in here.objects.all(ARGO, "Application") for source in sources_of(one))
    return any(not fields.text(one, "chart") and normal_address(fields.text(one, "repoURL")) != own for one in named)


def _is_filled_in_later(path: str) -> bool:
    """Whether a path holds what a generator or a script writes before Argo CD reads it: ``{{ .env }}``, ``${ENV}``."""
    return "{{" in path or has_variable(path)
