"""Configuration: what a run can be told, and how settings are read; :mod:`config_files` finds the files they are in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.rules.api import Profile, Severity

SEVERITIES: Final = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


class ConfigError(ValueError):
    """What is wrong in the settings, as ``file:line: message``; ``about`` is the word it is about."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class Override(Struct, frozen=True):
    """Settings for the files that match one of ``paths`` (globs), and for some objects or containers in them.

    ``objects``: KIND/NAME or NAMESPACE/KIND/NAME, ``containers``: names; globs. What is empty restricts nothing.
    """

    paths: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)

    def matches(self, uri: str, named: str = "", container: str = "") -> bool:
        """Whether a file is meant, and an object in it (NAMESPACE/KIND/NAME) and a container of that."""
        if self.paths and not any(fnmatchcase(uri, p) or fnmatchcase(uri, f"{p.rstrip('/')}/*") for p in self.paths):
            return False
        if self.containers and not any(fnmatchcase(container, p) for p in self.containers):
            return False
        return not self.objects or any(_is_named(named.lower(), p.lower()) for p in self.objects)


class ConfiguredSet(Struct, frozen=True):
    """A set of objects that the configuration names: what lies at ``path``, which is seen from where kubelens runs.

    ``values``: files, ``set``: single values (``key=value``) of a chart. What is empty is as for sets that are found.
    """

    path: str
    name: str = ""
    values: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    namespace: str = ""
    release_name: str = ""
    kubernetes_version: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    cluster: Mapping[str, Any] = field(default_factory=dict)
    profile: Profile | None = None


def _is_named(named: str, pattern: str) -> bool:
    return fnmatchcase(named if pattern.count("/") > 1 else named.partition("/")[2], pattern)


class Config(Struct, frozen=True):
    """Everything a run can be told. Names of rules may be names, aliases, families or ``ALL``."""

    profile: Profile = Profile.DEFAULT
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    kubernetes_version: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
    output: tuple[str, ...] = ()
    namespace: str = "default"
    crds: tuple[str, ...] = ()
    schema_location: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    assume_exists: tuple[str, ...] = ()
    node_port_range: tuple[int, int] = (30000, 32767)
    pod_security: str = ""
    helm_version: str = "4"
    compat: tuple[str, ...] = ()
    baseline: str = ""
    cluster: Mapping[str, Any] = field(default_factory=dict)
    custom_rules: tuple[Mapping[str, Any], ...] = ()
    overrides: tuple[Override, ...] = ()
    apply_sets: tuple[ConfiguredSet, ...] = ()
    guess_sets: bool = True
    path: Path | None = None

    def with_flags(self, **flags: Any) -> Config:
        """This configuration with what the command line said (None: not said)."""
        return replace(self, **{name: value for name, value in flags.items() if value is not None})


TOOLS: Final = ("kube-linter", "kube-score", "polaris", "checkov")
OVERRIDE_KEYS: Final = ("paths", "objects", "containers", "select", "extend-select", "ignore", "severity")
SET_KEYS: Final[Mapping[str, str]] = {
    "path": "a chart, a kustomization, a folder of manifests or a file of them",
    "name": "what it is called; default: the path",
    "values": "list of files with values for the chart",
    "set": "list of single values for the chart, as in helm --set",
    "namespace": "of the release, and of objects that name none",
    "release-name": "of the release; default: release-name",
    "kubernetes-version": "release of its cluster",
    "api-versions": "list of API versions that its cluster has beside Kubernetes' own",
    "cluster": "table: nodes, zones, as in cluster",
    "profile": "one of default, recommended, security, strict",
}
_CLUSTER_KEYS: Final = ("nodes", "zones")
KEYS: Final[Mapping[str, str]] = {
    "extend": "configuration file of the same repository to start from",
    "profile": "one of default, recommended, security, strict",
    "select": "list of rules, in place of the profile's",
    "extend-select": "list of rules, beside the profile's",
    "ignore": "list of rules",
    "severity": "table: rule = error | warning | info",
    "rules": "table of tables: options by rule",
    "exclude": "list of patterns as in .gitignore; what is found in `testdata/` and the like is counted, and told where a path leads there",
    "kubernetes-version": "release or list of releases",
    "fail-on": "error | warning | info",
    "output": "format, format=file (a report strictly below this file's folder), or a list of them",
    "namespace": "namespace of objects that name none",
    "crds": "list of files or folders of the same repository with CustomResourceDefinitions",
    "running": "list of files or folders of the same repository with what a cluster holds (kubectl get -o yaml)",
    "schema-location": (
        "list of folders of the same repository, or paths with fields as kubeconform has them, with JSON Schemas of "
        "custom resources; default: what comes along"
    ),
    "assume-exists": "list of KIND/NAME (globs) that live elsewhere",
    "node-port-range": "FIRST-LAST",
    "pod-security": "privileged | baseline | restricted",
    "helm-version": '"3" | "4": the release of Helm whose behaviour charts are rendered with; default: 4',
    "compat": "list of tools whose suppressions count: kube-linter, kube-score, polaris, checkov",
    "baseline": "file of the same repository with known findings",
    "cluster": "table: nodes (as in 3x4cpu,16Gi), zones (as in a,b,c)",
    "custom-rules": "list of tables: name, match, expression, message; CEL, see [custom rules](custom-rules.md)",
    "overrides": (
        "list of tables: paths, objects (KIND/NAME or NAMESPACE/KIND/NAME), containers (globs); "
        "select, extend-select, ignore, severity"
    ),
    "apply-sets": "list of tables: what is applied together, see [apply sets](apply-sets.md)",
    "guess-sets": "true | false: whether sets are looked for beside those in apply-sets; default: true",
}
_LISTS: Final = {
    "extend-select",
    "ignore",
    "exclude",
    "crds",
    "schema-location",
    "running",
    "assume-exists",
    "compat",
    "output",
    "kubernetes-version",
}


