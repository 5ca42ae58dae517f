"""The preStop sleep takes the whole grace period: the container is killed without having been asked to stop.

`terminationGracePeriodSeconds` starts with the preStop hook, not after it. Where the hook sleeps as long, SIGTERM and
SIGKILL come together and open requests are cut off.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 30
  containers:
    - name: web
      image: web:1.4
      lifecycle:
        preStop:
          exec:
            command: [sleep, "60"]  # expect: sleeps 60 s of the 30 s
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 90
  containers:
    - name: web
      image: web:1.4
      lifecycle:
        preStop:
          exec:
            command: [sleep, "60"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.predict.kubelet.hooks import PRE_STOP, sleep
from kubelens.predict.kubelet.termination import grace_period
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on=PodContainer, severity=Severity.WARNING, profiles=(Profile.WORKS,), mentions=("preStop",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for a container whose hook is a sleep of a number that is written down."""
    seconds, path = sleep(pc.container.value, PRE_STOP)
    spec = pc.workload.pod.value
    grace = grace_period(spec)
    if not seconds or not grace or seconds < grace:
        return
    related = []
    if "terminationGracePeriodSeconds" in spec:
        at = pc.workload.resource.place.at(*pc.workload.pod.path, "terminationGracePeriodSeconds")
        related = [Related(at, f"{grace} s in all")]
    yield ctx.finding(
        f"the preStop hook of {pc.title()} sleeps {seconds} s of the {grace} s there are to stop: SIGKILL follows at once",
        at=pc.place("lifecycle", "preStop", *path),
        related=related,
    )
