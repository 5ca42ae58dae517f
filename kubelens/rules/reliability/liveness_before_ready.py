"""The liveness probe gives up before the readiness probe is asked for the first time.

Both ask the same thing of the container, and the readiness probe waits because the container needs that long. Until
then the liveness probe has failed often enough for the kubelet to restart it: it never becomes ready. A startup probe
holds both back until the container is up.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1.4
      readinessProbe:
        initialDelaySeconds: 90
        httpGet: {path: /, port: 8080}
      livenessProbe:
        periodSeconds: 10  # expect: gives up after 20 s
        httpGet: {path: /, port: 8080}
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1.4
      startupProbe:
        failureThreshold: 12
        httpGet: {path: /, port: 8080}
      readinessProbe:
        httpGet: {path: /, port: 8080}
      livenessProbe:
        httpGet: {path: /, port: 8080}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.predict.kubelet.probes import Probing, read_probe
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on=PodContainer, severity=Severity.WARNING, profiles=(Profile.RECOMMENDED,), mentions=("livenessProbe",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for a container whose probes ask the same."""
    if not pc.container.runs_throughout or "startupProbe" in pc.container.value:
        return
    ready = read_probe(pc.container.value, Probing.READINESS)
    live = read_probe(pc.container.value, Probing.LIVENESS)
    if ready is None or live is None or not live.handler or ready.handler != live.handler:
        return
    end, start = live.gives_up.lowest, ready.delay
    if end < start:
        yield ctx.finding(
            f"the liveness probe of {pc.title()} gives up after {end} s, and the readiness probe, which asks the same, "
            f"waits {start} s",
            at=pc.place("livenessProbe"),
            related=[Related(pc.place("readinessProbe", "initialDelaySeconds"), "readiness waits here")],
            notes=["a container that needs as long as readiness allows is restarted before it is up, for ever"],
        )
