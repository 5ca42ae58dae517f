"""Completion of what exists in the workspace: names of objects, keys, ports, labels, volumes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lsprotocol import types
from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import read_service
from kubelens.kube.references import CLUSTER_KINDS
from kubelens.kube.workload import workloads
from kubelens_lsp.lines import entries, gvk_of, namespace_of, parents, siblings
from kubelens_lsp.session import View

_NAMES: Final = {
    ("configMapRef", "name"): "ConfigMap",
    ("configMapKeyRef", "name"): "ConfigMap",
    ("configMap", "name"): "ConfigMap",
    ("secretRef", "name"): "Secret",
    ("secretKeyRef", "name"): "Secret",
    ("secret", "secretName"): "Secret",
    ("secret", "name"): "Secret",
    ("imagePullSecrets", "name"): "Secret",
    ("tls", "secretName"): "Secret",
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
}
_WITH_KIND: Final = frozenset({"scaleTargetRef", "roleRef", "subjects", "targetRef"})
"""Where ``kind`` stands beside ``name``."""
_KEYS: Final = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}
_HANDLERS: Final = frozenset({"httpGet", "tcpSocket"})


class Cursor(Struct, frozen=True):
    """Where something is completed: ``key`` is what stands before the colon, ``""`` while a key is written.

    ``above`` are the keys around it with their lines, outermost first.
    """

    view: View
    lines: list[str]
    line: int
    indent: int
    above: tuple[tuple[int, str], ...]
    key: str

    @property
    def parents(self) -> list[str]:
        """The keys around it, outermost first."""
        return [key for _, key in self.above]

    @property
    def parent(self) -> str:
        """The key right around it."""
        return self.above[-1][1] if self.above else ""

    @property
    def siblings(self) -> dict[str, str]:
        """The other keys of its map."""
        return siblings(self.lines, self.line, self.indent)

    def beside_parent(self) -> dict[str, str]:
        """The keys beside the one right around it."""
        if not self.above:
            return {}
        line = self.above[-1][0]
        text = self.lines[line]
        return siblings(self.lines, line, len(text) - len(text.lstrip(" -")))


def existing(cursor: Cursor) -> Iterator[types.CompletionItem]:
    """The names that exist and can stand at the cursor."""
    namespace = namespace_of(cursor.lines)
    for text in dict.fromkeys(_texts(cursor, namespace)):
        yield types.CompletionItem(
            text, kind=types.CompletionItemKind.Reference, insert_text=text if cursor.key else f"{text}: "
        )


def _texts(cursor: Cursor, namespace: str) -> Iterator[str]:
    yield from _labels(cursor, namespace)
    if not cursor.key:
        return
    parent, key = cursor.parent, cursor.key
    kind = _NAMES.get((parent, key))
    if parent in _WITH_KIND and key == "name":
        kind = cursor.siblings.get("kind")
    if kind:
        yield from _objects(cursor.view, kind, namespace)
    elif key == "namespace":
        bundle = cursor.view.snapshot.bundle
        yield from sorted({r.name for r in bundle.all("Namespace")} | set(bundle.namespaces))
    elif key == "key" and parent in _KEYS:
        yield from _keys(cursor.view, _KEYS[parent], namespace, cursor.siblings.get("name", ""))
    elif key == "name" and parent == "volumeMounts":
        yield from _volumes(cursor.lines)
    elif key == "port" and parent in _HANDLERS:
        yield from _own_ports(cursor.lines)
    elif key == "targetPort":
        yield from _container_ports(cursor.view, namespace)
    elif parent == "port" and key in ("name", "number"):
        yield from _service_ports(cursor.view, namespace, cursor.beside_parent().get("name", ""), key)


def _objects(view: View, kind: str, namespace: str) -> Iterator[str]:
    for resource in view.snapshot.bundle.all(kind):
        if kind in CLUSTER_KINDS or resource.namespace == namespace:
            yield resource.name


def _keys(view: View, kind: str, namespace: str, name: str) -> Iterator[str]:
    for resource in view.snapshot.bundle.all(kind, namespace):
        if not name or resource.name == name:
            for field in ("data", "stringData", "binaryData"):
                yield from map(str, fields.mapping(resource.value, field))


def _volumes(lines: list[str]) -> Iterator[str]:
    for number, indent, value in entries(lines, "name"):
        around = parents(lines, number, indent)
        if value and (around[-1:] == ["volumes"] or around[-2:] == ["volumeClaimTemplates", "metadata"]):
            yield value


def _own_ports(lines: list[str]) -> Iterator[str]:
    for number, indent, _ in entries(lines, "containerPort"):
        if name := siblings(lines, number, indent).get("name"):
            yield name


def _container_ports(view: View, namespace: str) -> Iterable[str]:
    pods = (w.pod for w in workloads(view.snapshot.bundle, namespace))
    return sorted({p.name for pod in pods for c in pod.containers for p in c.ports if p.name})


def _service_ports(view: View, namespace: str, name: str, key: str) -> Iterator[str]:
    for resource in view.snapshot.bundle.all("Service", namespace):
        service = read_service(resource)
        for port in service.ports if service is not None and name in ("", resource.name) else ():
            if key == "number":
                yield str(port.number)
            elif port.name:
                yield port.name


def _labels(cursor: Cursor, namespace: str) -> Iterable[str]:
    """Labels of Pods, where some are written or asked for, keys or the values of one; amounts by name."""
    gvk = gvk_of(cursor.lines)
    plain = (
        cursor.parents == ["spec", "selector"] and gvk is not None and gvk.kind in ("Service", "ReplicationController")
    )
    if not cursor.key and cursor.parent in ("requests", "limits"):
        return [name for name in ("cpu", "memory", "ephemeral-storage") if name not in cursor.siblings]
    if not plain and cursor.parent not in ("matchLabels", "labels"):
        return ()
    labels = [w.pod.labels for w in workloads(cursor.view.snapshot.bundle, namespace)]
    if not cursor.key:
        return sorted({key for some in labels for key in some} - cursor.siblings.keys())
    return sorted({some[cursor.key] for some in labels if cursor.key in some})
