"""An amount of CPU that has no unit, or one of memory, and so is more cores than any machine has for it.

``cpu: 500`` is 500 cores, ``500M`` are 500 million; half a core is ``500m``. A Pod that requests so many stays Pending on
every node. Told where the memory beside it is far less than a machine of so many cores has for each of them, or where no
machine has as many.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      resources:
        requests:
          cpu: 250  # expect: 250 cores
          memory: 128Mi
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
      image: shop/web:1.27
      resources:
        requests:
          cpu: 250m
          memory: 128Mi
```

References:

- https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.quantity import read_quantity
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule

_MANY: Final = 100
"""Cores: fewer are asked for by programs that use a whole machine."""
_TOO_MANY: Final = 2000
"""Cores: no machine that runs a kubelet has as many."""
_LEAST_PER_CORE: Final = 64 * 2**20
"""Bytes of memory for each core: programs that keep a hundred cores busy ask for more."""
_OF_BYTES: Final = r"[1-9]\d{0,14}([MGT]i?|Ki)"
_KINDS: Final = ("requests", "limits")
_MOST_DIGITS: Final = 15
"""What has more is no amount that anybody meant."""


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("cpu",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each amount of digits alone that is beyond what the container can mean."""
    for kind in _KINDS:
        written = fields.at(pc.container.value, ("resources", kind, "cpu"))
        text = str(written)
        if re.fullmatch(_OF_BYTES, text):
            if kind == "limits" or not _is_above_its_limit(pc, text):
                yield _of_bytes(pc, kind, text, ctx)
            continue
        if (
            isinstance(written, bool)
            or not text.isdecimal()
            or len(text) > _MOST_DIGITS
            or not _is_a_slip(pc, int(text))
        ):
            continue
        place = pc.place("resources", kind, "cpu")
        yield ctx.finding(
            f"cpu of {pc.title()} has no unit: {text} is {text} cores",
            at=place,
            notes=[
                "such a limit never counts" if kind == "limits" else "no node has room for such a request",
                f"thousandths of a core are {text}m",
            ],
            fix=Fix(f"{text}m", (SetValue(place, f"{text}m"),), Applicability.UNSAFE),
        )


def _is_a_slip(pc: PodContainer, cores: int) -> bool:
    if cores < _MANY:
        return False
    amounts = (read_quantity(fields.at(pc.container.value, ("resources", kind, "memory"))) for kind in _KINDS)
    memory = max((int(amount.value) for amount in amounts if amount is not None), default=None)
    return cores >= _TOO_MANY or (memory is not None and memory < cores * _LEAST_PER_CORE)


def _of_bytes(pc: PodContainer, kind: str, text: str, ctx: Context) -> Finding:
    """A finding about an amount that is written as memory is: no machine has a million cores."""
    place = pc.place("resources", kind, "cpu")
    meant = f"{text[:-1]}m" if text[-1] == "M" else ""
    quantity = read_quantity(text)
    cores = f"{int(quantity.value):,}" if quantity is not None else "as many"
    return ctx.finding(
        f"cpu of {pc.title()} has a unit of memory: {text} is {cores} cores",
        at=place,
        notes=[
            "such a limit never counts" if kind == "limits" else "no node has room for such a request",
            "thousandths of a core end in m",
        ],
        fix=Fix(meant, (SetValue(place, meant),), Applicability.UNSAFE) if meant else None,
    )


def _is_above_its_limit(pc: PodContainer, text: str) -> bool:
    """Whether the API server refuses a request, and says so."""
    limit = read_quantity(fields.at(pc.container.value, ("resources", "limits", "cpu")))
    request = read_quantity(text)
    return limit is not None and request is not None and request > limit
