"""The admission plugins in the server's order, those that mutate and those that validate, among other objects.

The order is that of ``kubeapiserver/options/plugins.go`` (``AllOrderedPlugins``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from kubelens.kube import fields
from kubelens.kube.reading import read_value
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.plugins import limit_ranger, pod_security
from kubelens.predict.apiserver.plugins.default_ingress_class import default_ingress_class
from kubelens.predict.apiserver.plugins.default_storage_class import default_storage_class
from kubelens.predict.apiserver.plugins.default_toleration_seconds import default_tolerations
from kubelens.predict.apiserver.plugins.objects import indexed, named, of_kind
from kubelens.predict.apiserver.plugins.priority import SYSTEM, priority, second_default_priority
from kubelens.predict.apiserver.plugins.refusal import Refusal
from kubelens.predict.apiserver.plugins.resource_quota import refused_by_quota
from kubelens.predict.apiserver.plugins.runtime_class import runtime_class
from kubelens.predict.apiserver.plugins.service_account import DEFAULT, service_account
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.text import Source


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
    """The plugins of a server of a release, among the objects that are there already.

    ``complete``: what is not among them does not exist, else nothing rests on that. ``accounts``: the plugin
    ServiceAccount is on. ``enforced``: the Pod Security level of namespaces that ask for none.
    """

    objects: tuple[Mapping[str, Any], ...]
    release: str
    complete: bool = True
    accounts: bool = False
    enforced: str = pod_security.PRIVILEGED

    def __post_init__(self) -> None:
        force_setattr(self, "objects", indexed(self.objects))

    def has(self, *kinds: str) -> bool:
        """Whether there is an object of one of some kinds."""
        return any(of_kind(self.objects, kind) for kind in kinds)

    def restrains_pods(self) -> bool:
        """Whether a plugin has something to hold against Pods that are valid."""
        asked = self.has("LimitRange", "ResourceQuota", "PriorityClass", "RuntimeClass")
        return asked or self.enforced_level().name != pod_security.PRIVILEGED

    def mutate(self, kind: str, obj: dict[str, Any]) -> Refusal | None:
        """Run the mutating plugins, in place; the refusal of one that refuses."""
        if kind == "Pod":
            return self._mutate_pod(obj)
        if kind == "PersistentVolumeClaim":
            default_storage_class(obj, self.objects)
        elif kind == "Ingress":
            default_ingress_class(obj, self.objects)
        return None

    def _mutate_pod(self, pod: dict[str, Any]) -> Refusal | None:
        limit_ranger.set_defaults(pod, limit_ranger.items_of(self.objects))
        refusal = service_account(pod, self.objects, complete=self.complete) if self.accounts else None
        if refusal is None and not self._unknown_class(pod, "priorityClassName", "PriorityClass"):
            refusal = priority(pod, self.objects)
        default_tolerations(pod)
        if refusal is None and not self._unknown_class(pod, "runtimeClassName", "RuntimeClass"):
            refusal = runtime_class(pod, self.objects)
        return refusal

    def unknown_classes(self, pod: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """(kind, name) of the classes a Pod names that may exist elsewhere."""
        asked = (("priorityClassName", "PriorityClass"), ("runtimeClassName", "RuntimeClass"))
        spec = fields.mapping(pod, "spec")
        return tuple((kind, fields.text(spec, field)) for field, kind in asked if self._unknown_class(pod, field, kind))

    def is_unknown_account(self, name: str) -> bool:
        """Whether a ServiceAccount that a Pod names (``""``: none) may exist elsewhere: it is not among the objects."""
        unknown = name not in ("", DEFAULT) and not self.complete
        return unknown and named(self.objects, "ServiceAccount", name) is None

    def _unknown_class(self, pod: Mapping[str, Any], field: str, kind: str) -> bool:
        name = fields.text(fields.mapping(pod, "spec"), field)
        return bool(name) and not self.complete and name not in SYSTEM and named(self.objects, kind, name) is None

    def validate(self, kind: str, obj: dict[str, Any]) -> Refusal | None:
        """The refusal of the plugin that refuses a valid object, None where none does."""
        refusal: Refusal | None = None
        if kind == "Pod":
            refusal = limit_ranger.refused_pod(obj, limit_ranger.items_of(self.objects))
            refusal = refusal or pod_security.refused_pod(obj, self.enforced_level(), self.release)
        elif kind == "PersistentVolumeClaim":
            refusal = limit_ranger.refused_claim(obj, limit_ranger.items_of(self.objects))
        elif kind == "PriorityClass":
            refusal = second_default_priority(obj, self.objects)
        return refusal or refused_by_quota(kind, obj, self.objects)

    def enforced_level(self) -> pod_security.Level:
        """The Pod Security level that Pods must keep."""
        return pod_security.level_of(self.objects, "enforce", self.enforced)

    def warnings(self, kind: str, obj: Mapping[str, Any]) -> tuple[Warning, ...]:
        """What the plugins say beside accepting."""
        return pod_security.warned_of(kind, obj, pod_security.level_of(self.objects, "warn"), self.release)
