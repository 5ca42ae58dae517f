"""What templates see as ``.Chart``, ``.Release`` and ``.Files``."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from collections.abc import Mapping as ReadOnly

from msgspec import Struct

from kubelens.render.chart.metadata import Dependency, Maintainer, Metadata, base_name
from kubelens.render.chart.model import File
from kubelens.render.chart.patterns import BadPattern, glob_pattern
from kubelens.render.go.function import Function, TemplateFailure
from kubelens.render.go.types import Mapping, Slice
from kubelens.render.go.types import Struct as GoStruct
from kubelens.render.origin import Text

ToYaml = Callable[[object], str]


class Release(Struct, frozen=True):
    """What is installed or upgraded: its name, its namespace, which of the two."""

    name: str = "release-name"
    namespace: str = "default"
    upgrade: bool = False
    install: bool = True
    revision: int = 1

    def as_go(self) -> dict[str, object]:
        """What templates see as ``.Release``."""
        return {
            "Name": self.name,
            "Namespace": self.namespace,
            "IsUpgrade": self.upgrade,
            "IsInstall": self.install and not self.upgrade,
            "Revision": self.revision,
            "Service": "Helm",
        }


def chart_object(metadata: Metadata, *, is_root: bool, helm: int) -> object:
    """What templates see as ``.Chart``: a map of Go's names in Helm 4, a struct in Helm 3."""
    fields = _metadata_fields(metadata, helm)
    fields["IsRoot"] = is_root
    if helm > 3:
        return fields
    return GoStruct("struct { chart.Metadata; IsRoot bool }", fields, json=lambda: _json(metadata, is_root))


def _metadata_fields(metadata: Metadata, helm: int) -> dict[str, object]:
    told: dict[str, object] = {**metadata.annotations}
    annotations = Mapping(told, "map[string]string", nil=not told)
    return {
        "Name": metadata.name,
        "Home": metadata.home,
        "Sources": _slice(metadata.sources, "[]string", helm),
        "Version": metadata.version,
        "Description": metadata.description,
        "Keywords": _slice(metadata.keywords, "[]string", helm),
        "Maintainers": _slice((_maintainer(m, helm) for m in metadata.maintainers if m), "[]*chart.Maintainer", helm),
        "Icon": metadata.icon,
        "APIVersion": metadata.api_version,
        "Condition": metadata.condition,
        "Tags": metadata.tags,
        "AppVersion": metadata.app_version,
        "Deprecated": metadata.deprecated,
        "Annotations": annotations,
        "KubeVersion": metadata.kube_version,
        "Dependencies": _slice((_dependency(d, helm) for d in metadata.required()), "[]*chart.Dependency", helm),
        "Type": metadata.type,
    }


def _slice(items: Iterable[object], go_type: str, helm: int) -> list[object]:
    found = list(items)
    return found if helm > 3 else Slice(found, go_type, nil=not found)


def _maintainer(maintainer: Maintainer, helm: int) -> object:
    fields: dict[str, object] = {"Name": maintainer.name, "Email": maintainer.email, "URL": maintainer.url}
    if helm > 3:
        return fields
    named = {"name": maintainer.name, "email": maintainer.email, "url": maintainer.url}
    return GoStruct("*chart.Maintainer", fields, json=lambda: {key: value for key, value in named.items() if value})


def _dependency(dependency: Dependency, helm: int) -> object:
    fields: dict[str, object] = {
        "Name": dependency.name,
        "Version": dependency.version,
        "Repository": dependency.repository,
        "Condition": dependency.condition,
        "Tags": _slice(dependency.tags, "[]string", helm),
        "Enabled": dependency.enabled,
        "ImportValues": list(dependency.import_values),
        "Alias": dependency.alias,
    }
    return fields if helm > 3 else GoStruct("*chart.Dependency", fields, json=lambda: _dependency_json(dependency))


def _dependency_json(dependency: Dependency) -> dict[str, object]:
    found: dict[str, object] = {"name": dependency.name}
    if dependency.version:
        found["version"] = dependency.version
    found["repository"] = dependency.repository
    rest = {
        "condition": dependency.condition,
        "tags": dependency.tags,
        "enabled": dependency.enabled,
        "import-values": dependency.import_values,
        "alias": dependency.alias,
    }
    return {**found, **{key: value for key, value in rest.items() if value}}


def _json(metadata: Metadata, is_root: bool) -> dict[str, object]:
    """Chart.yaml's fields as encoding/json writes them: by their JSON names, empty ones left out."""
    found: dict[str, object] = {
        "name": metadata.name,
        "home": metadata.home,
        "sources": metadata.sources,
        "version": metadata.version,
        "description": metadata.description,
        "keywords": metadata.keywords,
        "maintainers": [_maintainer(m, 3) for m in metadata.maintainers if m],
        "icon": metadata.icon,
        "apiVersion": metadata.api_version,
        "condition": metadata.condition,
        "tags": metadata.tags,
        "appVersion": metadata.app_version,
        "deprecated": metadata.deprecated,
        "annotations": metadata.annotations,
        "kubeVersion": metadata.kube_version,
        "dependencies": [_dependency(d, 3) for d in metadata.required()],
        "type": metadata.type,
    }
    return {**{key: value for key, value in found.items() if value}, "IsRoot": is_root}


def files_object(files: ReadOnly[str, File], to_yaml: ToYaml, helm: int) -> Mapping:
    """What templates see as ``.Files`` (Helm, ``pkg/engine/files.go``)."""

    def get(name: str) -> str:
        file = files.get(name)
        return Text.written(file.text, file.path, 0) if file is not None else ""

    def get_bytes(name: str) -> bytes:
        file = files.get(name)
        return file.data if file is not None else b""

    def glob(pattern: str) -> Mapping:
        try:
            wanted = glob_pattern(pattern)
        except BadPattern:
            return files_object(files, to_yaml, helm)
        kept = {name: file for name, file in files.items() if wanted.matches(name)}
        return files_object(kept, to_yaml, helm)

    def as_config() -> str:
        found: dict[str, object] = {base_name(name): get(name) for name in sorted(files)}
        return to_yaml(Mapping(found, "map[string]string"))

    def as_secrets() -> str:
        encoded: dict[str, object] = {base_name(name): _encoded(files[name]) for name in sorted(files)}
        return to_yaml(Mapping(encoded, "map[string]string"))

    def lines(name: str) -> Slice:
        file = files.get(name)
        if file is None:
            return Slice([])
        text = get(name)
        if not text:
            if helm == 3:
                raise TemplateFailure("runtime error: index out of range [-1]")
            return Slice([])
        end = len(text) - text.endswith("\n")
        return Slice(_lines(text, end))

    methods = [
        Function("Get", get, ("string",)),
        Function("GetBytes", get_bytes, ("string",)),
        Function("Glob", glob, ("string",)),
        Function("AsConfig", as_config),
        Function("AsSecrets", as_secrets),
        Function("Lines", lines, ("string",)),
    ]
    contents: dict[str, object] = {name: file.data for name, file in files.items()}
    return Mapping(contents, "engine.files", methods={method.name: method for method in methods})


def _lines(text: str, end: int) -> list[object]:
    found: list[object] = []
    start = 0
    while True:
        stop = text.find("\n", start, end)
        last = stop < 0
        stop = end if last else stop
        found.append(text.cut(start, stop) if isinstance(text, Text) else text[start:stop])
        if last:
            return found
        start = stop + 1


def _encoded(file: File) -> Text:
    encoded = base64.b64encode(file.data).decode("ascii")
    return Text.derived(encoded, (Text.written(file.text, file.path, 0),))
