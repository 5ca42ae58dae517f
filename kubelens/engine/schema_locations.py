"""``--schema-location``: JSON Schemas by group, kind and version, named as kubeconform names them.

A location is a folder, or a path with ``{{ .Group }}``, ``{{ .ResourceKind }}``, ``{{ .ResourceAPIVersion }}``,
``{{ .KindSuffix }}``, ``{{ .NormalizedKubernetesVersion }}`` and ``{{ .StrictSuffix }}`` (kubeconform, ``schemaPath`` in
``pkg/registry``). The first one that has a schema counts. ``default`` is what comes along.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.loader import is_below
from kubelens.engine.regular_files import read_regular, reason
from kubelens.kube.definitions import Definition, Elsewhere, JsonSchema, Standing, cataloged_definition
from kubelens.syntax.pattern import pattern

DEFAULT: Final = "default"
_FOLDER: Final = "{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json"
_FIELD: Final = pattern(r"\{\{-?\s*\.(\w+)\s*-?\}\}")
_FIELDS: Final = (
    "Group", "ResourceKind", "ResourceAPIVersion", "KindSuffix", "NormalizedKubernetesVersion", "StrictSuffix",
)  # fmt: skip
_ROOT: Final = "https://location.invalid/"
"""Where the files of a location lie as URIs, which references are relative to."""
_NAME: Final = pattern(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
_MOST_BYTES: Final = 8 * 1024 * 1024
_MOST_FILES: Final = 50


class Location(Struct, frozen=True):
    """A local location: a path with fields to fill in, all of whose files lie below ``base``."""

    pattern: str
    base: str


def read_location(text: str) -> Location:
    """A location as it is written.

    Raises:
        ConfigError: it lies on a network, or has a field that is none.
    """
    if "://" in text.partition("{{")[0]:
        raise ConfigError(
            f"schema-location {text!r} is not read: kubelens never opens a network; name a folder that holds the schemas",
            text,
        )
    pattern = text if text.endswith("json") else f"{text.rstrip('/')}/{_FOLDER}"
    for found in re.findall(r"\{\{.*?\}\}", pattern):
        field = _FIELD.fullmatch(found)
        if field is None or field[1] not in _FIELDS:
            known = ", ".join(f"{{{{ .{name} }}}}" for name in _FIELDS)
            raise ConfigError(f"schema-location: {found} is no field: {known}", text)
    return Location(pattern, folder_of(text))


def elsewhere_of(config: Config, release: str) -> Elsewhere | None:
    """What knows kinds that nothing declares, where a configuration names places of schemas.

    Raises:
        ConfigError: one of them is none.
    """
    return SchemaLocations(config.schema_location, release).definition if config.schema_location else None


def folder_of(text: str) -> str:
    """The folder that all files of a location lie in: what comes before its first field."""
    if not text.endswith("json"):
        return text.partition("{{")[0] or "."
    return os.path.dirname(text.partition("{{")[0]) or "."


class SchemaLocations:
    """What some locations hold, read as it is asked for and remembered."""

    def __init__(self, locations: Iterable[str], release: str) -> None:
        """``release``: as in ``1.36``.

        Raises:
            ConfigError: a location is none.
        """
        self._locations = tuple(None if text == DEFAULT else read_location(text) for text in locations)
        self._release = release
        self._known: dict[tuple[str, str, str], Definition | None] = {}

    def definition(self, group: str, kind: str, version: str) -> Definition | None:
        """What the first location that has the kind holds, as the lowest of all definitions."""
        slot = (group, kind, version)
        if slot not in self._known:
            self._known[slot] = self._read(group, kind, version)
        return self._known[slot]

    def _read(self, group: str, kind: str, version: str) -> Definition | None:
        for one in self._locations:
            if one is None:
                found = cataloged_definition(group, kind, version)
            else:
                found = self._located(one, group, kind, version)
            if found is not None:
                return found
        return None

    def _located(self, location: Location, group: str, kind: str, version: str) -> Definition | None:
        if not all(_NAME.fullmatch(name) for name in (group, kind, version)):
            return None
        for path in _paths(location.pattern, group, kind, version, self._release):
            if not os.path.isfile(path) or not is_below(os.path.realpath(path), os.path.realpath(location.base)):
                continue
            spec = {"group": group, "names": {"kind": kind}, "versions": [{"name": version, "served": True}]}
            schema = _schema_at(path, location.base)
            return Definition({"spec": spec}, None, path, None, Standing.LOCATED, schema)
        return None


def _paths(pattern: str, group: str, kind: str, version: str, release: str) -> Iterator[str]:
    """The files that may hold a schema: those that allow no more fields first, those of the release before ``master``."""
    words = {
        "Group": group,
        "ResourceKind": kind.lower(),
        "ResourceAPIVersion": version,
        "KindSuffix": f"-{group.partition('.')[0].lower()}-{version.lower()}",
    }
    tried: set[str] = set()
    for known in (f"v{release}.0", "master"):
        for strict in ("-strict", ""):
            filled = {**words, "NormalizedKubernetesVersion": known, "StrictSuffix": strict}
            path = _FIELD.sub(lambda found, filled=filled: filled[found[1]], pattern)  # type: ignore[misc]
            if path not in tried:
                tried.add(path)
                yield path


def _schema_at(path: str, base: str) -> JsonSchema:
    """A schema with all that it refers to below ``base``."""
    import json  # noqa: PLC0415 - only with a location
    from urllib.parse import quote, unquote  # noqa: PLC0415

    root = os.path.realpath(base)
    own = _ROOT + quote(os.path.relpath(path, base).replace(os.sep, "/"))
    read: dict[str, Any] = {}
    waiting = [own]
    while waiting and len(read) < _MOST_FILES:
        uri = waiting.pop()
        file = os.path.join(base, unquote(uri.removeprefix(_ROOT)))
        if not is_below(os.path.realpath(file), root):
            continue  # the reference leads nowhere, and the validator says so
        try:
            read[uri] = json.loads(read_regular(file, _MOST_BYTES))
        except OSError as error:
            if uri == own:
                return JsonSchema(None, {}, f"{path} {reason(error)}")
            continue
        except (ValueError, RecursionError):
            return JsonSchema(None, {}, f"{file} is no JSON")
        waiting += sorted({one for one in _referred_to(read[uri], uri) if one not in read and one not in waiting})
    value = read.pop(own)
    if isinstance(value, dict):
        value = {**value, ("id" if "draft-04" in str(value.get("$schema")) else "$id"): own}
    return JsonSchema(value, read)


def _referred_to(schema: Any, uri: str) -> Iterator[str]:
    """The other files of its location that a schema refers to, as URIs."""
    from urllib.parse import urljoin  # noqa: PLC0415 - only with a location

    pending = [schema]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending += one
        elif isinstance(one, dict):
            reference = one.get("$ref")
            if isinstance(reference, str) and (file := reference.partition("#")[0]):
                there = urljoin(uri, file)
                if there.startswith(_ROOT):
                    yield there
            pending += one.values()
