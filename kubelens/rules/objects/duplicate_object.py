"""Two objects of one kind, namespace and name: the one applied last wins.

``kubectl apply -f folder`` applies both, in the order of the files; the first is overwritten without a word.
Reported within one file only: the same object in several files is how overlays and environments are written.
Names in a chart that are cut to the longest length, as `trunc 63` does, may differ for a release with a shorter name:
they are not told where nobody gives the release's name.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: info
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings  # expect: twice
data:
  level: debug
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: info
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: other
data:
  level: debug
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import is_shown_to_people

_LONGEST: Final = 63
_LONGEST_OF_CRON_JOB: Final = 52


@rule(on=Bundle, severity=Severity.ERROR)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each object that an earlier one of the same file stands for already."""
    for same in bundle.duplicates():
        whole = [resource for resource in same if not resource.partial]
        for position, resource in enumerate(whole):
            earlier = next((o for o in whole[:position] if o.place.uri == resource.place.uri), None)
            if earlier is None or _may_be_cut(resource, bundle.assumed_release):
                continue
            if (
                is_shown_to_people(resource)
                and "." in resource.gvk.group
                and not resource.gvk.group.endswith(".k8s.io")
            ):
                continue  # steps, or a choice: a custom resource is shown as it is changed
            yield ctx.finding(
                f"{resource.key} is there twice",
                at=resource.place.at("metadata", "name"),
                related=[Related(earlier.place.at("metadata", "name"), "the first one is here")],
                notes=["applied together, the later one overwrites the earlier"],
            )


def _may_be_cut(resource: Resource, assumed_release: str) -> bool:
    """Whether a name begins with an assumed one and is as long as names may be, but for a dash taken from its end."""
    longest = _LONGEST_OF_CRON_JOB if resource.kind == "CronJob" else _LONGEST
    return bool(assumed_release) and assumed_release in resource.name and len(resource.name) in {longest - 1, longest}
