"""A whole command line stands in one entry of ``command``.

No shell splits it: the kernel looks for a program whose file name has blanks in it, and the container ends with
``no such file or directory``.

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
      command: ["node server.js --port 8080"]  # expect: node server.js
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
      command: ["node", "server.js", "--port", "8080"]
```

References:

- https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule

_COMMANDS: Final = (
    ((), "the container does not start (StartError)"),
    (("livenessProbe", "exec"), "the probe fails each time, and the container is restarted again and again"),
    (("readinessProbe", "exec"), "the probe fails each time, and the Pod is never ready"),
    (("startupProbe", "exec"), "the probe fails each time, and the container is restarted again and again"),
    (("lifecycle", "postStart", "exec"), "the hook fails, and the container is restarted again and again"),
    (("lifecycle", "preStop", "exec"), "the hook fails, and the container is ended without it"),
)


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("command",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each command whose first entry has blanks within: the container's, its probes' and its hooks'."""
    for way, consequence in _COMMANDS:
        holder = fields.at(pc.container.value, way)
        command = fields.texts(holder, "command") if isinstance(holder, dict) else ()
        if not command or len(command[0].split()) < 2 or has_variable(command[0]):
            continue
        whose = f"the {way[-2]} command" if way else "the command"
        yield ctx.finding(
            f"{whose} of {pc.title()} is one word: no program is called {_cut(command[0])!r}",
            at=pc.place(*way, "command", 0),
            notes=[f"nothing splits it at the blanks: {consequence}"],
            fix=_split(pc, way, command) if len(command) == 1 else None,
        )


def _split(pc: PodContainer, way: tuple[str, ...], command: tuple[str, ...]) -> Fix | None:
    try:
        words = shlex.split(command[0])
    except ValueError:
        return None
    if any(set(word) & set("|&;<>$`*") for word in words):
        words = ["/bin/sh", "-c", command[0]]
    text = json.dumps(words, ensure_ascii=False)
    return Fix(text, (SetValue(pc.place(*way, "command"), text),), Applicability.UNSAFE)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
