"""The values that a user gives: files first, then the options, kind by kind (Helm, ``Options.MergeValues``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.set_values import Manner, SetFault, json_object, parse_into
from kubelens.render.chart.values import load_values, merge_maps
from kubelens.render.origin import Sourced


class Given(Struct, frozen=True):
    """What is given beside a chart's own values; ``files``: (name, text) of each ``-f``, in order."""

    files: Sequence[tuple[str, str]] = ()
    set_json: Sequence[str] = ()
    set: Sequence[str] = ()
    set_string: Sequence[str] = ()
    set_file: Sequence[str] = ()
    set_literal: Sequence[str] = ()

    def values(self, helm: int = 4, read_file: Callable[[str], str] | None = None) -> Sourced:
        """All of them as one map. ``read_file`` gives the text of a file that ``--set-file`` names, or raises SetFault.

        Raises:
            ChartFault: a file or an option cannot be read.
        """
        values = Sourced()
        for name, text in self.files:
            try:
                values = merge_maps(values, load_values(text, name, helm))
            except ChartFault as fault:
                raise ChartFault(f"failed to parse {name}: {fault}", fault.file, fault.line) from None
        for line in self.set_json:
            values = _set_json(values, line, helm)
        for manner, lines in (
            (Manner.TYPED, self.set),
            (Manner.STRING, self.set_string),
            (Manner.FILE, self.set_file),
            (Manner.LITERAL, self.set_literal),
        ):
            for line in lines:
                try:
                    parse_into(line, values, manner, read_file)
                except SetFault as fault:
                    raise ChartFault(f"failed parsing {manner.value} data: {fault}") from None
        return values


def _set_json(values: Sourced, line: str, helm: int) -> Sourced:
    trimmed = line.strip()
    if helm > 3 and trimmed.startswith("{"):
        found = json_object(trimmed)
        if found is None:
            raise ChartFault(f"failed parsing --set-json data JSON: {line}")
        return merge_maps(values, found)
    try:
        parse_into(line, values, Manner.JSON)
    except SetFault:
        raise ChartFault(f"failed parsing --set-json data {line}") from None
    return values
