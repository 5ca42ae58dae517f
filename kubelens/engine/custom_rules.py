"""Rules a user writes in the configuration: CEL expressions as in a ValidatingAdmissionPolicy.

``[[custom-rules]]`` takes ``name``, ``match`` (kinds), ``expression`` (true where the object is in order) and ``message``;
``message-expression``, ``variables`` (a table of expressions), ``when`` (a condition: the rule is about objects for which
it holds), ``severity`` and ``path`` (dotted, for the place) if wanted. Expressions see ``object`` with its defaults,
``oldObject`` (null without ``--against``), ``request``, ``namespaceObject`` and ``variables``. Whole policies need no
configuration: ValidatingAdmissionPolicies among the manifests are asked as their bindings say (``policy-refuses``).

Expressions are evaluated by :mod:`kubelens.cel`, with the functions an API server adds: cel-python, the one
maintained pure-Python CEL, knows neither those (``quantity()``, ``isIP()``, ``url()``) nor optional values, so that
policies could not be run as they are. What depends on a cluster (``authorizer``) says so instead of guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.cel.evaluate import CelError, Unmodelled, program
from kubelens.cel.parse import CelSyntaxError
from kubelens.engine.config import SEVERITIES, Config, ConfigError, did_you_mean
from kubelens.kube.bundle import NEWEST
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.plugins.cel_scope import Scope, Variables, scope_of
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.rules.api import Context, Finding, Profile, Rule, Severity
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place, Step

FAMILY: Final = "custom"
KEYS: Final = (
    *("name", "match", "expression", "message", "message-expression", "variables", "when", "severity", "path"),
)
_NAME: Final = pattern(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_KIND: Final = pattern(r"[A-Z][A-Za-z0-9]*\Z")
_STEP: Final = pattern(r"([^.\[\]]+)|\[(\d+)\]")


def custom_rules(config: Config) -> Iterator[Rule[Any]]:
    """The rules of a configuration; they are part of every profile.

    Raises:
        ConfigError: a table lacks a key or has an unknown one, or its expression is no CEL.
    """
    for table in config.custom_rules:
        yield _rule(table)


def _rule(table: Mapping[str, Any]) -> Rule[Resource]:
    for key in table:
        if key not in KEYS:
            raise ConfigError(f"custom-rules: unknown key {key!r} (there are: {', '.join(KEYS)})", key)
    for key in ("name", "match", "expression"):
        if not table.get(key):
            raise ConfigError(f"custom-rules: {key!r} is missing", "custom-rules")
    name, expression = str(table["name"]), str(table["expression"])
    if not _NAME.match(name):
        raise ConfigError(f"custom-rules: name {name!r}: lower-case words joined by hyphens", name)
    match = [table["match"]] if isinstance(table["match"], str) else table["match"]
    if not isinstance(match, list):
        raise ConfigError(f"custom-rules: {name}: match takes a kind or a list of kinds", "match")
    for kind in match:
        if not isinstance(kind, str) or not _KIND.match(kind):
            kinds = (gvk.kind for gvk in schemas(NEWEST).kinds())
            raise ConfigError(
                f"custom-rules: {name}: {kind!r} is no kind of objects such as Deployment{did_you_mean(str(kind).capitalize(), kinds)}",
                "match",
            )
    severity = SEVERITIES.get(str(table.get("severity", "error")))
    if severity is None:
        raise ConfigError(f"custom-rules: severity {table['severity']!r}: one of {', '.join(SEVERITIES)}", "severity")
    when, told = str(table.get("when", "")), str(table.get("message-expression", ""))
    variables = table.get("variables", {})
    if not isinstance(variables, dict) or not all(isinstance(text, str) for text in variables.values()):
        raise ConfigError(f"custom-rules: {name}: variables takes a table: name = expression", "variables")
    for text in (expression, when, told, *variables.values()):
        try:
            if text:
                program(text)
        except (CelSyntaxError, Unmodelled) as error:
            raise ConfigError(f"custom-rules: {name}: {text!r} is no CEL expression: {error}", name) from None
    message = str(table.get("message") or f"failed expression: {expression}")
    steps = _steps(str(table.get("path", "")))

    def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
        if resource.partial:
            return
        names = _names(resource, ctx)
        names["variables"] = Variables(variables, names)
        if when and _value(when, names) == (False, ""):
            return
        holds, problem = _value(expression, names)
        place = resource.place.at(*steps) if steps else _named(resource)
        if problem:
            yield ctx.finding(
                f"{message}: the expression cannot be evaluated: {problem}", at=place, severity=Severity.WARNING
            )
        elif holds is not True:
            said = _value(told, names)[0] if told else None
            text = said if isinstance(said, str) and said.strip() else message
            yield ctx.finding(text, at=place, notes=[f"expression: {expression}"])

    return Rule(
        name=name,
        family=FAMILY,
        on=tuple(match),
        severity=severity,
        check=check,
        page=lambda: f"{message}\n\nA rule of the configuration: `{expression}`.",
        profiles=frozenset(Profile),
        distribution="configuration",
    )


def _steps(path: str) -> tuple[Step, ...]:
    return tuple(int(found[2]) if found[2] else found[1] for found in _STEP.finditer(path))


def _named(resource: Resource) -> Place:
    return resource.place.at("metadata", "name")


def _names(resource: Resource, ctx: Context) -> Scope:
    """What expressions see: the object with its defaults where the server takes it, as written where not."""
    judged = ctx.ask(AdmissionOf(resource, release=ctx.bundle.release)).answer
    value = judged.stored if judged is not None and judged.stored is not None else resource.value
    old = ctx.facts.old
    before = old.get(resource.kind, resource.namespace, resource.name, group=resource.gvk.group) if old else None
    return scope_of(resource, value, before.value if before is not None else None, ctx.bundle)


def _value(expression: str, names: Scope) -> tuple[Any, str]:
    """(the value, why it cannot be told)."""
    try:
        return program(expression).evaluate(names), ""
    except (CelError, Unmodelled) as error:
        return None, str(error)
