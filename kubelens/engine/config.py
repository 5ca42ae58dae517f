"""Configuration: ``kubelens.toml``, ``.kubelens.toml`` or ``[tool.kubelens]``, nearest first, up to the git root."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.rules.api import Profile, Rule, Severity

FILE_NAMES: Final = ("kubelens.toml", ".kubelens.toml")
SEVERITIES: Final = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


class ConfigError(ValueError):
    """What is wrong in a configuration file, as ``file:line: message``."""


class Override(Struct, frozen=True):
    """Settings for the files that match one of ``paths`` (globs)."""

    paths: tuple[str, ...]
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)

    def matches(self, uri: str) -> bool:
        """Whether a file is meant."""
        return any(fnmatchcase(uri, p) or fnmatchcase(uri, f"{p.rstrip('/')}/*") for p in self.paths)


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
    assume_exists: tuple[str, ...] = ()
    node_port_range: tuple[int, int] = (30000, 32767)
    pod_security: str = ""
    compat: tuple[str, ...] = ()
    baseline: str = ""
    cluster: Mapping[str, Any] = field(default_factory=dict)
    custom_rules: tuple[Mapping[str, Any], ...] = ()
    overrides: tuple[Override, ...] = ()
    path: Path | None = None

    def with_flags(self, **flags: Any) -> Config:
        """This configuration with what the command line said (None: not said)."""
        return replace(self, **{name: value for name, value in flags.items() if value is not None})


KEYS: Final[Mapping[str, str]] = {
    "profile": "one of default, recommended, security, strict",
    "select": "list of rules, in place of the profile's",
    "extend-select": "list of rules, beside the profile's",
    "ignore": "list of rules",
    "severity": "table: rule = error | warning | info",
    "rules": "table of tables: options by rule",
    "exclude": "list of patterns as in .gitignore",
    "kubernetes-version": "release or list of releases",
    "fail-on": "error | warning | info",
    "output": "format, format=file, or a list of them",
    "namespace": "namespace of objects that name none",
    "crds": "list of files or folders with CustomResourceDefinitions",
    "assume-exists": "list of KIND/NAME (globs) that live elsewhere",
    "node-port-range": "FIRST-LAST",
    "pod-security": "privileged | baseline | restricted",
    "compat": "list of tools whose suppressions count: kube-linter, kube-score, polaris, checkov",
    "baseline": "file of known findings",
    "cluster": "table: nodes, zones, file",
    "custom-rules": "list of tables: name, match, expression, message",
    "overrides": "list of tables: paths and select, extend-select, ignore, severity",
}
_LISTS: Final = {
    "extend-select",
    "ignore",
    "exclude",
    "crds",
    "assume-exists",
    "compat",
    "output",
    "kubernetes-version",
}


def discover(start: Path) -> tuple[Path, dict[str, Any]] | None:
    """The configuration nearest to a folder: (file, its table).

    Raises:
        ConfigError: a file cannot be read, or one folder holds two.
    """
    folder = start if start.is_dir() else start.parent
    for here in (folder.absolute(), *folder.absolute().parents):
        present = [here / name for name in FILE_NAMES if os.path.lexists(here / name)]
        if len(present) > 1:
            raise ConfigError(f"{present[1]}: {present[0].name} is there too; keep one of them")
        if present:
            return present[0], _load(present[0])
        project = here / "pyproject.toml"
        if project.is_file() and _mentions_us(project):
            return project, _load(project).get("tool", {}).get("kubelens", {})
        if (here / ".git").exists():
            return None
    return None


def _mentions_us(project: Path) -> bool:
    try:
        return b"[tool.kubelens" in project.read_bytes()
    except OSError:
        return False


def load_config(path: Path) -> Config:
    """Read one configuration file.

    Raises:
        ConfigError: it cannot be read, or says something unknown.
    """
    table = _load(path)
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("kubelens", {})
    return read_config(table, path)


def _load(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where there is a file

    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path}: is a {'folder' if path.is_dir() else 'pipe or device'}, not a file")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f":{match[1]}:{match[2]}" if match else ""
        message = str(error).split(" (at ")[0]
        raise ConfigError(f"{path}{where}: no valid TOML: {message}") from None


def read_config(table: Mapping[str, Any], path: Path | None = None) -> Config:
    """A configuration from a decoded table.

    Raises:
        ConfigError: an unknown key or a value of the wrong form, with file and line.
    """
    reader = _Reader(path)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            raise reader.error(key, f"unknown setting {key!r}{_did_you_mean(key, KEYS)}")
        values[key.replace("-", "_")] = reader.setting(key, value)
    return Config(**values, path=path)


class _Reader:
    """Reads settings and says where they stand when they are wrong."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def error(self, key: str, message: str) -> ConfigError:
        line = 0
        if self._path is not None and self._path.is_file():
            pattern = re.compile(rf"""^\s*(\[+\s*)?(tool\.kubelens\.)?["']?{re.escape(key)}["']?\s*(\]|=|\.)""")
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
            line = next((n for n, text in enumerate(lines, 1) if pattern.match(text)), 0)
        where = f"{self._path}:{line}" if line else str(self._path or "configuration")
        return ConfigError(f"{where}: {message}")

    def setting(self, key: str, value: Any) -> Any:
        if key == "profile":
            return self._profile(key, value)
        if key == "select":
            return self._texts(key, value)
        if key in _LISTS:
            return self._texts(key, [value] if isinstance(value, str) else value)
        if key == "severity":
            return self._severities(key, value)
        if key == "fail-on":
            return self._severity(key, value)
        if key == "node-port-range":
            return self._port_range(key, value)
        if key in ("rules", "cluster"):
            return self._table(key, value)
        if key == "custom-rules":
            return tuple(self._table(key, item) for item in self._list(key, value))
        if key == "overrides":
            return tuple(self._override(item) for item in self._list(key, value))
        if not isinstance(value, str):
            raise self.error(key, f"{key} takes text: {KEYS[key]}")
        if key == "pod-security" and value not in ("", "privileged", "baseline", "restricted"):
            raise self.error(key, f"pod-security {value!r} is unknown: {KEYS[key]}")
        return value

    def _profile(self, key: str, value: Any) -> Profile:
        try:
            return Profile(value)
        except ValueError:
            raise self.error(key, f"profile {value!r} is unknown: {KEYS[key]}") from None

    def _severity(self, key: str, value: Any) -> Severity:
        if value not in SEVERITIES:
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

    def _port_range(self, key: str, value: Any) -> tuple[int, int]:
        match = re.fullmatch(r"(\d+)-(\d+)", value) if isinstance(value, str) else None
        if match is None or not 0 < int(match[1]) <= int(match[2]) <= 65535:
            raise self.error(key, f'node-port-range {value!r} is no range: write "30000-32767"')
        return int(match[1]), int(match[2])

    def _override(self, item: Any) -> Override:
        table = self._table("overrides", item)
        known = {"paths", "select", "extend-select", "ignore", "severity"}
        for key in table:
            if key not in known:
                raise self.error(key, f"unknown setting {key!r} in overrides{_did_you_mean(key, known)}")
        if "paths" not in table:
            raise self.error("overrides", "an override names no paths")
        return Override(
            self._texts("paths", table["paths"]),
            self._texts("select", table["select"]) if "select" in table else None,
            self._texts("extend-select", table.get("extend-select", [])),
            self._texts("ignore", table.get("ignore", [])),
            self._severities("severity", table.get("severity", {})),
        )


