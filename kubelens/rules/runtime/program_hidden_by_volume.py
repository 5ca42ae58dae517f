"""A ConfigMap or Secret is mounted over the program that the container runs.

A mount hides everything of the image below its path. The program is not among the keys of what is mounted, so the
container ends with ``no such file or directory``.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  app.toml: ""
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      command: [/app/server]
      volumeMounts:
        - name: settings
          mountPath: /app  # expect: /app/server
  volumes:
    - name: settings
      configMap:
        name: settings
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  app.toml: ""
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      command: [/app/server]
      volumeMounts:
        - name: settings
          mountPath: /app/app.toml
          subPath: app.toml
  volumes:
    - name: settings
      configMap:
        name: settings
```

References:

- https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.predict.kubelet.mounted_files import FilesOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("mountPath",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for a mount whose files are all known, over a program that is not one of them."""
    command = fields.texts(pc.container.value, "command")
    if not command or not command[0].startswith("/") or "$" in command[0]:
        return
    program = normpath(command[0])
    for mount in pc.container.mounts:
        folder = normpath(mount.mount_path) if mount.mount_path else "/"
        if mount.sub_path or "subPathExpr" in _mount(pc, mount.path) or folder == "/":
            continue
        if not program.startswith(folder + "/"):
            continue
        files = ctx.ask(FilesOf(pc.workload.resource, mount.volume)).answer
        if files is not None and program[len(folder) + 1 :].partition("/")[0] not in files:
            yield ctx.finding(
                f"{folder!r} is mounted over the program of {pc.title()}: {program!r} is not among its files",
                at=pc.workload.resource.place.at(*mount.path, "mountPath"),
                related=[Related(pc.place("command", 0), "this is run")],
                notes=[
                    "the container does not start: no such file or directory; subPath mounts one file beside others"
                ],
            )


def _mount(pc: PodContainer, path: tuple[str | int, ...]) -> fields.Value:
    found = fields.at(pc.workload.resource.value, path)
    return found if isinstance(found, dict) else {}
