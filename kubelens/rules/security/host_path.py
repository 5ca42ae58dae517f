"""A volume of the Pod is a path of its node.

What a ``hostPath`` holds depends on the node the Pod lands on, and the Pod reads what other programs of the node
wrote there.

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
      volumes:
        - name: data
          hostPath:
            path: /srv/data  # expect: /srv/data
      containers:
        - name: web
          image: shop/web:1.27
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
      volumes:
        - name: data
          emptyDir: {}
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on=Workload,
    mentions=("hostPath",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(Option("ignore-namespaces", [], "namespaces that are left out"),),
    aliases=(
        "polaris:hostPathSet",
        "kics:non_kube_system_pod_with_host_mount",
        "kubescape:C-0048",
        "kyverno:disallow-host-path",
        "trivy:KSV-0023",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.namespace in ctx.options["ignore-namespaces"]:
        return
    for volume in workload.pod.volumes:
        path = fields.text(fields.mapping(volume.value, "hostPath"), "path")
        if path:
            at = workload.resource.place.at(*volume.path, "hostPath", "path")
            yield ctx.finding(f"volume {volume.name!r} of {workload.resource.key} is {path!r} of the node", at=at)
