"""A container holds the socket of its node's container runtime.

Over this socket anybody starts a privileged container on the node: the mount is as good as root there.

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
        - name: docker
          hostPath:
            path: /var/run/docker.sock  # expect: docker.sock
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
        - name: docker
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
    options=(
        Option(
            "sockets",
            ["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock"],
            "file names of sockets",
        ),
    ),
    aliases=(
        "checkov:CKV_K8S_27",
        "kube-linter:docker-sock",
        "kics:docker_daemon_socket_is_exposed_to_containers",
        "kubescape:C-0074",
        "kyverno:disallow-container-sock-mounts",
        "trivy:KSV-0006",
        "kubeaudit:SensitivePathsMounted",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for volume in workload.pod.volumes:
        path = fields.text(fields.mapping(volume.value, "hostPath"), "path")
        if path.rsplit("/", 1)[-1] in ctx.options["sockets"]:
            at = workload.resource.place.at(*volume.path, "hostPath", "path")
            yield ctx.finding(
                f"volume {volume.name!r} of {workload.resource.key} is the runtime's socket {path!r}", at=at
            )