def _did_you_mean(word: str, words: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - only after a mistake

    close = difflib.get_close_matches(word, list(words), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


class UnknownRule(ConfigError):
    """A name that is no rule, alias or family."""


def expand(names: Iterable[str], rules: Iterable[Rule[Any]]) -> frozenset[str]:
    """The rules that names stand for: names, aliases, families, profiles (``profile:security``) or ``ALL``.

    Raises:
        UnknownRule: a name stands for nothing; the message says which is close.
    """
    rules = list(rules)
    known = {rule.name for rule in rules}
    families: dict[str, set[str]] = {}
    aliases: dict[str, set[str]] = {}
    for rule in rules:
        families.setdefault(rule.family, set()).add(rule.name)
        for alias in rule.aliases:
            aliases.setdefault(alias, set()).add(rule.name)
    found: set[str] = set()
    for name in names:
        if name == "ALL":
            found |= known
        elif name in known:
            found.add(name)
        elif name in aliases:
            found |= aliases[name]
        elif name in families:
            found |= families[name]
        elif name.startswith("profile:") and name[8:] in set(Profile):
            found |= {rule.name for rule in rules if Profile(name[8:]) in rule.profiles}
        else:
            raise UnknownRule(
                f"no rule, alias or family is called {name!r}{_did_you_mean(name, known | set(families) | set(aliases))}"
            )
    return frozenset(found)


def config_schema(rules: Iterable[Rule[Any]]) -> dict[str, Any]:
    """The JSON schema of the configuration, with every rule's options."""
    names = {"type": "array", "items": {"type": "string"}}
    severity = {"enum": list(SEVERITIES)}
    options = {
        rule.name: {
            "type": "object",
            "additionalProperties": False,
            "properties": {o.name: {"description": o.help, "default": _plain(o.default)} for o in rule.options},
        }
        for rule in rules
        if rule.options
    }
    properties: dict[str, Any] = {key: {"description": text} for key, text in KEYS.items()}
    for key in ("select", "extend-select", "ignore", "exclude", "crds", "assume-exists", "compat"):
        properties[key].update(names)
    properties["profile"]["enum"] = [p.value for p in Profile]
    properties["fail-on"].update(severity)
    properties["severity"].update({"type": "object", "additionalProperties": severity})
    properties["rules"].update({"type": "object", "properties": options})
    properties["node-port-range"].update({"type": "string", "pattern": r"^\d+-\d+$"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kubelens configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (tuple, frozenset, set)) else value
