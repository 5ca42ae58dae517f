"""A mount of a ConfigMap or Secret gives a folder where a file is meant.

A volume is a folder. Mounted at ``/etc/shop/shop.yaml`` it makes a folder of that name, with ``shop.yaml`` in it; where the
image has a file there, the container does not start (``not a directory``). ``subPath`` mounts one file alone, if it is a
key of what is mounted: for any other name the kubelet makes an empty folder.

Quiet where the object is not among the manifests, or a kustomization changes it.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  shop.yaml: "lamps: 3"
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      volumeMounts:
        - name: settings
          mountPath: /etc/shop/shop.yaml  # expect: becomes a folder
  volumes:
    - name: settings
      configMap:
        name: shop
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  shop.yaml: "lamps: 3"
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      volumeMounts:
        - name: settings
          mountPath: /etc/shop/shop.yaml
          subPath: shop.yaml
  volumes:
    - name: settings
      configMap:
        name: shop
```

References:

- https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.pod import VolumeMount
from kubelens.kube.workload import PodContainer
from kubelens.predict.kubelet.mounted_files import FilesOf
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("mountPath",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each mount whose files are all known."""
    if not pc.container.mounts:
        return
    resource = pc.workload.resource
    for mount in pc.container.mounts:
        name = mount.sub_path.partition("/")[0] or _file_name(mount)
        if not name or "$" in name:
            continue
        written = fields.at(resource.value, mount.path)
        if not isinstance(written, dict) or "subPathExpr" in written:
            continue
        files = ctx.ask(FilesOf(resource, mount.volume)).answer
        if not files or (name in files) is bool(mount.sub_path):
            continue
        there = ", ".join(repr(one) for one in sorted(files)[:5])
        if mount.sub_path:
            yield ctx.finding(
                f"{mount.mount_path!r} of {pc.title()} becomes an empty folder: volume '{mount.volume}' has no {name!r}",
                at=resource.place.at(*mount.path, "subPath"),
                notes=[f"it has {there}; subPath names one of them"],
            )
        else:
            yield ctx.finding(
                f"{mount.mount_path!r} of {pc.title()} becomes a folder: volume '{mount.volume}' holds {there}",
                at=resource.place.at(*mount.path, "mountPath"),
                notes=[f"the file stands at {mount.mount_path}/{name}; subPath: {name} mounts it alone"],
            )


def _file_name(mount: VolumeMount) -> str:
    """The last step of a path that looks like a file's, ``""`` for others: folders seldom have an ending."""
    name = mount.mount_path.rpartition("/")[2]
    return name if "." in name.strip(".") else ""
