"""A Pod is not started again when it fails.

With ``restartPolicy: Never`` a crash is final for the Pod. Only Jobs, which start another one, cope with it.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  restartPolicy: Never  # expect: Never
  containers:
    - name: web
      image: shop/web:1.27
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  restartPolicy: OnFailure
  containers:
    - name: web
      image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("allowed", ["Always", "OnFailure"], "policies that are not reported"),),
    aliases=("kube-linter:restart-policy",),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.pod.restart_policy not in ctx.options["allowed"]:
        at = workload.resource.place.at(*workload.pod.path, "restartPolicy")
        yield ctx.finding(f"restartPolicy of {workload.resource.key} is {workload.pod.restart_policy}", at=at)
