"""values.yaml (Helm, ``lint/rules/values.go``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.render.chart.coalesce import Coalescing
from kubelens.render.chart.go_struct import json_kind
from kubelens.render.chart.lint.message import Message, Severity
from kubelens.render.chart.schema import check_schema
from kubelens.render.chart.tables import Table, copied_table
from kubelens.render.origin import Sourced
from kubelens.render.yaml.fault import YamlFault, unmarshaling
from kubelens.render.yaml.read import read_yaml

_FILE: Final = "values.yaml"


def lint_values_file(text: str | None, schema: bytes | None, given: Table) -> Iterator[Message]:
    """What is said about the text of values.yaml (None: there is none), under the values that are given."""
    if text is None:
        yield Message(Severity.INFO, _FILE, "file does not exist")
        return
    try:
        value = read_yaml(text, _FILE)
        if value is not None and not isinstance(value, Sourced):
            raise unmarshaling(f"{json_kind(value)} into Go value of type common.Values")
    except YamlFault as fault:
        yield Message(Severity.ERROR, _FILE, f"unable to parse YAML: {fault}")
        return
    if not schema:
        return
    coalescing = Coalescing()
    values = coalescing.tables(Sourced(), copied_table(given))
    values = coalescing.tables(values, copied_table(value or Sourced()))
    complaints, trouble = check_schema(schema, values)
    if complaints or trouble:
        said = trouble or "\n".join(line for one in complaints for line in one.lines())
        yield Message(Severity.ERROR, _FILE, f"{said}\n")
