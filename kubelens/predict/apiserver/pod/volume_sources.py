"""Volume sources that Pods and PersistentVolumes share, after core ``validate*VolumeSource``."""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.syntax.pattern import pattern

SOURCES: Final = (
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
)
"""The sources of a PersistentVolume, in the order the server looks at them."""
_HOST_PATH_TYPES: Final = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "awsElasticBlockStore": ("volumeID",),
    "gcePersistentDisk": ("pdName",),
    "cephfs": ("monitors",),
    "cinder": ("volumeID",),
    "rbd": ("monitors", "image"),
    "vsphereVolume": ("volumePath",),
    "azureFile": ("secretName", "shareName"),
    "azureDisk": ("diskURI", "diskName"),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "scaleIO": ("gateway", "system", "volumeName"),
    "flexVolume": ("driver",),
}
_INITIATORS: Final = {
    "iqn": pattern(r".*iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+\Z", re.ASCII),
    "eui": pattern(r"eui.[A-Za-z0-9]{16}\Z", re.ASCII),
    "naa": pattern(r"naa.[A-Za-z0-9]{32}\Z", re.ASCII),
}


def validate_shared_source(name: str, source: dict[str, Any], report: Report, path: Path, *, in_pod: bool) -> None:
    """One source by its field name; a PersistentVolume's (not ``in_pod``) may name Secrets of other namespaces."""
    if name == "gcePersistentDisk":
        path = (*path[:-1], "persistentDisk")
    for field in _REQUIRED.get(name, ()):
        if not source.get(field):
            report.required((*path, field))
    special = {
        "hostPath": _host_path,
        "nfs": _nfs,
        "iscsi": _iscsi,
        "glusterfs": _glusterfs,
        "fc": _fc,
        "flocker": _flocker,
        "quobyte": _quobyte,
        "azureDisk": _azure_disk,
        "cinder": _cinder,
        "flexVolume": _flex_volume,
        "gcePersistentDisk": _partition,
        "awsElasticBlockStore": _partition,
        "storageos": _storageos,
    }.get(name)
    if special is not None:
        special(source, report, path)
    elif name == "csi":
        _csi(source, report, path, in_pod)
    if not in_pod:
        _of_volume(name, source, report, path)


def _of_volume(name: str, source: dict[str, Any], report: Report, path: Path) -> None:
    """What only the sources of a PersistentVolume have."""
    reference = source.get("secretRef")
    if name in ("cinder", "storageos") and reference is not None and not reference.get("namespace"):
        report.required((*path, "secretRef", "namespace"))
    elif name == "iscsi" and reference is not None and not reference.get("name"):
        report.required((*path, "secretRef", "name"))
    elif name == "azureFile" and source.get("secretNamespace") == "":
        report.required((*path, "secretNamespace"))
    elif name == "glusterfs" and (namespace := source.get("endpointsNamespace")) is not None:
        for problem in is_dns1123_label(namespace):
            report.invalid((*path, "endpointsNamespace"), namespace, problem)


def _host_path(source: dict[str, Any], report: Report, path: Path) -> None:
    text = source.get("path", "")
    if not text:
        report.required((*path, "path"))
        return
    if ".." in text.split("/"):
        report.invalid((*path, "path"), text, "must not hold '..'")
    kind = source.get("type", "")
    if kind not in _HOST_PATH_TYPES:
        report.not_supported((*path, "type"), kind, _HOST_PATH_TYPES)


def _nfs(source: dict[str, Any], report: Report, path: Path) -> None:
    for field in ("server", "path"):
        if not source.get(field):
            report.required((*path, field))
    text = source.get("path", "")
    if not text.startswith("/"):
        report.invalid((*path, "path"), text, "must be an absolute path")


def _iscsi(source: dict[str, Any], report: Report, path: Path) -> None:
    if not source.get("targetPortal"):
        report.required((*path, "targetPortal"))
    iqn = source.get("iqn", "")
    if not iqn:
        report.required((*path, "iqn"))
    else:
        _initiator(iqn, report, (*path, "iqn"))
    lun = source.get("lun", 0)
    if not 0 <= lun <= 255:
        report.invalid((*path, "lun"), lun, "must be between 0 and 255")
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and "secretRef" not in source:
        report.required((*path, "secretRef"))
    initiator = source.get("initiatorName")
    if initiator is not None:
        _initiator(initiator, report, (*path, "initiatorname"))


def _initiator(name: str, report: Report, path: Path) -> None:
    form = _INITIATORS.get(name[:3])
    if form is None:
        report.invalid(path, name, "must begin with iqn, eui or naa")
    elif not form.match(name):
        report.invalid(path, name, "must be an iSCSI qualified name (iqn., eui. or naa.)")


def _glusterfs(source: dict[str, Any], report: Report, path: Path) -> None:
    for field, shown in (("endpoints", "endpoints"), ("path", "path")):
        if not source.get(field):
            report.required((*path, shown))


