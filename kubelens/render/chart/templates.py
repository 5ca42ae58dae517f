"""The templates of a chart and all below it, each with what it sees as dot (Helm, ``pkg/engine``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from msgspec import Struct

from kubelens.render.chart.engine_fault import execution_fault, parse_fault
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.model import Chart, File
from kubelens.render.chart.objects import chart_object, files_object
from kubelens.render.chart.printed_before import PrintedAgain
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.tables import Table, is_table
from kubelens.render.chart.watched_values import WatchedValues
from kubelens.render.functions.library import library
from kubelens.render.functions.rendering import ChartFailure
from kubelens.render.go.types import Mapping as GoMapping
from kubelens.render.go.types import Struct as GoStruct
from kubelens.render.origin import Sourced, Text
from kubelens.render.template.engine import Engine
from kubelens.render.template.faults import ExecutionFault, LimitReached, ParseFault


class _Template(Struct, frozen=True, eq=False):
    file: File
    data: GoMapping
    base: str


class Templates:
    """Templates that were read, ready to be rendered one by one, in Helm's order and with its errors.

    ``printed``: the names of those that are files of their own, in the order in which Helm renders them: they share
    their values, so that what one sets another one sees. ``paths``: the file of each template.
    """

    def __init__(
        self,
        chart: Chart,
        values: Table,
        settings: Settings,
        engine: Engine | None = None,
        again: PrintedAgain | None = None,
    ) -> None:
        """``engine``: what the chart was rendered with before; ``again``: what it printed then.

        Raises ``ChartFault`` for a text that is no template.
        """
        self._helm = settings.helm
        self._settings = settings
        self._engine = engine or engine_for(settings)
        self._engine.begin(self._note_change)
        self._again = again
        self._templates: dict[str, _Template] = {}
        self._shared: list[tuple[GoMapping, Table, GoMapping]] = []
        """A chart's values, the table in them that are a subchart's, and what that subchart sees of it."""
        self._values: list[tuple[str, WatchedValues]] = []
        self._lasting: frozenset[int] | None = None
        self._changed = False
        """Whether a template has changed what others see."""
        self._data = self._collect(chart, self._watched(values))
        self.paths = {name: template.file.path for name, template in self._templates.items()}
        order = sorted(self._templates, key=_depth_and_name, reverse=True)
        self.printed = [name for name in order if not name.rpartition("/")[2].startswith("_")]
        for name in order:
            self._read(name)

    def render(self, name: str) -> Text:
        """What a template prints, as a file.

        Raises:
            ChartFault: it fails, or takes more than a render may.
        """
        again = self._again if not self._changed else None
        if again is None:
            return self._run(name, self._engine.render)
        known = again.take(name)
        if known is not None:
            self._begin(name)
            with self._limited(name):
                self._engine.work(known.steps)
            return known.text
        for _, values in self._values:
            values.read.clear()
        before = self._engine.steps
        text = self._run(name, self._engine.render)
        if not self._changed:
            read = {path: frozenset(values.read) for path, values in self._values}
            again.keep(name, text, self._engine.steps - before, read)
        return text

    def include(self, name: str) -> Text:
        """What a template prints, as ``include`` gives it; raises as ``render`` does."""
        return self._run(name, self._engine.execute)

    def _run(self, name: str, run: Callable[[str, object], Text]) -> Text:
        template = self._begin(name)
        try:
            with self._limited(name):
                return run(name, template.data)
        except ExecutionFault as fault:
            raise self._fault(name, fault) from fault
        finally:
            if self._changed:
                self._share(template.data)

    def _begin(self, name: str) -> _Template:
        """A template; a parent sees of each chart below it which one was the last."""
        template = self._templates[name]
        template.data["Template"] = self._named({"Name": name, "BasePath": template.base})
        return template

    @contextmanager
    def _limited(self, name: str) -> Iterator[None]:
        try:
            yield
        except LimitReached as fault:
            message = f"rendering takes {fault.what}, which is more than a chart may"
            raise ChartFault(message, self._templates[name].file.path) from fault

    def _note_change(self, tables: Iterable[object]) -> None:
        """Learn which tables a template is about to change: its own, or some that others see as well."""
        if self._changed:
            return
        if self._lasting is None:
            self._lasting = frozenset(_tables_in(self._data))
        self._changed = any(id(table) in self._lasting for table in tables)

    def _share(self, seen: GoMapping) -> None:
        """Show a subchart's values to its parent, and the other way round: in Helm they are one map of two types.

        ``seen``: what the template saw that may have set one.
        """
        values = seen["Values"]
        for outer, table, own in self._shared:
            if values is own:
                _become(table, own)
            elif values is outer:
                _become(own, table)

    def _read(self, name: str) -> None:
        file = self._templates[name].file
        try:
            self._engine.add(name, Text.written(file.text, file.path, 0))
        except ParseFault as fault:
            raise ChartFault(parse_fault(name, str(fault)), self.paths.get(fault.file, ""), fault.line) from fault
        except LimitReached as fault:
            raise ChartFault(
                f"reading templates takes {fault.what}, which is more than a chart may", file.path
            ) from fault

    def _collect(self, chart: Chart, values: WatchedValues) -> GoMapping:
        """Gather the templates of a chart and those below it; gives what they see as dot (``recAllTpls``)."""
        subcharts: dict[str, object] = {}
        files = {file.name: file for file in chart.files}
        data = self._named(
            {
                "Chart": chart_object(chart.metadata, is_root=chart.parent is None, helm=self._helm),
                "Files": files_object(files, self._to_yaml, self._helm),
                "Release": self._settings.release.as_go(),
                "Capabilities": self._settings.capabilities.as_go(),
                "Values": values,
                "Subcharts": subcharts,
            }
        )
        for below in chart.dependencies:
            inner = values.get(below.name)
            own = self._watched(inner if is_table(inner) else Sourced())
            if is_table(inner):
                self._shared.append((values, inner, own))
            subcharts[below.name] = self._collect(below, own)
        full = chart.full_path
        self._values.append((full, values))
        for file in chart.templates:
            if not chart.metadata.is_library or file.name.rpartition("/")[2].startswith("_"):
                self._templates[f"{full}/{file.name}"] = _Template(file, data, f"{full}/templates")
        return data

    def _to_yaml(self, value: object) -> str:
        return cast("str", self._engine.functions["toYaml"].call(value))

    def _named(self, values: Table) -> GoMapping:
        return GoMapping(values, self._values_type)

    def _watched(self, values: Table) -> WatchedValues:
        return WatchedValues(values, self._values_type)

    @property
    def _values_type(self) -> str:
        return "common.Values" if self._helm > 3 else "chartutil.Values"

    def _fault(self, name: str, fault: ExecutionFault) -> ChartFault:
        chain = list(_chain(fault))
        own = next((str(one) for one in chain if isinstance(one, ChartFailure)), None)
        known = [one for one in chain if isinstance(one, ExecutionFault) and one.file in self.paths]
        where = known[-1] if own is None else known[0]
        text = execution_fault(name, [str(one) for one in chain], own, self._helm)
        return ChartFault(text, self.paths[where.file], where.line)


def _become(target: Table, source: Table) -> None:
    """Give a table the entries of another one, if it has not the same already."""
    if len(target) != len(source) or any(target.get(key, target) is not value for key, value in source.items()):
        target.clear()
        target.update(source)


def _tables_in(value: object) -> Iterator[int]:
    """The ids of all tables that can be reached from a value."""
    pending = [value]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict):
            yield id(one)
            pending.extend(dict.values(one))
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, GoStruct):
            pending.extend(one.fields.values())


def engine_for(settings: Settings) -> Engine:
    """What renders a chart under some settings, as often as it is asked to."""
    return Engine(library, helm=settings.helm, lenient=settings.lenient, limits=settings.limits)


def _depth_and_name(name: str) -> tuple[int, bytes]:
    return name.count("/"), name.encode("utf-8", "surrogateescape")


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """An error and those it wraps."""
    current: BaseException | None = fault
    while current is not None:
        yield current
        current = getattr(current, "cause", None) or current.__cause__
