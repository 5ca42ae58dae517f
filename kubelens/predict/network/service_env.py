"""The environment variables a container gets for the Services of its namespace.

Follows kubelet ``getServiceEnvVarMap`` and ``envvars.FromServices``: only Services with a cluster IP, only where
``enableServiceLinks`` is not false; the container's own ``env`` and ``envFrom`` win over them.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.kube.network import Service, ServiceType


def variable_prefix(name: str) -> str:
    """A Service's name as variables begin with it: ``redis-cart`` is ``REDIS_CART`` (``makeEnvVariableName``)."""
    return name.replace("-", "_").upper()


def service_variables(service: Service) -> tuple[str, ...]:
    """The names of the variables of one Service; none without a cluster IP."""
    if service.type is ServiceType.EXTERNAL_NAME or service.cluster_ip == "None" or not service.ports:
        return ()
    prefix = variable_prefix(service.name)
    names = [f"{prefix}_SERVICE_HOST", f"{prefix}_SERVICE_PORT", f"{prefix}_PORT"]
    names += [f"{prefix}_SERVICE_PORT_{variable_prefix(port.name)}" for port in service.ports if port.name]
    for port in service.ports:
        stem = f"{prefix}_PORT_{port.number}_{port.protocol.upper()}"
        names += [stem, f"{stem}_PROTO", f"{stem}_PORT", f"{stem}_ADDR"]
    return tuple(names)


def variables_of(services: Iterable[Service]) -> dict[str, Service]:
    """Every variable and the Service it comes from."""
    return {name: service for service in services for name in service_variables(service)}
