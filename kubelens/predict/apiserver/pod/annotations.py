"""Annotations that mean something to Pods, after core ``ValidatePodSpecificAnnotations`` and the checks beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.kube.go_int import parse_int
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, field_notation
from kubelens.predict.apiserver.pod.affinity import validate_tolerations
from kubelens.predict.apiserver.pod.local_path import validate_local_path

MIRROR: Final = "kubernetes.io/config.mirror"
TOLERATIONS: Final = "scheduler.alpha.kubernetes.io/tolerations"
DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP: Final = ("runtime/default", "docker/default", "unconfined")


def containers(spec: dict[str, Any], path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Every container with its place: init, main, ephemeral."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field, [])):
            yield container, (*path, field, index)


def validate_pod_annotations(annotations: dict[str, str], spec: dict[str, Any], report: Report, path: Path) -> None:
    """Mirror Pods, tolerations, deletion cost, seccomp and AppArmor as annotations."""
    if not annotations:
        return
    if MIRROR in annotations and not spec.get("nodeName"):
        report.invalid((*path, MapKey(MIRROR)), annotations[MIRROR], "must not be set without a nodeName")
    if annotations.get(TOLERATIONS):
        _tolerations(annotations[TOLERATIONS], report, path)
    if DELETION_COST in annotations and not _is_cost(annotations[DELETION_COST]):
        report.invalid((*path, MapKey(DELETION_COST)), annotations[DELETION_COST], "must be a whole number of 32 bits")
    names: set[str] | None = None
    for key, value in annotations.items():
        if key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER):
            _seccomp(value, report, (*path, MapKey(key)), field_notation((*path, key)))
        elif key.startswith(APP_ARMOR):
            if names is None:
                names = {container.get("name", "") for container, _ in containers(spec, ())}
            if key.removeprefix(APP_ARMOR) not in names:
                report.invalid(
                    (*path, MapKey(key)), key.removeprefix(APP_ARMOR), "must stand behind the name of a container"
                )
            if value not in ("", "runtime/default", "unconfined") and not value.startswith("localhost/"):
                report.invalid(
                    (*path, MapKey(key)), value, "must be runtime/default, unconfined or localhost/ and a name"
                )


def _tolerations(text: str, report: Report, path: Path) -> None:
    try:
        import json  # noqa: PLC0415 - few Pods have such

        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        report.add(
            (*path, MapKey(TOLERATIONS)),
            CauseReason.INVALID,
            "must be a list of tolerations in JSON",
            field_notation(path),
        )
        return
    validate_tolerations(found, report, (*path, TOLERATIONS))


def _is_cost(text: str) -> bool:
    digits = text[1:] if text[:1] == "-" else text
    if not digits.isascii() or not digits.isdigit() or (text[0] == "0" and text != "0"):
        return False
    cost = parse_int(text)
    return cost is not None and -(2**31) <= cost < 2**31


def _seccomp(profile: str, report: Report, path: Path, field: str) -> None:
    if profile in _SECCOMP:
        return
    if profile.startswith("localhost/"):
        validate_local_path(profile.removeprefix("localhost/"), report, path, field)
    else:
        report.add(path, CauseReason.INVALID, f"{profile!r} is no seccomp profile", field)


def validate_seccomp_agreement(annotations: dict[str, str], spec: dict[str, Any], report: Report, path: Path) -> None:
    """Annotation and field name the same seccomp profile (``validateSeccompAnnotationsAndFields``)."""
    if not annotations:
        return
    profile = (spec.get("securityContext") or {}).get("seccompProfile")
    if profile is not None and SECCOMP_POD in annotations:
        _agreement(annotations[SECCOMP_POD], profile, report, (*path, "securityContext", "seccompProfile"), docker=True)
    for container, here in containers(spec, path):
        profile = (container.get("securityContext") or {}).get("seccompProfile")
        key = SECCOMP_CONTAINER + container.get("name", "")
        if profile is not None and key in annotations:
            _agreement(annotations[key], profile, report, (*here, "securityContext", "seccompProfile"), docker=True)


def validate_app_armor_agreement(annotations: dict[str, str], spec: dict[str, Any], report: Report, path: Path) -> None:
    """The same for AppArmor, on create (``validateAppArmorAnnotationsAndFieldsMatchOnCreate``); not for Windows."""
    if not annotations or (spec.get("os") or {}).get("name") == "windows":
        return
    of_pod = (spec.get("securityContext") or {}).get("appArmorProfile")
    for container, here in containers(spec, path):
        profile = (container.get("securityContext") or {}).get("appArmorProfile", of_pod)
        key = APP_ARMOR + container.get("name", "")
        if profile is not None and key in annotations:
            _agreement(annotations[key], profile, report, (*here, "securityContext", "appArmorProfile"), docker=False)


def _agreement(annotation: str, profile: dict[str, Any], report: Report, path: Path, *, docker: bool) -> None:
    kind = profile.get("type", "")
    if kind == "Localhost":
        if not annotation.startswith("localhost/"):
            report.forbidden((*path, "type"), "must be of the type that the annotation names")
        elif profile.get("localhostProfile") != annotation.removeprefix("localhost/"):
            report.forbidden((*path, "localhostProfile"), "must be the profile that the annotation names")
        return
    same = {
        "Unconfined": ("unconfined",),
        "RuntimeDefault": ("runtime/default", "docker/default") if docker else ("runtime/default",),
    }
    if kind in same and annotation not in same[kind]:
        report.forbidden((*path, "type"), "must be of the type that the annotation names")
