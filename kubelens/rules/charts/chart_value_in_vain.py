"""A values file that sets a value by a name which nothing in the chart reads, nearly the name of one that it has.

``replicaCuont: 5`` in ``values-prod.yaml`` where values.yaml has ``replicaCount``: Helm takes it without a word, and the
release gets what values.yaml says. Told of values files, and of values in Argo CD and Flux objects, where the name stands
nowhere in the chart and no map around it is taken whole (``toYaml``, ``range``, ``include`` and the like).

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicaCount: 2
# file: values-prod.yaml
replicaCuont: 5  # expect: 'replicaCount'
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  count: "{{ .Values.replicaCount }}"
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicaCount: 2
# file: values-prod.yaml
replicaCount: 5
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  count: "{{ .Values.replicaCount }}"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place
from kubelens.syntax.text import Span

if TYPE_CHECKING:
    from kubelens.render.chart.model import Chart
    from kubelens.render.chart.read_values import ValueRead
    from kubelens.render.origin import Origin

_NEVER: Final = frozenset({"global", "tags", "exports"})
_WHOLE: Final = pattern(r"(?<!hasKey )(?<!hasKey \$)\.Values(?![.\w])")
"""Where all values are read at once: nobody knows which."""
_ALIKE: Final = 0.8
_Tables = tuple[Mapping[str, object], ...]


class _Stranger(Struct, frozen=True):
    """A value that is set and has no default; ``beside``: the names that values.yaml has in its place."""

    chart: Chart
    path: tuple[str, ...]
    shown: tuple[str, ...]
    origin: Origin
    beside: frozenset[str]
    given: frozenset[str]


@rule(on=ChartRun, severity=Severity.WARNING)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each such value."""
    chart = run.chart
    if chart is None or chart.metadata.is_library:
        return
    meant: _Meant | None = None
    for one in (
        stranger for given in (run.given, *run.given_elsewhere) for stranger in _of_chart(chart, given, (), ())
    ):
        if meant is None:
            own = (source.text for uri, source in run.texts.items() if uri.endswith("values.yaml"))
            meant = _Meant("\0".join([*_texts(chart), *own]))
        near = meant.by(one)
        if not near or near in one.given:
            continue
        if ctx.bundle.open_values and not run.named(one.origin.file).startswith(run.folder):
            continue  # a chart that installs others passes on all of its values, of which each reads its own
        written = ".".join((*one.shown[:-1], near))
        has = "values.yaml has" if near in one.beside else "its templates read"
        yield ctx.finding(
            f"nothing in the chart reads the value {'.'.join(one.shown)!r}; {has} {written!r}",
            at=Place(run.named(one.origin.file), 0),
            span=Span(one.origin.start, one.origin.end),
            label="sets nothing",
            notes=[f"Helm takes it without a word, and nothing comes of it; write {near!r}"],
        )


class _Meant:
    """Which name of a chart was meant by one that nothing reads; ``text``: all that may name a value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_whole = _WHOLE.search(text) is not None
        self._reads: dict[int, list[ValueRead]] = {}
        self._known: dict[tuple[int, tuple[str, ...]], str] = {}

    def by(self, one: _Stranger) -> str:
        """The name, ``""`` where something may read the value or none is near."""
        if self._is_whole:
            return ""
        key = (id(one.chart), one.path)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._found(one)
        return found

    def _found(self, one: _Stranger) -> str:
        from kubelens.render.chart.read_values import Use, values_read  # noqa: PLC0415 - few values are strangers

        name = one.path[-1]
        if name in self._text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._text) is not None:
            return ""
        reads = self._reads.get(id(one.chart))
        if reads is None:
            reads = self._reads[id(one.chart)] = values_read(one.chart.templates)
        above, size = one.path[:-1], len(one.path) - 1
        if any(read.use is Use.TAKEN and read.path and read.path == above[: len(read.path)] for read in reads):
            return ""
        known = one.beside | {read.path[size] for read in reads if len(read.path) > size and read.path[:size] == above}
        return next(iter(get_close_matches(name, sorted(known), 1, _ALIKE)), "")


def _of_chart(chart: Chart, given: object, owns: _Tables, shown: tuple[str, ...]) -> Iterator[_Stranger]:
    """The strangers among what is given for a chart and for those below it; ``owns``: what those above say of it."""
    if not isinstance(given, Mapping):
        return
    asked = {one.alias or one.name: one.name for one in chart.metadata.required()}
    asked |= {below.name: below.name for below in chart.dependencies if below.name not in asked.values()}
    left_out = _NEVER | asked.keys()
    own = {name: value for name, value in given.items() if name not in left_out}
    yield from _of_table(chart, given, own, (*owns, chart.values), (), shown)
    by_name = {below.name: below for below in chart.dependencies}
    for called, name in asked.items():
        if name in by_name and called in given:
            above = tuple(one for one in _at((*owns, chart.values), called) if isinstance(one, Mapping))
            yield from _of_chart(by_name[name], given[called], above, (*shown, called))


def _of_table(
    chart: Chart,
    table: Mapping[str, object],
    looked_at: Mapping[str, object],
    owns: _Tables,
    path: tuple[str, ...],
    shown: tuple[str, ...],
) -> Iterator[_Stranger]:
    from kubelens.render.origin import Sourced  # noqa: PLC0415 - only where a chart is there

    for name, value in looked_at.items():
        found = list(_at(owns, name))
        if found:
            inner = tuple(one for one in found if isinstance(one, Mapping))
            if inner and isinstance(value, Mapping):
                yield from _of_table(chart, value, value, inner, (*path, name), (*shown, name))
            continue
        origin = table.key_origins.get(name) if isinstance(table, Sourced) else None
        if value is not None and origin is not None:
            beside = frozenset(str(key) for own in owns for key in own)
            yield _Stranger(chart, (*path, name), (*shown, name), origin, beside, frozenset(map(str, table)))


def _at(tables: _Tables, name: str) -> Iterator[object]:
    return (table[name] for table in tables if name in table)


def _texts(chart: Chart) -> Iterator[str]:
    """What may name a value: templates, schemas, and files that templates may be given."""
    yield from (file.text for file in chart.templates)
    yield from (file.text for file in chart.files if b"Values" in file.data)
    if chart.schema is not None:
        yield chart.schema.text
    yield from (f"{one.condition} {one.alias}" for one in chart.metadata.required())
    for below in chart.dependencies:
        yield from _texts(below)
