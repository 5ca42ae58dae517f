"""What admission policies of both sorts share: which objects they match, their parameters, conditions and expressions.

Follows apiserver ``pkg/admission/plugin/policy`` (``matching``, ``generic/policy_dispatcher.go``, ``matchconditions``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.cel.check import expression_asks
from kubelens.cel.evaluate import CelError, Unmodelled, program
from kubelens.cel.parse import CelSyntaxError
from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.apiserver.plugins.cel_scope import Scope, Variables, is_cluster_scoped, plain, plural_of


def fits(policy: Resource, binding: Resource, resource: Resource, operation: str, bundle: Bundle) -> str:
    """``yes``, ``""`` for no, or why it cannot be told whether a policy with a binding is asked about an object."""
    narrower = fields.optional_mapping(binding.spec, "matchResources")
    sets = [fields.mapping(policy.spec, "matchConstraints"), *([narrower] if narrower is not None else [])]
    answers = [_matches(one, resource, operation, bundle) for one in sets]
    return "" if "" in answers else next((why for why in answers if why != "yes"), "yes")


def names_of(policy: Resource, scope: Scope, params: Any) -> Scope:
    """The names that the expressions of a policy may use."""
    names = Scope({**scope, "params": plain(params)}, scope.unknown)
    declared = {fields.text(v, "name"): fields.text(v, "expression") for _, v in fields.items(policy.spec, "variables")}
    names["variables"] = Variables(declared, names)
    return names


def evaluated(expression: str, names: Scope) -> tuple[Any, Exception | None]:
    """The value of an expression, or what keeps it from having one."""
    try:
        ready = program(expression)
    except CelSyntaxError as error:
        return None, error
    except Unmodelled as error:
        asks = expression_asks(expression, "authorizer")
        return None, Unmodelled(names.unknown["authorizer"] if asks else f"{error} is not modelled")
    try:
        return ready.evaluate(names), None
    except (CelError, Unmodelled) as error:
        return None, error


def conditions(policy: Resource, names: Scope) -> tuple[bool, Exception | None]:
    """Whether every match condition holds; and what keeps the server from telling, where that is no reason to pass."""
    first: Exception | None = None
    for _, condition in fields.items(policy.spec, "matchConditions"):
        holds, problem = evaluated(fields.text(condition, "expression"), names)
        if problem is None and holds is False:
            return False, None
        if first is None or isinstance(problem, Unmodelled):
            first = problem or first
    if first is not None and not isinstance(first, Unmodelled) and ignores(policy):
        return False, None
    return first is None, first


def ignores(policy: Resource) -> bool:
    """Whether an error of a policy lets the object pass."""
    return fields.text(policy.spec, "failurePolicy") == "Ignore"


def params_of(policy: Resource, binding: Resource, resource: Resource, bundle: Bundle) -> Iterator[tuple[Any, str]]:
    """The parameters to judge by, one after the other: (value, why they are not known)."""
    kind = fields.optional_mapping(policy.spec, "paramKind")
    ref = fields.optional_mapping(binding.spec, "paramRef")
    if kind is None or ref is None:
        yield None, ""
        return
    group, _, _ = fields.text(kind, "apiVersion").rpartition("/")
    wanted = fields.text(kind, "kind")
    name, namespace = fields.text(ref, "name"), fields.text(ref, "namespace") or resource.namespace
    everything = [p for p in bundle.all(wanted, group=group) if not p.partial]
    chosen = [p for p in everything if is_cluster_scoped(p) or p.namespace == namespace]
    if name:
        chosen = [p for p in chosen if p.name == name]
    elif (selector := fields.optional_mapping(ref, "selector")) is not None:
        chosen = [p for p in chosen if label_selector(selector).matches(p.labels)]
    yield from ((p.value, "") for p in chosen)
    if not chosen:
        yield None, f"its parameters, {wanted} {name!r}, are not among the manifests"


def _matches(match: Mapping[str, Any], resource: Resource, operation: str, bundle: Bundle) -> str:
    """``yes``, ``""`` for no, or why it cannot be told."""
    rules = [rule for _, rule in fields.items(match, "resourceRules")]
    if rules and not any(_rule_matches(rule, resource, operation) for rule in rules):
        return ""
    if any(_rule_matches(rule, resource, operation) for _, rule in fields.items(match, "excludeResourceRules")):
        return ""
    objects = fields.optional_mapping(match, "objectSelector")
    if objects is not None and not label_selector(objects).matches(resource.labels):
        return ""
    spaces = fields.optional_mapping(match, "namespaceSelector")
    if not spaces or is_cluster_scoped(resource):
        return "yes"
    selector = label_selector(spaces)
    if selector.is_empty:
        return "yes"
    known = bundle.get("Namespace", "", resource.namespace) is not None
    if known or all(asked.key == "kubernetes.io/metadata.name" for asked in selector.requirements):
        return "yes" if selector.matches(bundle.namespace_labels(resource.namespace, resource)) else ""
    return f"the labels of Namespace {resource.namespace!r} are not among the manifests"


def _rule_matches(rule: Mapping[str, Any], resource: Resource, operation: str) -> bool:
    names, scope = fields.texts(rule, "resourceNames"), fields.text(rule, "scope")
    if names and resource.name not in names:
        return False
    if scope and scope != "*" and (scope == "Cluster") != is_cluster_scoped(resource):
        return False
    return all(
        {"*", one} & set(fields.texts(rule, key))
        for key, one in (
            ("apiGroups", resource.gvk.group),
            ("apiVersions", resource.gvk.version),
            ("operations", operation),
        )
    ) and bool({"*", "*/*", plural_of(resource)} & set(fields.texts(rule, "resources")))
