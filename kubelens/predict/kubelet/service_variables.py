"""The environment variables a container gets for the Services of its namespace.

Follows kubelet ``getServiceEnvVarMap`` and ``envvars.FromServices``: only Services with a cluster IP, only where
``enableServiceLinks`` is not false; the container's own ``env`` and ``envFrom`` win over them.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.predict.api import Ask, Prediction


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
