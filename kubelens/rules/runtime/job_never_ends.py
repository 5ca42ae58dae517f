"""A Job's Pod holds a proxy that never ends beside the container that does the work.

A Job is done when all containers of its Pod have ended. A proxy goes on, so the Job stays active, a CronJob under
``Forbid`` never starts again, and ``activeDeadlineSeconds`` makes it a failure. As an init container with
``restartPolicy: Always`` (a sidecar) it is stopped when the others are done.

Bad:

```yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: shop/migrate:1.4
        - name: proxy
          image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.8.0  # expect: proxy
```

Good:

```yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - name: proxy
          image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.8.0
          restartPolicy: Always
      containers:
        - name: migrate
          image: shop/migrate:1.4
```

References:

- https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.pod import Container
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.pattern import pattern

_ENDLESS: Final = frozenset(
    {
        "alloydb-auth-proxy",
        "cloud-sql-proxy",
        "cloudsql-proxy",
        "gce-proxy",
        "consul-dataplane",
        "daprd",
        "envoy",
        "fluent-bit",
        "fluentd",
        "linkerd-proxy",
        "istio-proxy",
        "oauth2-proxy",
        "proxyv2",
    }
)
"""Last parts of repositories whose programs run until they are stopped."""
_TOLD_TO_END: Final = pattern(
    r"quitquitquit|/shutdown|\bpkill\b|\bkillall\b|\bkill\b|exit-zero-on|exit-when|wait-for|exit-after-auth|inotify|while "
)
"""What scripts and flags say where the proxy is asked to end."""


@rule(on=Workload, severity=Severity.WARNING)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each endless container of a Job or CronJob with others that end."""
    if workload.kind not in ("Job", "CronJob"):
        return
    apps = [container for container in workload.pod.containers if container.role == "app"]
    endless = [container for container in apps if _repository(container) in _ENDLESS]
    if not endless or len(endless) == len(apps):
        return
    import json  # noqa: PLC0415 - only for Jobs

    told = json.dumps([container.value for container in apps], default=str)
    if workload.pod.value.get("shareProcessNamespace") is True or _TOLD_TO_END.search(told):
        return
    for container in endless:
        yield ctx.finding(
            f"container {container.name!r} of {workload.resource.key} never ends, so the Job is never done",
            at=workload.resource.place.at(*container.path, "image"),
            notes=["as an init container with restartPolicy: Always it is stopped when the others are done"],
        )


def _repository(container: Container) -> str:
    name = container.image.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[0]
