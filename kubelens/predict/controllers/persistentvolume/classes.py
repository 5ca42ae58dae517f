"""The class of each claim: the default where it names none, and what is taken of classes that are not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.storage_class import NO_PROVISIONER, StorageClass, default_class

OF_THE_CLUSTER: Final = ""
"""Stands for the provisioner of a class that only the cluster knows: ``KnownClass.provisioner`` is then not known."""


class KnownClass(Struct, frozen=True):
    """How claims of a class come by volumes. ``written``: whether the class is among the objects.

    ``default``: the claim names no class and gets this one.
    """

    name: str
    provisioner: str
    provisions: bool
    waits: bool
    written: bool
    default: bool = False


class Classes(Struct):
    """Classes of volumes by name; those that are asked for and not among the objects are the cluster's own, or none's."""

    written: Mapping[str, StorageClass]
    static: frozenset[str]
    """Classes of which there are volumes among the objects."""
    placed: frozenset[str]
    """Those of them with volumes that some nodes alone reach."""
    refused: frozenset[str]
    """Those among the objects that the API server refuses: nobody makes volumes of them."""
    assumed: dict[str, None] = field(default_factory=dict)
    default: StorageClass | None = None

    def of(self, claim: PersistentVolumeClaim) -> tuple[PersistentVolumeClaim, KnownClass]:
        """A claim with its class, and what is known of it (``assignDefaultStorageClass``)."""
        default = False
        if claim.storage_class is None and not claim.bound:
            if self.default is None:
                if not claim.volume_name:
                    self.assumed["claims of the default storage class get a volume where their Pod goes"] = None
                return claim, KnownClass("", OF_THE_CLUSTER, True, True, written=False, default=True)
            default = True
            claim = replace(claim, storage_class=self.default.name)
        name = claim.class_name
        if not name:
            return claim, KnownClass("", NO_PROVISIONER, False, False, written=True)
        found = self.written.get(name)
        if found is not None:
            known = KnownClass(name, found.provisioner, found.provisions, found.waits, written=True, default=default)
            return claim, known
        if name in self.refused:
            return claim, KnownClass(name, NO_PROVISIONER, False, name in self.placed, written=False)
        if name in self.static:
            self.assumed[
                f"storage class '{name}' makes no volumes: it is not among the files, and volumes of it are"
            ] = None
            return claim, KnownClass(name, NO_PROVISIONER, False, name in self.placed, written=False)
        if not claim.volume_name:
            self.assumed[f"claims of storage class '{name}' get a volume where their Pod goes"] = None
        return claim, KnownClass(name, OF_THE_CLUSTER, True, True, written=False)


def known_classes(
    written: Iterable[StorageClass], volumes: Iterable[PersistentVolume], refused: frozenset[str]
) -> Classes:
    """The classes of a cluster, with what the volumes there tell of those that are not among them."""
    by_name = {one.name: one for one in written}
    named = [volume for volume in volumes if volume.storage_class]
    return Classes(
        by_name,
        frozenset(volume.storage_class for volume in named),
        frozenset(volume.storage_class for volume in named if volume.affinity is not None),
        refused - by_name.keys(),
        default=default_class(by_name.values()),
    )
