"""Completion of what exists in the workspace: names of objects, keys, ports, labels, volumes."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import read_service
from kubelens.kube.references import CLUSTER_KINDS
from kubelens.kube.workload import workloads
from kubelens.syntax.tree import Mapping, Sequence, resolve
from kubelens_lsp.cursor import Cursor, Role, items_in, text_in, texts_of, value_in

StringMap = abc.Mapping[str, str]
NAMES: Final = {
    ("configMapRef", "name"): "ConfigMap",
    ("configMapKeyRef", "name"): "ConfigMap",
    ("configMap", "name"): "ConfigMap",
    ("secretRef", "name"): "Secret",
    ("secretKeyRef", "name"): "Secret",
    ("secret", "secretName"): "Secret",
    ("secret", "name"): "Secret",
    ("imagePullSecrets", "name"): "Secret",
    ("tls", "secretName"): "Secret",
    ("certificateRefs", "name"): "Secret",
    ("persistentVolumeClaim", "claimName"): "PersistentVolumeClaim",
    ("service", "name"): "Service",
    ("backendRefs", "name"): "Service",
    ("parentRefs", "name"): "Gateway",
    ("spec", "serviceName"): "Service",
    ("spec", "serviceAccountName"): "ServiceAccount",
    ("spec", "ingressClassName"): "IngressClass",
    ("spec", "gatewayClassName"): "GatewayClass",
    ("spec", "storageClassName"): "StorageClass",
    ("spec", "priorityClassName"): "PriorityClass",
    ("spec", "runtimeClassName"): "RuntimeClass",
    ("spec", "volumeName"): "PersistentVolume",
}
_WITH_KIND: Final = frozenset(
    {
        "scaleTargetRef",
        "roleRef",
        "subjects",
        "targetRef",
        "targetRefs",
        "issuerRef",
        "sourceRef",
        "dependsOn",
        "dataSource",
    }
)
"""Where ``kind`` stands beside ``name``."""
_ASSUMED: Final = {"scaleTargetRef": "Deployment", "issuerRef": "Issuer"}
"""What is meant where no ``kind`` stands beside ``name``."""
_KEYS: Final = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}
_SOURCES: Final = {"configMap": "ConfigMap", "secret": "Secret"}
_HANDLERS: Final = frozenset({"httpGet", "tcpSocket"})
_MONITORS: Final = frozenset({"endpoints", "podMetricsEndpoints"})


def existing(cursor: Cursor, bundle: Bundle) -> list[str]:
    """The names that exist and can stand at the cursor; of a key, as keys."""
    namespace = cursor.beside.get("namespace") if cursor.key == "name" else None
    return list(dict.fromkeys(_texts(cursor, bundle, namespace or cursor.namespace)))


def _texts(cursor: Cursor, bundle: Bundle, namespace: str) -> Iterator[str]:
    yield from _labels(cursor, bundle, namespace)
    if cursor.role is Role.KEY:
        return
    parent, key = cursor.parent, cursor.key
    kind: str | None = NAMES.get((parent, key))
    if parent in _WITH_KIND and key == "name":
        kind = cursor.beside.get("kind") or _ASSUMED.get(parent)
        if parent == "dependsOn" and not kind and cursor.gvk is not None:
            kind = cursor.gvk.kind
    elif parent == "backendRefs" and key == "name":
        kind = cursor.beside.get("kind") or kind
    if key == "serviceAccountName":
        kind = "ServiceAccount"
    if key == "resourceNames":
        yield from _granted(cursor, bundle, namespace)
    elif kind:
        yield from _objects(bundle, kind, namespace)
    elif key == "namespace" or (parent == "matchLabels" and key == "kubernetes.io/metadata.name"):
        yield from sorted({r.name for r in bundle.all("Namespace")} | set(bundle.namespaces))
    elif key == "key" and parent in _KEYS:
        yield from _keys(bundle, _KEYS[parent], namespace, cursor.beside.get("name", ""))
    elif key == "key" and parent == "items" and (source := _source(cursor)) is not None:
        yield from _keys(bundle, source[0], namespace, source[1])
    elif key == "name" and parent in ("volumeMounts", "volumeDevices"):
        yield from _volumes(cursor)
    elif key == "port" and parent in _HANDLERS:
        yield from _own_ports(cursor)
    elif key == "targetPort" or (key == "port" and cursor.gvk is not None and cursor.gvk.kind == "NetworkPolicy"):
        yield from _container_ports(bundle, namespace)
    elif key == "port" and parent in _MONITORS:
        named = _service_ports(bundle, namespace, "", "name")
        yield from named if parent == "endpoints" else _container_ports(bundle, namespace)
    elif key == "port" and parent in ("backendRefs", "backendRef"):
        yield from _service_ports(bundle, namespace, cursor.beside.get("name", ""), "number")
    elif parent == "port" and key in ("name", "number"):
        yield from _service_ports(bundle, namespace, cursor.beside_parent().get("name", ""), key)
    elif key == "sectionName":
        yield from _listeners(cursor, bundle, namespace)


def _objects(bundle: Bundle, kind: str, namespace: str) -> Iterator[str]:
    for resource in bundle.all(kind):
        if kind in CLUSTER_KINDS or not resource.namespace or resource.namespace == namespace:
            yield resource.name


def _granted(cursor: Cursor, bundle: Bundle, namespace: str) -> Iterator[str]:
    """The names of objects that a role's rule is about."""
    from kubelens.kube.authorization import plural  # noqa: PLC0415 - only for roles

    resources = set(items_in(cursor.mapping, "resources"))
    for kind in bundle.kinds:
        if plural(kind) in resources:
            yield from _objects(bundle, kind, namespace)


