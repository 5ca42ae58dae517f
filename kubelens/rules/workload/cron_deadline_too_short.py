"""A CronJob's start may be late by less than the time between two looks of its controller.

The controller looks about every ten seconds. A run that it sees later than ``startingDeadlineSeconds`` after its time is
skipped, so under ten seconds the CronJob may never start.

Bad:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 * * * *"
  startingDeadlineSeconds: 5  # expect: 5
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: shop/report:1.4
```

Good:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 * * * *"
  startingDeadlineSeconds: 60
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: shop/report:1.4
```

References:

- https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule

_LOOKS_EVERY: Final = 10
"""Seconds between two looks of the CronJob controller (pkg/controller/cronjob)."""


@rule(on="CronJob", severity=Severity.WARNING, mentions=("startingDeadlineSeconds",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding."""
    seconds = fields.integer(resource.spec, "startingDeadlineSeconds")
    if resource.partial or seconds is None or not 0 <= seconds < _LOOKS_EVERY:
        return
    yield ctx.finding(
        f"startingDeadlineSeconds of {resource.key} must be at least {_LOOKS_EVERY}, is {seconds}",
        at=resource.place.at("spec", "startingDeadlineSeconds"),
        notes=["the controller looks about every 10 seconds: it may find every run too late and start none"],
    )
