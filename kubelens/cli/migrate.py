"""``kubelens migrate``."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct, field

from kubelens.cli.peers import KUBE_LINTER_DEFAULT, KUBE_SCORE_OPTIONAL, PEER_OPTIONS
from kubelens.cli.printing import complain, write_report
from kubelens.cli.toml import toml_entry
from kubelens.engine.compat import BROAD
from kubelens.rules.api import Rule

FILES: Final = (".kube-linter.yaml", ".kube-linter.yml")
USAGE: Final = 2
_LISTED: Final = {"ignore-test": "ignored", "enable-optional-test": "optional"}
_FLAGS: Final = {
    "ignore-container-cpu-limit": "cpu-limit-missing",
    "ignore-container-memory-limit": "memory-limit-missing",
}
_MINIMA: Final = {"min-replicas-deployment": "too-few-replicas", "min-replicas-hpa": "hpa-min-too-low"}


class Setup(Struct):
    """What another linter's setup asks for: rules and options, and what has no counterpart."""

    tool: str
    rules: dict[str, None] = field(default_factory=dict)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    severities: dict[str, str] = field(default_factory=dict)
    overrides: list[dict[str, list[str]]] = field(default_factory=list)

    def add(self, check: str, known: Iterable[Rule[Any]]) -> None:
        """Take the counterparts of a check with the options under which they ask the same."""
        alias = f"{self.tool}:{check}"
        found = [rule.name for rule in known if alias in rule.aliases]
        if not found:
            self.left_out.append(f"check {check!r}")
        self.rules.update(dict.fromkeys(found))
        for rule, options in PEER_OPTIONS.get(alias, {}).items():
            self.set(rule, **options)

    def leave_out(self, checks: Iterable[str], known: Iterable[Rule[Any]]) -> None:
        """Switch off the counterparts of unwanted checks that no wanted check shares, also those of the profile."""
        unwanted = {f"{self.tool}:{check}" for check in checks}
        self.ignored += [
            rule.name
            for rule in known
            if unwanted & set(rule.aliases) and rule.name not in self.rules and rule.name not in BROAD
        ]

    def set(self, rule: str, **options: Any) -> None:
        """Set options of a rule (hyphens for underscores); lists grow."""
        table = self.options.setdefault(rule, {})
        for name, value in options.items():
            key = name.replace("_", "-")
            table[key] = [*dict.fromkeys([*table.get(key, []), *value])] if isinstance(value, list) else value

    def toml(self) -> str:
        """The configuration file."""
        lines = [f"# From a setup of {self.tool}. The default profile is kept: it holds what does not work."]
        lines += [f"# No counterpart: {text}" for text in self.left_out]
        lines += ['profile = "default"', toml_entry("extend-select", sorted(self.rules))]
        for key, values in (("ignore", self.ignored), ("exclude", self.exclude)):
            if values:
                lines.append(toml_entry(key, values))
        lines += [toml_entry(key, value) for key, value in self.settings.items()]
        lines.append(toml_entry("compat", [self.tool]))
        if self.severities:
            lines += ["", "[severity]", *(toml_entry(rule, level) for rule, level in sorted(self.severities.items()))]
        for rule, options in sorted(self.options.items()):
            if rule in self.rules and options:
                lines += ["", f"[rules.{rule}]", *(toml_entry(key, value) for key, value in options.items())]
        for table in self.overrides:
            lines += ["", "[[overrides]]", *(toml_entry(key, value) for key, value in table.items())]
        return "\n".join(lines) + "\n"


@click.command(name="migrate", context_settings={"ignore_unknown_options": True})
@click.option("--kube-score", "kube_score", is_flag=True, help="SETUP is the flags kube-score is called with.")
@click.option("--polaris", is_flag=True, help="SETUP is a configuration of polaris.")
@click.argument("setup", nargs=-1, type=click.UNPROCESSED)
def command(kube_score: bool, polaris: bool, setup: tuple[str, ...]) -> None:
    """Write a kubelens.toml to standard output from SETUP.

    SETUP is a .kube-linter.yaml (without SETUP that of this folder), kube-score's flags, or a polaris configuration.
    """
    from kubelens.engine.plugins import Plugins

    rules = list(Plugins().rules())
    if kube_score:
        words = shlex.split(setup[0]) if len(setup) == 1 else list(setup)
        write_report(read_kube_score(words, rules).toml())
        return
    if polaris and not setup:
        _fail("name the polaris configuration: kubelens migrate --polaris polaris.yaml")
    path = Path(setup[0]) if setup else next((Path(name) for name in FILES if Path(name).is_file()), None)
    if path is None:
        _fail(f"no {FILES[0]} here; name the file, or give kube-score's flags after --kube-score")
        return
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8 text'}")
        return
    read = read_polaris if polaris else read_kube_linter
    write_report(read(_yaml(text, path), rules).toml())


def read_kube_linter(config: Mapping[str, Any], rules: list[Rule[Any]]) -> Setup:
    """The setup that a ``.kube-linter.yaml`` describes."""
    setup = Setup("kube-linter")
    checks = config.get("checks")
    checks = checks if isinstance(checks, dict) else {}
    chosen: set[str] = set()
    if checks.get("addAllBuiltIn") is True:
        chosen = {a.partition(":")[2] for rule in rules for a in rule.aliases if a.startswith("kube-linter:")}
    elif checks.get("doNotAutoAddDefaults") is not True:
        chosen = set(KUBE_LINTER_DEFAULT)
    custom = {c["name"]: c for c in _maps(config.get("customChecks")) if isinstance(c.get("name"), str)}
    excluded = set(_texts(checks.get("exclude")))
    chosen = (chosen | set(_texts(checks.get("include")))) - excluded
    for name in sorted(chosen - set(custom)):
        setup.add(name, rules)
    for name, check in custom.items():
        if name not in excluded:
            _custom(check, setup)
    setup.leave_out(excluded, rules)
    setup.exclude = _texts(checks.get("ignorePaths"))
    return setup


