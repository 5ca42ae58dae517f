"""A ConfigMap holds what looks like a credential.

ConfigMaps are readable for nearly every account and are never encrypted at rest; a Secret can be guarded.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  db_password: hunter2  # expect: db_password
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  db_host: db.shop
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.credential import credential_in
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._secrets import is_secret_name


@rule(
    on="ConfigMap",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "words",
            ["password", "passwd", "secret_key", "api_key", "apikey", "access_key", "private_key"],
            "parts of keys that are reported",
        ),
    ),
    aliases=(
        "polaris:sensitiveConfigmapContent",
        "kubescape:C-0012",
        "trivy:KSV-0109",
        "trivy:KSV-01010",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for key, value in fields.mapping(resource.value, "data").items():
        if not isinstance(key, str) or not isinstance(value, str) or not value:
            continue
        at = resource.place.at("data", key)
        if is_secret_name(key, ctx.options["words"]):
            yield ctx.finding(f"key {key!r} of {resource.key} looks like a credential", at=at)
        elif what := credential_in(value):
            yield ctx.finding(f"key {key!r} of {resource.key} holds what looks like a credential ({what})", at=at)
