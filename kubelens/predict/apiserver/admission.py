"""The admission plugins in the server's order, those that mutate and those that validate, among other objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.reading import read_value
from kubelens.kube.selector import read_labels
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.plugins import limit_ranger, mutating, resource_quota
from kubelens.predict.apiserver.plugins.pod_security import violations
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.text import Source

_LEVEL: Final = "pod-security.kubernetes.io/"


class Refusal(Struct, frozen=True):
    """An admission plugin's no, and why."""

    plugin: str
    why: str = ""


def objects_of(texts: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
    """The decoded objects of YAML texts; what cannot be read is none."""
    found: list[Mapping[str, Any]] = []
    for text in texts:
        root, problems = parse_stream(Source("context", text))
        value = read_value(root).value if not problems else None
        if isinstance(value, dict):
            found.append(value)
    return tuple(found)


class Admission(Struct, frozen=True):
    """The plugins of a server of a release, among the objects that are there already, the namespace first."""

    objects: tuple[Mapping[str, Any], ...]
    release: str

    def mutate(self, kind: str, obj: dict[str, Any]) -> Refusal | None:
        """Run the mutating plugins, in place; the refusal of one that refuses."""
        if kind == "Pod":
            limit_ranger.set_defaults(obj, limit_ranger.items_of(self.objects))
            mutating.default_tolerations(obj)
            if why := mutating.priority(obj, self.objects):
                return Refusal("Priority", why)
            if why := mutating.runtime_class(obj, self.objects):
                return Refusal("RuntimeClass", why)
        elif kind == "PersistentVolumeClaim":
            mutating.default_storage_class(obj, self.objects)
        elif kind == "Ingress":
            mutating.default_ingress_class(obj, self.objects)
        return None

    def validate(self, kind: str, obj: dict[str, Any]) -> Refusal | None:
        """The refusal of the plugin that refuses a valid object, None where none does."""
        objects = self.objects
        items = limit_ranger.items_of(objects)
        if kind == "Pod" and limit_ranger.refused_pod(obj, items):
            return Refusal("LimitRanger")
        if kind == "PersistentVolumeClaim" and limit_ranger.refused_claim(obj, items):
            return Refusal("LimitRanger")
        if kind == "PriorityClass" and mutating.second_default_priority(obj, objects):
            return Refusal("Priority")
        if kind == "Pod":
            level, version = self._level("enforce")
            if violations(fields.mapping(obj, "spec"), fields.mapping(obj, "metadata"), level, version):
                return Refusal("PodSecurity")
        if resource_quota.refusals(kind, obj, objects):
            return Refusal("ResourceQuota")
        return None

    def _level(self, mode: str) -> tuple[str, str]:
        """(level, version) that the namespace asks for in a mode; the latest version is the server's own."""
        namespace = next((o for o in self.objects if o.get("kind") == "Namespace"), {})
        labels = read_labels(fields.mapping(namespace, "metadata").get("labels"))
        version = labels.get(f"{_LEVEL}{mode}-version", "latest")
        return labels.get(_LEVEL + mode, "privileged"), f"v{self.release}" if version == "latest" else version

    def warnings(self, kind: str, obj: Mapping[str, Any]) -> tuple[Warning, ...]:
        """What the level ``warn`` objects to, in Pods and in templates."""
        level, version = self._level("warn")
        spec, metadata = fields.mapping(obj, "spec"), fields.mapping(obj, "metadata")
        if kind == "CronJob":
            spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
        if kind != "Pod":
            template = fields.mapping(spec if kind != "PodTemplate" else obj, "template")
            spec, metadata = fields.mapping(template, "spec"), fields.mapping(template, "metadata")
        if not spec.get("containers"):
            return ()
        found = violations(spec, metadata, level, version)
        return (Warning("", f"would violate Pod Security {level!r}: {found[0].message}"),) if found else ()
