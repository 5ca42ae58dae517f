"""What the server warns of in Pods and templates, after ``pkg/api/pod/warnings.go``.

A warning is (the server's field or ``""``, our words).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_label, is_valid_label_value, parse_ip
from kubelens.predict.apiserver.pod.annotations import APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD, containers
from kubelens.predict.apiserver.pod.port_warnings import port_warnings
from kubelens.predict.apiserver.pod.volume_warnings import fractional, volume_warnings

Pair = tuple[str, str]
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
NODE_LABELS: Final = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
_ANNOTATIONS: Final = {
    "scheduler.alpha.kubernetes.io/critical-pod": "priorityClassName",
    "security.alpha.kubernetes.io/sysctls": "sysctls",
    "security.alpha.kubernetes.io/unsafe-sysctls": "sysctls",
}


def name_warnings(metadata: dict[str, Any]) -> list[Pair]:
    """A name that becomes part of host names is best a DNS label."""
    name = metadata.get("name", "")
    if name and is_dns1123_label(name):
        return [
            (
                "metadata.name",
                f"{name!r} is no DNS label: it is used in names of Pods and host names, which may surprise",
            )
        ]
    return []


def template_pairs(template: dict[str, Any], path: Path) -> list[Pair]:
    """A Pod's or a template's metadata and spec; ``path`` leads to the template."""
    spec = template.get("spec", {})
    annotations = template.get("metadata", {}).get("annotations", {})
    here: Path = (*path, "spec")
    return [
        *_node_labels(spec, here),
        *_spread(spec, here),
        *_annotations(annotations, (*path, "metadata", "annotations")),
        *volume_warnings(spec, here),
        *_repeated(spec, here),
        *_addresses(spec, here),
        *_resources(spec, here),
        *_profiles(spec, annotations, path),
        *_variables(spec, here),
        *port_warnings(spec, here),
        *_grace(spec, here),
        *_affinity(spec.get("affinity") or {}, (*here, "affinity")),
    ]


def _node_labels(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    for key in spec.get("nodeSelector", {}):
        if key in NODE_LABELS:
            yield (
                field_notation((*path, "nodeSelector", MapKey(key))),
                f"the label is deprecated, {NODE_LABELS[key]} took its place",
            )
    affinity = (spec.get("affinity") or {}).get("nodeAffinity")
    if not affinity:
        return
    here = (*path, "affinity", "nodeAffinity")
    for index, term in enumerate((affinity.get(_REQUIRED) or {}).get("nodeSelectorTerms", [])):
        yield from _term(term, (*here, _REQUIRED, "nodeSelectorTerms", index), values_matter=False)
    for index, term in enumerate(affinity.get(_PREFERRED, [])):
        yield from _term(term.get("preference", {}), (*here, _PREFERRED, index, "preference"), values_matter=True)


def _term(term: dict[str, Any], path: Path, *, values_matter: bool) -> Iterator[Pair]:
    for index, expression in enumerate(term.get("matchExpressions", [])):
        key = expression.get("key", "")
        if key in NODE_LABELS:
            yield (
                field_notation((*path, "matchExpressions", index, "key")),
                f"{key} is deprecated, {NODE_LABELS[key]} took its place",
            )
        for number, value in enumerate(expression.get("values", []) if values_matter else ()):
            for problem in is_valid_label_value(value):
                yield field_notation((*path, "matchExpressions", index, "values", number)), f"{value!r}: {problem}"


def _spread(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    for index, one in enumerate(spec.get("topologySpreadConstraints", [])):
        here = (*path, "topologySpreadConstraints", index)
        key = one.get("topologyKey", "")
        if key in NODE_LABELS:
            yield field_notation((*here, "topologyKey")), f"{key} is deprecated, {NODE_LABELS[key]} took its place"
        if one.get("labelSelector") is None:
            yield field_notation((*here, "labelSelector")), "without a selector it matches no Pod"


def _annotations(annotations: dict[str, str], path: Path) -> Iterator[Pair]:
    for key, field in _ANNOTATIONS.items():
        if key in annotations:
            yield (
                field_notation((*path, MapKey(key))),
                f"the annotation has no effect, the field {field} took its place",
            )


def _repeated(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    for name, key in (("hostAliases", "ip"), ("imagePullSecrets", "name")):
        seen: set[str] = set()
        for index, item in enumerate(spec.get(name, [])):
            value = item.get(key, "")
            if value in seen:
                yield field_notation((*path, name, index, key)), f"{value!r} is there twice"
            seen.add(value)
            if name == "imagePullSecrets" and not value:
                yield field_notation((*path, name, index, key)), "the name is empty"


def _addresses(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    servers = (spec.get("dnsConfig") or {}).get("nameservers", [])
    places = [(server, (*path, "dnsConfig", "nameservers", index)) for index, server in enumerate(servers)]
    places += [
        (alias.get("ip", ""), (*path, "hostAliases", index, "ip"))
        for index, alias in enumerate(spec.get("hostAliases", []))
    ]
    for text, here in places:
        address = parse_ip(text)
        if address is not None and str(address) != text:
            yield field_notation(here), f"{text!r} is usually written {str(address)!r}"


def _resources(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    for name in ("memory", "ephemeral-storage"):
        yield from fractional(spec.get("overhead", {}), name, (*path, "overhead"))
    for holder, here in ((spec, path), *containers(spec, path)):
        resources = holder.get("resources")
        if not resources:
            continue
        for name in ("memory", "ephemeral-storage"):
            for kind in ("limits", "requests"):
                yield from fractional(resources.get(kind, {}), name, (*here, "resources", kind))


def _profiles(spec: dict[str, Any], annotations: dict[str, str], path: Path) -> Iterator[Pair]:
    if not annotations:
        return
    context = spec.get("securityContext") or {}
    place = (*path, "metadata", "annotations")
    if SECCOMP_POD in annotations and context.get("seccompProfile") is None:
        yield (
            field_notation((*place, MapKey(SECCOMP_POD))),
            "the annotation has no effect, the field seccompProfile took its place",
        )
    for container, _ in containers(spec, ()):
        own = container.get("securityContext") or {}
        key = SECCOMP_CONTAINER + container.get("name", "")
        if key in annotations and own.get("seccompProfile") is None:
            yield (
                field_notation((*place, MapKey(key))),
                "the annotation has no effect, the field seccompProfile took its place",
            )
        key = APP_ARMOR + container.get("name", "")
        if key in annotations and own.get("appArmorProfile") is None and context.get("appArmorProfile") is None:
            yield (
                field_notation((*place, MapKey(key))),
                "the annotation is deprecated, the field appArmorProfile took its place",
            )


def _variables(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    for container, here in containers(spec, path):
        variables = container.get("env", [])
        if len(variables) < 2:
            continue
        seen: set[str] = set()
        for index, variable in enumerate(variables):
            name = variable.get("name", "")
            if name not in seen:
                seen.add(name)
                continue
            reference = f"$({name})"
            value = variable.get("value", "")
            if variable.get("valueFrom") is not None or value == reference or reference not in value:
                yield field_notation((*here, "env", index)), f"hides the {name!r} before it"


def _grace(spec: dict[str, Any], path: Path) -> Iterator[Pair]:
    seconds = spec.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds < 0:
        yield field_notation((*path, "terminationGracePeriodSeconds")), "is negative, which counts as 1"


def _affinity(affinity: dict[str, Any], path: Path) -> Iterator[Pair]:
    for name in ("podAffinity", "podAntiAffinity"):
        pods = affinity.get(name)
        if not pods:
            continue
        for index, term in enumerate(pods.get(_REQUIRED, [])):
            if term.get("labelSelector") is None:
                yield (
                    field_notation((*path, name, _REQUIRED, index, "labelSelector")),
                    "without a selector it matches no Pod",
                )
        for index, term in enumerate(pods.get(_PREFERRED, [])):
            if term.get("podAffinityTerm", {}).get("labelSelector") is None:
                here = (*path, name, _PREFERRED, index, "podAffinityTerm", "labelSelector")
                yield field_notation(here), "without a selector it matches no Pod"
