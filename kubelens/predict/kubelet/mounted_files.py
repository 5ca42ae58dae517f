"""``FilesOf``: which files a volume made from a ConfigMap or Secret shows (``pkg/volume/configmap`` MakePayload)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.presence import keys_of

_SOURCES: Final = {"configMap": ("ConfigMap", "name"), "secret": ("Secret", "secretName")}


class FilesOf(Struct, frozen=True):
    """Which files and folders stand at the top of a volume of a workload's Pods?"""

    workload: Resource
    volume: str

    def answer(self, ask: Ask) -> Prediction[frozenset[str] | None]:
        """Their names; None where the object is not among the manifests, or something else changes it."""
        workload = read_workload(self.workload)
        volume = next((v for v in workload.pod.volumes if v.name == self.volume), None) if workload else None
        if volume is None or volume.source not in _SOURCES:
            return Prediction(None)
        kind, field = _SOURCES[volume.source]
        source = fields.mapping(volume.value, volume.source)
        found = ask.bundle.get(kind, self.workload.namespace, fields.text(source, field), group="")
        if found is None or found.partial or found.transformed or ask.bundle.is_patched(found):
            return Prediction(None)
        if "items" in source:
            paths = (fields.text(item, "path") for _, item in fields.items(source, "items"))
            return Prediction(frozenset(path.partition("/")[0] for path in paths))
        return Prediction(keys_of(found))
