"""A finished Job is never cleaned up, or a CronJob's Job is cleaned up before its history is used.

A Job on its own and its Pods stay until somebody deletes them, unless ``ttlSecondsAfterFinished`` is set. Jobs of a
CronJob are cleaned up by its history limits; a TTL there removes the record of failures.

Bad:

```yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: report  # expect: ttlSecondsAfterFinished
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
kind: Job
metadata:
  name: report
spec:
  ttlSecondsAfterFinished: 3600
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

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=("Job", "CronJob"),
    severity=Severity.INFO,
    profiles=(Profile.RECOMMENDED,),
    aliases=("kube-linter:job-ttl-seconds-after-finished",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.kind == "Job":
        if resource.spec.get("ttlSecondsAfterFinished") is None and not resource.metadata.get("ownerReferences"):
            at = resource.place.at("metadata", "name")
            yield ctx.finding(f"{resource.key} sets no ttlSecondsAfterFinished: it stays when it is finished", at=at)
        return
    inner = fields.mapping(fields.mapping(resource.spec, "jobTemplate"), "spec")
    if inner.get("ttlSecondsAfterFinished") is not None:
        at = resource.place.at("spec", "jobTemplate", "spec", "ttlSecondsAfterFinished")
        yield ctx.finding(f"{resource.key} sets ttlSecondsAfterFinished beside its history limits", at=at)
