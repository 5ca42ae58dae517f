"""Hover, inlay hints and code lenses: what the predictors and the API's own prose say about a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.references import references_of
from kubelens.kube.resource import Resource
from kubelens.kube.schema import TypeSchema, description, enum, schemas, since
from kubelens.kube.selector import equality_selector, label_selector
from kubelens.kube.workload import Workload, read_workload, selected_workloads
from kubelens.predict.api import Oracle
from kubelens.predict.rollout.fenceposts import FencepostError, Fenceposts, read_strategy
from kubelens.syntax.place import Step
from kubelens_lsp.convert import to_offset, to_position, to_range
from kubelens_lsp.session import View
from kubelens_lsp.symbols import path_at

_TYPES = {
    "s": "text",
    "i": "integer",
    "l": "integer",
    "n": "number",
    "b": "boolean",
    "q": "quantity",
    "p": "integer or text",
    "t": "time",
    "m": "time",
    "y8": "base64",
    "x": "any",
}


def resource_at(view: View, key: str, path: tuple[Step, ...], document: int) -> Resource | None:
    """The object a path lies in."""
    file = view.snapshot.files.get(key)
    for manifest in file.manifests if file is not None else ():
        if manifest.document.index == document:
            for resource in manifest.resources:
                if path[: len(resource.place.path)] == resource.place.path:
                    return resource
    return None


def field_of(resource: Resource, path: tuple[Step, ...], release: str) -> tuple[TypeSchema, str, str] | None:
    """(type, field, form) that a path of an object leads to, None where the schema does not know it."""
    known = schemas(release)
    schema = known.kind(resource.gvk)
    if schema is None:
        return None
    found: tuple[TypeSchema, str, str] | None = None
    form = ""
    for step in path:
        while form[:1] in ("[", "{") and (isinstance(step, int) or form[:1] == "{"):
            form = form[1:]
            break
        else:
            if form.startswith("#"):
                schema = known.type(form[1:])
            elif form:
                return None
            code = schema.fields.get(str(step)) if isinstance(step, str) else None
            if code is None:
                return None
            found, form = (schema, str(step), code), code
    return found


def type_name(form: str) -> str:
    """A field's type for people."""
    if form[:1] == "[":
        return f"list of {type_name(form[1:])}"
    if form[:1] == "{":
        return f"map of {type_name(form[1:])}"
    return form.rpartition(".")[2] if form.startswith("#") else _TYPES.get(form, "value")


def hover(view: View, key: str, position: types.Position, encoding: str) -> types.Hover | None:
    """What is known about the field or value under the cursor."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return None
    found = path_at(file, to_offset(file.source, position, encoding))
    if found is None:
        return None
    place, _, is_key = found
    resource = resource_at(view, key, place.path, place.document)
    if resource is None:
        return None
    path = place.path[len(resource.place.path) :]
    parts = list(_predictions(view, resource, path))
    known = field_of(resource, path, view.release)
    if known is not None:
        schema, name, form = known
        lines = [f"**{name}**: {type_name(form)}" + (" (required)" if name in schema.required else "")]
        if values := enum(schema.name, name):
            lines.append("One of " + ", ".join(f"`{v}`" for v in values))
        if came := since(schema.name, name):
            lines.append(f"Since Kubernetes {came}")
        if prose := description(schema.name, name):
            lines.append(prose if len(prose) < 900 else prose[:900] + "...")
        parts.append("\n\n".join(lines))
    if not parts:
        return None
    span = view.snapshot.locate(place.key() if is_key else place)
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)), to_range(file.source, span, encoding)
    )


def _predictions(view: View, resource: Resource, path: tuple[Step, ...]) -> Iterator[str]:
    value = _at(resource.value, path)
    last = path[-1] if path else ""
    quantity = read_quantity(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    if quantity is not None and len(path) > 1 and path[-2] in ("requests", "limits", "capacity", "hard", "overhead"):
        yield f"= {plain_quantity(str(last), quantity)}"
    if (
        last in ("maxSurge", "maxUnavailable", "rollingUpdate", "strategy", "type")
        and "strategy" in path
        and resource.kind == "Deployment"
    ):
        if (text := rollout_line(resource)) is not None:
            yield text
    if last == "schedule" and resource.kind == "CronJob":
        if (text := next_runs(resource)) is not None:
            yield text
    if last in ("selector", "matchLabels", "name", "kind") and resource.kind == "Service":
        yield service_line(view.snapshot.bundle, resource)


def rollout_line(resource: Resource) -> str | None:
    """What a Deployment's strategy amounts to, in one line."""
    replicas = resource.spec.get("replicas", 1)
    if not isinstance(replicas, int):
        return None
    try:
        strategy = read_strategy(resource.spec)
    except FencepostError:
        return None
    return Oracle(Bundle((resource,)))(Fenceposts(replicas, strategy)).answer.summary()


