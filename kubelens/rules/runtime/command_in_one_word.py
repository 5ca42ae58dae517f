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

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("command",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for a command whose first entry has blanks within."""
    command = fields.texts(pc.container.value, "command")
    if not command or len(command[0].split()) < 2 or has_variable(command[0]):
        return
    at = pc.place("command", 0)
    yield ctx.finding(
        f"the command of {pc.title()} is one word: no program is called {_cut(command[0])!r}",
        at=at,
        notes=["nothing splits it at the blanks: the container does not start (StartError)"],
        fix=_split(pc, command) if len(command) == 1 else None,
    )


def _split(pc: PodContainer, command: tuple[str, ...]) -> Fix | None:
    try:
        words = shlex.split(command[0])
    except ValueError:
        return None
    if any(set(word) & set("|&;<>$`*") for word in words):
        words = ["/bin/sh", "-c", command[0]]
    text = json.dumps(words, ensure_ascii=False)
    return Fix(text, (SetValue(pc.place("command"), text),), Applicability.UNSAFE)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
