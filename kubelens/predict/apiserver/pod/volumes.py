"""Volumes of Pods, after core ``ValidateVolumes`` and ``validateVolumeSource``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.pod.local_path import validate_local_path
from kubelens.predict.apiserver.pod.projected import validate_projected
from kubelens.predict.apiserver.pod.volume_files import validate_downward_file, validate_item, validate_mode
from kubelens.predict.apiserver.pod.volume_sources import validate_shared_source

SOURCES: Final = (
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)
_SECOND: Final = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
_PULL: Final = ("Always", "IfNotPresent", "Never")


def validate_volumes(
    volumes: list[dict[str, Any]], metadata: dict[str, Any] | None, report: Report, path: Path
) -> dict[str, dict[str, Any]]:
    """All volumes of a Pod (``metadata`` None: of a template); gives those without a mistake, by name."""
    named: dict[str, dict[str, Any]] = {}
    owner = (metadata or {}).get("name", "")
    made = {f"{owner}-{volume.get('name', '')}" for volume in volumes if "ephemeral" in volume} if owner else set()
    for index, volume in enumerate(volumes):
        before = len(report.causes)
        here = (*path, index)
        validate_volume_source(volume, metadata, report, here)
        name = volume.get("name", "")
        if not name:
            report.required((*here, "name"))
        else:
            for problem in is_dns1123_label(name):
                report.invalid((*here, "name"), name, problem)
        if name in named:
            report.duplicate((*here, "name"), name)
        if len(report.causes) == before:
            named[name] = volume
        if made and "persistentVolumeClaim" in volume and volume["persistentVolumeClaim"].get("claimName") in made:
            claim = volume["persistentVolumeClaim"]["claimName"]
            report.invalid(
                (*here, "persistentVolumeClaim", "claimName"),
                claim,
                "must not be the claim that an ephemeral volume of this Pod makes",
            )
    return named


def validate_volume_source(volume: dict[str, Any], metadata: dict[str, Any] | None, report: Report, path: Path) -> None:
    """One source, and only one."""
    count = 0
    if len(volume) <= 2:
        present = [name for name in volume if name != "name"]
    else:
        present = [name for name in SOURCES if name in volume]
    for name in present:
        count += 1
        source = volume[name]
        if (
            name == "iscsi"
            and "initiatorName" in source
            and len(f"{volume.get('name', '')}:{source.get('targetPortal', '')}".encode()) > 64
        ):
            report.invalid(
                (*path, "name"),
                volume.get("name", ""),
                "with its targetPortal it is longer than 63 characters, too long for an initiatorName",
            )
        if count > 1:
            report.add(
                (*path, name),
                CauseReason.FORBIDDEN,
                f"must not be given beside {present[0]}: a volume has one source",
                field_notation((*path, _SECOND.get(name, name))),
            )
            continue
        _source(name, source, volume, metadata, report, (*path, name))
    if count == 0:
        report.required(path, "must name a source")


def _source(
    name: str,
    source: dict[str, Any],
    volume: dict[str, Any],
    metadata: dict[str, Any] | None,
    report: Report,
    path: Path,
) -> None:
    if name == "emptyDir":
        _empty_dir(source, report, path)
    elif name == "secret":
        _keyed(source, "secretName", report, path)
    elif name == "configMap":
        _keyed(source, "name", report, path)
    elif name == "downwardAPI":
        validate_mode(source.get("defaultMode"), report, (*path, "defaultMode"))
        for item in source.get("items", []):
            validate_downward_file(item, report, path)
    elif name == "projected":
        validate_projected(source, report, path)
    elif name == "persistentVolumeClaim":
        if not source.get("claimName"):
            report.required((*path, "claimName"))
    elif name == "ephemeral":
        _ephemeral(source, volume, metadata, report, path)
    elif name == "image":
        if metadata is not None and not source.get("reference"):
            report.required((*path, "reference"))
        policy = source.get("pullPolicy", "")
        if not policy:
            report.required((*path, "pullPolicy"))
        elif policy not in _PULL:
            report.not_supported((*path, "pullPolicy"), policy, _PULL)
    elif name == "gitRepo":
        if not source.get("repository"):
            report.required((*path, "repository"))
        validate_local_path(source.get("directory", ""), report, (*path, "directory"))
    else:
        validate_shared_source(name, source, report, path, in_pod=True)


def _empty_dir(source: dict[str, Any], report: Report, path: Path) -> None:
    limit = source.get("sizeLimit")
    if limit is not None:
        found = read_quantity(limit)
        if found is not None and found.nanos < 0:
            report.forbidden((*path, "sizeLimit"), "must be at least 0")


def _keyed(source: dict[str, Any], name: str, report: Report, path: Path) -> None:
    if not source.get(name):
        report.required((*path, name))
    validate_mode(source.get("defaultMode"), report, (*path, "defaultMode"))
    for index, item in enumerate(source.get("items", [])):
        validate_item(item, report, (*path, "items", index))


def _ephemeral(
    source: dict[str, Any], volume: dict[str, Any], metadata: dict[str, Any] | None, report: Report, path: Path
) -> None:
    claim = source.get("volumeClaimTemplate")
    if claim is None:
        report.required((*path, "volumeClaimTemplate"))
    else:
        from kubelens.predict.apiserver.metadata import validate_claim_template_metadata
        from kubelens.predict.apiserver.parts.claim_spec import validate_claim_spec

        here = (*path, "volumeClaimTemplate")
        validate_claim_template_metadata(claim.get("metadata", {}), report, (*here, "metadata"))
        validate_claim_spec(claim.get("spec", {}), report, (*here, "spec"))
    owner = (metadata or {}).get("name", "")
    if owner and volume.get("name"):
        whole = f"{owner}-{volume['name']}"
        for problem in is_dns1123_subdomain(whole):
            report.invalid((*path[:-1], "name"), volume["name"], f"the claim would be called {whole!r}: {problem}")
