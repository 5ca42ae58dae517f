"""A template that prints a list or a map as Go writes it: ``[a b]``, ``map[a:b]``.

Of a list YAML then reads one item ``a b``, of a map some text: neither is what stands in values.yaml. Told where a
template prints a value without any function, the value is a map or a list of several items, and the text came out so.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
hosts:
- a.example
- b.example
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  hosts: {{ .Values.hosts }}  # expect: [a.example b.example]
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
hosts:
- a.example
- b.example
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  hosts: {{ join "," .Values.hosts }}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Span

if TYPE_CHECKING:
    from kubelens.render.origin import Origin, Text

_PRINTED: Final = pattern(r"\{\{-?[ \t]*\$?\.Values\.([\w.]{0,300}\w)[ \t]*-?\}\}")
_SHOWN: Final = 60


@rule(on=ChartRun, severity=Severity.WARNING)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each place that prints one."""
    if run.rendered is None:
        return
    values = run.rendered.values
    for name, text in run.rendered.files.items():
        path = run.rendered.paths[name]
        source = run.source(path)
        if source is None or "{{" not in source.text:
            continue
        for action in _PRINTED.finditer(source.text):
            table, steps = values, action[1].split(".")
            if path.startswith("charts/") or not _is_collection(table, steps):
                continue
            shown = _printed_by(text, path, action.start())
            if shown:
                yield ctx.finding(
                    f".Values.{action[1]} is printed as {shown}",
                    at=run.place(path),
                    span=Span(action.start(), action.end()),
                    notes=["write toYaml, join or range to print what is in it"],
                )


def _is_collection(table: Any, steps: list[str]) -> bool:
    """Whether a value is a map, or a list whose items YAML would not find again."""
    for step in steps:
        table = table.get(step) if isinstance(table, Mapping) else None
    if isinstance(table, list):
        return len(table) > 1 or any(isinstance(item, list | Mapping) for item in table)
    return isinstance(table, Mapping) and bool(table)


def _printed_by(text: Text, file: str, start: int) -> str:
    """What the action at an offset of a template printed, cut short; empty where it printed nothing."""
    at = 0
    for piece in text.pieces:
        if any(_is_action(origin, file, start) for origin in piece.origins):
            shown = text[at : at + piece.length]
            return str(shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}...")
        at += piece.length
    return ""


def _is_action(origin: Origin, file: str, start: int) -> bool:
    return origin.file == file and origin.start == start
