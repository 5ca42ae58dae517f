"""A rule that is limited to objects by name grants a verb whose requests name no object.

A request that creates an object is authorized before its name is known, and one that deletes a collection has none:
``resourceNames`` never matches them. Server-side apply, and a PUT that creates, do name the object.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: writer
rules:
  - apiGroups: [""]
    resources: [configmaps]
    resourceNames: [generated]
    verbs:
      - get
      - create  # expect: create
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: writer
rules:
  - apiGroups: [""]
    resources: [configmaps]
    resourceNames: [generated]
    verbs:
      - get
  - apiGroups: [""]
    resources: [configmaps]
    verbs:
      - create
```

References:

- https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.rbac._written import ROLES, WrittenRule, written_rules
from kubelens.rules.security._roles import made_by_cluster

_NAMELESS: Final = ("create", "deletecollection")


@rule(on=ROLES, severity=Severity.INFO, mentions=("resourceNames",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each verb, where no other rule grants it for the same resources without names."""
    if made_by_cluster(resource):
        return
    entries = list(written_rules(resource))
    for entry in entries:
        if not entry.names or not _is_of_objects(entry, ctx):
            continue
        main = [name for _, name in entry.resources if "/" not in name and name != "*"]
        for index, verb in entry.verbs:
            if verb not in _NAMELESS or not main:
                continue
            if all(any(_grants(other, verb, name, entry.groups) for other in entries) for name in main):
                continue
            yield ctx.finding(
                f"{resource.key} grants {verb!r} for objects by name, but such a request names none",
                at=entry.place.at("verbs", index),
                notes=[
                    f"a plain {verb} is refused; only server-side apply names the object"
                    if verb == "create"
                    else f"{verb} is refused"
                ],
            )


def _is_of_objects(entry: WrittenRule, ctx: Context) -> bool:
    """Whether the API server stores what is named: programs ask for verbs on resources of their own, by any name.

    Loki's gateway and others do so by SubjectAccessReview, in groups that have objects beside.
    """
    if entry.is_built_in:
        return True
    defined = {
        (fields.text(one.spec, "group"), fields.text(fields.mapping(one.spec, "names"), "plural"))
        for one in ctx.bundle.all("CustomResourceDefinition")
    }
    return all(any((group, name) in defined for group in entry.groups) for _, name in entry.resources)


def _grants(entry: WrittenRule, verb: str, name: str, groups: tuple[str, ...]) -> bool:
    return (
        not entry.names
        and bool({verb, "*"} & {v for _, v in entry.verbs})
        and bool({name, "*"} & {r for _, r in entry.resources})
        and bool({"*", *groups} & set(entry.groups))
    )
