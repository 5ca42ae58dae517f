"""Which volumes one node at a time has (attach/detach controller, ``isMultiAttachForbidden``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.storage_class import attached_source, attaches

_SHARED: Final = frozenset(("ReadWriteMany", "ReadOnlyMany"))


def is_exclusive(volume: PersistentVolume, drivers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a volume is attached to one node at a time; taken to be so where nothing is known of its driver."""
    if _SHARED & set(volume.access_modes):
        return False
    if volume.source != "csi":
        return attached_source(volume.source)
    driver = fields.text(fields.mapping(fields.mapping(volume.value, "spec"), "csi"), "driver")
    if fields.mapping(drivers.get(driver, {}), "spec").get("attachRequired") is False:
        return False
    return attaches(driver)
