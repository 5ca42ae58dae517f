"""An image is of software that is given up or known for being broken into.

Tiller, the server of Helm 2, and old dashboards act with the rights of their account for whoever reaches them.
ingress-nginx gets no more releases since March 2026.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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
          image: gcr.io/kubernetes-helm/tiller:v2.17.0  # expect: tiller
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "images",
            ["tiller", "kubernetes-dashboard-amd64", "kubernetesui/dashboard", "ingress-nginx/controller"],
            "last parts of image names that are reported",
        ),
        Option(
            "labels",
            ["app=kubernetes-dashboard", "k8s-app=kubernetes-dashboard", "name=tiller"],
            "labels of Pods that are reported whatever their image",
        ),
    ),
    aliases=(
        "checkov:CKV_K8S_34",
        "checkov:CKV_K8S_33",
        "checkov:CKV_K8S_45",
        "kubescape:C-0292",
        "kics:dashboard_is_enabled",
        "kics:tiller_is_deployed",
        "kics:tiller_deployment_is_accessible_from_within_the_cluster",
        "kyverno:disallow-helm-tiller",
        "trivy:KSV-0102",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    head, slash, last = pc.container.image.partition("@")[0].rpartition("/")
    name = head + slash + last.partition(":")[0]
    for image in ctx.options["images"]:
        if name == image or name.endswith(f"/{image}"):
            yield ctx.finding(f"image {pc.container.image!r} of {pc.title()} is of {image}", at=pc.place("image"))
            return
    pod = pc.workload.pod
    for label in ctx.options["labels"]:
        key, _, value = label.partition("=")
        if pod.labels.get(key) == value:
            at = pc.workload.resource.place.at(*pod.metadata_path, "labels", key)
            yield ctx.finding(f"{pc.title()} calls itself {value}", at=at)
            return
