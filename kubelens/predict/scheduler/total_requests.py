"""What one Pod of a workload asks a node for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.tree_copy import own_copy
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.pod.defaults import requests_from_limits
from kubelens.predict.scheduler.pod_requests import pod_requests


class RequestsOf(Struct, frozen=True):
    """The requests of one Pod of a workload: cpu in milli, others in units; None for objects that make no Pods."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Mapping[str, int] | None]:
        """Limits without requests count as requests; then as the scheduler adds them up."""
        workload = read_workload(self.resource)
        if workload is None:
            return Prediction(None)
        spec: dict[str, Any] = own_copy(workload.pod.value)
        try:
            for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
                requests_from_limits(container)
        except (AttributeError, TypeError):
            return Prediction(None)
        return Prediction(pod_requests(spec))
