"""A capability is named that no kernel has, or with the prefix ``CAP_`` that manifests leave out.

Runtimes put ``CAP_`` before what is written: ``CAP_NET_ADMIN`` comes to ``CAP_CAP_NET_ADMIN`` under containerd, which is none. A
capability that does not exist is passed over or refused, so the container starts without what it needs, or keeps what it was to
lose; Pod Security, too, compares the names without the prefix.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: vpn
spec:
  containers:
    - name: vpn
      image: shop/vpn:1.27
      securityContext:
        capabilities:
          add: [CAP_NET_ADMIN]  # expect: NET_ADMIN
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: vpn
spec:
  containers:
    - name: vpn
      image: shop/vpn:1.27
      securityContext:
        capabilities:
          add: [NET_ADMIN]
```

References:

- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule

_KNOWN: Final = frozenset(
    "AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID "
    "IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW "
    "PERFMON SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO "
    "SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM ALL".split()
)
"""capabilities(7), and all of them."""


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("capabilities",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    asked = fields.mapping(fields.mapping(pc.container.value, "securityContext"), "capabilities")
    for list_name in ("add", "drop"):
        for number, name in enumerate(fields.texts(asked, list_name)):
            if name.upper() in _KNOWN or not name.replace("_", "").isalnum():
                continue
            at = pc.place("securityContext", "capabilities", list_name, number)
            bare = name.upper().removeprefix("CAP_")
            if bare in _KNOWN:
                yield ctx.finding(
                    f"capability {name} of {pc.title()} is written without CAP_: {bare}",
                    at=at,
                    notes=["containerd puts CAP_ before it and finds no such capability; other runtimes take it"],
                    fix=Fix(bare, (SetValue(at, bare),), Applicability.UNSAFE),
                )
                continue
            from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

            near = get_close_matches(bare, sorted(_KNOWN), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield ctx.finding(
                f"there is no capability {name}, which {pc.title()} is to {'have' if list_name == 'add' else 'lose'}{hint}",
                at=at,
                notes=["the runtime passes over it, or does not start the container"],
                fix=Fix(near[0], (SetValue(at, near[0]),), Applicability.UNSAFE) if near else None,
            )
