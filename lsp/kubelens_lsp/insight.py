"""Hover: what the predictors and the API's own prose say about a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from lsprotocol import types
from msgspec.structs import replace

from kubelens.engine.scenario_documents import SCENARIO
from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.lifecycle import lifecycle
from kubelens.kube.network import PortByNumber, ServicePort, read_service
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.schema import TypeSchema, description, enum, schemas, since
from kubelens.kube.selector import equality_selector
from kubelens.kube.tree_copy import own_copy
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.filled import FilledIn
from kubelens.predict.controllers.fenceposts import FencepostError, Fenceposts, read_strategy
from kubelens.syntax.place import Step
from kubelens_lsp.convert import to_offset, to_range
from kubelens_lsp.in_words import as_yaml, shortened, type_name, type_of
from kubelens_lsp.pointed import pointed_at
from kubelens_lsp.shown import path_lines
from kubelens_lsp.symbols import path_at
from kubelens_lsp.view import View

_DEPRECATED: Final = re.compile(
    r"(?:(?<=[.\n] )|(?<=\n)|^)[^.\n]*(?:\bDeprecated[:.]|is (?:a )?deprecated)[^.\n]*", re.MULTILINE
)
"""The sentence in which the API says that something is deprecated."""
_AMOUNTS: Final = {"requests", "limits", "capacity", "allocatable", "hard", "overhead", "default", "defaultRequest"}
_IN_BYTES: Final = {
    "memory",
    "storage",
    "ephemeral-storage",
    "sizeLimit",
    "requests.memory",
    "limits.memory",
    "requests.storage",
}
_AMOUNTS_BY_NAME: Final = {"sizeLimit", "averageValue", "divisor"}
_STRATEGY: Final = {"maxSurge", "maxUnavailable", "rollingUpdate", "strategy", "updateStrategy", "partition", "type"}


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
    path = place.path[len(resource.place.path) :] if resource is not None else place.path
    pointed = pointed_at(view, key, position, encoding)
    if resource is not None:
        parts = [*pointed, *_predictions(view, resource, path), *_documentation(view, resource, path)]
    else:
        parts = [*pointed, *_described(view, None, path, key)]
    if not parts:
        return None
    span = view.snapshot.locate(place.key() if is_key else place)
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)), to_range(file.source, span, encoding)
    )


def _documentation(view: View, resource: Resource, path: tuple[Step, ...]) -> Iterator[str]:
    if path in (("kind",), ("apiVersion",)) and (life := _life(resource, view.release)):
        yield life
    known = field_of(resource, path, view.release)
    if known is not None:
        schema, name, form = known
        lines = [f"**{name}**: {type_name(form)}" + (" (required)" if name in schema.required else "")]
        if (default := default_of(view, resource, path)) is not None:
            lines.append(f"Default `{default}`")
        if values := enum(schema.name, name):
            lines.append("One of " + ", ".join(f"`{v}`" for v in values))
        if came := since(schema.name, name):
            lines.append(f"Since Kubernetes {came}")
        prose = description(schema.name, name)
        if ending := _DEPRECATED.search(prose):
            lines.append(f"**Deprecated**: {ending[0].strip()}")
        if prose:
            lines.append(shortened(prose))
        yield "\n\n".join(lines)
        return
    yield from _described(view, resource.gvk, path, resource.place.uri)


def _described(view: View, gvk: GroupVersionKind | None, path: tuple[Step, ...], uri: str) -> Iterator[str]:
    """What a definition, or kustomize's own file, says of a field."""
    from kubelens_lsp.form import Form, SchemaForm, form_of  # noqa: PLC0415 - forms show what hovers show
    from kubelens_lsp.scenario_completion import scenario_form  # noqa: PLC0415 - as above

    file = view.snapshot.files.get(uri)
    if gvk is None and file is not None and file.reason == SCENARIO:
        here: Form | None = scenario_form()
    else:
        here = form_of(view.snapshot.bundle, view.release, gvk, PurePosixPath(uri).name)
    above: Form | None = None
    for step in path:
        above, here = here, here.below(step) if here is not None else None
    if not path or not isinstance(here, SchemaForm):
        return
    schema = here.schema
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    required = isinstance(above, SchemaForm) and path[-1] in fields.texts(above.schema, "required")
    lines = [f"**{name}**: {type_of(schema)}" + (" (required)" if required else "")]
    if schema.get("default") not in (None, ""):
        lines.append(f"Default `{as_yaml(schema['default'])}`")
    if values := here.values():
        lines.append("One of " + ", ".join(f"`{value}`" for value in values))
    if text := fields.text(schema, "description"):
        lines.append(shortened(text))
    yield "\n\n".join(lines)


def _life(resource: Resource, release: str) -> str:
    known = lifecycle(resource.gvk)
    if known is None:
        return ""
    parts = [f"deprecated since {known.deprecated}" if known.deprecated else ""]
    if known.removed:
        parts.append(f"{'removed' if known.is_removed(release) else 'to be removed'} in {known.removed}")
    if known.successor:
        parts.append(f"in its place: {known.successor}")
    return f"**{resource.gvk.api_version} {resource.kind}**: " + "; ".join(filter(None, parts))