def _fc(source: dict[str, Any], report: Report, path: Path) -> None:
    names, ids = source.get("targetWWNs", []), source.get("wwids", [])
    if not names and not ids:
        report.required((*path, "targetWWNs"), "must have targetWWNs or wwids")
    if names and ids:
        report.invalid((*path, "targetWWNs"), names, "must be empty beside wwids: take one out")
    if names:
        lun = source.get("lun")
        if lun is None:
            report.required((*path, "lun"))
        elif not 0 <= lun <= 255:
            report.invalid((*path, "lun"), lun, "must be between 0 and 255")


def _flocker(source: dict[str, Any], report: Report, path: Path) -> None:
    name, uuid = source.get("datasetName", ""), source.get("datasetUUID", "")
    if not name and not uuid:
        report.required(path, "must have datasetName or datasetUUID")
    if name and uuid:
        report.inconsistent(path, "must have datasetName or datasetUUID, has both: take one out")
    if "/" in name:
        report.invalid((*path, "datasetName"), name, "must not hold '/'")


def _quobyte(source: dict[str, Any], report: Report, path: Path) -> None:
    registry = source.get("registry", "")
    if not registry:
        report.required((*path, "registry"))
    elif len(source.get("tenant", "")) >= 65:
        report.required((*path, "tenant"))
    else:
        for part in registry.split(","):
            if not _is_host_port(part):
                report.invalid((*path, "registry"), registry, "must be host:port, several separated by commas")
    if not source.get("volume"):
        report.required((*path, "volume"))


def _is_host_port(text: str) -> bool:
    """Whether Go's ``net.SplitHostPort`` takes it: one colon outside of brackets, before the port."""
    host, colon, _ = text.rpartition(":")
    if not colon:
        return False
    if host.startswith("["):
        return host.endswith("]") and "[" not in host[1:] and "]" not in host[1:-1]
    return not any(character in ":[]" for character in host)


def _azure_disk(source: dict[str, Any], report: Report, path: Path) -> None:
    caching, kind, uri = source.get("cachingMode"), source.get("kind"), source.get("diskURI", "")
    if caching is not None and caching not in ("None", "ReadOnly", "ReadWrite"):
        report.not_supported((*path, "cachingMode"), caching, ("None", "ReadOnly", "ReadWrite"))
    if kind is not None and kind not in ("Dedicated", "Managed", "Shared"):
        report.not_supported((*path, "kind"), kind, ("Dedicated", "Managed", "Shared"))
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        report.not_supported(
            (*path, "diskURI"),
            uri,
            ("/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",),
        )
    if kind not in (None, "Managed") and not uri.startswith("https://"):
        report.not_supported(
            (*path, "diskURI"), uri, ("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd",)
        )


def _partition(source: dict[str, Any], report: Report, path: Path) -> None:
    number = source.get("partition", 0)
    if not 0 <= number <= 255:
        report.invalid((*path, "partition"), number, "must be between 0 and 255")


def _cinder(source: dict[str, Any], report: Report, path: Path) -> None:
    if "secretRef" in source and not source["secretRef"].get("name"):
        report.required((*path, "secretRef", "name"))


def _flex_volume(source: dict[str, Any], report: Report, path: Path) -> None:
    for key in source.get("options", {}):
        domain = "." + key.partition("/")[0].lower()
        if domain.endswith((".kubernetes.io", ".k8s.io")):
            report.invalid(
                (*path, "options", MapKey(key)),
                key,
                "must not begin with kubernetes.io or k8s.io, which are Kubernetes' own",
            )


def _storageos(source: dict[str, Any], report: Report, path: Path) -> None:
    name = source.get("volumeName", "")
    if not name:
        report.required((*path, "volumeName"))
    else:
        for problem in is_dns1123_label(name):
            report.invalid((*path, "volumeName"), name, problem)
    namespace = source.get("volumeNamespace", "")
    if namespace:
        for problem in is_dns1123_label(namespace):
            report.invalid((*path, "volumeNamespace"), namespace, problem)
    if "secretRef" in source and not source["secretRef"].get("name"):
        report.required((*path, "secretRef", "name"))


def validate_driver_name(name: str, report: Report, path: Path) -> None:
    """A CSI driver's name: a domain of at most 63 characters."""
    if not name:
        report.required(path)
        return
    if len(name) > 63:
        report.too_long(path, 63)
    for problem in is_dns1123_subdomain(name.lower()):
        report.invalid(path, name, problem)


def _csi(source: dict[str, Any], report: Report, path: Path, in_pod: bool) -> None:
    validate_driver_name(source.get("driver", ""), report, (*path, "driver"))
    if in_pod:
        reference = source.get("nodePublishSecretRef")
        if reference is not None:
            name = reference.get("name", "")
            if not name:
                report.required((*path, "nodePublishSecretRef", "name"))
            else:
                for problem in is_dns1123_subdomain(name):
                    report.invalid((*path, "name"), name, problem)
        return
    if not source.get("volumeHandle"):
        report.required((*path, "volumeHandle"))
    for field in (
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ):
        reference = source.get(field)
        if reference is not None:
            for key, check in (("name", is_dns1123_subdomain), ("namespace", is_dns1123_label)):
                text = reference.get(key, "")
                if not text:
                    report.required((*path, field, key))
                for problem in check(text) if text else []:
                    report.invalid((*path, field, key), text, problem)