def _keys(bundle: Bundle, kind: str, namespace: str, name: str) -> Iterator[str]:
    for resource in bundle.all(kind, namespace):
        if not name or resource.name == name:
            for field in ("data", "stringData", "binaryData"):
                yield from map(str, fields.mapping(resource.value, field))


def _source(cursor: Cursor) -> tuple[str, str] | None:
    """(kind, name) of the ConfigMap or Secret whose items are listed around the cursor."""
    outer = [one for one in cursor.around if isinstance(one, Mapping)]
    parents = cursor.parents
    if len(parents) < 2 or len(outer) < 2 or parents[-2] not in _SOURCES:
        return None
    named = texts_of(outer[-2])
    return _SOURCES[parents[-2]], named.get("name") or named.get("secretName") or ""


def _pod_specs(cursor: Cursor) -> Iterator[Mapping]:
    """The mappings around the cursor that have containers."""
    for one in cursor.around:
        if isinstance(one, Mapping) and value_in(one, "containers") is not None:
            yield one


def _volumes(cursor: Cursor) -> Iterator[str]:
    for spec in _pod_specs(cursor):
        yield from _item_texts(value_in(spec, "volumes"), "name")
    templates = value_in(value_in(cursor.root, "spec"), "volumeClaimTemplates")
    for template in templates.items if isinstance(templates, Sequence) else ():
        if name := text_in(value_in(template, "metadata"), "name"):
            yield name


def _own_ports(cursor: Cursor) -> Iterator[str]:
    for one in cursor.around:
        yield from _item_texts(value_in(one, "ports"), "name")


def _item_texts(node: object, key: str) -> Iterator[str]:
    for item in node.items if isinstance(node, Sequence) else ():
        if text := text_in(resolve(item), key):
            yield text


def _container_ports(bundle: Bundle, namespace: str) -> Iterable[str]:
    pods = (w.pod for w in workloads(bundle, namespace))
    return sorted({p.name for pod in pods for c in pod.containers for p in c.ports if p.name})


def _service_ports(bundle: Bundle, namespace: str, name: str, key: str) -> Iterator[str]:
    for resource in bundle.all("Service", namespace):
        service = read_service(resource)
        for port in service.ports if service is not None and name in ("", resource.name) else ():
            if key == "number":
                yield str(port.number)
            elif port.name:
                yield port.name


def _listeners(cursor: Cursor, bundle: Bundle, namespace: str) -> Iterator[str]:
    """The listeners of the Gateway that a parent reference names."""
    where = cursor.beside.get("namespace") or namespace
    for gateway in bundle.named("Gateway", cursor.beside.get("name", ""), where):
        for _, listener in fields.items(fields.mapping(gateway.value, "spec"), "listeners"):
            if name := fields.text(listener, "name"):
                yield name


def _expressed(cursor: Cursor, bundle: Bundle, namespace: str) -> Iterable[str]:
    """Keys of Pods' labels, or the values of the one that an expression is about."""
    pods = [w.pod.labels for w in workloads(bundle, namespace)]
    if cursor.fields[-1] == "key":
        return dict.fromkeys(key for labels in pods for key in sorted(labels))
    outer = next((one for one in reversed(cursor.around) if isinstance(one, Mapping)), None)
    about = (text_in(outer, "key") or "") if outer is not None else ""
    return dict.fromkeys(labels[about] for labels in pods if about in labels and cursor.fields[-1] == "values")


def _labels(cursor: Cursor, bundle: Bundle, namespace: str) -> Iterable[str]:
    """Labels of Pods, where some are written or asked for, keys or the values of one."""
    if cursor.fields[-2:-1] == ("matchExpressions",) and not {"nodeSelectorTerms", "preference"} & set(cursor.fields):
        return _expressed(cursor, bundle, namespace)
    gvk = cursor.gvk
    path = cursor.fields if cursor.role is Role.KEY else cursor.fields[:-1]
    plain = path == ("spec", "selector") and gvk is not None and gvk.kind in ("Service", "ReplicationController")
    if (not plain and path[-1:] not in (("matchLabels",), ("labels",))) or cursor.role is Role.ITEM:
        return ()
    labels: list[StringMap]
    if path[-2:] == ("namespaceSelector", "matchLabels"):
        labels = [bundle.namespace_labels(name) for name in bundle.namespaces]
    else:
        labels = [w.pod.labels for w in workloads(bundle, namespace)]
        own = value_in(value_in(value_in(value_in(cursor.root, "spec"), "template"), "metadata"), "labels")
        labels.insert(0, texts_of(own) if isinstance(own, Mapping) else {})
    if cursor.role is Role.KEY:
        return dict.fromkeys(key for some in labels for key in sorted(some))
    return dict.fromkeys(some[cursor.key] for some in labels if some.get(cursor.key))
