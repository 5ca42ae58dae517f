"""YAML (Helm's ``toYaml`` and ``fromYaml`` over sigs.k8s.io/yaml)."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.json_reading import kind_of_json
from kubelens.render.go.types import ANY_MAP, ANY_SLICE
from kubelens.render.limits import work_of_printing, work_of_reading
from kubelens.render.origin import Text
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.render.yaml.write import NotYaml, to_pretty_yaml, to_yaml

YAML = Family()
_DECODING = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal"


@YAML.function("toYaml", takes=(ANY,), costs=work_of_printing)
def yaml_text(value: object) -> str:
    """The value as YAML without the last newline; nothing if it cannot be."""
    try:
        return _without_newline(to_yaml(value))
    except NotYaml:
        return ""


@YAML.function("mustToYaml", takes=(ANY,), new=True, costs=work_of_printing)
def must_yaml_text(value: object) -> str:
    """The value as YAML without the last newline; fails if it cannot be."""
    try:
        return _without_newline(to_yaml(value))
    except NotYaml as fault:
        raise TemplateFailure(str(fault)) from None


@YAML.function("toYamlPretty", takes=(ANY,), costs=work_of_printing)
def pretty_yaml_text(value: object) -> str:
    """The value as YAML with lists further in than their keys; nothing if it cannot be."""
    try:
        return _without_newline(to_pretty_yaml(value))
    except NotYaml:
        return ""


def _without_newline(text: Text) -> str:
    return text.cut(0, len(text) - 1) if text.endswith("\n") else text


def _read(text: str) -> object:
    """The value of the text, with the text's own origins and no others."""
    return read_yaml(text if type(text) is Text else Text.of(text))


@YAML.function("fromYaml", takes=("string",), costs=work_of_reading)
def yaml_map(text: str) -> object:
    """The map that the text is; the fault under ``Error`` if it is none."""
    try:
        value = _read(text)
    except YamlFault as fault:
        return {"Error": str(fault)}
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    return {"Error": f"{_DECODING} {kind_of_json(value)} into Go value of type {ANY_MAP}"}


@YAML.function("fromYamlArray", takes=("string",), costs=work_of_reading)
def yaml_list(text: str) -> object:
    """The list that the text is; the fault as its only item if it is none."""
    try:
        value = _read(text)
    except YamlFault as fault:
        return [str(fault)]
    if value is None:
        return []
    if isinstance(value, list):
        return value
    return [f"{_DECODING} {kind_of_json(value)} into Go value of type {ANY_SLICE}"]
