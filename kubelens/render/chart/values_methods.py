"""What templates may call on ``.Values`` (Helm, ``common.Values``): ``AsMap``, ``YAML``, ``Table``, ``PathValue``."""

from __future__ import annotations

from typing import Final

from kubelens.render.chart.tables import is_table
from kubelens.render.go.function import Function, TemplateFailure
from kubelens.render.go.types import Mapping
from kubelens.render.origin import Sourced, Text
from kubelens.render.yaml.write import to_yaml

AS_MAP: Final = "AsMap"
METHODS: Final = frozenset({AS_MAP, "YAML", "Table", "PathValue"})


def methods_of_values(values: Mapping) -> dict[str, Function]:
    """The methods of values, which are called on them as they are then.

    ``AsMap`` gives a map of its own, in which what is set is not set in the values; its inner maps are theirs.
    """

    def as_map() -> Sourced:
        made = Sourced(values.items())
        made.origins, made.key_origins = values.origins, values.key_origins
        return made

    def as_yaml() -> Text:
        return to_yaml(values)

    def table(path: str) -> Mapping:
        found: object = values
        for step in path.split("."):
            inner = found.get(step) if isinstance(found, dict) else None
            if not is_table(inner):
                raise TemplateFailure(f'"{step}" is not a table')
            found = inner
        return found if isinstance(found, Mapping) else Mapping(found, values.go_type)  # type: ignore[arg-type]

    def path_value(path: str) -> object:
        if not path:
            raise TemplateFailure("YAML path cannot be empty")
        above, _, last = path.rpartition(".")
        found = table(above) if above else values
        if last not in found or is_table(found[last]):
            raise TemplateFailure(f'"{last}" is not a value')
        return found[last]

    methods = [
        Function(AS_MAP, as_map),
        Function("YAML", as_yaml),
        Function("Table", table, ("string",)),
        Function("PathValue", path_value, ("string",)),
    ]
    return {method.name: method for method in methods}
