"""Environment variables and where their values come from, after core ``ValidateEnv`` and ``ValidateEnvFrom``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.predict.apiserver.causes import Path, Report, shown
from kubelens.predict.apiserver.formats import (
    is_config_map_key,
    is_dns1123_subdomain,
    is_env_var_name,
    is_qualified_name,
)
from kubelens.predict.apiserver.pod.local_path import validate_file_path
from kubelens.syntax.pattern import pattern

_STRICT_NAME: Final = pattern(r"[-._a-zA-Z][-._a-zA-Z0-9]*\Z", re.ASCII)
_SUBSCRIPTED: Final = pattern(r"(metadata\.(?:annotations|labels))\['(.*)'\]\Z", re.DOTALL)
ENV_FIELDS: Final = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS: Final = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_KNOWN_PATHS: Final = frozenset(
    {
        *ENV_FIELDS,
        *VOLUME_FIELDS,
        "spec.restartPolicy",
        "spec.schedulerName",
        "status.phase",
        "status.nominatedNodeName",
    }
)
_RESOURCES: Final = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGE: Final = ("limits.hugepages-", "requests.hugepages-")
_CPU_DIVISORS: Final = ("1m", "1")
_MEMORY_DIVISORS: Final = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def validate_env(
    variables: list[dict[str, Any]],
    volumes: Mapping[str, dict[str, Any]],
    report: Report,
    path: Path,
    *,
    relaxed: bool = True,
) -> None:
    """Names and sources of variables; ``volumes`` are the Pod's, which ``fileKeyRef`` reads from.

    ``relaxed``: names may hold all printable ASCII but ``=``, as since Kubernetes 1.32.
    """
    for index, variable in enumerate(variables):
        name = variable.get("name", "")
        if not name:
            report.required((*path, index, "name"))
        else:
            for problem in is_env_var_name(name):
                report.invalid((*path, index, "name"), name, problem)
            if not relaxed and (not _STRICT_NAME.match(name) or name.startswith("..") or name == "."):
                report.invalid(
                    (*path, index, "name"), name, "must hold only letters, digits, '_', '-' and '.', no digit first"
                )
        source = variable.get("valueFrom")
        if source is not None:
            _source(source, variable.get("value", ""), volumes, report, (*path, index, "valueFrom"))


def _source(
    source: dict[str, Any], value: str, volumes: Mapping[str, dict[str, Any]], report: Report, path: Path
) -> None:
    count = 0
    if "fieldRef" in source:
        count += 1
        validate_field_reference(source["fieldRef"], ENV_FIELDS, report, (*path, "fieldRef"))
    if "resourceFieldRef" in source:
        count += 1
        validate_resource_reference(source["resourceFieldRef"], report, (*path, "resourceFieldRef"), in_volume=False)
    for name in ("configMapKeyRef", "secretKeyRef"):
        if name in source:
            count += 1
            _key_reference(source[name], report, (*path, name))
    if "fileKeyRef" in source:
        count += 1
        _file_reference(source["fileKeyRef"], volumes, report, (*path, "fileKeyRef"))
    if count == 0:
        report.inconsistent(path, "must name fieldRef, resourceFieldRef, configMapKeyRef or secretKeyRef")
    elif value:
        report.inconsistent(path, f"must not be set beside value, which is {shown(value)}: take one out")
    elif count > 1:
        report.inconsistent(path, f"must name one source only, names {' and '.join(sorted(source))}")


def _key_reference(reference: dict[str, Any], report: Report, path: Path) -> None:
    name = reference.get("name", "")
    for problem in is_dns1123_subdomain(name):
        report.invalid((*path, "name"), name, problem)
    key = reference.get("key", "")
    if not key:
        report.required((*path, "key"))
    else:
        for problem in is_config_map_key(key):
            report.invalid((*path, "key"), key, problem)


def _file_reference(
    reference: dict[str, Any], volumes: Mapping[str, dict[str, Any]], report: Report, path: Path
) -> None:
    key, file, volume = reference.get("key", ""), reference.get("path", ""), reference.get("volumeName", "")
    if not key:
        report.required((*path, "key"))
    else:
        for problem in is_env_var_name(key):
            report.invalid((*path, "key"), key, problem)
    if not file:
        report.required((*path, "path"))
    else:
        validate_file_path(file, report, (*path, "path"))
    if not volume:
        report.required((*path, "volumeName"))
    elif volume not in volumes:
        report.not_found((*path, "volumeName"), "volume of the Pod", volume, volumes)
    elif "emptyDir" not in volumes[volume]:
        report.invalid((*path, "volumeName"), volume, "must be the name of an emptyDir volume")


def validate_field_reference(reference: dict[str, Any], allowed: tuple[str, ...], report: Report, path: Path) -> None:
    """A field of the Pod, by its path."""
    if not reference.get("apiVersion"):
        report.required((*path, "apiVersion"))
        return
    field = reference.get("fieldPath", "")
    if not field:
        report.required((*path, "fieldPath"))
        return
    match = _SUBSCRIPTED.match(field)
    if match is not None:
        if match[1] == "metadata.annotations":
            for problem in is_qualified_name(match[2].lower()):
                report.invalid(path, field, problem)
        else:
            for problem in is_qualified_name(match[2]):
                report.invalid(path, field, problem)
        return
    if reference["apiVersion"] != "v1" or field not in _KNOWN_PATHS:
        report.invalid(
            (*path, "fieldPath"),
            field,
            f"must be one of {', '.join(allowed)}, metadata.labels['KEY'], metadata.annotations['KEY']",
        )
    elif field not in allowed:
        report.not_supported((*path, "fieldPath"), field, allowed)


def validate_resource_reference(reference: dict[str, Any], report: Report, path: Path, *, in_volume: bool) -> None:
    """A request or limit of a container, divided."""
    resource = reference.get("resource", "")
    if in_volume and not reference.get("containerName"):
        report.required((*path, "containerName"))
    elif not resource:
        report.required((*path, "resource"))
    elif resource not in _RESOURCES and not resource.startswith(_HUGE):
        report.not_supported((*path, "resource"), resource, _RESOURCES)
    _divisor(resource, reference.get("divisor", "0"), report, path)


def _divisor(resource: str, divisor: Any, report: Report, path: Path) -> None:
    found = read_quantity(divisor)
    if found is None or found.nanos == 0:
        return
    allowed = _CPU_DIVISORS if resource.endswith(".cpu") else _MEMORY_DIVISORS
    if resource not in _RESOURCES and not resource.startswith(_HUGE):
        return
    if not any(
        (one := read_quantity(text)) is not None and one.nanos == found.nanos and _same_form(one, found, text)
        for text in allowed
    ):
        report.invalid((*path, "divisor"), resource, f"must be one of {', '.join(allowed)}")


def _same_form(allowed: Quantity, found: Quantity, text: str) -> bool:
    return text in ("1", "1m") or allowed.format == found.format


def validate_env_from(sources: list[dict[str, Any]], report: Report, path: Path) -> None:
    """Whole ConfigMaps and Secrets as variables."""
    for index, source in enumerate(sources):
        here = (*path, index)
        if prefix := source.get("prefix", ""):
            for problem in is_env_var_name(prefix):
                report.invalid((*here, "prefix"), prefix, problem)
        count = 0
        for name in ("configMapRef", "secretRef"):
            if name in source:
                count += 1
                if not source[name].get("name"):
                    report.required((*here, name, "name"))
                else:
                    for problem in is_dns1123_subdomain(source[name]["name"]):
                        report.invalid((*here, name, "name"), source[name]["name"], problem)
        if count == 0:
            report.inconsistent(path, "must name configMapRef or secretRef")
        elif count > 1:
            report.inconsistent(path, f"must name one source only, names {' and '.join(sorted(source))}")
