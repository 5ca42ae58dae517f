"""A CronJob that no moment is right for.

A schedule may be well formed and name no day that exists, such as 30 February: the API server takes it and the
controller finds no run within five years. With `startingDeadlineSeconds: 0` every run is late by the time the
controller looks at it.

Bad:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 6 30 2 *"  # expect: never runs
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: report:2
```

Good:

```yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 6 28 2 *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: report:2
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.cronjob import NO_TIME, NextRuns
from kubelens.rules.api import Context, Finding, Severity, rule

_ANY_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where the search for a run starts: whether there is none in five years does not depend on it but for 29 February
in the years around 2100."""


@rule(on="CronJob", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a schedule without a day, one for a deadline that no run meets."""
    if ctx.ask(NextRuns(resource, 1, _ANY_DAY)).answer.problem == NO_TIME:
        yield ctx.finding(
            f"{resource.key} never runs: {resource.spec.get('schedule')!r} names no day that exists",
            at=resource.place.at("spec", "schedule"),
        )
    deadline = resource.spec.get("startingDeadlineSeconds")
    if deadline == 0 and not isinstance(deadline, bool):
        yield ctx.finding(
            f"{resource.key} never runs: with startingDeadlineSeconds 0 every run is late when the controller sees it",
            at=resource.place.at("spec", "startingDeadlineSeconds"),
        )
