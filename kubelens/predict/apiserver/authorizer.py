"""Whether a subject may do something, as the API server's RBAC authorizer decides from roles and bindings.

Upstream: ``plugin/pkg/auth/authorizer/rbac`` (``RBACAuthorizer.Authorize``, ``RuleAllows``), ``pkg/registry/rbac/validation``
(``VisitRulesFor``) and ``pkg/apis/rbac/v1`` (``VerbMatches``, ``APIGroupMatches``, ``ResourceMatches``,
``ResourceNameMatches``). Node, webhook and other authorizers of a cluster may allow more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.syntax.place import Place

_EVERYTHING: Final = "cluster-admin"
"""The one role of every cluster whose rules are known by heart: every verb on everything."""
_AUTHENTICATED: Final = "system:authenticated"
_ACCOUNTS: Final = "system:serviceaccounts"


class Subject(Struct, frozen=True):
    """Who asks: a ``User``, a ``Group``, or a ``ServiceAccount`` of a namespace."""

    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.kind} '{self.namespace}/{self.name}'" if self.namespace else f"{self.kind} '{self.name}'"

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that the server gives the subject when it has authenticated it."""
        if self.kind == "ServiceAccount":
            return (_ACCOUNTS, f"{_ACCOUNTS}:{self.namespace}", _AUTHENTICATED)
        return (self.name,) if self.kind == "Group" else (_AUTHENTICATED,)

    @property
    def user(self) -> str:
        """The name under which the server knows the subject, ``""`` for a group."""
        if self.kind == "ServiceAccount":
            return f"system:serviceaccount:{self.namespace}:{self.name}"
        return self.name if self.kind == "User" else ""


class Request(Struct, frozen=True):
    """What is asked for: ``resource`` with its subresource (``pods/exec``); ``namespace`` ``""``: the whole cluster."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        what = f"{self.resource}.{self.group}" if self.group else self.resource
        named = f" {self.name!r}" if self.name else ""
        return f"{self.verb} {what}{named} " + (
            f"in namespace '{self.namespace}'" if self.namespace else "in the whole cluster"
        )


class Grant(Struct, frozen=True):
    """A rule that reaches a subject: the binding, the role and the rule's place (None: a role of every cluster)."""

    binding: Resource
    role: str
    place: Place | None
    rule: Mapping[str, Any]

    @property
    def namespace(self) -> str:
        """The namespace the rule counts in, ``""`` for all and for what has none."""
        return self.binding.namespace if self.binding.kind == "RoleBinding" else ""


class RulesOf(Struct, frozen=True):
    """Every rule that bindings of the manifests give a subject."""

    subject: Subject

    def answer(self, ask: Ask) -> Prediction[tuple[Grant, ...]]:
        """In the order of the bindings; roles that are not among the manifests are assumptions."""
        found: list[Grant] = []
        unknown: list[Assumption] = []
        for kind in ("ClusterRoleBinding", "RoleBinding"):
            for binding in ask.bundle.all(kind):
                if binding.partial or not _is_bound(binding, self.subject):
                    continue
                name, rules = _role(binding, ask.bundle)
                if rules is None:
                    unknown.append(Assumption(f"{name}, which {binding.key} names, is not among the manifests"))
                    continue
                found += [Grant(binding, name, place, rule) for place, rule in rules]
        return Prediction(tuple(found), assumptions=tuple(unknown))


class UnknownRole(Struct, frozen=True):
    """A role that is not among the manifests, and a binding that gives it."""

    binding: Resource
    role: str


class UnknownRolesOf(Struct, frozen=True):
    """Which roles do bindings give a subject whose rules nobody knows, such as ``edit``?"""

    subject: Subject

    def answer(self, ask: Ask) -> Prediction[tuple[UnknownRole, ...]]:
        """In the order of the bindings."""
        return Prediction(
            tuple(
                UnknownRole(binding, role)
                for kind in ("ClusterRoleBinding", "RoleBinding")
                for binding in ask.bundle.all(kind)
                if not binding.partial and _is_bound(binding, self.subject)
                for role, rules in [_role(binding, ask.bundle)]
                if rules is None
            )
        )


class Access(Struct, frozen=True):
    """Whether it is allowed, by which rules, and which ones nearly allow it with what they lack."""

    allowed: bool
    grants: tuple[Grant, ...]
    near: tuple[tuple[Grant, str], ...]


class AccessOf(Struct, frozen=True):
    """Whether a subject may do what it asks for."""

    subject: Subject
    request: Request

    def answer(self, ask: Ask) -> Prediction[Access]:
        """``certain`` where no bound role is unknown; a no also rests on the manifests holding every binding."""
        rules = ask(RulesOf(self.subject))
        grants = tuple(grant for grant in rules.answer if not _lacks(grant, self.request))
        near = tuple(
            (grant, lack)
            for grant in rules.answer
            if not grants and (lack := _lacks(grant, self.request)) and _names(grant.rule, self.request)
        )
        if grants:
            reasons = [Reason(f"{grant.binding.key} gives it {grant.role}", grant.place) for grant in grants]
            return Prediction(Access(True, grants, ()), tuple(reasons))
        reasons = [Reason(f"{grant.role} by {grant.binding.key}: {lack}", grant.place) for grant, lack in near]
        reasons += list(_unbound(ask.bundle, self.subject, self.request)) if not near else []
        elsewhere = Assumption("the manifests hold every role and binding that concerns the subject")
        return Prediction(Access(False, (), near), tuple(reasons), (*rules.assumptions, elsewhere))


