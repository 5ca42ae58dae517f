"""What the server warns of in objects other than Pods and workloads: the ``GetWarnings`` of their registries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import MapKey, Path, field_notation
from kubelens.predict.apiserver.definitions.formats import FORMATS
from kubelens.predict.apiserver.warnings.addresses import Pair, address_warnings, range_warnings

_OLD_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_OLD_MOUNT_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_OLD_INGRESS_CLASS: Final = "kubernetes.io/ingress.class"
_TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MOUNTABLE_SECRETS: Final = "kubernetes.io/enforce-mountable-secrets"
_OLD_VOLUMES: Final = ("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd")
_SPELLED: Final = {"storageos": "storageOS"}
_OLD_LABELS: Final = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
_SCHEMA_FORMATS: Final = frozenset(FORMATS) | frozenset(
    ["int32", "int64", "float", "double", "password", "bsonobjectid", "isbn", "isbn10", "isbn13", "creditcard"]
)


def service_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/service, GetWarningsForService)"""
    spec = obj.get("spec", {})
    kind, cluster_ip = spec.get("type", "ClusterIP"), spec.get("clusterIP", "")
    headless = kind == "ClusterIP" and cluster_ip == "None"
    external = spec.get("externalIPs", [])
    if _TOPOLOGY_HINTS in obj.get("metadata", {}).get("annotations", {}):
        yield "", f"annotation {_TOPOLOGY_HINTS} is deprecated: service.kubernetes.io/topology-mode"
    if kind != "ExternalName" and cluster_ip not in ("", "None"):
        for index, text in enumerate(spec.get("clusterIPs", [])):
            yield from address_warnings(text, ("spec", "clusterIPs", index))
    if headless:
        for field, name, value in (
            ("loadBalancerIP", "loadBalancerIP", spec.get("loadBalancerIP")),
            ("externalIPs", "externalIPs", external),
            ("sessionAffinity", "SessionAffinity", spec.get("sessionAffinity", "None") != "None"),
        ):
            if value:
                yield f"spec.{name}", f"{field} has no effect on a headless Service"
    for index, text in enumerate(external):
        yield from address_warnings(text, ("spec", "externalIPs", index))
    if external and kind == "ExternalName":
        yield "spec.externalIPs", "has no effect on a Service of type ExternalName"
    elif external and not headless:
        yield "spec.externalIPs", "is deprecated; some clusters no longer implement it"
    if spec.get("loadBalancerIP"):
        yield from address_warnings(spec["loadBalancerIP"], ("spec", "loadBalancerIP"))
    for index, text in enumerate(spec.get("loadBalancerSourceRanges", [])):
        yield from range_warnings(text, ("spec", "loadBalancerSourceRanges", index))
    if kind != "ExternalName" and spec.get("externalName"):
        yield "spec.externalName", "has no effect where the type is not ExternalName"
    if spec.get("trafficDistribution") == "PreferClose":
        yield "spec.trafficDistribution", "PreferClose is deprecated: PreferSameZone says the same"


def endpoints_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/endpoint, GetWarnings)"""
    yield "", "v1 Endpoints is deprecated: discovery.k8s.io/v1 EndpointSlice"
    for index, subset in enumerate(obj.get("subsets", [])):
        for field in ("addresses", "notReadyAddresses"):
            for number, address in enumerate(subset.get(field, [])):
                yield from address_warnings(address.get("ip", ""), ("subsets", index, field, number, "ip"))


def endpoint_slice_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/discovery/endpointslice, warnOnDeprecatedAddressType, warnOnBadIPs)"""
    if obj.get("addressType") == "FQDN":
        yield "spec.addressType", "FQDN endpoints are deprecated"
        return
    for index, endpoint in enumerate(obj.get("endpoints", [])):
        for number, text in enumerate(endpoint.get("addresses", [])):
            yield from address_warnings(text, ("endpoints", index, "addresses", number))


def ingress_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/networking/ingress, WarningsOnCreate)"""
    if _OLD_INGRESS_CLASS in obj.get("metadata", {}).get("annotations", {}):
        yield "", f"annotation {_OLD_INGRESS_CLASS} is deprecated: spec.ingressClassName"


def network_policy_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/networking/networkpolicy, networkPolicyWarnings)"""
    spec = obj.get("spec", {})
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction, [])):
            for number, peer in enumerate(rule.get(peers, [])):
                block = peer.get("ipBlock")
                if block is None:
                    continue
                path: Path = ("spec", direction, index, peers, number, "ipBlock")
                yield from range_warnings(block.get("cidr", ""), (*path, "cidr"))
                for position, text in enumerate(block.get("except", [])):
                    yield from range_warnings(text, (*path, "except", position))


