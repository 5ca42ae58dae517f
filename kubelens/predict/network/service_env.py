"""The environment variables a container gets for the Services of its namespace.

Follows kubelet ``getServiceEnvVarMap`` and ``envvars.FromServices``: only Services with a cluster IP, only where
``enableServiceLinks`` is not false; the container's own ``env`` and ``envFrom`` win over them.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask, Assumption, Prediction, Reason


def variable_prefix(name: str) -> str:
    """A Service's name as variables begin with it: ``redis-cart`` is ``REDIS_CART`` (``makeEnvVariableName``)."""
    return name.replace("-", "_").upper()


def service_values(service: Service) -> dict[str, str]:
    """The variables of one Service and their values; none without a cluster IP.

    An address the manifests leave open is written ``<cluster IP of NAME>``.
    """
    if service.type is ServiceType.EXTERNAL_NAME or service.cluster_ip == "None" or not service.ports:
        return {}
    prefix = variable_prefix(service.name)
    address = service.cluster_ip or f"<cluster IP of {service.name}>"
    host = f"[{address}]" if ":" in address else address
    first = service.ports[0]
    values = {f"{prefix}_SERVICE_HOST": address, f"{prefix}_SERVICE_PORT": str(first.number)}
    values.update({f"{prefix}_SERVICE_PORT_{variable_prefix(p.name)}": str(p.number) for p in service.ports if p.name})
    values[f"{prefix}_PORT"] = f"{first.protocol.lower()}://{host}:{first.number}"
    for port in service.ports:
        protocol = port.protocol.lower()
        stem = f"{prefix}_PORT_{port.number}_{protocol.upper()}"
        values[stem] = f"{protocol}://{host}:{port.number}"
        values.update({f"{stem}_PROTO": protocol, f"{stem}_PORT": str(port.number), f"{stem}_ADDR": address})
    return values


class ServiceVariablesIn(Struct, frozen=True):
    """Every variable the Services of a namespace make, and the Service each comes from (the last one counts)."""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[Mapping[str, Service]]:
        """Partial Services are left out."""
        found: dict[str, Service] = {}
        for resource in ask.bundle.all("Service", self.namespace, group=""):
            service = read_service(resource) if not resource.partial else None
            if service is not None:
                found.update(dict.fromkeys(service_values(service), service))
        return Prediction(found)


class Variable(Struct, frozen=True):
    """A variable of a container: ``service`` made it, unless the container ``own``s one of that name (which wins)."""

    name: str
    value: str
    service: str
    own: tuple[str, ...] = ()
    """Containers that set it themselves."""


class VariablesOf(Struct, frozen=True):
    """The variables that Services give the containers of a workload."""

    workload: Workload

    def answer(self, ask: Ask) -> Prediction[tuple[Variable, ...]]:
        """By Service, in the order of the kubelet; those of Service ``kubernetes`` are there whatever is asked for."""
        found: list[Variable] = []
        own: dict[str, list[str]] = {}
        for container in self.workload.pod.containers:
            for name, _, _ in container.env:
                own.setdefault(name, []).append(container.name)
        reasons = [Reason("the Services of the Pod's own namespace, with a cluster IP")]
        if fields.boolean(self.workload.pod.value, "enableServiceLinks") is False:
            reasons = [Reason("enableServiceLinks is false: only the API server's own", self.workload.resource.place)]
        else:
            for resource in ask.bundle.all("Service", self.workload.namespace, group=""):
                service = read_service(resource)
                if service is not None:
                    found += [
                        Variable(name, value, service.name, tuple(own.get(name, ())))
                        for name, value in service_values(service).items()
                    ]
        found += [
            Variable("KUBERNETES_SERVICE_HOST", "<cluster IP of kubernetes>", "kubernetes"),
            Variable("KUBERNETES_SERVICE_PORT", "443", "kubernetes"),
        ]
        assumptions = (Assumption("the Services are there before the Pod starts: later ones give it nothing"),)
        return Prediction(tuple(found), tuple(reasons), assumptions)