def _is_bound(binding: Resource, subject: Subject) -> bool:
    for _, written in fields.items(binding.value, "subjects"):
        kind, name = fields.text(written, "kind"), fields.text(written, "name")
        if kind == "ServiceAccount":
            namespace = fields.text(written, "namespace") or binding.namespace
            if subject.kind == kind and (subject.namespace, subject.name) == (namespace, name):
                return True
        elif (kind == "Group" and name in subject.groups) or (kind == "User" and name and name == subject.user):
            return True
    return False


Rules = list[tuple[Place | None, Mapping[str, Any]]]


def _role(binding: Resource, bundle: Bundle) -> tuple[str, Rules | None]:
    """The role a binding names and its rules; None where nobody knows them."""
    ref = fields.mapping(binding.value, "roleRef")
    kind, name = fields.text(ref, "kind"), fields.text(ref, "name")
    found = bundle.get(kind, binding.namespace if kind == "Role" else "", name)
    if found is not None and not found.partial:
        return str(found.key), list(_rules(found, bundle))
    if kind == "ClusterRole" and name == _EVERYTHING:
        return f"ClusterRole '{name}'", [(None, {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})]
    return f"{kind} '{name}'", None


def _rules(
    role: Resource, bundle: Bundle, met: set[int] | None = None
) -> Iterator[tuple[Place | None, Mapping[str, Any]]]:
    """The rules of a role; those of the roles that an aggregated one selects, which its controller writes into it.

    ``met``: by id the roles that were looked at, each once: those that gather from each other have the same in the end.
    """
    met = set() if met is None else met
    met.add(id(role))
    selectors = fields.items(fields.mapping(role.value, "aggregationRule"), "clusterRoleSelectors")
    if selectors:
        for other in bundle.all("ClusterRole"):
            if (
                id(other) not in met
                and not other.partial
                and any(label_selector(s).matches(other.labels) for _, s in selectors)
            ):
                yield from _rules(other, bundle, met)
        return
    for index, rule in fields.items(role.value, "rules"):
        yield role.place.at("rules", index), rule


def _lacks(grant: Grant, request: Request) -> str:
    """What keeps a rule from allowing a request, ``""`` where it does."""
    rule = grant.rule
    if grant.namespace and grant.namespace != request.namespace:
        where = f"namespace '{request.namespace}'" if request.namespace else "the whole cluster"
        return f"it counts in namespace '{grant.namespace}', not in {where}"
    groups = fields.texts(rule, "apiGroups")
    if request.group not in groups and "*" not in groups:
        return f"its groups are {_listed(groups)}, {request.resource!r} is in {request.group!r}"
    if not _resource_matches(fields.texts(rule, "resources"), request.resource):
        return f"its resources are {_listed(fields.texts(rule, 'resources'))}"
    verbs = fields.texts(rule, "verbs")
    if request.verb not in verbs and "*" not in verbs:
        return f"its verbs are {_listed(verbs)}"
    names = fields.texts(rule, "resourceNames")
    if names and request.name not in names:
        return f"it is for objects called {_listed(names)} only"
    return ""


def _resource_matches(resources: tuple[str, ...], wanted: str) -> bool:
    _, slash, subresource = wanted.partition("/")
    return any(one in ("*", wanted) or (bool(slash) and one == f"*/{subresource}") for one in resources)


def _names(rule: Mapping[str, Any], request: Request) -> bool:
    """Whether a rule is about the resource at all: it names it, or the one it is a part of."""
    resources = fields.texts(rule, "resources")
    return _resource_matches(resources, request.resource) or request.resource.partition("/")[0] in resources


def _unbound(bundle: Bundle, subject: Subject, request: Request) -> Iterator[Reason]:
    """Roles that would allow it, and that no binding hands to the subject."""
    for kind in ("Role", "ClusterRole"):
        for role in bundle.all(kind, request.namespace if kind == "Role" else None):
            for place, rule in _rules(role, bundle) if not role.partial else ():
                groups, verbs = fields.texts(rule, "apiGroups"), fields.texts(rule, "verbs")
                if {request.group, "*"} & set(groups) and {request.verb, "*"} & set(verbs):
                    if _resource_matches(fields.texts(rule, "resources"), request.resource):
                        yield Reason(f"{role.key} would allow it; no binding gives it to {subject}", place)
                        return


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(repr(text) for text in texts) if texts else "none"
