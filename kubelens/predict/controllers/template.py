"""When two Pod templates are one: what decides whether an edit starts a rollout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.kube.schema import Schemas, schemas
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.apiserver.decode.decoder import Decoder
from kubelens.predict.apiserver.pod.defaults import default_pod_spec

RELEASE: Final = "1.36"
TEMPLATE: Final = "#core.v1.PodTemplateSpec"
HASH_LABEL: Final = "pod-template-hash"

# Optional scalars: the server keeps their zero value apart from their absence. All other scalars lose it.
POINTERS: Final = frozenset(
    [
        "activeDeadlineSeconds",
        "allowPrivilegeEscalation",
        "apiGroup",
        "automountServiceAccountToken",
        "blockOwnerDeletion",
        "cachingMode",
        "controller",
        "defaultMode",
        "deletionGracePeriodSeconds",
        "enableServiceLinks",
        "expirationSeconds",
        "fsGroup",
        "fsGroupChangePolicy",
        "gmsaCredentialSpec",
        "gmsaCredentialSpecName",
        "hostProcess",
        "hostUsers",
        "hostnameOverride",
        "initiatorName",
        "localhostProfile",
        "maxExpirationSeconds",
        "minDomains",
        "mode",
        "mountPropagation",
        "nodeAffinityPolicy",
        "nodeTaintsPolicy",
        "optional",
        "preemptionPolicy",
        "priority",
        "privileged",
        "procMount",
        "readOnlyRootFilesystem",
        "recursiveReadOnly",
        "resourceClaimName",
        "resourceClaimTemplateName",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
        "runAsUserName",
        "runtimeClassName",
        "seLinuxChangePolicy",
        "service",
        "setHostnameAsFQDN",
        "shareProcessNamespace",
        "sizeLimit",
        "stopSignal",
        "storageClassName",
        "supplementalGroupsPolicy",
        "terminationGracePeriodSeconds",
        "tolerationSeconds",
        "volumeAttributesClassName",
        "volumeMode",
    ]
)
# Fields that are optional scalars in some types alone.
POINTERS_OF: Final[Mapping[str, frozenset[str]]] = {
    "core.v1.CSIVolumeSource": frozenset({"readOnly", "fsType"}),
    "core.v1.AzureDiskVolumeSource": frozenset({"readOnly", "fsType", "kind"}),
    "core.v1.HostPathVolumeSource": frozenset({"type"}),
    "core.v1.Container": frozenset({"restartPolicy"}),
    "core.v1.PodDNSConfigOption": frozenset({"value"}),
    "core.v1.ClusterTrustBundleProjection": frozenset({"name", "signerName"}),
    "core.v1.FCVolumeSource": frozenset({"lun"}),
    "core.v1.TypedObjectReference": frozenset({"namespace"}),
}
_PLAIN_STRUCTS: Final = frozenset({"metadata", "preference", "podAffinityTerm"})
_PLAIN_STRUCTS_OF: Final = frozenset({("core.v1.PersistentVolumeClaimSpec", "resources")})


def template_key(template: Mapping[str, Any], *, as_text: bool = False) -> str:
    """A text that is equal for templates the server holds to be one.

    ``as_text``: as StatefulSets and DaemonSets compare (the JSON of the revision), where ``1Gi`` and
    ``1073741824`` differ; Deployments compare amounts. Labels, annotations and every field of the Pod count, the
    order of a list too; that of a map, empty lists and maps, and zero values the server leaves out do not.
    """
    known = schemas(RELEASE)
    decoded = Decoder(known).object(_plain(template), known.type(TEMPLATE[1:]))
    default_pod_spec(decoded.setdefault("spec", {}))
    labels = decoded.get("metadata", {}).get("labels")
    if isinstance(labels, dict):
        labels.pop(HASH_LABEL, None)
    return json.dumps(_kept(decoded, TEMPLATE, known, as_text), sort_keys=True, default=str)


def _plain(template: Mapping[str, Any]) -> dict[str, Any]:
    return own_copy(template)


def _kept(value: Any, code: str, known: Schemas, as_text: bool) -> Any:
    head = code[0]
    if head == "#" and isinstance(value, dict):
        fields = known.type(code[1:]).fields
        kept = {}
        for name, item in value.items():
            inner = fields.get(name, "x")
            if not _is_absent(code[1:], name, item, inner):
                kept[name] = _kept(item, inner, known, as_text)
                plain = name in _PLAIN_STRUCTS or (code[1:], name) in _PLAIN_STRUCTS_OF
                if plain and not kept[name]:
                    del kept[name]
        return kept
    if head == "[" and isinstance(value, list):
        return [_kept(item, code[1:], known, as_text) for item in value]
    if head == "{" and isinstance(value, dict):
        return {name: _kept(item, code[1:], known, as_text) for name, item in value.items()}
    if code == "q":
        quantity = read_quantity(value)
        if quantity is not None:
            return f"{quantity.nanos} {quantity.format}" if as_text else str(quantity.nanos)
    return value


def _is_absent(owner: str, name: str, item: Any, code: str) -> bool:
    if item is None or (code[0] in "[{" and not item):
        return True
    if isinstance(item, dict | list):
        return False
    return not item and code in ("s", "b", "i", "l") and name not in POINTERS and name not in POINTERS_OF.get(owner, ())
