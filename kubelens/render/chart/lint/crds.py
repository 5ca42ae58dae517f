"""``crds/`` (Helm, ``lint/rules/crds.go``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.go_struct import decode
from kubelens.render.chart.lint.message import Message, Severity
from kubelens.render.chart.lint.templates import OBJECT
from kubelens.render.chart.model import Chart
from kubelens.render.chart.values import documents
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml


def lint_crds(chart: Chart) -> Iterator[Message]:
    """What is said about the files that are installed before all others, and not rendered."""
    for _, file in chart.crds():
        try:
            for _, document in documents(file.text, file.path):
                value = read_yaml(document, exact_numbers=True)
                if value is None:
                    continue
                found = cast("dict[str, Any]", decode(value, OBJECT) or {})
                if not str(found.get("apiVersion", "")).startswith("apiextensions.k8s.io"):
                    yield Message(Severity.ERROR, file.name, "apiVersion is not in 'apiextensions.k8s.io'")
                if found.get("kind") != "CustomResourceDefinition":
                    yield Message(Severity.ERROR, file.name, "object kind is not 'CustomResourceDefinition'")
        except (YamlFault, ChartFault) as fault:
            said = str(fault).removeprefix("error reading yaml document: ")
            yield Message(Severity.ERROR, file.name, f"unable to parse YAML: {said}")
            return