def service_account_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/serviceaccount, WarningsOnCreate)"""
    if _MOUNTABLE_SECRETS in obj.get("metadata", {}).get("annotations", {}):
        yield _annotation(_MOUNTABLE_SECRETS), "deprecated since 1.32: namespaces keep Secrets apart"


def _annotation(name: str) -> str:
    return field_notation(("metadata", "annotations", MapKey(name)))


def volume_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(pkg/api/persistentvolume, GetWarningsForPersistentVolume)"""
    spec, annotations = obj.get("spec", {}), obj.get("metadata", {}).get("annotations", {})
    if _OLD_CLASS in annotations:
        yield _annotation(_OLD_CLASS), "deprecated: spec.storageClassName"
    if _OLD_MOUNT_OPTIONS in annotations:
        yield _annotation(_OLD_MOUNT_OPTIONS), "deprecated: spec.mountOptions"
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield "spec.persistentVolumeReclaimPolicy", "Recycle is deprecated: dynamic provisioning"
    required = spec.get("nodeAffinity", {}).get("required", {})
    for index, term in enumerate(required.get("nodeSelectorTerms", [])):
        for number, expression in enumerate(term.get("matchExpressions", [])):
            path: Path = (
                "spec",
                "nodeAffinity",
                "required",
                "nodeSelectorTerms",
                index,
                "matchExpressions",
                number,
                "key",
            )
            yield from _old_label(expression.get("key", ""), path)
    for field in _OLD_VOLUMES:
        if field in spec:
            yield f"spec.{_SPELLED.get(field, field)}", "volumes of this type no longer work or are deprecated"
            return


def _old_label(key: str, path: Path) -> Iterator[Pair]:
    if key in _OLD_LABELS:
        yield field_notation(path), f"{key} is deprecated: {_OLD_LABELS[key]}"


def claim_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(pkg/api/persistentvolumeclaim, GetWarningsForPersistentVolumeClaim)"""
    if _OLD_CLASS in obj.get("metadata", {}).get("annotations", {}):
        yield _annotation(_OLD_CLASS), "deprecated: spec.storageClassName"
    resources = obj.get("spec", {}).get("resources", {})
    for field in ("requests", "limits"):
        quantity = read_quantity(resources.get(field, {}).get("storage"))
        if quantity is not None and quantity.nanos % 1_000_000_000:
            yield f"spec.resources.{field}[storage]", "a fraction of a byte"


def storage_class_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/storage/storageclass, GetWarningsForStorageClass)"""
    for index, term in enumerate(obj.get("allowedTopologies", [])):
        for number, expression in enumerate(term.get("matchLabelExpressions", [])):
            path: Path = ("allowedTopologies", index, "matchLabelExpressions", number, "key")
            yield from _old_label(expression.get("key", ""), path)


def csi_driver_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/storage/csidriver, WarningsOnCreate)"""
    spec = obj.get("spec", {})
    if spec.get("tokenRequests") and "serviceAccountTokenInSecrets" not in spec:
        yield (
            "spec.serviceAccountTokenInSecrets",
            "is not set: tokens reach the driver in the volume context, which may be logged",
        )


def runtime_class_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/node/runtimeclass, GetWarningsForRuntimeClass)"""
    for key in obj.get("scheduling", {}).get("nodeSelector", {}):
        yield from _old_label(key, ("scheduling", "nodeSelector", MapKey(key)))


def node_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/node, fieldIsDeprecatedWarnings)"""
    spec = obj.get("spec", {})
    if "configSource" in spec:
        yield "spec.configSource", "the feature is removed"
    if spec.get("externalID"):
        yield "spec.externalID", "is deprecated and unused"


def definition_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """Formats that no custom resource is checked for (registry/customresourcedefinition, WarningsOnCreate)."""
    found: dict[str, None] = {}
    for version in obj.get("spec", {}).get("versions", []):
        _unknown_formats(version.get("schema", {}).get("openAPIV3Schema"), found)
    for name in found:
        yield "", f"format {name!r} is not checked"


def _unknown_formats(schema: Any, found: dict[str, None]) -> None:
    if not isinstance(schema, dict):
        return
    name = schema.get("format", "")
    if name and name not in _SCHEMA_FORMATS:
        found.setdefault(name)
    properties = schema.get("properties")
    inner = [
        *(properties.values() if isinstance(properties, dict) else ()),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    for item in inner:
        _unknown_formats(item, found)
