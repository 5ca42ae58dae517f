"""A rule of a role names a verb that no request has.

The API server takes any text. Requests for resources are get, list, watch, create, update, patch, delete and
deletecollection; ``read``, ``write`` or ``GET`` grant nothing.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs:
      - get
      - read  # expect: read
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs:
      - get
      - list
```

References:

- https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.authorization import request_verbs, url_verbs
from kubelens.kube.resource import Resource
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.rbac._written import ROLES, written_rules
from kubelens.rules.security._roles import made_by_cluster


@rule(on=ROLES, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each verb of a rule about built-in resources, or about paths, that does not exist."""
    if made_by_cluster(resource):
        return
    for entry in written_rules(resource):
        if entry.urls and not entry.groups:
            known = url_verbs()
        elif entry.is_built_in:
            known = request_verbs()
        else:
            continue
        for index, verb in entry.verbs:
            if verb == "*" or verb in known or ":" in verb:
                continue  # verbs with a colon are asked for by single features, such as the status of device claims
            place = entry.place.at("verbs", index)
            elsewhere = verb in request_verbs()
            import difflib  # noqa: PLC0415 - only after a mistake

            close = [] if elsewhere else difflib.get_close_matches(verb.lower(), sorted(known), 1, 0.75)
            yield ctx.finding(
                f"{resource.key} names the verb {verb!r}, which no request {'for a path ' if elsewhere else ''}has"
                + (f"; did you mean {close[0]!r}?" if close else ""),
                at=place,
                notes=["the API server takes the role; the verb grants nothing"],
                fix=Fix(close[0], (SetValue(place, close[0]),), Applicability.UNSAFE) if close else None,
            )
