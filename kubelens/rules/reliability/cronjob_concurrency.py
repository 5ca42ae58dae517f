"""A CronJob does not say what happens when a run is due while the last one goes on.

By default (Allow) both run at once; a job that gets slower piles up until the cluster is full.

Bad:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report  # expect: concurrencyPolicy
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: report
              image: shop/report:1.2
```

Good:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 4 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: report
              image: shop/report:1.2
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="CronJob", severity=Severity.INFO, profiles=())
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    if not resource.spec.get("concurrencyPolicy"):
        yield ctx.finding(f"{resource.key} sets no concurrencyPolicy", at=resource.place.at("metadata", "name"))
