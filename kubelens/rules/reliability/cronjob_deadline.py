"""A CronJob has no deadline for starting late.

After the controller was away, a run is started however late it is; after more than 100 missed runs, none is started
any more. ``startingDeadlineSeconds`` bounds both.

Bad:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report  # expect: startingDeadlineSeconds
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
  startingDeadlineSeconds: 300
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


@rule(
    on="CronJob",
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "kube-score:cronjob-has-deadline",
        "kics:cronjob_deadline_not_configured",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.spec.get("startingDeadlineSeconds") is None:
        yield ctx.finding(f"{resource.key} sets no startingDeadlineSeconds", at=resource.place.at("metadata", "name"))
