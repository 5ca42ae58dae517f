"""Services and Ingresses, typed: what they select, where their ports lead, what they route by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector, equality_selector, read_labels
from kubelens.kube.view import View
from kubelens.syntax.place import Place, Step

HEADLESS: Final = "None"
DEFAULT_CLASS_ANNOTATION: Final = "ingressclass.kubernetes.io/is-default-class"
CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"


class PortByNumber(Struct, frozen=True):
    """A port meant by its number."""

    number: int

    def __str__(self) -> str:
        return str(self.number)


class PortByName(Struct, frozen=True):
    """A port meant by its name, looked up where it leads to."""

    name: str

    def __str__(self) -> str:
        return self.name


PortReference = PortByNumber | PortByName


def read_port_reference(value: object) -> PortReference | None:
    """A number or a name (IntOrString); None where it is absent, zero, empty or of another type."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return PortByNumber(value) if value else None
    if isinstance(value, str):
        return PortByName(value) if value else None
    return None


class ServicePort(Struct, frozen=True):
    """A port of a Service; ``target`` defaults to ``number``; ``node_port`` is 0 where none is written."""

    name: str
    number: int
    protocol: str
    target: PortReference
    node_port: int
    app_protocol: str | None
    index: int

    def __str__(self) -> str:
        return f"{self.number} ({self.name})" if self.name else str(self.number)


class ServiceType(Enum):
    """How a Service is reached."""

    CLUSTER_IP = "ClusterIP"
    NODE_PORT = "NodePort"
    LOAD_BALANCER = "LoadBalancer"
    EXTERNAL_NAME = "ExternalName"


class Service(View, frozen=True, eq=False):
    """A Service with the defaults of its API (core/v1 SetDefaults_Service).

    ``selector`` is None without one: an empty map is stored as none. ``cluster_ip`` is ``""`` where it is
    allocated.
    """

    type: ServiceType
    cluster_ip: str
    selector: Selector | None
    selector_labels: Mapping[str, str]
    ports: tuple[ServicePort, ...]
    external_name: str
    external_ips: tuple[str, ...]
    session_affinity: str
    session_timeout: int
    internal_traffic: str
    external_traffic: str
    allocates_node_ports: bool
    source_ranges: tuple[str, ...]
    traffic_distribution: str

    @property
    def headless(self) -> bool:
        """Whether it has no virtual address: ``clusterIP: None``."""
        return self.cluster_ip == HEADLESS

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.resource.place

    def port(self, reference: PortReference) -> ServicePort | None:
        """The port of that name or number."""
        match reference:
            case PortByNumber(number):
                return next((p for p in self.ports if p.number == number), None)
            case PortByName(name):
                return next((p for p in self.ports if p.name == name), None)


def is_service(resource: Resource) -> bool:
    """Whether an object is a core Service (not one of Knative's)."""
    return resource.kind == "Service" and resource.gvk.group == ""


def read_service(resource: Resource) -> Service | None:
    """The Service an object is; None for other kinds."""
    if not is_service(resource):
        return None
    return resource.view(_service)


def _service(resource: Resource) -> Service:
    spec = resource.spec
    try:
        service_type = ServiceType(fields.text(spec, "type") or "ClusterIP")
    except ValueError:
        service_type = ServiceType.CLUSTER_IP
    cluster_ip = fields.text(spec, "clusterIP") or next(iter(fields.texts(spec, "clusterIPs")), "")
    selector = read_labels(spec.get("selector"))
    affinity = fields.mapping(fields.mapping(spec, "sessionAffinityConfig"), "clientIP")
    return Service(
        resource=resource,
        type=service_type,
        cluster_ip="" if service_type is ServiceType.EXTERNAL_NAME else cluster_ip,
        selector=equality_selector(selector) if selector else None,
        selector_labels=selector,
        ports=tuple(_service_port(port, index) for index, port in fields.items(spec, "ports")),
        external_name=fields.text(spec, "externalName"),
        external_ips=fields.texts(spec, "externalIPs"),
        session_affinity=fields.text(spec, "sessionAffinity") or "None",
        session_timeout=fields.integer(affinity, "timeoutSeconds") or 10800,
        internal_traffic=fields.text(spec, "internalTrafficPolicy") or "Cluster",
        external_traffic=fields.text(spec, "externalTrafficPolicy") or "Cluster",
        allocates_node_ports=fields.boolean(spec, "allocateLoadBalancerNodePorts") is not False,
        source_ranges=fields.texts(spec, "loadBalancerSourceRanges"),
        traffic_distribution=fields.text(spec, "trafficDistribution"),
    )


