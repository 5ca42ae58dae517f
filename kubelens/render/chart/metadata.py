"""Chart.yaml: what it may say, and what Helm refuses in it (``Metadata.Validate``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from msgspec import Struct, field

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.go_struct import ANY, BOOL, STRING, Fields, ListOf, MapOf, decode
from kubelens.render.chart.versions import is_version
from kubelens.render.go.strconv import quote
from kubelens.syntax.pattern import pattern

_ALIAS: Final = pattern(r"[a-zA-Z0-9_-]+")
_TYPES: Final = ("", "application", "library")

_MAINTAINER: Final = Fields("v2.Maintainer", "chart.Maintainer", {"name": STRING, "email": STRING, "url": STRING})
_DEPENDENCY: Final = Fields(
    "v2.Dependency",
    "chart.Dependency",
    {
        "name": STRING,
        "version": STRING,
        "repository": STRING,
        "condition": STRING,
        "tags": ListOf(STRING),
        "enabled": BOOL,
        "import-values": ListOf(ANY),
        "alias": STRING,
    },
)
METADATA: Final = Fields(
    "v2.Metadata",
    "chart.Metadata",
    {
        "name": STRING,
        "home": STRING,
        "sources": ListOf(STRING),
        "version": STRING,
        "description": STRING,
        "keywords": ListOf(STRING),
        "maintainers": ListOf(_MAINTAINER, pointers=True),
        "icon": STRING,
        "apiVersion": STRING,
        "condition": STRING,
        "tags": STRING,
        "appVersion": STRING,
        "deprecated": BOOL,
        "annotations": MapOf(STRING),
        "kubeVersion": STRING,
        "dependencies": ListOf(_DEPENDENCY, pointers=True),
        "type": STRING,
    },
)
BASE: Final = Fields("loader.chartBase", "chart.Metadata", {"apiVersion": STRING})
"""What Helm 4 reads first, to find out which kind of chart it has."""


class Maintainer(Struct):
    """Who keeps a chart."""

    name: str = ""
    email: str = ""
    url: str = ""


class Dependency(Struct):
    """A chart that another one asks for. ``enabled`` and ``name`` change while dependencies are processed."""

    name: str = ""
    version: str = ""
    repository: str = ""
    condition: str = ""
    tags: list[str] = field(default_factory=list)
    enabled: bool = False
    import_values: list[object] = field(default_factory=list)
    alias: str = ""


class Metadata(Struct):
    """What Chart.yaml says. Lists may hold None where the file holds null: ``validate`` refuses those that matter."""

    name: str = ""
    home: str = ""
    sources: list[str] = field(default_factory=list)
    version: str = ""
    description: str = ""
    keywords: list[str] = field(default_factory=list)
    maintainers: list[Maintainer | None] = field(default_factory=list)
    icon: str = ""
    api_version: str = ""
    condition: str = ""
    tags: str = ""
    app_version: str = ""
    deprecated: bool = False
    annotations: dict[str, str] = field(default_factory=dict)
    kube_version: str = ""
    dependencies: list[Dependency | None] | None = None
    type: str = ""

    @property
    def is_library(self) -> bool:
        """Whether the chart holds nothing but definitions."""
        return self.type.casefold() == "library"

    def required(self) -> list[Dependency]:
        """The dependencies, once ``validate`` has let them pass."""
        return [one for one in self.dependencies or () if one is not None]


def read_metadata(value: object, helm: int, into: Metadata | None = None) -> Metadata:
    """What a Chart.yaml, or a requirements.yaml on top of it, holds; ``value`` was read with exact numbers.

    Raises:
        YamlFault: a field is of another type.
    """
    found = cast("dict[str, Any]", decode(value, METADATA, helm) or {})
    metadata = Metadata() if into is None else into
    for json_name, name in _FIELDS.items():
        if json_name not in found:
            continue
        item = found[json_name]
        if json_name == "maintainers":
            item = [None if one is None else Maintainer(**one) for one in item]
        elif json_name == "dependencies":
            item = [None if one is None else _dependency(one) for one in item]
        elif json_name in ("sources", "keywords"):
            item = [one or "" for one in item]
        elif json_name == "annotations":
            item = {key: one or "" for key, one in item.items()}
        setattr(metadata, name, item)
    return metadata


def validate(metadata: Metadata) -> None:
    """Clean the texts and refuse what Helm refuses.

    Raises:
        ChartFault: ``validation: ...``.
    """
    for name in ("name", "description", "home", "icon", "condition", "tags", "app_version", "kube_version"):
        setattr(metadata, name, _sanitized(getattr(metadata, name)))
    metadata.sources = [_sanitized(one) for one in metadata.sources]
    metadata.keywords = [_sanitized(one) for one in metadata.keywords]
    if not metadata.api_version:
        raise _invalid("chart.metadata.apiVersion is required")
    if not metadata.name:
        raise _invalid("chart.metadata.name is required")
    if metadata.name in (".", ".."):
        raise _invalid(f"chart.metadata.name {quote(metadata.name)} is not allowed")
    if metadata.name != base_name(metadata.name):
        raise _invalid(f"chart.metadata.name {quote(metadata.name)} is invalid")
    if not metadata.version:
        raise _invalid("chart.metadata.version is required")
    if not is_version(metadata.version):
        raise _invalid(f"chart.metadata.version {quote(metadata.version)} is invalid")
    if metadata.type not in _TYPES:
        raise _invalid("chart.metadata.type must be application or library")
    for maintainer in metadata.maintainers:
        if maintainer is None:
            raise _invalid("maintainers must not contain empty or null nodes")
    seen: set[str] = set()
    for dependency in metadata.dependencies or ():
        if dependency is None:
            raise _invalid("dependencies must not contain empty or null nodes")
        _validate_dependency(dependency)
        key = dependency.alias or dependency.name
        if key in seen:
            raise _invalid(f"more than one dependency with name or alias {quote(key)}")
        seen.add(key)


def base_name(path: str) -> str:
    """``filepath.Base``."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def _validate_dependency(dependency: Dependency) -> None:
    for name in ("name", "version", "repository", "condition"):
        setattr(dependency, name, _sanitized(getattr(dependency, name)))
    dependency.tags = [_sanitized(one) for one in dependency.tags]
    if dependency.alias and _ALIAS.fullmatch(dependency.alias) is None:
        raise _invalid(f"dependency {quote(dependency.name)} has disallowed characters in the alias")


def _dependency(found: dict[str, Any]) -> Dependency:
    found = dict(found)
    tags: Iterable[str | None] = found.pop("tags", ())
    values = found.pop("import-values", [])
    return Dependency(**found, tags=[tag or "" for tag in tags], import_values=values)


def _sanitized(text: str) -> str:
    """Blanks become spaces, what cannot be printed goes (``sanitizeString``); text without either is the same object."""
    if text.isprintable() and (text.isascii() or not any(c.isspace() and c != " " for c in text)):
        return text
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())


def _invalid(message: str) -> ChartFault:
    return ChartFault(f"validation: {message}", "Chart.yaml")


_FIELDS: Final = {
    name: {"apiVersion": "api_version", "appVersion": "app_version", "kubeVersion": "kube_version"}.get(name, name)
    for name in METADATA.fields
}
