"""Chart.yaml (Helm, ``lint/rules/chartfile.go``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from kubelens.render.chart.go_struct import json_kind
from kubelens.render.chart.lint.message import Message, Severity
from kubelens.render.chart.metadata import METADATA, Metadata, base_name, read_metadata
from kubelens.render.chart.versions import is_compatible, is_strict_version, is_version
from kubelens.render.go.strconv import quote
from kubelens.render.yaml.fault import YamlFault, converting
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Scalar, walk

_FILE: Final = "Chart.yaml"
_VERSIONS: Final = ("v1", "v2")
_EMAIL: Final = pattern(r"[^@\s<>()\[\],;:\\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?", re.ASCII)
_SCHEME: Final = pattern(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_GO_TYPES: Final = {"bool": "bool", "number": "float64", "object": "map[string]interface {}", "array": "[]interface {}"}


def lint_chart_file(text: str, helm: int = 4) -> Iterator[Message]:
    """What is said about the text of Chart.yaml."""
    try:
        value = read_yaml(text, _FILE, exact_numbers=True)
        metadata = read_metadata(value, helm)
    except YamlFault as fault:
        yield Message(Severity.ERROR, _FILE, f"unable to parse YAML\n\t{fault}")
        return
    if helm > 3 and (loose := _loose(text, value)) is not None:
        yield Message(Severity.WARNING, _FILE, f"failed to strictly parse chart metadata file\n\t{loose}")
    fields = value if isinstance(value, dict) else {}
    yield from _errors(
        _name(metadata),
        _api_version(metadata),
        _is_text(fields, "version"),
        _version(metadata),
        _is_text(fields, "appVersion"),
        _maintainers(metadata),
        next((f"invalid source URL '{url}'" for url in metadata.sources if not is_request_url(url)), None),
    )
    if not metadata.icon:
        yield Message(Severity.INFO, _FILE, "icon is recommended")
    elif not is_request_url(metadata.icon):
        yield Message(Severity.ERROR, _FILE, f"invalid icon URL '{metadata.icon}'")
    yield from _errors(_of_version_2("chart type is", bool(metadata.type), metadata))
    yield from _errors(_of_version_2("dependencies are", bool(metadata.dependencies), metadata))
    if helm > 3 and not is_strict_version(metadata.version):
        yield Message(Severity.WARNING, _FILE, f"version '{metadata.version}' is not a valid SemVerV2")


def _errors(*texts: str | None) -> Iterator[Message]:
    for text in texts:
        if text is not None:
            yield Message(Severity.ERROR, _FILE, text)


def _loose(text: str, value: object) -> str | None:
    """What a strict reader objects to: repeated keys, fields that no chart has."""
    root, _ = parse_stream(Source("", text))
    repeated: list[str] = []
    for node in walk(root):
        seen: set[str] = set()
        for key, _ in node.entries if isinstance(node, Mapping) else ():
            if isinstance(key, Scalar):
                if key.text in seen:
                    line = text.count("\n", 0, key.start) + 1
                    repeated.append(f"  line {line}: key {quote(key.text)} already set in map")
                seen.add(key.text)
    if repeated:
        return str(converting("yaml: unmarshal errors:\n" + "\n".join(repeated)))
    known = {name.casefold() for name in METADATA.fields}
    for key in sorted(value) if isinstance(value, dict) else ():
        if key.casefold() not in known:
            return f"error unmarshaling JSON: while decoding JSON: json: unknown field {quote(key)}"
    return None


def _is_text(fields: dict[str, object], key: str) -> str | None:
    if key not in fields or isinstance(fields[key], str):
        return None
    value = fields[key]
    found = "<nil>" if value is None else _GO_TYPES[json_kind(value)]
    return f"{key} should be of type string but it's of type {found}"


def _name(metadata: Metadata) -> str | None:
    if not metadata.name:
        return "name is required"
    return None if base_name(metadata.name) == metadata.name else f"chart name {quote(metadata.name)} is invalid"


def _api_version(metadata: Metadata) -> str | None:
    if not metadata.api_version:
        return 'apiVersion is required. The value must be either "v1" or "v2"'
    if metadata.api_version not in _VERSIONS:
        return f'apiVersion \'{metadata.api_version}\' is not valid. The value must be either "v1" or "v2"'
    return None


def _version(metadata: Metadata) -> str | None:
    if not metadata.version:
        return "version is required"
    if not is_version(metadata.version):
        return f"version '{metadata.version}' is not a valid SemVer"
    if not is_compatible(">0.0.0-0", metadata.version):
        return f"version {metadata.version} is less than or equal to 0.0.0-0"
    return None


def _maintainers(metadata: Metadata) -> str | None:
    for one in metadata.maintainers:
        if one is None:
            return "a maintainer entry is empty"
        if not one.name:
            return "each maintainer requires a name"
        if one.email and _EMAIL.fullmatch(one.email) is None:
            return f"invalid email '{one.email}' for maintainer '{one.name}'"
        if one.url and not _is_url(one.url):
            return f"invalid url '{one.url}' for maintainer '{one.name}'"
    return None


def _of_version_2(what: str, there: bool, metadata: Metadata) -> str | None:
    if not there or metadata.api_version == "v2":
        return None
    given = metadata.api_version
    if what == "dependencies are":
        return (
            f"dependencies are not valid in the Chart file with apiVersion '{given}'. They are valid in apiVersion 'v2'"
        )
    return f"chart type is not valid in apiVersion '{given}'. It is valid in apiVersion 'v2'"


def is_request_url(text: str) -> bool:
    """Whether a text is an absolute URL (govalidator, ``IsRequestURL``)."""
    return bool(text) and _SCHEME.match(text) is not None and " " not in text and not text.endswith("://")


def _is_url(text: str) -> bool:
    """Whether a text is the address of a page, its scheme left out or not (govalidator, ``IsURL``)."""
    if len(text) < 3 or text.startswith(".") or " " in text:
        return False
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
    except ValueError:
        return False
    return bool(parts.hostname) and ("." in (parts.hostname or "") or parts.hostname == "localhost")