def next_runs(resource: Resource) -> str | None:
    """When a CronJob runs next, from now."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only for CronJobs

    from kubelens.predict.rollout.cronjob import NextRuns  # noqa: PLC0415

    runs = Oracle(Bundle((resource,)))(NextRuns(resource, 3, datetime.now(UTC))).answer
    return "next runs: " + ", ".join(f"{time:%Y-%m-%d %H:%M %Z}" for time in runs.times) if runs.times else runs.problem


def plain_quantity(name: str, quantity: Quantity) -> str:
    """An amount in plain units."""
    if name == "cpu":
        return f"{quantity.nanos / 1e9:g} CPUs"
    value = -(-quantity.nanos // 1_000_000_000)
    return f"{value:,} bytes" if name in ("memory", "storage", "ephemeral-storage") else f"{value:,}"


def service_line(bundle: Bundle, service: Resource) -> str:
    """How many Pods a Service would have behind it."""
    selector = equality_selector(service.spec.get("selector"))
    if not service.spec.get("selector"):
        return "no selector: endpoints are written by hand"
    return pods_line(selected_workloads(bundle, selector, service.namespace)) or "selects no Pod of the workspace"


def pods_line(found: list[Workload]) -> str:
    """``3 Pods of Deployment cart``."""
    return ", ".join(
        f"{w.desired} {'Pod' if w.desired == 1 else 'Pods'} of {w.kind} {w.name}"
        if w.kind != "DaemonSet"
        else f"Pods of DaemonSet {w.name}"
        for w in found[:3]
    )


def _at(value: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def inlay_hints(view: View, key: str, where: types.Range, encoding: str) -> list[types.InlayHint]:
    """Pods behind selectors, totals of requests, what percentages round to, quality of service."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    start, end = to_offset(file.source, where.start, encoding), to_offset(file.source, where.end, encoding)
    out: list[types.InlayHint] = []
    for manifest in file.manifests:
        for resource in manifest.resources:
            for path, text in _hints(view.snapshot.bundle, resource):
                span = view.snapshot.locate(resource.place.at(*path))
                at = file.source.line_end(file.source.position(span.end).line)
                if start <= at <= end:
                    out.append(types.InlayHint(to_position(file.source, at, encoding), text, padding_left=True))
    return out


def _hints(bundle: Bundle, resource: Resource) -> Iterator[tuple[tuple[Step, ...], str]]:
    if resource.kind == "Service" and resource.spec.get("selector"):
        found = selected_workloads(bundle, equality_selector(resource.spec["selector"]), resource.namespace)
        keys = list(resource.spec["selector"]) if isinstance(resource.spec["selector"], dict) else []
        if keys:
            yield ("spec", "selector", keys[-1]), pods_line(found) or "no Pod"
    if resource.kind in ("PodDisruptionBudget", "NetworkPolicy"):
        name = "selector" if resource.kind == "PodDisruptionBudget" else "podSelector"
        selector = fields.mapping(resource.spec, name)
        labels = fields.mapping(selector, "matchLabels")
        if labels:
            found = selected_workloads(bundle, label_selector(selector), resource.namespace)
            yield ("spec", name, "matchLabels", list(labels)[-1]), pods_line(found) or "no Pod"
    workload = read_workload(resource)
    if workload is None:
        return
    if workload.desired > 1 and workload.kind not in ("DaemonSet", "Pod"):
        for container in workload.pod.containers:
            if container.role != "app":
                continue
            for name, quantity in container.requests.items():
                total = Quantity(quantity.nanos * workload.desired, quantity.format)
                yield (
                    (*container.path, "resources", "requests", name),
                    f"x {workload.desired} = {plain_quantity(name, total)}",
                )
    if resource.kind == "Deployment":
        rolling = fields.mapping(fields.mapping(resource.spec, "strategy"), "rollingUpdate")
        for name in ("maxSurge", "maxUnavailable"):
            value = rolling.get(name)
            if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
                share = workload.desired * int(value[:-1])
                rounded = -(-share // 100) if name == "maxSurge" else share // 100
                yield ("spec", "strategy", "rollingUpdate", name), f"= {rounded} of {workload.desired}"


def code_lenses(view: View, key: str, encoding: str) -> list[types.CodeLens]:
    """How often an object is referred to, and the predictions that can be shown."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    counts: dict[tuple[str, str, str], int] = {}
    for resource in view.snapshot.bundle:
        for reference in references_of(resource):
            slot = (reference.kind, reference.namespace, reference.name)
            counts[slot] = counts.get(slot, 0) + 1
    out: list[types.CodeLens] = []
    for manifest in file.manifests:
        for resource in manifest.resources:
            span = view.snapshot.locate(resource.place.at("kind"))
            spot = to_range(file.source, span, encoding)
            count = counts.get((resource.kind, resource.namespace, resource.name), 0)
            if count:
                word = "reference" if count == 1 else "references"
                out.append(
                    types.CodeLens(
                        spot,
                        types.Command(f"{count} {word}", "kubelens.references", arguments=[key, str(resource.key)]),
                    )
                )
            if resource.kind in ("Deployment", "StatefulSet", "DaemonSet"):
                out.append(
                    types.CodeLens(
                        spot,
                        types.Command(
                            "show rollout", "kubelens.showRollout", arguments=[key, resource.kind, resource.name]
                        ),
                    )
                )
            if resource.kind == "Ingress":
                out.append(
                    types.CodeLens(
                        spot, types.Command("show route", "kubelens.showRoute", arguments=[key, resource.name])
                    )
                )
    return out
