"""What the ValidatingAdmissionPolicies of the manifests say to an object, through the bindings that put them into force.

Follows apiserver ``pkg/admission/plugin/policy`` (``matching``, ``generic/policy_dispatcher.go``, ``validating/validator.go``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kubelens.cel.check import expression_asks
from kubelens.cel.evaluate import CelError, Unmodelled, program
from kubelens.cel.parse import CelSyntaxError
from kubelens.kube import fields
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups
from kubelens.kube.selector import label_selector
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.plugins.cel_scope import Scope, Variables, is_cluster_scoped, plain, plural_of, scope_of
from kubelens.predict.apiserver.plugins.default_toleration_seconds import default_tolerations
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.syntax.place import Place

_GROUP = "admissionregistration.k8s.io"


class Action(StrEnum):
    """What a binding does about an object that fails."""

    DENY = "Deny"
    WARN = "Warn"
    AUDIT = "Audit"


class PolicyVerdict(Struct, frozen=True):
    """A validation that fails (``message``), or that cannot be told (``unknown``: why)."""

    policy: Resource
    binding: Resource
    place: Place
    message: str
    actions: tuple[Action, ...]
    unknown: str = ""


class PolicyVerdictsOf(Struct, frozen=True):
    """What do the admission policies of the manifests hold against an object?"""

    resource: Resource
    old: Resource | None = None
    release: str = NEWEST

    def answer(self, ask: Ask) -> Prediction[tuple[PolicyVerdict, ...]]:
        """One verdict for each validation that fails; nothing where the object is refused before policies are asked."""
        bundle = ask.bundle
        bindings = [b for b in bundle.all("ValidatingAdmissionPolicyBinding", group=_GROUP) if not b.partial]
        if not bindings or self.resource.partial or self.resource.gvk.group == _GROUP:
            return Prediction(())
        judged = ask(AdmissionOf(self.resource, self.old, self.release)).answer
        if judged.causes if judged is not None else self.resource.gvk.group in known_groups():
            return Prediction(())
        value = judged.stored if judged is not None and judged.stored is not None else self.resource.value
        if self.resource.kind == "Pod" and self.resource.gvk.group == "":
            pod: dict[str, Any] = own_copy(value)
            default_tolerations(pod)
            pod["spec"].setdefault("serviceAccountName", "default")
            value = pod
        scope = scope_of(self.resource, value, self.old.value if self.old is not None else None, bundle)
        found: list[PolicyVerdict] = []
        for binding in bindings:
            policy = bundle.get("ValidatingAdmissionPolicy", "", fields.text(binding.spec, "policyName"), group=_GROUP)
            if policy is not None and not policy.partial:
                found += _verdicts(policy, binding, self.resource, scope, bundle)
        return Prediction(tuple(found))


def _verdicts(
    policy: Resource, binding: Resource, resource: Resource, scope: Scope, bundle: Bundle
) -> Iterator[PolicyVerdict]:
    actions = tuple(Action(a) for a in fields.texts(binding.spec, "validationActions") if a in set(Action))
    narrower = fields.optional_mapping(binding.spec, "matchResources")
    sets = [fields.mapping(policy.spec, "matchConstraints"), *([narrower] if narrower is not None else [])]
    fits = [_matches(one, resource, scope["request"]["operation"], bundle) for one in sets]
    if "" in fits:
        return
    here = policy.place.at("spec", "validations")
    if doubts := [why for why in fits if why != "yes"]:
        yield PolicyVerdict(policy, binding, policy.place.at("spec", "matchConstraints"), "", actions, doubts[0])
        return
    for params, why in _params(policy, binding, resource, bundle):
        if why:
            yield PolicyVerdict(policy, binding, binding.place.at("spec", "paramRef"), "", actions, why)
            continue
        names = Scope({**scope, "params": plain(params)}, scope.unknown)
        declared = {
            fields.text(v, "name"): fields.text(v, "expression") for _, v in fields.items(policy.spec, "variables")
        }
        names["variables"] = Variables(declared, names)
        applies, problem = _conditions(policy, names)
        if problem is not None:
            told = "" if isinstance(problem, Unmodelled) else f"a match condition fails: {problem}"
            at = policy.place.at("spec", "matchConditions")
            yield PolicyVerdict(policy, binding, at, told, actions, "" if told else str(problem))
        if not applies:
            continue
        for index, validation in fields.items(policy.spec, "validations"):
            holds, problem = _value(fields.text(validation, "expression"), names)
            if problem is None and holds is True:
                continue
            if isinstance(problem, Unmodelled | CelSyntaxError):
                yield PolicyVerdict(policy, binding, here.at(index), "", actions, str(problem))
            elif problem is None or not _ignores(policy):
                message = _message(validation, names) if problem is None else f"the expression fails: {problem}"
                yield PolicyVerdict(policy, binding, here.at(index, "expression"), message, actions)


def _value(expression: str, names: Scope) -> tuple[Any, Exception | None]:
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


def _message(validation: Mapping[str, Any], names: Scope) -> str:
    """``messageExpression`` where it gives text of one line, else ``message``, else the expression itself."""
    written = fields.text(validation, "messageExpression")
    if written:
        told, _ = _value(written, names)
        if isinstance(told, str) and told.strip() and "\n" not in told:
            return told.strip()
    return (
        fields.text(validation, "message").strip()
        or f"failed expression: {fields.text(validation, 'expression').strip()}"
    )


def _conditions(policy: Resource, names: Scope) -> tuple[bool, Exception | None]:
    """Whether every match condition holds; and what keeps the server from telling, where that is no reason to pass."""
    first: Exception | None = None
    for _, condition in fields.items(policy.spec, "matchConditions"):
        holds, problem = _value(fields.text(condition, "expression"), names)
        if problem is None and holds is False:
            return False, None
        if first is None or isinstance(problem, Unmodelled):
            first = problem or first
    if first is not None and not isinstance(first, Unmodelled) and _ignores(policy):
        return False, None
    return first is None, first


def _ignores(policy: Resource) -> bool:
    return fields.text(policy.spec, "failurePolicy") == "Ignore"


def _params(policy: Resource, binding: Resource, resource: Resource, bundle: Bundle) -> Iterator[tuple[Any, str]]:
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
        return "yes" if selector.matches(bundle.namespace_labels(resource.namespace)) else ""
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
