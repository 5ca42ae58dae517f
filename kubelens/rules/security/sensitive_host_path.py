"""A container mounts a directory of its node that holds the system itself.

Whoever reads ``/etc``, ``/proc`` or ``/var/run`` of a node reads keys and tokens there; whoever writes them owns it.

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
        - name: system
          hostPath:
            path: /etc
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: system
              mountPath: /host  # expect: /etc
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
        - name: system
          hostPath:
            path: /srv/data
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: system
              mountPath: /host
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on=PodContainer,
    mentions=("hostPath",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "paths",
            [
                "/",
                "/boot",
                "/dev",
                "/etc",
                "/lib",
                "/proc",
                "/root",
                "/sys",
                "/usr",
                "/var/lib/kubelet",
                "/var/lib/docker",
                "/var/run",
                "/run",
            ],
            "directories of the node that are reported",
        ),
        Option("below", False, "also report directories and files below these"),
    ),
    aliases=(
        "kube-linter:sensitive-host-mounts",
        "kics:workload_mounting_with_sensitive_os_directory",
        "kubescape:C-0020",
        "kubeaudit:SensitivePathsMounted",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    paths = {v.name: fields.text(fields.mapping(v.value, "hostPath"), "path") for v in pc.workload.pod.volumes}
    for mount in pc.container.mounts:
        path = paths.get(mount.volume, "")
        if path and _sensitive(path.rstrip("/") or "/", ctx.options["paths"], below=ctx.options["below"]):
            at = pc.workload.resource.place.at(*mount.path, "mountPath")
            yield ctx.finding(f"{pc.title()} mounts the node's {path!r}", at=at, label=f"volume {mount.volume!r}")


def _sensitive(path: str, listed: Sequence[str], *, below: bool) -> bool:
    return path in listed or (below and any(path.startswith(f"{one.rstrip('/')}/") for one in listed if one != "/"))
