"""A kustomization file: found, read, its old fields moved to the new ones (api ``target.KustTarget.Load``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.settings import HelmChart, HelmGlobals, Kustomization
from kubelens.render.origin import Origin
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

KIND: Final = "Kustomization"
COMPONENT: Final = "Component"
_VERSIONS: Final = {KIND: "kustomize.config.k8s.io/v1beta1", COMPONENT: "kustomize.config.k8s.io/v1alpha1"}
_API_VERSION: Final = pattern(r"""^["']?apiVersion["']?[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)
_REPLACED: Final = {
    "bases": "resources",
    "common_labels": "labels",
    "image_tags": "images",
    "patches_json6902": "patches",
    "patches_strategic_merge": "patches",
    "vars": "replacements",
}
_FIX: Final = "Run 'kustomize edit fix' to update your Kustomization automatically."


def is_kustomization(text: str) -> bool:
    """Whether a text by such a name is kustomize's: Flux and others have kinds of the same name."""
    told = _API_VERSION.search(text)
    return told is None or told[1].startswith("kustomize.config.k8s.io/")


class InvalidKustomization(BuildFault):
    """A file that is no kustomization, whatever lies around it."""


@lru_cache(maxsize=4096)
def known_kustomization(file: str, text: str) -> Kustomization | InvalidKustomization:
    """The settings in a file, not to be changed, or what is wrong with them."""
    try:
        return read_kustomization(file, text)[0]
    except InvalidKustomization as fault:
        return fault


def read_kustomization(file: str, text: str) -> tuple[Kustomization, list[str]]:
    """The settings in a file's text, and kustomize's warnings about fields that are deprecated.

    Raises:
        InvalidKustomization: it is no kustomization.
    """
    start = Origin(file, 0, 0)
    try:
        value = read_yaml(text, file)
    except YamlFault as fault:
        message = str(fault).removeprefix("error converting YAML to JSON: ")
        raise InvalidKustomization(f"invalid Kustomization: {message}", start) from None
    try:
        found: Kustomization = decode(Kustomization, value) if value is not None else Kustomization()
    except BuildFault as fault:
        raise _invalid(fault).within("invalid Kustomization", start) from None
    warnings = _deprecations(found)
    try:
        _modernise(found)
        _check(found)
    except BuildFault as fault:
        fault.warnings = tuple(warnings)
        fault.origin = fault.origin or start
        raise
    return found, warnings


def _invalid(fault: BuildFault) -> InvalidKustomization:
    found = InvalidKustomization(fault.message, fault.origin)
    found.reason, found.later = fault.reason, fault.later
    return found


def _deprecations(found: Kustomization) -> list[str]:
    names = dict(zip(Kustomization.__struct_fields__, Kustomization.__struct_encode_fields__, strict=True))
    warnings: list[str] = []
    for old, new in _REPLACED.items():
        if getattr(found, old) is not None:
            fix = f"[EXPERIMENTAL] {_FIX}" if old == "vars" else _FIX
            warnings.append(f"# Warning: '{names[old]}' is deprecated. Please use '{new}' instead. {fix}")
    return warnings


def _modernise(found: Kustomization) -> None:
    """``FixKustomization``."""
    found.kind = found.kind or KIND
    found.api_version = found.api_version or _VERSIONS.get(found.kind, _VERSIONS[KIND])
    if found.bases:
        found.resources = [*(found.resources or ()), *found.bases]
    found.bases = None
    if found.image_tags:
        found.images = [*(found.images or ()), *found.image_tags]
    found.image_tags = None
    for args in (*(found.config_map_generator or ()), *(found.secret_generator or ())):
        if args.env:
            args.envs = [*(args.envs or ()), args.env]
            args.env = ""
    old_charts = found.helm_chart_inflation_generator or ()
    if old_charts:
        homes = [chart.chart_home for chart in old_charts if chart.chart_home]
        configs = [chart.helm_home for chart in old_charts if chart.helm_home]
        if found.helm_globals is None and (homes or configs):
            found.helm_globals = HelmGlobals(chart_home=homes[-1] if homes else "", config_home=(configs or [""])[-1])
        found.helm_charts = [*(found.helm_charts or ()), *(_modern_chart(chart) for chart in old_charts)]
    found.helm_chart_inflation_generator = None


def _modern_chart(old: object) -> HelmChart:
    return HelmChart(
        name=old.chart_name,  # type: ignore[attr-defined]
        version=old.chart_version,  # type: ignore[attr-defined]
        repo=old.chart_repo_url,  # type: ignore[attr-defined]
        values_file=old.values,  # type: ignore[attr-defined]
        values_inline=old.values_local,  # type: ignore[attr-defined]
        values_merge=old.values_merge,  # type: ignore[attr-defined]
        release_name=old.release_name,  # type: ignore[attr-defined]
        origins=old.origins,  # type: ignore[attr-defined]
    )


def _check(found: Kustomization) -> None:
    """``CheckEmpty`` and ``EnforceFields``."""
    told = (name for name in Kustomization.__struct_fields__ if name not in ("origins", "kind", "api_version"))
    if all(getattr(found, name) in (None, "") for name in told):
        raise InvalidKustomization("kustomization.yaml is empty")
    faults = []
    if found.kind not in _VERSIONS:
        faults.append(f"kind should be {KIND} or {COMPONENT}")
    wanted = _VERSIONS.get(found.kind, _VERSIONS[KIND])
    if found.api_version != wanted:
        faults.append(f"apiVersion for {found.kind} should be {wanted}")
    if faults:
        raise WrongType("\n".join(faults), found.origins.get("kind") or found.origins.get("api_version"))


class WrongType(InvalidKustomization):
    """A file of another kind or version; the build says in which folder."""
