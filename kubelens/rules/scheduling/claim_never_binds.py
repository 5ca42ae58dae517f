"""A claim whose volumes are among the manifests, and none of them can be its own.

A claim gets a volume of its class that is large enough, offers its access modes and has its volume mode, and each volume
has one claim. Where nobody makes volumes of the class (``kubernetes.io/no-provisioner``, or no StorageClass of that name),
and the volumes that stand beside the claim do not suit it or are fewer than the claims, it stays Pending, and its Pods with
it. So does a claim that names a volume which does not suit it.

The files are taken to hold every volume of the class. Quiet where they hold none, where claim and volumes stand in folders
apart, where several have one name, and where claims of a class that waits for Pods are more than the volumes of another
file: such volumes are found on nodes.

Bad:

```yaml
apiVersion: v1
kind: PersistentVolume
metadata:
  name: films
spec:
  storageClassName: shelf
  accessModes: [ReadWriteOnce]
  capacity:
    storage: 20Gi
  nfs: {server: 192.0.2.7, path: /films}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: films
spec:
  storageClassName: shelf
  accessModes: [ReadWriteMany]  # expect: offers ReadWriteOnce
  resources:
    requests:
      storage: 20Gi
```

Good:

```yaml
apiVersion: v1
kind: PersistentVolume
metadata:
  name: films
spec:
  storageClassName: shelf
  accessModes: [ReadWriteMany]
  capacity:
    storage: 20Gi
  nfs: {server: 192.0.2.7, path: /films}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: films
spec:
  storageClassName: shelf
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 20Gi
```

References:

- https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.chain.bound import Bound
from kubelens.predict.chain.claims import ClaimsThatExist, MadeClaim
from kubelens.predict.controllers.persistentvolume.fate import ClaimFate, Outcome
from kubelens.predict.first_names import first_names
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_folder
from kubelens.syntax.place import Place

_Pair = tuple[MadeClaim, ClaimFate]
_MOST_NAMED: Final = 20
_MOST_UNSUITED: Final = 3
_PENDING: Final = "a claim without a volume stays Pending, and Pods that use it are not placed"


@rule(on=Bundle, severity=Severity.WARNING, kinds=("PersistentVolume",))
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each claim, or template of claims, that gets no volume, and for those of which some get none."""
    written = bundle.all("PersistentVolume", group="")
    if not written:
        return
    volumes = {resource.name: resource for resource in written if len(bundle.named(resource.kind, resource.name)) == 1}
    made = ctx.ask(ClaimsThatExist()).answer
    pairs = [
        (one, fate)
        for one, fate in zip(made, ctx.ask(Bound()).answer.claims, strict=True)
        if not one.owner.transformed
        and not bundle.is_patched(one.owner)
        and len(bundle.named(one.owner.kind, one.owner.name)) == 1
    ]
    yield from _unsuited(pairs, volumes, ctx)
    yield from _too_few(pairs, volumes, ctx)


def _unsuited(pairs: list[_Pair], volumes: Mapping[str, Resource], ctx: Context) -> Iterator[Finding]:
    """Claims that none of the volumes suits."""
    told: set[Place] = set()
    for one, fate in pairs:
        if fate.outcome is not Outcome.PENDING or not fate.sure or not fate.near or one.place in told:
            continue
        there = [volumes.get(miss.volume) for miss in fate.near]
        if not all(volume is not None and share_a_folder(one.owner, volume) for volume in there):
            continue
        told.add(one.place)
        nearest = min(fate.near, key=lambda miss: len(miss.misses))
        others = [f"'{miss.volume}'" for miss in fate.near if miss is not nearest]
        suit = "suits" if len(others) == 1 else "suit"
        more = f"; nor {suit} {first_names(others, _MOST_UNSUITED)}" if others else ""
        asks = nearest.misses[0].field
        spec = one.place.at("spec")
        yield ctx.finding(
            f"claim '{one.claim.key}' gets no volume: volume '{nearest.volume}' {nearest.why}{more}",
            at=spec.at(asks) if asks in fields.mapping(one.claim.value, "spec") else spec,
            related=[Related(volumes[nearest.volume].place.at("metadata", "name"), "the volume")],
            notes=[_PENDING, *_said(fate)],
        )


def _too_few(pairs: list[_Pair], volumes: Mapping[str, Resource], ctx: Context) -> Iterator[Finding]:
    """Claims that are more than the volumes they are after: the last of them stands for those that get none."""
    groups: dict[str, list[_Pair]] = {}
    for one, fate in pairs:
        if fate.rivalry.short and not fate.known.provisions:
            groups.setdefault(fate.rivalry.group, []).append((one, fate))
    for group in groups.values():
        one, fate = group[-1]
        names = sorted({name for _, each in group for name in each.among})
        short = fate.rivalry.short
        there = [volumes[name] for name in names[:_MOST_NAMED] if name in volumes]
        if len(there) < min(len(names), _MOST_NAMED) or len(group) <= short:
            continue
        if not there or not all(_are_all(each.owner, volume, fate) for each, _ in group for volume in there):
            continue
        first = group[0][0]
        some = "one of them gets" if short == 1 else f"{short} of them get"
        after = f"volume '{names[0]}'" if len(names) == 1 else f"{len(names)} volumes"
        yield ctx.finding(
            f"{len(group)} claims are after {after}, '{one.claim.key}' among them: {some} none",
            at=one.place.at("spec") if one.place == first.place else one.place.at("metadata", "name"),
            related=[Related(volumes[names[0]].place.at("metadata", "name"), "a volume has one claim")],
            notes=[_PENDING, *_said(fate)],
        )


def _are_all(owner: Resource, volume: Resource, fate: ClaimFate) -> bool:
    """Whether a volume beside a claim tells that there are no others.

    Of a class that waits for Pods there are often more: its volumes are disks of nodes, which something finds there.
    """
    return owner.place.uri == volume.place.uri if fate.known.waits else share_a_folder(owner, volume)


def _said(fate: ClaimFate) -> list[str]:
    return [f"{fate.event.reason}: {fate.event.message}"] if fate.event is not None else []
