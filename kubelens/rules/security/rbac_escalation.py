"""A role allows its subjects to grant themselves more.

``bind`` and ``escalate`` lift the check that nobody hands out rights he lacks; ``impersonate`` lets a subject act as
anybody.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: operator
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    verbs:
      - escalate  # expect: escalate
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: operator
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    verbs:
      - get
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Related, Severity, rule
from kubelens.rules.security._roles import BINDINGS, RBAC, ROLES, kinds_option, made_by_cluster, role_of

_ROLES_AND_BINDINGS: Final = ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
_VERBS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "bind": ((RBAC,), _ROLES_AND_BINDINGS),
    "escalate": ((RBAC,), ("roles", "clusterroles")),
    "impersonate": (("", "authentication.k8s.io"), ("users", "groups", "serviceaccounts", "userextras", "uids")),
}
"""Groups and resources on which each verb means something."""


@rule(
    on=(*ROLES, *BINDINGS),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        kinds_option(*ROLES),
        Option("verbs", list(_VERBS), "verbs that are reported"),
        Option("everything", False, "also report roles that grant every verb on everything, as rbac-wildcard does"),
    ),
    aliases=(
        "checkov:CKV2_K8S_1",
        "checkov:CKV2_K8S_3",
        "checkov:CKV_K8S_157",
        "checkov:CKV_K8S_158",
        "kubescape:C-0065",
        "kubescape:C-0191",
        "kics:rbac_roles_allow_privilege_escalation",
        "kics:rbac_roles_with_impersonate_permission",
        "kyverno:restrict-escalation-verbs-roles",
        "trivy:KSV-0050",
        "trivy:KSV-0043",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place in a role; one for each binding."""
    if resource.kind not in ctx.options["kinds"] or made_by_cluster(resource):
        return
    role = role_of(resource, ctx.bundle) if resource.kind in BINDINGS else resource
    if role is None:
        return
    for index, item in fields.items(role.value, "rules"):
        for position, verb in enumerate(fields.texts(item, "verbs")):
            if verb in ctx.options["verbs"]:
                said = f"{resource.key} grants the verb {verb!r}"
            elif verb == "*" and (meant := _meant(item, ctx)):
                said = f"{resource.key} grants every verb, {meant!r} too"
            else:
                continue
            at = role.place.at("rules", index, "verbs", position)
            if role is not resource:
                related = [Related(at, "granted here")]
                yield ctx.finding(f"{said} by {role.key}", at=resource.place.at("roleRef", "name"), related=related)
                return
            yield ctx.finding(said, at=at)


def _meant(item: Mapping[str, Any], ctx: Context) -> str | None:
    """The verb that ``*`` stands for, where a rule names a resource on which one of the verbs means something."""
    groups, resources = fields.texts(item, "apiGroups"), fields.texts(item, "resources")
    everything = {"*"} if ctx.options["everything"] else set()
    for verb in ctx.options["verbs"]:
        if (
            verb in _VERBS
            and set(groups) & {*_VERBS[verb][0], "*"}
            and set(resources) & {*_VERBS[verb][1], *everything}
        ):
            return str(verb)
    return None