class SettingsReader:
    """Reads settings and says where they stand when they are wrong."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def error(self, key: str, message: str, *, table: tuple[str, int] | None = None) -> ConfigError:
        """A message about a setting, with the file and line it stands in.

        ``table``: (name, number from 0) of the list of tables that it is in.
        """
        line = 0
        if self._path is not None and self._path.is_file():
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
            begin = _line_of(table[0], lines, skip=table[1]) if table is not None else 0
            line = _line_of(key, lines, begin) or begin
        where = f"{self._path}:{line}" if line else str(self._path or "configuration")
        return ConfigError(f"{where}: {message}")

    def _known(self, key: str, values: Iterable[str], known: Iterable[str]) -> None:
        for value in values:
            if value not in known:
                raise self.error(key, f"unknown name {value!r} in {key}{did_you_mean(value, known)}: {KEYS[key]}")

    def setting(self, key: str, value: Any) -> Any:
        """The value of a setting, as :class:`Config` holds it.

        Raises:
            ConfigError: it is of the wrong form.
        """
        if key == "profile":
            return self._profile(key, value)
        if key == "select":
            return self._texts(key, value)
        if key in _LISTS:
            texts = self._texts(key, [value] if isinstance(value, str) else value)
            if key == "compat":
                self._known(key, texts, TOOLS)
            return texts
        if key == "severity":
            return self._severities(key, value)
        if key == "fail-on":
            return self._severity(key, value)
        if key == "node-port-range":
            return self._port_range(key, value)
        if key == "rules":
            for name, options in self._table(key, value).items():
                if not isinstance(options, dict):
                    raise self.error(key, f"rules: {name!r} takes a table of its options")
            return value
        if key == "cluster":
            return self._cluster(key, value)
        if key == "custom-rules":
            return tuple(self._table(key, item) for item in self._list(key, value))
        if key == "overrides":
            return tuple(self._override(item) for item in self._list(key, value))
        if key == "apply-sets":
            return tuple(self._apply_set(item, (key, number)) for number, item in enumerate(self._list(key, value)))
        if key == "guess-sets":
            if not isinstance(value, bool):
                raise self.error(key, f"guess-sets takes true or false: {KEYS[key]}")
            return value
        if not isinstance(value, str):
            raise self.error(key, f"{key} takes text: {KEYS[key]}")
        if key == "pod-security" and value not in ("", "privileged", "baseline", "restricted"):
            raise self.error(key, f"pod-security {value!r} is unknown: {KEYS[key]}")
        if key == "helm-version" and value not in ("3", "4"):
            raise self.error(key, f"helm-version {value!r} is unknown: {KEYS[key]}")
        return value

    def _profile(self, key: str, value: Any) -> Profile:
        try:
            return Profile(value)
        except ValueError:
            told = did_you_mean(str(value), map(str, Profile)) or f": {KEYS[key]}"
            raise self.error(key, f"profile {value!r} is unknown{told}") from None

    def _severity(self, key: str, value: Any) -> Severity:
        if not isinstance(value, str) or value not in SEVERITIES:
            raise self.error(key, f"severity {value!r} is unknown: error, warning or info")
        return SEVERITIES[value]

    def _severities(self, key: str, value: Any) -> dict[str, Severity]:
        return {name: self._severity(name, level) for name, level in self._table(key, value).items()}

    def _texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"{key} takes a list of texts: {KEYS.get(key, '')}")
        return tuple(value)

    def _list(self, key: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.error(key, f"{key} takes a list of tables ([[{key}]])")
        return value

    def _table(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(key, f"{key} takes a table: {KEYS.get(key, '')}")
        return value

    def _cluster(self, key: str, value: Any) -> dict[str, Any]:
        from kubelens.predict.scheduler.made_up import NoCluster, made_up_nodes  # noqa: PLC0415 - few say a cluster

        table = self._table(key, value)
        self._known(key, table, _CLUSTER_KEYS)
        one_or_more = {name: [told] if isinstance(told, str) else told for name, told in table.items()}
        nodes, zones = (self._texts(name, one_or_more.get(name, [])) for name in _CLUSTER_KEYS)
        try:
            made_up_nodes(nodes, ",".join(zones))
        except NoCluster as error:
            raise self.error("nodes", f"cluster: {error}") from None
        return table

    def _port_range(self, key: str, value: Any) -> tuple[int, int]:
        match = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", value) if isinstance(value, str) else None
        if match is None or not 0 < int(match[1]) <= int(match[2]) <= 65535:
            raise self.error(key, f'node-port-range {value!r} is no range: write "30000-32767"')
        return int(match[1]), int(match[2])

    def _override(self, item: Any) -> Override:
        table = self._table("overrides", item)
        for key in table:
            if key not in OVERRIDE_KEYS:
                raise self.error(key, f"unknown setting {key!r} in overrides{did_you_mean(key, OVERRIDE_KEYS)}")
        if not {"paths", "objects", "containers"} & set(table):
            raise self.error("overrides", "an override names no paths, objects or containers")
        objects = self._texts("objects", table.get("objects", []))
        for pattern in objects:
            if pattern.count("/") not in (1, 2):
                raise self.error("objects", f"{pattern!r} is no KIND/NAME or NAMESPACE/KIND/NAME")
        return Override(
            self._texts("paths", table.get("paths", [])),
            objects,
            self._texts("containers", table.get("containers", [])),
            self._texts("select", table["select"]) if "select" in table else None,
            self._texts("extend-select", table.get("extend-select", [])),
            self._texts("ignore", table.get("ignore", [])),
            self._severities("severity", table.get("severity", {})),
        )

    def _apply_set(self, item: Any, at: tuple[str, int]) -> ConfiguredSet:
        table = self._table("apply-sets", item)
        for key in table:
            if key not in SET_KEYS:
                message = f"unknown setting {key!r} in apply-sets{did_you_mean(key, SET_KEYS)}"
                raise self.error(key, message, table=at)
        texts = {key: table.get(key, "") for key in ("path", "name", "namespace", "release-name")}
        for key, text in texts.items():
            if not isinstance(text, str):
                raise self.error(key, f"{key} of apply-sets takes text: {SET_KEYS[key]}", table=at)
        if not texts["path"]:
            raise self.error("path", f"an apply set names no path: {SET_KEYS['path']}", table=at)
        versions = table.get("kubernetes-version", [])
        return ConfiguredSet(
            texts["path"],
            texts["name"],
            self._texts("values", table.get("values", [])),
            self._texts("set", table.get("set", [])),
            texts["namespace"],
            texts["release-name"],
            self._releases([versions] if isinstance(versions, str) else versions, at),
            self._texts("api-versions", table.get("api-versions", [])),
            self._cluster("cluster", table["cluster"]) if "cluster" in table else {},
            self._profile("profile", table["profile"]) if "profile" in table else None,
        )

    def _releases(self, value: Any, at: tuple[str, int]) -> tuple[str, ...]:
        from kubelens.engine.releases import check_release  # noqa: PLC0415 - few sets name one

        try:
            return tuple(check_release(text) for text in self._texts("kubernetes-version", value))
        except ValueError as error:
            raise self.error("kubernetes-version", str(error), table=at) from None


def _line_of(key: str, lines: Sequence[str], begin: int = 0, *, skip: int = 0) -> int:
    """The line, from 1, of a setting behind a line; of several by that name the one behind ``skip`` others. 0: none."""
    pattern = re.compile(rf"""^\s*(\[+\s*)?(tool\.kubelens\.)?["']?{re.escape(key)}["']?\s*(\]|=|\.)""")
    found = (number for number, text in enumerate(lines[begin:], begin + 1) if pattern.match(text))
    return next(islice(found, skip, None), 0)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """``; did you mean 'X'?`` where one of the words is close, else ``""``."""
    import difflib  # noqa: PLC0415 - only after a mistake

    close = difflib.get_close_matches(word, list(words), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
