"""Volumes of Pods, after core ``ValidateVolumes`` and ``validateVolumeSource``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.admission.causes import CauseReason, Path, Report
from kubelens.predict.admission.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.admission.options import Options
from kubelens.predict.admission.validation.env import VOLUME_FIELDS, validate_field_reference, validate_resource_reference
from kubelens.predict.admission.validation.volume_sources import SOURCES, validate_shared_source

OWN: Final = ("emptyDir", "secret", "configMap", "downwardAPI", "projected", "persistentVolumeClaim", "ephemeral", "image", "gitRepo")


def validate_volumes(volumes: list[dict[str, Any]], metadata: dict[str, Any], report: Report, path: Path, options: Options) -> dict[str, dict[str, Any]]:
    """All volumes of a Pod; gives those with a usable name."""
    named: dict[str, dict[str, Any]] = {}
    claims: dict[str, int] = {}
    for index, volume in enumerate(volumes):
        before = len(report.causes)
        here = (*path, index)
        validate_volume_source(volume, metadata, report, here, options)
        name = volume.get("name", "")
        if not name:
            report.required((*here, "name"))
        else:
            for problem in is_dns1123_label(name):
                report.invalid((*here, "name"), name, problem)
            if name in named or name in claims:
                report.duplicate((*here, "name"), name)
        if len(report.causes) == before:
            named[name] = volume
        claims[name] = index
    return named


def validate_volume_source(volume: dict[str, Any], metadata: dict[str, Any], report: Report, path: Path, options: Options) -> None:
    """One source, and only one."""
    count = 0
    for name in (*OWN[:1], "hostPath", "gitRepo", *SOURCES, *OWN[1:8]):
        if name not in volume:
            continue
        count += 1
        if count > 1:
            report.forbidden((*path, name), "one source only")
            continue
        source = volume[name]
        here = (*path, name)
        if name == "emptyDir":
            _empty_dir(source, report, path)
        elif name == "secret":
            _keyed(source, "secretName", report, here)
        elif name == "configMap":
            _keyed(source, "name", report, here)
        elif name == "downwardAPI":
            _downward(source, report, here)
        elif name == "projected":
            _projected(source, report, here)
        elif name == "persistentVolumeClaim":
            if not source.get("claimName"):
                report.required((*here, "claimName"))
        elif name == "ephemeral":
            _ephemeral(source, volume, metadata, report, here, options)
        elif name == "image":
            _image(source, report, here)
        elif name == "gitRepo":
            if not source.get("repository"):
                report.required((*here, "repository"))
            validate_local_path(source.get("directory", ""), report, (*here, "directory"))
        else:
            validate_shared_source(name, source, report, here, in_pod=True)
    if count == 0:
        report.required(path, "a volume names its source")


def _empty_dir(source: dict[str, Any], report: Report, path: Path) -> None:
    limit = source.get("sizeLimit")
    if limit is not None:
        found = read_quantity(limit)
        if found is not None and found.nanos < 0:
            report.forbidden((*path, "emptyDir", "sizeLimit"), "is negative")


def _mode(mode: Any, report: Report, path: Path) -> None:
    if mode is not None and not 0 <= mode <= 0o777:
        report.invalid(path, mode, "is between 0 and 0777 (octal)")


def validate_local_path(text: str, report: Report, path: Path) -> None:
    """A path below a folder: relative, without ``..``."""
    if text.startswith("/"):
        report.invalid(path, text, "is a relative path")
    if ".." in text.split("/"):
        report.invalid(path, text, "must not hold '..'")


def _file_path(text: str, report: Report, path: Path) -> None:
    """As above, and not beginning with ``..`` either."""
    validate_local_path(text, report, path)
    if text.startswith("..") and not text.startswith("../") and text != "..":
        report.invalid(path, text, "begins with '..'")


def _items(items: list[dict[str, Any]], report: Report, path: Path) -> None:
    for index, item in enumerate(items):
        here = (*path, index)
        if not item.get("key"):
            report.required((*here, "key"))
        if not item.get("path"):
            report.required((*here, "path"))
        _file_path(item.get("path", ""), report, (*here, "path"))
        _mode(item.get("mode"), report, (*here, "mode"))


def _keyed(source: dict[str, Any], name: str, report: Report, path: Path) -> None:
    if not source.get(name):
        report.required((*path, name))
    _mode(source.get("defaultMode"), report, (*path, "defaultMode"))
    _items(source.get("items", []), report, (*path, "items"))


def _downward(source: dict[str, Any], report: Report, path: Path) -> None:
    _mode(source.get("defaultMode"), report, (*path, "defaultMode"))
    for item in source.get("items", []):
        _downward_file(item, report, path)


def _downward_file(item: dict[str, Any], report: Report, path: Path) -> None:
    if not item.get("path"):
        report.required((*path, "path"))
    _file_path(item.get("path", ""), report, (*path, "path"))
    if "fieldRef" in item:
        validate_field_reference(item["fieldRef"], VOLUME_FIELDS, report, (*path, "fieldRef"))
        if "resourceFieldRef" in item:
            report.invalid(path, "resource", "fieldRef and resourceFieldRef exclude each other")
    elif "resourceFieldRef" in item:
        validate_resource_reference(item["resourceFieldRef"], report, (*path, "resourceFieldRef"), in_volume=True)
    else:
        report.required(path, "fieldRef or resourceFieldRef is needed")
    _mode(item.get("mode"), report, (*path, "mode"))


def _projected(source: dict[str, Any], report: Report, path: Path) -> None:
    _mode(source.get("defaultMode"), report, (*path, "defaultMode"))
    paths: set[str] = set()
    for index, projection in enumerate(source.get("sources", [])):
        here = (*path, "sources", index)
        count = 0
        for name in ("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"):
            if name not in projection:
                continue
            count += 1
            if count > 1:
                report.forbidden(here if name != "downwardAPI" else (*here, name), "one source only")
                continue
            _projection(name, projection[name], paths, report, (*here, name))
        if count == 0:
            report.required(here, "names no source")


def _projection(name: str, source: dict[str, Any], paths: set[str], report: Report, path: Path) -> None:
    if name in ("secret", "configMap"):
        if not source.get("name"):
            report.required((*path, "name"))
        for index, item in enumerate(source.get("items", [])):
            _items([item], report, (*path, "items")) if index == 0 else _items_at(item, index, report, path)
            _conflict(item.get("path", ""), paths, report, path)
    elif name == "downwardAPI":
        for item in source.get("items", []):
            _downward_file(item, report, path)
            _conflict(item.get("path", ""), paths, report, path)
    elif name == "serviceAccountToken":
        seconds = source.get("expirationSeconds", 3600)
        if seconds < 600:
            report.invalid((*path, "expirationSeconds"), seconds, "is at least 600 (10 minutes)")
        if seconds > 2**32:
            report.invalid((*path, "expirationSeconds"), seconds, "is at most 2^32")
        if not source.get("path"):
            report.required((*path, "path"))
        else:
            _file_path(source["path"], report, (*path, "path"))
            _conflict(source["path"], paths, report, path)
    elif name == "clusterTrustBundle":
        _trust_bundle(source, paths, report, path)


def _items_at(item: dict[str, Any], index: int, report: Report, path: Path) -> None:
    here = (*path, "items", index)
    for key in ("key", "path"):
        if not item.get(key):
            report.required((*here, key))
    _file_path(item.get("path", ""), report, (*here, "path"))
    _mode(item.get("mode"), report, (*here, "mode"))


def _trust_bundle(source: dict[str, Any], paths: set[str], report: Report, path: Path) -> None:
    name, signer = source.get("name"), source.get("signerName")
    if name is not None and (signer is not None or source.get("labelSelector") is not None):
        report.invalid(path, "", "name and signerName exclude each other")
    elif name is not None:
        if not name:
            report.required((*path, "name"))
    elif signer is not None:
        if not signer:
            report.required((*path, "signerName"))
    else:
        report.required(path, "name or signerName is needed")
    if not source.get("path"):
        report.required((*path, "path"))
    _file_path(source.get("path", ""), report, (*path, "path"))
    _conflict(source.get("path", ""), paths, report, path)


def _conflict(text: str, paths: set[str], report: Report, path: Path) -> None:
    if not text:
        return
    if text in paths:
        report.add(path, CauseReason.INVALID, f"two sources write to {text!r}")
    paths.add(text)


def _ephemeral(source: dict[str, Any], volume: dict[str, Any], metadata: dict[str, Any], report: Report, path: Path, options: Options) -> None:
    claim = source.get("volumeClaimTemplate")
    if claim is None:
        report.required((*path, "volumeClaimTemplate"))
        return
    from kubelens.predict.admission.validation.metadata import validate_annotations, validate_labels  # noqa: PLC0415
    from kubelens.predict.admission.validation.storage import validate_claim_spec  # noqa: PLC0415 - Pods rarely need it

    here = (*path, "volumeClaimTemplate")
    inner = claim.get("metadata", {})
    validate_annotations(inner.get("annotations", {}), report, (*here, "metadata", "annotations"))
    validate_labels(inner.get("labels", {}), report, (*here, "metadata", "labels"))
    for name in inner:
        if name not in ("annotations", "labels"):
            report.forbidden((*here, "metadata", name), "a claim template has labels and annotations only")
    validate_claim_spec(claim.get("spec", {}), report, (*here, "spec"))
    name = metadata.get("name", "")
    if name and volume.get("name"):
        whole = f"{name}-{volume['name']}"
        for problem in is_dns1123_subdomain(whole):
            report.invalid((*path[:-1], "name"), volume["name"], f"the claim would be called {whole!r}: {problem}")


def _image(source: dict[str, Any], report: Report, path: Path) -> None:
    if not source.get("reference"):
        report.required((*path, "reference"))
    policy = source.get("pullPolicy", "")
    if policy not in ("Always", "IfNotPresent", "Never"):
        report.not_supported((*path, "pullPolicy"), policy, ("Always", "IfNotPresent", "Never"))