def _service_port(value: Mapping[str, Any], index: int) -> ServicePort:
    number = fields.integer(value, "port") or 0
    return ServicePort(
        name=fields.text(value, "name"),
        number=number,
        protocol=fields.text(value, "protocol") or "TCP",
        target=read_port_reference(value.get("targetPort")) or PortByNumber(number),
        node_port=fields.integer(value, "nodePort") or 0,
        app_protocol=fields.text(value, "appProtocol") or None,
        index=index,
    )


class ServiceBackend(Struct, frozen=True):
    """A Service behind an Ingress path; ``port`` is None where none is written."""

    name: str
    port: PortReference | None


class ResourceBackend(Struct, frozen=True):
    """An object of another kind behind an Ingress path."""

    group: str
    kind: str
    name: str


IngressBackend = ServiceBackend | ResourceBackend


class IngressPath(Struct, frozen=True):
    """A path of a rule. ``type`` is as written, ``ImplementationSpecific`` where it is absent."""

    path: str
    type: str
    backend: IngressBackend | None
    at: tuple[Step, ...]


class IngressRule(Struct, frozen=True):
    """Paths of one host; ``host`` is ``""`` for every host."""

    host: str
    paths: tuple[IngressPath, ...]
    at: tuple[Step, ...]


class IngressTls(Struct, frozen=True):
    """Hosts served with a certificate; ``secret`` is ``""`` where the controller's own is used."""

    hosts: tuple[str, ...]
    secret: str
    at: tuple[Step, ...]


class Ingress(View, frozen=True, eq=False):
    """An Ingress. ``class_name`` from the spec, ``class_annotation`` from the annotation before it."""

    class_name: str
    class_annotation: str
    default_backend: IngressBackend | None
    rules: tuple[IngressRule, ...]
    tls: tuple[IngressTls, ...]


_INGRESS_GROUPS: Final = frozenset({"networking.k8s.io", "extensions"})


def read_ingress(resource: Resource) -> Ingress | None:
    """The Ingress an object is; None for other kinds."""
    if resource.kind != "Ingress" or resource.gvk.group not in _INGRESS_GROUPS:
        return None
    return resource.view(_ingress)


def _ingress(resource: Resource) -> Ingress:
    spec = resource.spec
    default = fields.optional_mapping(spec, "defaultBackend") or fields.optional_mapping(spec, "backend")
    return Ingress(
        resource=resource,
        class_name=fields.text(spec, "ingressClassName"),
        class_annotation=resource.annotations.get(CLASS_ANNOTATION, ""),
        default_backend=_backend(default) if default is not None else None,
        rules=tuple(_rule(rule, ("spec", "rules", index)) for index, rule in fields.items(spec, "rules")),
        tls=tuple(
            IngressTls(fields.texts(item, "hosts"), fields.text(item, "secretName"), ("spec", "tls", index))
            for index, item in fields.items(spec, "tls")
        ),
    )


def _rule(rule: Mapping[str, Any], at: tuple[Step, ...]) -> IngressRule:
    paths = fields.items(fields.mapping(rule, "http"), "paths")
    return IngressRule(
        host=fields.text(rule, "host"),
        paths=tuple(
            IngressPath(
                path=fields.text(item, "path"),
                type=fields.text(item, "pathType") or "ImplementationSpecific",
                backend=_backend(fields.mapping(item, "backend")),
                at=(*at, "http", "paths", index),
            )
            for index, item in paths
        ),
        at=at,
    )


def _backend(value: Mapping[str, Any]) -> IngressBackend | None:
    if (service := fields.optional_mapping(value, "service")) is not None:
        port = fields.mapping(service, "port")
        reference = read_port_reference(port.get("name")) or read_port_reference(port.get("number"))
        return ServiceBackend(fields.text(service, "name"), reference)
    if name := fields.text(value, "serviceName"):
        return ServiceBackend(name, read_port_reference(value.get("servicePort")))
    if (other := fields.optional_mapping(value, "resource")) is not None:
        return ResourceBackend(fields.text(other, "apiGroup"), fields.text(other, "kind"), fields.text(other, "name"))
    return None


class IngressClass(Struct, frozen=True):
    """A class of Ingress controllers."""

    name: str
    controller: str
    is_default: bool


def read_ingress_class(resource: Resource) -> IngressClass | None:
    """The IngressClass an object is; None for other kinds."""
    if resource.kind != "IngressClass" or resource.gvk.group != "networking.k8s.io":
        return None
    default = resource.annotations.get(DEFAULT_CLASS_ANNOTATION) == "true"
    return IngressClass(resource.name, fields.text(resource.spec, "controller"), default)
