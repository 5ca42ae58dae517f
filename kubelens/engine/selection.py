"""Which rules run, where, and how severe their findings are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import located
from kubelens.engine.rule_names import expand
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import Rule, Severity
from kubelens.syntax.place import Place

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


class RuleSet(Struct, frozen=True, eq=False):
    """The rules of a run with their severities and options; overrides by path are asked per finding."""

    rules: tuple[Rule[Any], ...]
    known: Mapping[str, Rule[Any]]
    severities: Mapping[str, Severity]
    options: Mapping[str, Mapping[str, Any]]
    config: Config
    _by_place: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)

    @property
    def by_object(self) -> bool:
        """Whether some overrides are about objects or containers."""
        return any(override.objects or override.containers for override in self.config.overrides)

    def wanted_in(self, uri: str, named: str = "", container: str = "") -> frozenset[str] | None:
        """The rules wanted in a file (an object, a container) where overrides apply, None where the general choice holds."""
        if not self.config.overrides:
            return None
        place = (uri, named, container)
        if place not in self._by_place:
            self._by_place[place] = self._wanted(*place)
        return self._by_place[place]

    def _wanted(self, uri: str, named: str, container: str) -> frozenset[str]:
        everything = self.known.values()
        wanted = _general_choice(self.config, everything)
        for override in self.config.overrides:
            if override.matches(uri, named, container):
                if override.select is not None:
                    wanted = expand(override.select, everything)
                wanted = (wanted | expand(override.extend_select, everything)) - expand(override.ignore, everything)
        return wanted

    def severity_in(self, uri: str, name: str, severity: Severity, named: str = "", container: str = "") -> Severity:
        """A finding's severity after overrides."""
        for override in self.config.overrides:
            if name in override.severity and override.matches(uri, named, container):
                severity = override.severity[name]
        return severity


def choose_rules(config: Config, rules: Iterable[Rule[Any]]) -> RuleSet:
    """The rules a configuration asks for.

    Raises:
        ConfigError: an unknown rule or option is named; with file and line where the configuration file names it.
    """
    try:
        return _choose(config, rules)
    except ConfigError as error:
        raise located(error, config) from None


def with_custom_rules(config: Config, rules: Iterable[Rule[Any]]) -> list[Rule[Any]]:
    """The rules, and behind them those of a configuration.

    Raises:
        ConfigError: one of these cannot be read, or has the name of another.
    """
    everything = list(rules)
    if config.custom_rules:
        from kubelens.engine.custom_rules import custom_rules  # noqa: PLC0415 - only where there are any

        taken = {rule.name for rule in everything}
        for rule in custom_rules(config):
            if rule.name in taken:
                raise ConfigError(f"custom-rules: a rule named {rule.name!r} exists already", rule.name)
            taken.add(rule.name)
            everything.append(rule)
    return everything


def _choose(config: Config, rules: Iterable[Rule[Any]]) -> RuleSet:
    everything = with_custom_rules(config, rules)
    known = {rule.name: rule for rule in everything}
    wanted = _general_choice(config, everything)
    for override in config.overrides:
        wanted |= expand(override.extend_select, everything)
        if override.select is not None:
            wanted |= expand(override.select, everything)
        expand(override.ignore, everything)
    severities = {rule.name: rule.severity for rule in everything}
    for name, severity in config.severity.items():
        for one in expand([name], everything):
            severities[one] = severity
    options: dict[str, Mapping[str, Any]] = {}
    for name, given in config.rules.items():
        for one in expand([name], everything):
            options[one] = {**options.get(one, {}), **given}
    for rule in everything:
        given = options.get(rule.name, {})
        allowed = {option.name for option in rule.options}
        for key in given:
            if key not in allowed:
                listed = ", ".join(sorted(allowed)) or "none"
                raise ConfigError(f"rule {rule.name!r} has no option {key!r} (it has: {listed})", key)
        for option in rule.options:
            if option.name in given and not _fits(given[option.name], option.default):
                raise ConfigError(
                    f"option {option.name!r} of rule {rule.name!r} takes {_form(option.default)}", option.name
                )
        options[rule.name] = {**{option.name: option.default for option in rule.options}, **given}
    chosen = tuple(rule for rule in everything if rule.name in wanted)
    return RuleSet(chosen, known, severities, options, config)


def named_at(place: Place, snapshot: Snapshot) -> tuple[str, str]:
    """The object a place is in (NAMESPACE/KIND/NAME) and the container, ``""`` where it is in none."""
    resource = snapshot.object_at(place)
    if resource is None:
        return "", ""
    named = f"{resource.namespace}/{resource.kind}/{resource.name}"
    return named, _container_at(resource.value, place.path[len(resource.place.path) :])


def _container_at(value: Any, path: Sequence[str | int]) -> str:
    name = ""
    for index, step in enumerate(path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            break
        if index and path[index - 1] in _CONTAINERS and isinstance(value, dict):
            name = str(value.get("name", ""))
    return name


def _general_choice(config: Config, everything: Iterable[Rule[Any]]) -> frozenset[str]:
    everything = list(everything)
    if config.select is not None:
        wanted = expand(config.select, everything) | {r.name for r in everything if r.distribution == "configuration"}
    else:
        wanted = frozenset(rule.name for rule in everything if config.profile in rule.profiles)
    return (wanted | expand(config.extend_select, everything)) - expand(config.ignore, everything)


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, (tuple, list)):
        return isinstance(value, list)
    return default is None or isinstance(value, type(default))


def _form(default: Any) -> str:
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, (tuple, list)):
        return "a list"
    return {int: "a whole number", str: "text", float: "a number"}.get(type(default), "another form")
