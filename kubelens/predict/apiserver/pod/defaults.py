"""Defaults of Pods and Pod templates, after ``pkg/apis/core/v1/defaults.go``. Objects are changed in place."""

from __future__ import annotations

from typing import Any, Final

_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_MODE: Final = 0o644
_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")


def requests_from_limits(container: dict[str, Any]) -> None:
    """A limit without a request is a request too."""
    resources = container.get("resources")
    if resources and resources.get("limits"):
        requests = resources.setdefault("requests", {})
        for name, quantity in resources["limits"].items():
            requests.setdefault(name, quantity)


def default_pod_spec(spec: dict[str, Any]) -> None:
    """A Pod spec, in a Pod or a template."""
    _fill(spec, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler")
    spec.setdefault("securityContext", {})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    if spec.get("serviceAccountName"):
        spec["serviceAccount"] = spec["serviceAccountName"]
    elif spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"]
    for name in _LISTS:
        for container in spec.get(name, []):
            default_container(container)
    for volume in spec.get("volumes", []):
        default_volume(volume)


def default_container(container: dict[str, Any]) -> None:
    """A container of any sort."""
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = pull_policy(container.get("image", ""))
    if not container.get("terminationMessagePath"):
        container["terminationMessagePath"] = "/dev/termination-log"
    if not container.get("terminationMessagePolicy"):
        container["terminationMessagePolicy"] = "File"
    container.setdefault("resources", {})
    for port in container.get("ports", []):
        if not port.get("protocol"):
            port["protocol"] = "TCP"
    for variable in container.get("env", []):
        source = variable.get("valueFrom")
        if source:
            _default_field(source)
            if isinstance(file := source.get("fileKeyRef"), dict):
                file.setdefault("optional", False)
    for name in _PROBES:
        if isinstance(probe := container.get(name), dict):
            default_probe(probe)
    lifecycle = container.get("lifecycle", {})
    for hook in ("postStart", "preStop"):
        if isinstance(handler := lifecycle.get(hook), dict):
            default_http(handler)


def pull_policy(image: str) -> str:
    """The pull policy that follows from an image reference."""
    return "Always" if image_tag(image) == "latest" else "IfNotPresent"


def image_tag(image: str) -> str:
    """The tag of an image reference, ``latest`` where there is none, ``""`` beside a digest."""
    if "@" in image:
        return ""
    name = image.rpartition("/")[2]
    return name.partition(":")[2] or "latest"


def default_probe(probe: dict[str, Any]) -> None:
    """How often and how long a probe asks."""
    for name, value in (("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)):
        if not probe.get(name):
            probe[name] = value
    default_http(probe)
    if isinstance(grpc := probe.get("grpc"), dict):
        grpc.setdefault("service", "")


def default_http(handler: dict[str, Any]) -> None:
    """An HTTP handler's path and scheme."""
    http = handler.get("httpGet")
    if isinstance(http, dict):
        if not http.get("path"):
            http["path"] = "/"
        if not http.get("scheme"):
            http["scheme"] = "HTTP"


def _default_field(source: dict[str, Any]) -> None:
    if isinstance(reference := source.get("fieldRef"), dict) and not reference.get("apiVersion"):
        reference["apiVersion"] = "v1"
    if isinstance(reference := source.get("resourceFieldRef"), dict):
        reference.setdefault("divisor", "0")


def default_volume(volume: dict[str, Any]) -> None:
    """A volume: an empty directory where no source is named, and each source's own defaults."""
    sources = [name for name in volume if name != "name"]
    if not sources:
        volume["emptyDir"] = {}
    for name in ("configMap", "secret", "downwardAPI", "projected"):
        if isinstance(source := volume.get(name), dict):
            source.setdefault("defaultMode", _MODE)
            for item in source.get("items", []) if name == "downwardAPI" else []:
                _default_field(item)
    for source in volume.get("projected", {}).get("sources", []):
        if isinstance(token := source.get("serviceAccountToken"), dict):
            token.setdefault("expirationSeconds", 3600)
        if isinstance(certificate := source.get("podCertificate"), dict):
            from kubelens.predict.apiserver.parts.certificates import DAY  # noqa: PLC0415 - few Pods have such

            certificate.setdefault("maxExpirationSeconds", DAY)
        for item in source.get("downwardAPI", {}).get("items", []):
            _default_field(item)
    default_volume_source(volume)
    if isinstance(ephemeral := volume.get("ephemeral"), dict):
        claim = ephemeral.get("volumeClaimTemplate")
        if isinstance(claim, dict):
            claim.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
    if isinstance(image := volume.get("image"), dict) and not image.get("pullPolicy"):
        image["pullPolicy"] = pull_policy(image.get("reference", ""))


def default_volume_source(volume: dict[str, Any]) -> None:
    """Sources that Pods and PersistentVolumes share."""
    if isinstance(source := volume.get("hostPath"), dict):
        source.setdefault("type", "")
    if isinstance(source := volume.get("iscsi"), dict):
        _fill(source, iscsiInterface="default")
    if isinstance(source := volume.get("rbd"), dict):
        _fill(source, pool="rbd", user="admin", keyring="/etc/ceph/keyring")
    if isinstance(source := volume.get("azureDisk"), dict):
        for name, value in (("cachingMode", "ReadWrite"), ("kind", "Shared"), ("fsType", "ext4"), ("readOnly", False)):
            source.setdefault(name, value)
    if isinstance(source := volume.get("scaleIO"), dict):
        _fill(source, storageMode="ThinProvisioned", fsType="xfs")


def _fill(source: dict[str, Any], **values: str) -> None:
    for name, value in values.items():
        if not source.get(name):
            source[name] = value
