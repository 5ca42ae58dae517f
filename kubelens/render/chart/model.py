"""A chart as it was loaded: what stands in its files, and the charts below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from kubelens.render.chart.metadata import Metadata
from kubelens.render.chart.tables import Table, copied_table
from kubelens.render.depth import room
from kubelens.render.origin import Sourced

_MANIFESTS: Final = (".yaml", ".yml", ".json")


class File:
    """A file of a chart: ``name`` from the chart's folder on, ``path`` from the root of what was loaded."""

    __slots__ = ("_text", "data", "name", "path")

    def __init__(self, name: str, data: bytes, path: str) -> None:
        self.name = name
        self.data = data
        self.path = path
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Its text; bytes that are no UTF-8 are lone surrogates."""
        if self._text is None:
            self._text = self.data.decode("utf-8", "surrogateescape")
        return self._text


class Chart:
    """A chart: Helm changes its values, its dependencies and their names while it processes them."""

    __slots__ = ("dependencies", "files", "metadata", "parent", "path", "schema", "templates", "values")

    def __init__(self, path: str = "") -> None:
        """``path``: what stands before the names of its files, from the root of what was loaded."""
        self.path = path
        self.metadata = Metadata()
        self.templates: list[File] = []
        self.files: list[File] = []
        self.values: Table = Sourced()
        self.schema: File | None = None
        self.dependencies: list[Chart] = []
        self.parent: Chart | None = None

    @property
    def name(self) -> str:
        """Its name, or the alias it goes by."""
        return self.metadata.name

    @property
    def full_path(self) -> str:
        """``parent/charts/name``, as Helm names templates."""
        return self.name if self.parent is None else f"{self.parent.full_path}/charts/{self.name}"

    def add(self, *charts: Chart) -> None:
        """Take charts in as dependencies."""
        for chart in charts:
            chart.parent = self
            self.dependencies.append(chart)

    def crds(self) -> Iterator[tuple[str, File]]:
        """(full name, file) of what lies in ``crds/`` here and below."""
        for file in self.files:
            if file.name.startswith("crds/") and file.name.endswith(_MANIFESTS):
                yield f"{self.full_path}/{file.name}", file
        for dependency in self.dependencies:
            yield from dependency.crds()

    def fresh(self) -> Chart:
        """A copy whose values, dependencies and metadata may change without this chart."""
        copy = Chart(self.path)
        copy.metadata = copied_metadata(self.metadata)
        copy.templates, copy.files, copy.schema = self.templates, self.files, self.schema
        with room():
            copy.values = copied_table(self.values)
        copy.add(*(dependency.fresh() for dependency in self.dependencies))
        return copy


def copied_metadata(metadata: Metadata) -> Metadata:
    """Metadata whose dependencies are its own."""
    dependencies = metadata.dependencies
    if dependencies is not None:
        dependencies = [None if one is None else replace(one) for one in dependencies]
    return replace(metadata, dependencies=dependencies)
