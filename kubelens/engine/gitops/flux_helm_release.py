"""Flux's HelmReleases as sets (helm-controller; fluxcd/pkg/chartutil)."""

from __future__ import annotations

from typing import Final

from kubelens.engine.charts.discovery import is_chart
from kubelens.engine.gitops.flux_source import SOURCE_GROUP, address_of, is_newest_here, namespace_of, path_here
from kubelens.engine.gitops.objects import GitOpsObject, first_origin
from kubelens.engine.gitops.repository import Here, inside_root, origin_of
from kubelens.engine.gitops.templating import marked
from kubelens.engine.kustomizations.editing import settings_of
from kubelens.engine.sets.planned import ChartPart, Lack, Lacked, Options, Part, PlannedSet
from kubelens.kube import fields
from kubelens.kube.taken_along import kept_by_release
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Sourced
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

ORIGIN: Final = "Flux"
_REPOSITORIES: Final = ("GitRepository", "Bucket", "ExternalArtifact")
_VALUES_KEY: Final = "values.yaml"


def set_of_release(release: GitOpsObject, here: Here) -> PlannedSet:
    """The set that a HelmRelease installs."""
    spec = release.spec
    lacks: list[Lack] = []
    target = str(fields.text(spec, "targetNamespace"))
    namespace = target or namespace_of(release)
    folder = _folder(release, here, lacks)
    parts: tuple[Part, ...] = ()
    if folder is not None:
        values, options = _values(release, here, folder, lacks)
        name = str(fields.text(spec, "releaseName") or (f"{target}-{release.name}" if target else release.name))
        post = _post(spec, lacks)
        parts = (ChartPart(folder, values, options, name[:53], namespace, post=post),)
    return PlannedSet(
        f"helmrelease/{release.name}",
        ORIGIN,
        parts,
        f"HelmRelease {release.name!r} in {here.tree.shown(release.file)}",
        release.file,
        tuple(lacks),
        namespace=namespace,
        kept=kept_by_release(release.value),
    )


def _folder(release: GitOpsObject, here: Here, lacks: list[Lack]) -> str | None:
    """The folder of its chart, None where that is not in this repository."""
    spec = fields.mapping(fields.mapping(release.spec, "chart"), "spec")
    reference = fields.mapping(spec, "sourceRef")
    named = fields.mapping(release.spec, "chartRef")
    if named and fields.text(named, "kind") == "HelmChart":
        namespace = fields.text(named, "namespace") or namespace_of(release)
        found = here.objects.find(SOURCE_GROUP, "HelmChart", namespace, fields.text(named, "name"), release.file)
        spec = found.spec if found is not None else {}
        reference = fields.mapping(spec, "sourceRef")
    chart = str(fields.text(spec, "chart"))
    if fields.text(reference, "kind") in _REPOSITORIES and chart:
        folder = path_here(reference, release, chart, here)
        if folder is not None and is_chart(folder, here.tree):
            return folder
        if is_newest_here(reference, release, here):
            wrong = (
                "holds no chart"
                if folder is not None and here.tree.is_folder(folder)
                else "is no folder of this repository"
            )
            lacks.append(Lack(f"chart {chart!r} {wrong}", origin_of(spec, "chart"), wrong=True))
            return None
    address = address_of(reference or named, release, here.objects)
    what = f"chart {chart!r} of {address}" if chart else f"the chart of {address}"
    origin = first_origin(release.spec)
    lacks.append(Lack(f"{what} is not in this repository", origin, kind=Lacked.CHARTS))
    return None


def _values(
    release: GitOpsObject, here: Here, folder: str, lacks: list[Lack]
) -> tuple[tuple[str | Sourced, ...], Options]:
    """Files of the chart, then ``valuesFrom`` in its order, then the values written here."""
    spec = fields.mapping(fields.mapping(release.spec, "chart"), "spec")
    values: list[str | Sourced] = []
    for name in fields.texts(spec, "valuesFiles"):
        path = inside_root(str(name), ".")
        if path is not None and here.tree.read(path) is not None:
            values.append(path)
        elif not fields.boolean(spec, "ignoreMissingValuesFiles"):
            origin = first_origin(name) or first_origin(spec)
            known = path is not None and is_newest_here(fields.mapping(spec, "sourceRef"), release, here)
            lacks.append(Lack(f"{name} is not there", origin, known))
    single: list[str] = []
    for _, reference in fields.items(release.spec, "valuesFrom"):
        kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
        key = fields.text(reference, "valuesKey", _VALUES_KEY)
        data = here.objects.data(kind, namespace_of(release), name, release.file)
        text = data.get(key) if data is not None else None
        if text is None:
            if not fields.boolean(reference, "optional"):
                what = f"{kind} {name!r} with {key!r} is not in this repository"
                lacks.append(Lack(what, first_origin(reference), kind=Lacked.VALUES))
            continue
        target = fields.text(reference, "targetPath")
        if target:
            single.append(f"{target}={text}")
            continue
        try:
            found = read_yaml(marked(text, first_origin(reference)))
        except YamlFault as fault:
            lacks.append(Lack(f"{key} of {kind} {name!r} cannot be read: {fault}", first_origin(reference)))
            continue
        if isinstance(found, Sourced):
            values.append(found)
    inline = release.spec.get("values")
    if isinstance(inline, Sourced):
        values.append(inline)
    return tuple(values), Options(tuple(single))


def _post(spec: fields.Value, lacks: list[Lack]) -> Kustomization | None:
    """The patches and images of all post-renderers."""
    patches: list[object] = []
    images: list[object] = []
    for _, renderer in fields.items(spec, "postRenderers"):
        kustomize = fields.mapping(renderer, "kustomize")
        for name, gathered in (("patches", patches), ("images", images)):
            found = kustomize.get(name)
            gathered.extend(found if isinstance(found, list) else ())
    if not patches and not images:
        return None
    try:
        return settings_of(Sourced([("patches", patches), ("images", images)]))
    except BuildFault as fault:
        lacks.append(Lack(f"its postRenderers cannot be read: {fault.reason}", fault.origin))
        return None
