"""Admission where other objects matter: mutating plugins, validation, validating plugins, in the server's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kubelens.kube import fields
from kubelens.kube.reading import read_value
from kubelens.kube.selector import read_labels
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.plugins import limit_ranger, mutating, resource_quota
from kubelens.predict.apiserver.plugins.pod_security import violations
from kubelens.predict.apiserver.registry import entry
from kubelens.predict.apiserver.verdict import Stage, Warning, validate, warn
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.text import Source

if TYPE_CHECKING:
    from kubelens.predict.apiserver.request import Answer, Request

_LEVEL: Final = "pod-security.kubernetes.io/"


def context_objects(request: Request) -> list[Mapping[str, Any]]:
    """The decoded objects that are there already."""
    found: list[Mapping[str, Any]] = []
    for text in request.context:
        root, problems = parse_stream(Source("context", text))
        value = read_value(root).value if not problems else None
        if isinstance(value, dict):
            found.append(value)
    return found


def admit(obj: dict[str, Any], request: Request, options: Options) -> Answer:
    """The answer to a new object among others."""
    from kubelens.predict.apiserver.request import Answer, stored  # noqa: PLC0415 - the two call each other

    kind = request.gvk.kind
    objects = context_objects(request)
    known = entry(request.gvk.group, request.gvk.version, kind)
    items = limit_ranger.items_of(objects)
    plugin, refusal = _mutate(kind, obj, objects, items)
    if refusal:
        return Answer(Stage.FORBIDDEN, (), (), None, plugin)
    causes = validate(obj, known, options)
    warnings = (*warn(obj, known), *_pod_security_warnings(kind, obj, objects, options.release))
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    plugin = _validate(kind, obj, objects, items, options.release)
    if plugin:
        return Answer(Stage.FORBIDDEN, (), warnings, None, plugin)
    return Answer(Stage.ACCEPTED, (), warnings, stored(obj, request))


def _mutate(
    kind: str, obj: dict[str, Any], objects: list[Mapping[str, Any]], items: limit_ranger.Items
) -> tuple[str, str]:
    """Run the mutating plugins; (plugin, why) where one refuses."""
    if kind == "Pod":
        limit_ranger.set_defaults(obj, items)
        mutating.default_tolerations(obj)
        if refusal := mutating.priority(obj, objects):
            return "Priority", refusal
        if refusal := mutating.runtime_class(obj, objects):
            return "RuntimeClass", refusal
    elif kind == "PersistentVolumeClaim":
        mutating.default_storage_class(obj, objects)
    elif kind == "Ingress":
        mutating.default_ingress_class(obj, objects)
    return "", ""


def _validate(
    kind: str, obj: dict[str, Any], objects: list[Mapping[str, Any]], items: limit_ranger.Items, release: str
) -> str:
    """The plugin that refuses a valid object, ``""`` where none does."""
    if kind == "Pod" and limit_ranger.refused_pod(obj, items):
        return "LimitRanger"
    if kind == "PersistentVolumeClaim" and limit_ranger.refused_claim(obj, items):
        return "LimitRanger"
    if kind == "PriorityClass" and mutating.second_default_priority(obj, objects):
        return "Priority"
    if kind == "Pod":
        level, version = _level(objects, "enforce", release)
        if violations(fields.mapping(obj, "spec"), fields.mapping(obj, "metadata"), level, version):
            return "PodSecurity"
    if resource_quota.refusals(kind, obj, objects):
        return "ResourceQuota"
    return ""


def _level(objects: list[Mapping[str, Any]], mode: str, release: str) -> tuple[str, str]:
    """(level, version) that the namespace asks for in a mode; the latest version is the server's own."""
    namespace = next((o for o in objects if o.get("kind") == "Namespace"), {})
    labels = read_labels(fields.mapping(namespace, "metadata").get("labels"))
    version = labels.get(f"{_LEVEL}{mode}-version", "latest")
    return labels.get(_LEVEL + mode, "privileged"), f"v{release}" if version == "latest" else version


def _pod_security_warnings(
    kind: str, obj: Mapping[str, Any], objects: list[Mapping[str, Any]], release: str
) -> list[Warning]:
    """What the level ``warn`` objects to, in Pods and in templates."""
    level, version = _level(objects, "warn", release)
    spec, metadata = fields.mapping(obj, "spec"), fields.mapping(obj, "metadata")
    if kind == "CronJob":
        spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
    if kind != "Pod":
        template = fields.mapping(spec if kind != "PodTemplate" else obj, "template")
        spec, metadata = fields.mapping(template, "spec"), fields.mapping(template, "metadata")
    if not spec.get("containers"):
        return []
    found = violations(spec, metadata, level, version)
    return [Warning("", f"would violate Pod Security {level!r}: {found[0].message}")] if found else []
