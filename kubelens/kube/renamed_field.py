"""Fields that a later version of a kind has under another name, as its migration guide says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_RENAMED: Final[Mapping[tuple[str, str], str]] = {
    ("CustomResourceDefinition", "JSONPath"): "jsonPath",
    ("CustomResourceDefinition", "additionalPrinterColumns"): "versions[].additionalPrinterColumns",
    ("CustomResourceDefinition", "subresources"): "versions[].subresources",
    ("CustomResourceDefinition", "validation"): "versions[].schema",
    ("CustomResourceDefinition", "version"): "versions[].name",
    ("HorizontalPodAutoscaler", "metricName"): "metric.name",
    ("HorizontalPodAutoscaler", "metricSelector"): "metric.selector",
    ("HorizontalPodAutoscaler", "targetAverageUtilization"): "target.averageUtilization",
    ("HorizontalPodAutoscaler", "targetAverageValue"): "target.averageValue",
    ("HorizontalPodAutoscaler", "targetValue"): "target.value",
    ("Ingress", "backend"): "defaultBackend",
    ("Ingress", "serviceName"): "service.name",
    ("Ingress", "servicePort"): "service.port.number (or service.port.name)",
}


def renamed_field(kind: str, name: str) -> str:
    """What a field of earlier versions is called, from the level where it stood; ``""`` where none of that name was renamed."""
    return _RENAMED.get((kind, name), "")
