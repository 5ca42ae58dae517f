"""PodSecurity: the level a Namespace enforces, and the one it warns of (``pod-security-admission/admission``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.selector import read_labels
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.plugins.objects import Objects, name_of, of_kind
from kubelens.predict.apiserver.plugins.refusal import Fault, Refusal

if TYPE_CHECKING:
    from kubelens.predict.apiserver.plugins.pod_security_standards import Violation

PLUGIN: Final = "PodSecurity"
LABEL: Final = "pod-security.kubernetes.io/"
PRIVILEGED: Final = "privileged"
LEVELS: Final = (PRIVILEGED, "baseline", "restricted")
"""Each asks for all that those before it ask for."""


class Level(Struct, frozen=True):
    """A level with its version, and where it comes from: the Namespace's name, ``""`` for the cluster's default."""

    name: str
    version: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"


def level_of(objects: Objects, mode: str, default: str = PRIVILEGED) -> Level:
    """The level that the Namespace among some objects asks for in a mode (``enforce``, ``warn``)."""
    namespace: Mapping[str, Any] = next(iter(of_kind(objects, "Namespace")), {})
    labels = read_labels(fields.mapping(namespace, "metadata").get("labels"))
    if LABEL + mode in labels:
        return Level(labels[LABEL + mode], labels.get(f"{LABEL}{mode}-version", "latest"), name_of(namespace))
    return Level(default, "latest")


def refused_pod(pod: Mapping[str, Any], level: Level, release: str) -> Refusal | None:
    """The refusal of a Pod that breaks the level enforced; the latest version is the server's own."""
    found = _broken(pod, level, release)
    if not found:
        return None
    faults = tuple(Fault(v.message, v.path if v.path[:1] == ("metadata",) else ("spec", *v.path)) for v in found)
    by = ("Namespace", level.namespace) if level.namespace else None
    return Refusal(PLUGIN, faults, by, f'violates PodSecurity "{level}"')


def _broken(pod: Mapping[str, Any], level: Level, release: str) -> list[Violation]:
    from kubelens.predict.apiserver.plugins.pod_security_standards import violations  # noqa: PLC0415 - where asked for

    version = f"v{release}" if level.version == "latest" else level.version
    return violations(fields.mapping(pod, "spec"), fields.mapping(pod, "metadata"), level.name, version)


def kept_level(pod: Mapping[str, Any], release: str) -> tuple[str, str]:
    """(the strictest level that a Pod keeps to, what it breaks of the next: a sentence, ``""`` for nothing)."""
    kept, broken = PRIVILEGED, ""
    for name in LEVELS[1:]:
        found = _broken(pod, Level(name, "latest"), release)
        if found:
            broken = found[0].message
            break
        kept = name
    return kept, broken


def warned_of(kind: str, obj: Mapping[str, Any], level: Level, release: str) -> tuple[Warning, ...]:
    """What the level of the mode ``warn`` objects to, in Pods and in templates."""
    spec = fields.mapping(obj, "spec")
    if kind == "CronJob":
        spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
    pod = obj if kind == "Pod" else fields.mapping(spec if kind != "PodTemplate" else obj, "template")
    if not fields.mapping(pod, "spec").get("containers"):
        return ()
    found = _broken(pod, level, release)
    said = ", ".join(v.message for v in found)
    return (Warning("", f'would violate PodSecurity "{level}": {said}'),) if found else ()
