"""Templates and what they print (Helm, ``lint/rules/template.go``)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, Final, cast

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.lifecycle import lifecycle
from kubelens.render.chart.capabilities import Capabilities
from kubelens.render.chart.coalesce import Coalescing
from kubelens.render.chart.dependencies import process_dependencies
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.go_struct import STRING, Fields, ListOf, MapOf, decode
from kubelens.render.chart.lint.message import Message, Severity
from kubelens.render.chart.lint.object_names import name_problems
from kubelens.render.chart.model import Chart
from kubelens.render.chart.objects import Release
from kubelens.render.chart.schema import check_values, schema_fault
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.tables import Table
from kubelens.render.chart.templates import Templates
from kubelens.render.chart.values import documents
from kubelens.render.go.strconv import quote
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

_FOLDER: Final = "templates/"
_EXTENSIONS: Final = (".yaml", ".yml", ".tpl", ".txt")
_WITH_SELECTOR: Final = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
_METADATA: Final = Fields("rules.k8sYamlMetadata", "rules.k8sYamlMetadata", {"namespace": STRING, "name": STRING})
OBJECT: Final = Fields(
    "rules.k8sYamlStruct", "rules.k8sYamlStruct", {"apiVersion": STRING, "kind": STRING, "metadata": _METADATA}
)
_ITEM: Final = Fields("", "", {"metadata": Fields("", "", {"annotations": MapOf(STRING)})})
_LIST: Final = Fields("", "", {"items": ListOf(_ITEM)})


def lint_templates(chart: Chart, given: Table, namespace: str, capabilities: Capabilities) -> Iterator[Message]:
    """What is said about a chart that was loaded for this alone."""
    release = Release("test-release", namespace, install=False, revision=0)
    settings = Settings(release, capabilities, capabilities.helm, lenient=True)
    try:
        process_dependencies(chart, given, settings.helm)
        coalescing = Coalescing(settings.helm)
        values = coalescing.values_of(chart, coalescing.values_of(chart, given))
    except ChartFault:
        return
    try:
        if complaints := check_values(chart, values):
            raise schema_fault(complaints)
        templates = Templates(chart, values, settings)
        files = {name: str(templates.render(name)) for name in templates.printed}
    except ChartFault as fault:
        yield Message(Severity.ERROR, _FOLDER, str(fault))
        return
    for file in chart.templates:
        extension = posixpath.splitext(file.name)[1]
        if extension not in _EXTENSIONS:
            text = f"file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
            yield Message(Severity.ERROR, file.name, text)
        if extension.lower() in (".yaml", ".yml"):
            for severity, text in _documents(files.get(f"{chart.name}/{file.name}", ""), capabilities):
                yield Message(severity, file.name, text)
                if text.startswith(_UNREADABLE):
                    return


_UNREADABLE: Final = "unable to parse YAML: "


def _documents(text: str, capabilities: Capabilities) -> Iterator[tuple[Severity, str]]:
    if not text.strip():
        return
    first = next(line for line in text.splitlines() if line.strip())
    if first[0] in " \t":
        problem = f"document starts with an illegal indent: {quote(first)}, which may cause parsing problems"
        yield Severity.WARNING, problem
    try:
        for _, document in documents(text, ""):
            value = read_yaml(document, exact_numbers=True)
            if value is None:
                continue
            found = cast("dict[str, Any]", decode(value, OBJECT) or {})
            yield from _about_object(found, text, capabilities)
    except (YamlFault, ChartFault) as fault:
        said = str(fault).removeprefix("error reading yaml document: ")
        yield Severity.ERROR, f"{_UNREADABLE}{said}"


def _about_object(found: dict[str, Any], text: str, capabilities: Capabilities) -> Iterator[tuple[Severity, str]]:
    kind, api_version = str(found.get("kind", "")), str(found.get("apiVersion", ""))
    name = str((found.get("metadata") or {}).get("name", ""))
    if problems := name_problems(kind, name):
        said = [f"metadata.name: Invalid value: {quote(name)}: {problem}" for problem in problems]
        joined = said[0] if len(said) == 1 else f"[{', '.join(said)}]"
        yield (
            Severity.WARNING,
            f"object name does not conform to Kubernetes naming requirements: {quote(name)}: {joined}",
        )
    if (ending := _ending(api_version, kind, capabilities)) is not None:
        yield Severity.WARNING, ending
    if kind in _WITH_SELECTOR and "matchLabels" not in text and "matchExpressions" not in text:
        problem = f"a {kind} must contain matchLabels or matchExpressions, and {quote(name)} does not"
        yield Severity.ERROR, problem
    if kind == "List":
        yield from _about_list(text)


def _ending(api_version: str, kind: str, capabilities: Capabilities) -> str | None:
    """What the API server warns of, where a version is deprecated."""
    if api_version not in capabilities.api_versions:
        return None
    life = lifecycle(GroupVersionKind(*_group_and_version(api_version), kind))
    release = f"{capabilities.kube_version.major}.{capabilities.kube_version.minor}"
    if life is None or not life.is_deprecated(release):
        return None
    removed = f", unavailable in v{life.removed}+" if life.removed else ""
    successor = life.successor if " " in life.successor else f"{life.successor} {kind}"
    instead = f"; use {successor}" if life.successor else ""
    return f"{api_version} {kind} is deprecated in v{life.deprecated}+{removed}{instead}"


def _group_and_version(api_version: str) -> tuple[str, str]:
    group, _, version = api_version.rpartition("/")
    return group, version


def _about_list(text: str) -> Iterator[tuple[Severity, str]]:
    try:
        found = cast("dict[str, Any]", decode(read_yaml(text, exact_numbers=True), _LIST) or {})
    except YamlFault as fault:
        yield Severity.ERROR, f"{_UNREADABLE}{fault}"
        return
    for item in found.get("items", ()):
        if "helm.sh/resource-policy" in (((item or {}).get("metadata") or {}).get("annotations") or {}):
            yield Severity.ERROR, "annotation 'helm.sh/resource-policy' within List objects are ignored"
            return
