"""A promise of a scenario file that does not hold.

A scenario says what happens to a cluster on which the manifests run, and what has to hold meanwhile: `kubelens test` plays
it, and so does this rule, once, with kubelets as quick as probes and grace periods allow. It is of no profile but `strict`,
since playing takes longer than looking: `extend-select = ["promise-broken"]` has it in every check. A scenario that is long
for a check is left to `kubelens test`, which is said as a note; the editor never plays.

Bad:

```yaml
scenario: a node is drained
cluster: {nodes: ["2x4cpu,8Gi"], zones: [a]}
events:
- {at: 0, drain: node-a}
- {at: 0, drain: node-b}
promises:
- min-ready: {service: web, count: 1}  # expect: Service default/web has 0 ready endpoints
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
```

Good:

```yaml
scenario: a node is drained
cluster: {nodes: ["2x4cpu,8Gi"], zones: [a]}
events:
- {at: 0, drain: node-a}
promises:
- min-ready: {service: web, count: 1}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ScenarioRun


@rule(on=ScenarioRun, severity=Severity.WARNING, profiles=())
def check(run: ScenarioRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each promise that is broken, at the promise, or one for a scenario that cannot be played."""
    if run.question is None:
        yield ctx.finding(f"the scenario cannot be played: {run.fault}", at=run.place, span=run.head)
        return
    found = ctx.ask(run.question)
    if found.answer.run is None:
        yield ctx.finding(
            f"the scenario is not played here: {found.answer.fault}",
            at=run.place,
            span=run.head,
            notes=["kubelens test plays longer ones too"],
            severity=Severity.INFO,
        )
        return
    notes = [f"assuming: {one.text}" for one in found.assumptions]
    for verdict, span in zip(found.answer.run.verdicts, run.spans, strict=True):
        if verdict.broken is not None:
            second = verdict.broken.second
            yield ctx.finding(
                f"the promise '{verdict.promise}' is broken after {second} s: {verdict.broken.why}",
                at=run.place,
                span=span,
                notes=notes,
            )
