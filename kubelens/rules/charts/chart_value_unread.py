"""A value in values.yaml that nothing in the chart reads.

Whoever sets it changes nothing: the name is misspelt, or what read it is gone. Told where no template, condition or tag
goes by its path or by that of what lies below it, no subchart has its name, and nothing takes a map it lies in
(``toYaml``, ``range``, ``include``, a variable and the like) or where the name stands in no file of the chart at all.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
colour: red  # expect: 'colour'
image:
  name: shop
  pullPolicies: Always  # expect: 'image.pullPolicies'
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  count: "{{ .Values.replicas }}"
  image: {{ .Values.image.name }}
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
labels:
  colour: red
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  labels: {{- toYaml .Values.labels | nindent 4 }}
data:
  count: "{{ .Values.replicas }}"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Span

if TYPE_CHECKING:
    from kubelens.render.chart.model import Chart, File
    from kubelens.render.origin import Sourced

_WORD: Final = pattern(r"[A-Za-z0-9_-]+")
_NEVER: Final = frozenset({"global", "tags", "enabled", "exports"})
_WHOLE: Final = pattern(r"(?<!hasKey )(?<!hasKey \$)\.Values(?![.\w])")
"""Where all values are read at once: nobody knows which."""
_PATH: Final = pattern(r"\.Values\.([\w.]{0,300}\w)(?![\w.])")
_ANCHORED: Final = pattern(r"[^\S\n]*:[^\S\n]*&")


@rule(on=ChartRun, severity=Severity.INFO, profiles=(Profile.RECOMMENDED,))
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each key; of a map of which nothing is read, the map's own."""
    from kubelens.render.chart.dependencies import missing_dependencies  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.read_values import Use, values_read  # noqa: PLC0415
    from kubelens.render.origin import Sourced  # noqa: PLC0415

    chart = run.chart
    if chart is None or chart.metadata.is_library or not isinstance(chart.values, Sourced):
        return
    templates = list(_templates(chart))
    texts = [file.text for file in templates]
    if not chart.templates or missing_dependencies(chart) or any(_WHOLE.search(text) for text in texts):
        return
    others = [file.text for file in chart.files if ".Values" in file.text]
    source = run.source("values.yaml")
    others += [source.text] if source is not None and "{{" in source.text else []
    known = {word for text in (*texts, *others) for word in _WORD.findall(text)} | _NEVER
    below = {chart.name for chart in chart.dependencies}
    taken = {tuple(path.split(".")) for text in others for path in _PATH.findall(text)}
    for one in chart.metadata.required():
        known.update(word for condition in one.condition.split(",") for word in condition.split("."))
        below |= {one.name, one.alias}
        taken |= {tuple(condition.split(".")) for condition in one.condition.split(",")}
    reads = values_read(templates)
    taken |= {read.path for read in reads if read.use is Use.TAKEN}
    entered = taken | {read.path for read in reads if read.use is Use.BY_NAME}
    unread = _Unread(known, {read.path for read in reads} | taken, taken, entered)
    for path, table in unread.paths(chart.values, below):
        origin = table.key_origins.get(path[-1])
        text = run.texts.get(f"{run.folder}{origin.file}") if origin is not None else None
        if origin is None or text is None or _ANCHORED.match(text.text, origin.end):
            continue
        yield ctx.finding(
            f"nothing in the chart reads the value {'.'.join(path)!r}",
            at=run.place(origin.file),
            span=Span(origin.start, origin.end),
            notes=["setting it changes nothing"],
        )


class _Unread(Struct, frozen=True):
    """What nobody reads.

    ``words``: all that the chart's files hold; ``read``: paths that are read in any way; ``taken``: those of which
    anything may be used; ``entered``: these and those of which fields are used by name.
    """

    words: set[str]
    read: set[tuple[str, ...]]
    taken: set[tuple[str, ...]]
    entered: set[tuple[str, ...]]

    def paths(self, table: Sourced, left_out: set[str]) -> Iterator[tuple[tuple[str, ...], Sourced]]:
        """Each unread path with the map that it ends in; ``left_out``: names of the first level that others read."""
        from kubelens.render.origin import Sourced  # noqa: PLC0415 - only where a chart is there

        below = {path[:length] for path in self.read for length in range(1, len(path) + 1)}
        stack: list[tuple[tuple[str, ...], Sourced, bool]] = [
            ((name,), table, False) for name in reversed(list(table)) if name not in left_out
        ]
        while stack:
            path, table, entered = stack.pop()
            if path in self.taken:
                continue
            entered = entered or path in self.entered
            if path[-1] not in self.words or (path not in below and not entered and path[-1] not in _NEVER):
                yield path, table
            elif isinstance(inner := table[path[-1]], Sourced) and path in below:
                stack += [((*path, key), inner, entered) for key in reversed(list(inner))]


def _templates(chart: Chart) -> Iterator[File]:
    """The templates of a chart and of those below it: a library reads the values of who calls it."""
    yield from chart.templates
    for below in chart.dependencies:
        yield from _templates(below)