def default_of(view: View, resource: Resource, path: tuple[Step, ...]) -> str | None:
    """What the API server fills in where a field is left out, None for nothing."""
    without: dict[str, Any] = own_copy(resource.value)
    parent = value_at(without, path[:-1])
    if not isinstance(parent, dict):
        return None
    parent.pop(str(path[-1]), None)
    filled = view.oracle(FilledIn(replace(resource, value=without))).answer
    value = value_at(filled, path) if filled is not None else None
    return None if value is None or value in ({}, []) else as_yaml(value)


def _predictions(view: View, resource: Resource, path: tuple[Step, ...]) -> Iterator[str]:
    value = value_at(resource.value, path)
    last = path[-1] if path else ""
    quantity = read_quantity(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    if quantity is not None and (set(path[-2:-1]) & _AMOUNTS or last in _AMOUNTS_BY_NAME):
        yield f"= {plain_quantity(str(last), quantity)}"
    if last in _STRATEGY and set(path) & {"strategy", "updateStrategy"}:
        if (text := rollout_line(view, resource)) is not None:
            yield text
    if last == "schedule" and resource.kind == "CronJob":
        if (text := next_runs(resource)) is not None:
            yield text
    if last in ("selector", "name", "kind", "ports", "port", "targetPort") and resource.kind == "Service":
        yield service_line(view.snapshot.bundle, resource)
    if resource.kind == "Ingress" and "paths" in path and (text := path_lines(view, resource, path)):
        yield f"```text\n{text}\n```"


def rollout_line(view: View, resource: Resource) -> str | None:
    """What a workload's strategy amounts to, in one line."""
    if resource.kind == "Deployment":
        replicas = resource.spec.get("replicas", 1)
        if not isinstance(replicas, int):
            return None
        try:
            strategy = read_strategy(resource.spec)
        except FencepostError:
            return None
        return view.oracle(Fenceposts(replicas, strategy)).answer.summary()
    if resource.kind not in ("StatefulSet", "DaemonSet"):
        return None
    from kubelens.predict.controllers.rollout.rollout import NextRollout  # noqa: PLC0415 - only when asked
    from kubelens.report.rollout import headline  # noqa: PLC0415

    rollout = view.oracle(NextRollout(resource)).answer
    if rollout.timeline is None or not len(rollout.timeline.states) > 1:
        return headline(rollout)
    return f"{headline(rollout)}; {rollout.timeline.min_ready} to {rollout.timeline.max_pods} Pods on the way"


def next_runs(resource: Resource) -> str | None:
    """When a CronJob runs next, from now."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only for CronJobs

    from kubelens.predict.controllers.cronjob import NextRuns  # noqa: PLC0415

    runs = Oracle(Bundle((resource,)))(NextRuns(resource, 3, datetime.now(UTC))).answer
    return "next runs: " + ", ".join(f"{time:%Y-%m-%d %H:%M %Z}" for time in runs.times) if runs.times else runs.problem


def plain_quantity(name: str, quantity: Quantity) -> str:
    """An amount in plain units."""
    if name in ("cpu", "requests.cpu", "limits.cpu"):
        return f"{quantity.nanos / 1e9:g} {'CPU' if quantity.nanos == 1_000_000_000 else 'CPUs'}"
    value = -(-quantity.nanos // 1_000_000_000)
    return f"{value:,} bytes" if name in _IN_BYTES else f"{value:,}"


def service_line(bundle: Bundle, service: Resource) -> str:
    """The Pods a Service would have behind it, and which of their ports its own lead to."""
    if not service.spec.get("selector"):
        return "no selector: endpoints are written by hand"
    found = selected_workloads(bundle, equality_selector(service.spec.get("selector")), service.namespace)
    line = pods_line(found)
    if not line:
        return "selects no Pod of the workspace"
    known = read_service(service)
    ports = [f"{port} -> {_target(port, found)}" for port in (known.ports if known is not None else ())]
    return f"{line}; port {', '.join(ports)}" if ports else line


def _target(port: ServicePort, found: list[Workload]) -> str:
    if isinstance(port.target, PortByNumber):
        return str(port.target.number)
    name = port.target.name
    numbers = {p.number for w in found for c in w.pod.containers for p in c.ports if p.name == name}
    return f"{name} ({', '.join(map(str, sorted(numbers))) or 'no container port has this name'})"


def pods_line(found: list[Workload]) -> str:
    """``3 Pods of Deployment cart``."""
    return ", ".join(
        f"{w.desired} {'Pod' if w.desired == 1 else 'Pods'} of {w.kind} {w.name}"
        if w.kind != "DaemonSet"
        else f"Pods of DaemonSet {w.name}"
        for w in found[:3]
    )


def value_at(value: Any, path: tuple[Step, ...]) -> Any:
    """What stands at a path of a decoded value, None for nothing."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
