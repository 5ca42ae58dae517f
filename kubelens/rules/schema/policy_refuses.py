"""A ValidatingAdmissionPolicy of the manifests refuses the object.

Policies count where a ValidatingAdmissionPolicyBinding puts them into force. They are evaluated as the API server does:
match constraints and conditions, variables, parameters that the manifests hold, ``messageExpression``. Bindings that deny
make errors, those that only warn or audit make warnings or hints. What an expression asks of a cluster (``authorizer``,
``request.userInfo``, a Namespace that is not here) cannot be told; that is said once, at the policy.

Bad:

```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: few-replicas
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [apps]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [deployments]
  validations:
    - expression: object.spec.replicas <= 5
      messageExpression: "'at most 5 replicas, not ' + string(object.spec.replicas)"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: few-replicas
spec:
  policyName: few-replicas
  validationActions: [Deny]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: at most 5 replicas, not 6
spec:
  replicas: 6
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: few-replicas
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [apps]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [deployments]
  validations:
    - expression: object.spec.replicas <= 5
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: few-replicas
spec:
  policyName: few-replicas
  validationActions: [Deny]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.plugins.validating_admission_policy import Action, PolicyVerdict
from kubelens.predict.chain.policy_denial import VerdictsOn
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.place import Place


@rule(on=Bundle, kinds=("ValidatingAdmissionPolicyBinding",), severity=Severity.ERROR)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each object and validation, with the policy as the other end; one for what cannot be told."""
    doubts: dict[tuple[Place, str], int] = {}
    for resource in bundle:
        if resource.partial or not resource.name:
            continue
        for verdict in ctx.ask(VerdictsOn(resource, _before(resource, ctx))).answer:
            if verdict.unknown:
                key = (verdict.place, verdict.unknown)
                doubts[key] = doubts.get(key, 0) + 1
                continue
            denied = Action.DENY in verdict.actions
            yield ctx.finding(
                f"policy {verdict.policy.name!r} {'refuses' if denied else 'objects to'} {resource.key}: {verdict.message}",
                at=resource.place.at("metadata", "name"),
                related=[Related(verdict.place, "this expression does not hold")],
                notes=[_note(verdict)],
                severity=_severity(verdict),
            )
    for (place, why), count in doubts.items():
        objects = f"{count} objects" if count > 1 else "an object"
        yield ctx.finding(f"whether this holds for {objects} cannot be told: {why}", at=place, severity=Severity.INFO)


def _severity(verdict: PolicyVerdict) -> Severity | None:
    if Action.DENY in verdict.actions:
        return None
    return Severity.WARNING if Action.WARN in verdict.actions else Severity.INFO


def _note(verdict: PolicyVerdict) -> str:
    done = " and ".join(action.lower() for action in verdict.actions) or "no action"
    return f"binding {verdict.binding.name!r}: {done}"


def _before(resource: Resource, ctx: Context) -> Resource | None:
    found = ctx.facts.before(resource)
    return None if found is None or found.gvk != resource.gvk else found
