"""JSON (Helm's ``toJson`` and ``fromJson``, sprig's others)."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.json_reading import NotReadable, kind_of_json, read_json
from kubelens.render.go.json_writing import NotJson, to_json
from kubelens.render.go.types import ANY_MAP, ANY_SLICE, Mapping, Slice
from kubelens.render.limits import work_of_printing, work_of_reading

_INDENT = "  "
_LAST_WITH_CLASSIC = 3


def json(helm: int) -> Family:
    """The functions, as the Go release has them that a major version of Helm is built with."""
    family = Family()
    _writing(family, helm <= _LAST_WITH_CLASSIC)
    _reading(family, helm <= _LAST_WITH_CLASSIC)
    return family


def _writing(family: Family, classic: bool) -> None:
    @family.function("toJson", takes=(ANY,), costs=work_of_printing)
    def json_text(value: object) -> str:
        """The value as JSON; nothing if it cannot be."""
        try:
            return to_json(value, classic=classic)
        except NotJson:
            return ""

    @family.function("mustToJson", takes=(ANY,), costs=work_of_printing)
    def must_json_text(value: object) -> str:
        """The value as JSON; fails if it cannot be."""
        try:
            return to_json(value, classic=classic)
        except NotJson as fault:
            raise TemplateFailure(str(fault)) from None

    @family.function("toPrettyJson", takes=(ANY,), costs=work_of_printing)
    def pretty_json_text(value: object) -> str:
        """The value as JSON on many lines; nothing if it cannot be."""
        try:
            return to_json(value, indent=_INDENT, classic=classic)
        except NotJson:
            return ""

    @family.function("mustToPrettyJson", takes=(ANY,), costs=work_of_printing)
    def must_pretty_json_text(value: object) -> str:
        """The value as JSON on many lines; fails if it cannot be."""
        try:
            return to_json(value, indent=_INDENT, classic=classic)
        except NotJson as fault:
            raise TemplateFailure(str(fault)) from None

    @family.function("toRawJson", "mustToRawJson", takes=(ANY,), costs=work_of_printing)
    def raw_json_text(value: object) -> str:
        """The value as JSON without the escapes for HTML; fails if it cannot be."""
        try:
            return to_json(value, for_html=False, classic=classic)
        except NotJson as fault:
            raise TemplateFailure(str(fault)) from None


def _reading(family: Family, classic: bool) -> None:
    @family.function("fromJson", takes=("string",), costs=work_of_reading)
    def json_map(text: str) -> object:
        """The map that the text is; the fault under ``Error`` if it is none."""
        try:
            value = read_json(text, classic=classic)
        except NotReadable as fault:
            return {"Error": str(fault)}
        if value is None:
            return Mapping(nil=True)
        if isinstance(value, dict):
            return value
        return {"Error": f"json: cannot unmarshal {kind_of_json(value)} into Go value of type {ANY_MAP}"}

    @family.function("fromJsonArray", takes=("string",), costs=work_of_reading)
    def json_list(text: str) -> object:
        """The list that the text is; the fault as its only item if it is none."""
        try:
            value = read_json(text, classic=classic)
        except NotReadable as fault:
            return [str(fault)]
        if value is None:
            return Slice((), ANY_SLICE, nil=True)
        if isinstance(value, list):
            return value
        return [f"json: cannot unmarshal {kind_of_json(value)} into Go value of type {ANY_SLICE}"]

    @family.function("mustFromJson", takes=("string",), costs=work_of_reading)
    def must_json_value(text: str) -> object:
        """The value that the text is, of any kind; fails if it is no JSON."""
        try:
            return read_json(text, classic=classic)
        except NotReadable as fault:
            raise TemplateFailure(str(fault)) from None