def read_polaris(config: Mapping[str, Any], rules: list[Rule[Any]]) -> Setup:
    """The setup that a polaris configuration describes: danger becomes error, ignore switches off."""
    setup = Setup("polaris")
    checks = config.get("checks")
    unwanted: list[str] = []
    for name, level in checks.items() if isinstance(checks, dict) else ():
        if level == "ignore":
            unwanted.append(str(name))
            continue
        before = set(setup.rules)
        setup.add(str(name), rules)
        for rule in set(setup.rules) - before - BROAD:
            setup.severities[rule] = "error" if level == "danger" else "warning"
    setup.leave_out(unwanted, rules)
    for exemption in _maps(config.get("exemptions")):
        _exempt(exemption, setup, rules)
    custom = config.get("customChecks")
    setup.left_out += [f"custom check {name!r}; see custom-rules" for name in custom or ()]
    return setup


def _exempt(exemption: Mapping[str, Any], setup: Setup, rules: list[Rule[Any]]) -> None:
    """An exemption of polaris: names are beginnings of names; without rules it is one from every check."""
    names, containers = _texts(exemption.get("controllerNames")), _texts(exemption.get("containerNames"))
    checks, space = _texts(exemption.get("rules")), str(exemption.get("namespace") or "")
    if checks:
        unwanted = {f"polaris:{check}" for check in checks}
        ignored = [r.name for r in rules if unwanted & set(r.aliases) and r.name not in BROAD]
    else:
        ignored = [r.name for r in rules if r.name not in BROAD and any(a.startswith("polaris:") for a in r.aliases)]
    if not ignored or not (names or containers or space):
        who = ", ".join(names) or space or "all"
        setup.left_out.append(f"exemption of {who} from {', '.join(checks) or 'every check'}")
        return
    table: dict[str, list[str]] = {}
    if names or space:
        table["objects"] = [f"{space or '*'}/*/{name}*" for name in names or [""]]
    if containers:
        table["containers"] = [f"{name}*" for name in containers]
    setup.overrides.append({**table, "ignore": ignored})


def _custom(check: Mapping[str, Any], setup: Setup) -> None:
    """A check of the user's own: a template with parameters."""
    params = check.get("params")
    params = params if isinstance(params, dict) else {}
    template = check.get("template")
    if template in ("required-label", "required-annotation") and isinstance(params.get("key"), str):
        noun = "labels" if template == "required-label" else "annotations"
        wanted = params["key"] + (f"={params['value']}" if params.get("value") else "")
        setup.rules[f"required-{noun}"] = None
        setup.set(f"required-{noun}", **{noun: [wanted]})
    elif template == "minimum-replicas" and isinstance(params.get("minReplicas"), int):
        setup.rules["too-few-replicas"] = None
        setup.set("too-few-replicas", minimum=params["minReplicas"])
    else:
        setup.left_out.append(f"custom check {check['name']!r} (template {template!r}); see custom-rules")


def read_kube_score(words: list[str], rules: list[Rule[Any]]) -> Setup:
    """The setup that kube-score's flags describe."""
    setup = Setup("kube-score")
    listed: dict[str, list[str]] = {"ignored": [], "optional": []}
    dropped: list[str] = []
    minima: dict[str, int] = {}
    position = 0
    while position < len(words):
        flag, equals, value = words[position].partition("=")
        name = flag.lstrip("-")
        position += 1
        takes = name in _LISTED or name in _MINIMA or name in ("kubernetes-version", "output-format", "o")
        if flag.startswith("-") and takes and not equals and position < len(words):
            value = words[position]
            position += 1
        if name in _LISTED:
            listed[_LISTED[name]] += [part for part in value.split(",") if part]
        elif name in _FLAGS and value != "false":
            dropped.append(_FLAGS[name])
        elif name in _MINIMA and value.isdigit():
            minima[_MINIMA[name]] = int(value)
        elif name == "kubernetes-version":
            setup.settings["kubernetes-version"] = value.lstrip("v")
        elif name == "exit-one-on-warning":
            setup.settings["fail-on"] = "warning"
        elif flag.startswith("-") and name not in ("output-format", "o"):
            setup.left_out.append(f"flag {flag}")
    every = {a.partition(":")[2] for rule in rules for a in rule.aliases if a.startswith("kube-score:")}
    for check in sorted((every - KUBE_SCORE_OPTIONAL) | set(listed["optional"])):
        if check not in listed["ignored"]:
            setup.add(check, rules)
    for rule, minimum in minima.items():
        setup.set(rule, minimum=minimum)
    for rule in dropped:
        setup.rules.pop(rule, None)
    setup.leave_out(listed["ignored"], rules)
    return setup


def _yaml(text: str, path: Path) -> Mapping[str, Any]:
    from kubelens.kube.reading import read_value
    from kubelens.syntax.parse import parse_source
    from kubelens.syntax.text import Source

    documents, problems = parse_source(Source(str(path), text))
    if problems or not documents:
        if problems:
            _fail(f"{path}: {problems[0].message}")
        return {}
    value = read_value(documents[0].root).value
    return value if isinstance(value, dict) else {}


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _fail(message: str) -> None:
    complain(str(message))
    raise SystemExit(USAGE)
