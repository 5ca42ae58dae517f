"""A rule of a role names everything with an asterisk.

``*`` covers what is added later as well: new resources, new verbs, and subresources such as ``pods/exec``.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - '*'  # expect: resources
    verbs: [get]
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - pods
    verbs: [get]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on=("Role", "ClusterRole"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(Option("fields", ["resources", "verbs"], "fields in which an asterisk is reported"),),
    aliases=(
        "kube-linter:wildcard-in-rules",
        "checkov:CKV_K8S_49",
        "kics:rbac_wildcard_in_rule",
        "kyverno:restrict-wildcard-resources",
        "kyverno:restrict-wildcard-verbs",
        "trivy:KSV-0044",
        "trivy:KSV-0045",
        "trivy:KSV-0046",
        "trivy:KSV-0112",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for index, item in fields.items(resource.value, "rules"):
        for key in ("apiGroups", "resources", "verbs"):
            if key in ctx.options["fields"] and "*" in fields.texts(item, key):
                at = resource.place.at("rules", index, key, fields.texts(item, key).index("*"))
                yield ctx.finding(f"{resource.key} grants every entry of {key}: '*'", at=at)
