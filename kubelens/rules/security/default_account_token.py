"""The namespace's ServiceAccount ``default`` hands its token to every Pod that names no account.

Pods that never asked for rights then carry whatever is granted to ``default``; ``automountServiceAccountToken: false``
on the account keeps the token out unless a Pod asks for it.

Bad:

```yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default  # expect: default
  namespace: shop
```

Good:

```yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: shop
automountServiceAccountToken: false
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on="ServiceAccount",
    severity=Severity.INFO,
    profiles=(Profile.SECURITY,),
    options=(Option("all-accounts", False, "look at every ServiceAccount, not at 'default' alone"),),
    aliases=(
        "checkov:CKV_K8S_41",
        "kubescape:C-0034",
        "kubescape:C-0190",
        "kyverno:restrict-sa-automount-sa-token",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each account."""
    mounts = resource.value.get("automountServiceAccountToken")
    if mounts is not False and (resource.name == "default" or ctx.options["all-accounts"]):
        at = resource.place.at("automountServiceAccountToken") if mounts else resource.place.at("metadata", "name")
        yield ctx.finding(f"{resource.key} hands its token to every Pod that runs under it", at=at)
