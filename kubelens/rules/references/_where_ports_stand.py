"""Where a workload declares the ports of its Pods, or would."""

from __future__ import annotations

from kubelens.kube.workload import Workload
from kubelens.syntax.place import Place


def where_ports_stand(workload: Workload) -> Place:
    """The first port that its Pods declare, else the name of their first container."""
    containers = tuple(workload.pod.running_containers())
    ports = [port for one in containers for port in one.ports]
    if ports:
        return workload.resource.place.at(*ports[0].path, "name" if ports[0].name else "containerPort")
    path = (*containers[0].path, "name") if containers else (*workload.pod.path, "containers")
    return workload.resource.place.at(*path)
