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

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=("Role", "ClusterRole"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV2_K8S_3",
        "checkov:CKV_K8S_157",
        "checkov:CKV_K8S_158",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for index, item in fields.items(resource.value, "rules"):
        for position, verb in enumerate(fields.texts(item, "verbs")):
            if verb in ("bind", "escalate", "impersonate"):
                at = resource.place.at("rules", index, "verbs", position)
                yield ctx.finding(f"{resource.key} grants the verb {verb!r}", at=at)
