"""A webhook that must answer before its own Pods may start.

With `failurePolicy: Fail` a Pod the webhook's rules match is refused while the webhook does not answer. Where that
includes the Pods that serve it, they cannot come back once all are gone.

Bad:

```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: guard
webhooks:
  - name: guard.example.com
    clientConfig:
      service:
        name: guard  # expect: guard
        namespace: guard
    rules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [pods]
    sideEffects: None
    admissionReviewVersions: [v1]
---
apiVersion: v1
kind: Service
metadata:
  name: guard
  namespace: guard
spec:
  selector:
    app: guard
  ports:
    - port: 443
---
apiVersion: v1
kind: Pod
metadata:
  name: guard
  namespace: guard
  labels:
    app: guard
spec:
  containers:
    - name: guard
      image: guard:1.0
```

Good:

```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: guard
webhooks:
  - name: guard.example.com
    clientConfig:
      service:
        name: guard
        namespace: guard
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: NotIn
          values: [guard]
    rules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [pods]
    sideEffects: None
    admissionReviewVersions: [v1]
---
apiVersion: v1
kind: Service
metadata:
  name: guard
  namespace: guard
spec:
  selector:
    app: guard
  ports:
    - port: 443
---
apiVersion: v1
kind: Pod
metadata:
  name: guard
  namespace: guard
  labels:
    app: guard
spec:
  containers:
    - name: guard
      image: guard:1.0
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.selector import EVERYTHING, Selector, label_selector
from kubelens.kube.workload import selected_workloads
from kubelens.rules.api import Context, Finding, Related, Severity, rule


def _selector(value: Mapping[str, Any], key: str) -> Selector:
    found = fields.optional_mapping(value, key)
    return label_selector(found) if found is not None else EVERYTHING


def _matches_new_pods(webhook: Mapping[str, Any]) -> bool:
    for _, entry in fields.items(webhook, "rules"):
        groups, resources = fields.texts(entry, "apiGroups"), fields.texts(entry, "resources")
        versions, operations = fields.texts(entry, "apiVersions"), fields.texts(entry, "operations")
        if fields.text(entry, "scope") == "Cluster" or not {"", "*"} & set(groups):
            continue
        if {"pods", "*", "*/*"} & set(resources) and {"v1", "*"} & set(versions) and {"CREATE", "*"} & set(operations):
            return True
    return False


@rule(on=("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"), severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each webhook; those with match conditions are left alone."""
    if resource.partial or resource.gvk.version != "v1":
        return
    for index, webhook in fields.items(resource.value, "webhooks"):
        if (fields.text(webhook, "failurePolicy") or "Fail") != "Fail" or webhook.get("matchConditions"):
            continue
        target = fields.mapping(fields.mapping(webhook, "clientConfig"), "service")
        namespace, name = fields.text(target, "namespace"), fields.text(target, "name")
        found = ctx.bundle.get("Service", namespace, name, group="")
        service = read_service(found) if found is not None else None
        if service is None or service.selector is None or not _matches_new_pods(webhook):
            continue
        if ctx.bundle.get("Namespace", "", namespace) is None and webhook.get("namespaceSelector"):
            labels_known = "kubernetes.io/metadata.name" in str(webhook["namespaceSelector"])
            if not labels_known:
                continue
        if not _selector(webhook, "namespaceSelector").matches(ctx.bundle.namespace_labels(namespace)):
            continue
        chosen = _selector(webhook, "objectSelector")
        own = selected_workloads(ctx.bundle, service.selector, namespace)
        caught = [w for w in own if chosen.matches(w.pod.labels)]
        if own and len(caught) == len(own):
            yield ctx.finding(
                f"webhook '{fields.text(webhook, 'name')}' must answer before its own Pods may start",
                at=resource.place.at("webhooks", index, "clientConfig", "service", "name"),
                related=[
                    Related(w.resource.place.at("metadata", "name"), "these Pods serve it and are matched by it")
                    for w in caught
                ],
                notes=["once none of them runs, the API server refuses every new one"],
            )
