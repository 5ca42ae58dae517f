"""Inlay hints: what the lines of a manifest amount to, shown at their ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from lsprotocol import types

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.quantity import Quantity
from kubelens.kube.resource import Resource
from kubelens.kube.selector import equality_selector, label_selector
from kubelens.kube.workload import Workload, read_workload, selected_workloads
from kubelens.predict.apiserver.filled import FilledIn
from kubelens.predict.kubelet.quality import QualityOf
from kubelens.predict.scheduler.total_requests import RequestsOf
from kubelens.syntax.place import Step
from kubelens_lsp.convert import to_offset, to_position
from kubelens_lsp.in_words import as_yaml
from kubelens_lsp.insight import pods_line, rollout_line, value_at
from kubelens_lsp.settings import HINTS
from kubelens_lsp.view import View

Path = tuple[Step, ...]
_OF_SPEC: Final = {
    "Deployment": ("replicas",),
    "StatefulSet": ("replicas",),
    "ReplicaSet": ("replicas",),
    "Service": ("type",),
    "Job": ("backoffLimit",),
    "CronJob": ("concurrencyPolicy",),
    "PersistentVolumeClaim": ("volumeMode",),
}
"""Defaults shown beside ``spec``."""
_LONGEST: Final = 40
"""Characters of a hint; some editors cut longer ones where they end."""
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_OF_PROBE: Final = ("periodSeconds", "timeoutSeconds", "failureThreshold")


def inlay_hints(
    view: View, key: str, where: types.Range, encoding: str, kinds: Collection[str] = HINTS
) -> list[types.InlayHint]:
    """Pods behind selectors, totals of requests, what percentages round to, quality of service, defaults.

    One hint for a line, short; what else there is to say of the line is in its tooltip.
    """
    file = view.snapshot.files.get(key)
    if file is None or file.source is None or not kinds:
        return []
    start, end = to_offset(file.source, where.start, encoding), to_offset(file.source, where.end, encoding)
    said: dict[int, dict[str, int]] = {}
    for manifest in file.manifests:
        for resource in manifest.resources:
            for kind, path, text, is_key in _hints(view, resource):
                place = resource.place.at(*path)
                span = view.snapshot.locate(place.key() if is_key else place)
                at = file.source.line_end(file.source.position(span.end).line)
                if start <= at <= end and kind in kinds:
                    said.setdefault(at, {}).setdefault(text, HINTS.index(kind))
    return [
        _hint(to_position(file.source, at, encoding), sorted(texts, key=texts.__getitem__))
        for at, texts in sorted(said.items())
    ]


def _hint(at: types.Position, texts: list[str]) -> types.InlayHint:
    label = (
        texts[0] if len(texts[0]) <= _LONGEST else f"{texts[0][: _LONGEST - 2].rpartition(' ')[0].rstrip(',;')} \u2026"
    )
    if len(texts) > 1 and label == texts[0]:
        label += " \u2026"
    tooltip = "\n".join(texts) if label != texts[0] else None
    return types.InlayHint(at, label, padding_left=True, tooltip=tooltip)


def _hints(view: View, resource: Resource) -> Iterator[tuple[str, Path, str, bool]]:
    """(kind, path, text, whether the key is meant) of every hint of an object."""
    for path, text in _selected(view.snapshot.bundle, resource):
        yield "pods", path, text, False
    workload = read_workload(resource)
    if workload is not None and not resource.partial:
        for path, text in _of_pods(workload):
            yield "totals", path, text, False
        if (total := _total(view, workload)) is not None:
            yield "totals", (*workload.pod.path, "containers"), total, True
        quality = view.oracle(QualityOf(resource))
        if quality.answer is not None and quality.certain:
            yield "quality", (*workload.pod.path, "containers"), f"QoS class {quality.answer}", True
    filled = view.oracle(FilledIn(resource)).answer
    if filled is not None:
        for path, text, is_key in _defaults(view, resource, workload, filled):
            yield "defaults", path, text, is_key


def _selected(bundle: Bundle, resource: Resource) -> Iterator[tuple[Path, str]]:
    if resource.kind == "Service" and fields.mapping(resource.spec, "selector"):
        selector = fields.mapping(resource.spec, "selector")
        found = selected_workloads(bundle, equality_selector(selector), resource.namespace)
        yield ("spec", "selector", list(selector)[-1]), pods_line(found) or "no Pod"
    if resource.kind in ("PodDisruptionBudget", "NetworkPolicy"):
        name = "selector" if resource.kind == "PodDisruptionBudget" else "podSelector"
        selector = fields.mapping(resource.spec, name)
        labels = fields.mapping(selector, "matchLabels")
        if labels:
            found = selected_workloads(bundle, label_selector(selector), resource.namespace)
            yield ("spec", name, "matchLabels", list(labels)[-1]), pods_line(found) or "no Pod"


def _of_pods(workload: Workload) -> Iterator[tuple[Path, str]]:
    if workload.desired > 1 and workload.kind not in ("DaemonSet", "Pod"):
        for container in workload.pod.containers:
            for name, quantity in container.requests.items() if container.role in ("app", "sidecar") else ():
                total = Quantity(quantity.nanos * workload.desired, quantity.format)
                path = (*container.path, "resources", "requests", name)
                yield path, f"x {workload.desired} = {_amount(name, total)}"
    if workload.kind == "Deployment":
        rolling = fields.mapping(fields.mapping(workload.resource.spec, "strategy"), "rollingUpdate")
        for name in ("maxSurge", "maxUnavailable"):
            value = rolling.get(name)
            if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
                share = workload.desired * int(value[:-1])
                rounded = -(-share // 100) if name == "maxSurge" else share // 100
                yield ("spec", "strategy", "rollingUpdate", name), f"= {rounded} of {workload.desired}"


def _total(view: View, workload: Workload) -> str | None:
    """What all Pods ask for together, where that is more than one line already says."""
    amounts = view.oracle(RequestsOf(workload.resource)).answer
    if not amounts or len(workload.pod.containers) < 2:
        return None
    pods = workload.desired if workload.kind not in ("DaemonSet", "Pod") else 1
    parts = []
    if cpu := amounts.get("cpu"):
        parts.append(_cpus(cpu * pods / 1000))
    if memory := amounts.get("memory"):
        parts.append(_bytes(memory * pods))
    whose = "a Pod requests" if pods == 1 else f"{pods} Pods request"
    return f"{whose} {', '.join(parts)}" if parts else None


def _amount(name: str, quantity: Quantity) -> str:
    if name == "cpu":
        return _cpus(quantity.nanos / 1e9)
    value = -(-quantity.nanos // 1_000_000_000)
    return _bytes(value) if name in ("memory", "ephemeral-storage", "storage") else f"{value:,}"


def _cpus(cpus: float) -> str:
    return f"{cpus:g} {'CPU' if cpus == 1 else 'CPUs'}"


def _bytes(count: float) -> str:
    """Bytes in the largest of Kubernetes' units of which there is a whole one."""
    for power, unit in ((40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")):
        if count >= 2**power:
            return f"{count / 2**power:,.4g}{unit}"
    return f"{count:,.0f} bytes"


def _defaults(
    view: View, resource: Resource, workload: Workload | None, filled: Any
) -> Iterator[tuple[Path, str, bool]]:
    """Defaults that decide how an object behaves and are not written."""
    spec = fields.mapping(resource.value, "spec")
    left_out = [name for name in _OF_SPEC.get(resource.kind, ()) if spec and name not in spec]
    texts = [
        f"{name}: {as_yaml(value)}" for name in left_out if (value := value_at(filled, ("spec", name))) is not None
    ]
    if resource.kind == "Deployment" and spec and "strategy" not in spec and (line := rollout_line(view, resource)):
        texts.append(f"rolls with {line}")
    for text in texts:
        yield ("spec",), text, True
    for index, port in fields.items(spec, "ports") if resource.kind == "Service" else ():
        if "targetPort" not in port and "port" in port:
            path = ("spec", "ports", index)
            if (target := value_at(filled, (*path, "targetPort"))) is not None:
                yield (*path, "port"), f"targetPort: {as_yaml(target)}", False
    for container in workload.pod.containers if workload is not None else ():
        if "imagePullPolicy" not in container.value and container.image:
            if (policy := value_at(filled, (*container.path, "imagePullPolicy"))) is not None:
                yield (*container.path, "image"), f"imagePullPolicy: {policy}", False
        for name in _PROBES:
            probe = fields.mapping(container.value, name)
            known = value_at(filled, (*container.path, name))
            missing = [f"{n}: {known[n]}" for n in _OF_PROBE if n not in probe and n in known] if probe else []
            if missing:
                yield (*container.path, name), ", ".join(missing), True
