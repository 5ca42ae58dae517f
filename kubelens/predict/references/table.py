"""Fields that name other objects, as data.

A path is dotted; ``[]`` goes through a list. ``POD`` rows start at a Pod's spec, wherever an object holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

CLUSTER: Final = "<cluster>"
"""Namespace of a reference to a cluster-scoped object."""


class Row(Struct, frozen=True):
    """One field. ``at`` leads to the map that holds ``name`` (``""``: the texts of a list are the names).

    ``kind`` is the target's; ``kind_from``/``group_from``/``api_version_from`` name fields that say so instead.
    ``namespace`` is ``""`` for the referrer's own or ``CLUSTER``; ``namespace_from`` a field that overrides it.
    ``keys`` leads to keys in the target, ``ports`` to fields with a port, the first one that is written counts.
    ``lenient``: nothing fails where the object is missing. ``no_port``: a port's name that says that no object is meant.
    """

    at: str
    name: str
    kind: str
    group: str = ""
    namespace: str = ""
    kind_from: str = ""
    group_from: str = ""
    api_version_from: str = ""
    namespace_from: str = ""
    keys: str = ""
    ports: tuple[str, ...] = ()
    optional: str = ""
    lenient: bool = False
    no_port: str = ""


_ALB_ACTION: Final = "use-annotation"
"""AWS's load balancer controller: the name is that of an action in the Ingress's own annotations."""

_CONTAINERS: Final = ("containers[]", "initContainers[]", "ephemeralContainers[]")

POD: Final[tuple[Row, ...]] = (
    *(
        row
        for c in _CONTAINERS
        for row in (
            Row(f"{c}.env[].valueFrom.configMapKeyRef", "name", "ConfigMap", keys="key", optional="optional"),
            Row(f"{c}.env[].valueFrom.secretKeyRef", "name", "Secret", keys="key", optional="optional"),
            Row(f"{c}.envFrom[].configMapRef", "name", "ConfigMap", optional="optional"),
            Row(f"{c}.envFrom[].secretRef", "name", "Secret", optional="optional"),
        )
    ),
    Row("volumes[].configMap", "name", "ConfigMap", keys="items[].key", optional="optional"),
    Row("volumes[].secret", "secretName", "Secret", keys="items[].key", optional="optional"),
    Row("volumes[].projected.sources[].configMap", "name", "ConfigMap", keys="items[].key", optional="optional"),
    Row("volumes[].projected.sources[].secret", "name", "Secret", keys="items[].key", optional="optional"),
    Row("volumes[].persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
    Row("volumes[].ephemeral.volumeClaimTemplate.spec", "storageClassName", "StorageClass", "storage.k8s.io", CLUSTER),
    Row("volumes[].csi", "driver", "CSIDriver", "storage.k8s.io", CLUSTER, lenient=True),
    Row("volumes[].csi.nodePublishSecretRef", "name", "Secret"),
    *(
        Row(f"volumes[].{v}.secretRef", "name", "Secret")
        for v in ("cephfs", "rbd", "iscsi", "flexVolume", "scaleIO", "storageos")
    ),
    Row("volumes[].azureFile", "secretName", "Secret"),
    Row("imagePullSecrets[]", "name", "Secret", lenient=True),
    Row("", "serviceAccountName", "ServiceAccount"),
    Row("", "serviceAccount", "ServiceAccount"),
    Row("", "priorityClassName", "PriorityClass", "scheduling.k8s.io", CLUSTER),
    Row("", "runtimeClassName", "RuntimeClass", "node.k8s.io", CLUSTER),
    Row("", "nodeName", "Node", "", CLUSTER, lenient=True),
    Row("resourceClaims[]", "resourceClaimName", "ResourceClaim", "resource.k8s.io"),
    Row("resourceClaims[]", "resourceClaimTemplateName", "ResourceClaimTemplate", "resource.k8s.io"),
)

_SUBJECTS: Final = Row("subjects[]", "name", "", kind_from="kind", namespace_from="namespace", lenient=True)
_ROLE: Final = Row("roleRef", "name", "", kind_from="kind", group="rbac.authorization.k8s.io")
_CLIENT: Final = "clientConfig.service"
_WEBHOOK: Final = Row(f"webhooks[].{_CLIENT}", "name", "Service", namespace_from="namespace", ports=("port",))
_SCALE: Final = Row("spec.scaleTargetRef", "name", "", kind_from="kind", api_version_from="apiVersion")
_TARGET: Final = Row("spec.targetRef", "name", "", kind_from="kind", api_version_from="apiVersion")
_INGRESS_BACKENDS: Final = ("spec.rules[].http.paths[].backend", "spec.defaultBackend")
_OLD_BACKENDS: Final = tuple(
    Row(b, "serviceName", "Service", ports=("servicePort",), no_port=_ALB_ACTION)
    for b in ("spec.rules[].http.paths[].backend", "spec.backend")
)
"""Backends of Ingresses before networking.k8s.io/v1."""
_GATEWAY: Final = "gateway.networking.k8s.io"


_CERT_MANAGER: Final = "cert-manager.io"
_ISSUERS: Final = (
    Row("metadata.annotations", "cert-manager.io/issuer", "Issuer", _CERT_MANAGER),
    Row("metadata.annotations", "cert-manager.io/cluster-issuer", "ClusterIssuer", _CERT_MANAGER, CLUSTER),
)
"""Annotations by which cert-manager makes the certificates of an Ingress or a Gateway."""
_ARGO: Final = "argoproj.io"
_ISTIO: Final = "networking.istio.io"
_FLUX_SOURCES: Final = "source.toolkit.fluxcd.io"
_FLUX_KUSTOMIZE: Final = "kustomize.toolkit.fluxcd.io"
_FLUX_HELM: Final = "helm.toolkit.fluxcd.io"


def _flux_source(at: str) -> Row:
    return Row(at, "name", "", _FLUX_SOURCES, kind_from="kind", namespace_from="namespace")


def _istio_destination(route: str) -> Row:
    return Row(f"{route}.destination", "host", "Service", ports=("port.number",))


def _route(rules: str = "spec.rules[]") -> tuple[Row, ...]:
    backend = {"kind_from": "kind", "group_from": "group", "namespace_from": "namespace", "ports": ("port",)}
    return (
        Row(
            "spec.parentRefs[]",
            "name",
            "Gateway",
            _GATEWAY,
            kind_from="kind",
            group_from="group",
            namespace_from="namespace",
        ),
        Row(f"{rules}.backendRefs[]", "name", "Service", **backend),  # type: ignore[arg-type]
        Row(f"{rules}.filters[].requestMirror.backendRef", "name", "Service", **backend),  # type: ignore[arg-type]
        Row(f"{rules}.backendRefs[].filters[].requestMirror.backendRef", "name", "Service", **backend),  # type: ignore[arg-type]
    )


_MONITOR_SECRETS: Final = tuple(
    row
    for e in ("spec.endpoints[]", "spec.podMetricsEndpoints[]", "spec")
    for row in (
        *(
            Row(f"{e}.{f}", "name", "Secret", keys="key", optional="optional", lenient=True)
            for f in (
                "bearerTokenSecret",
                "basicAuth.username",
                "basicAuth.password",
                "authorization.credentials",
                "oauth2.clientSecret",
                "oauth2.clientId.secret",
                "tlsConfig.ca.secret",
                "tlsConfig.cert.secret",
                "tlsConfig.keySecret",
            )
        ),
        *(
            Row(f"{e}.{f}", "name", "ConfigMap", keys="key", optional="optional", lenient=True)
            for f in ("oauth2.clientId.configMap", "tlsConfig.ca.configMap", "tlsConfig.cert.configMap")
        ),
    )
)

ROWS: Final[Mapping[tuple[str, str], tuple[Row, ...]]] = {
    ("apps", "StatefulSet"): (
        Row("spec", "serviceName", "Service", lenient=True),
        Row("spec.volumeClaimTemplates[].spec", "storageClassName", "StorageClass", "storage.k8s.io", CLUSTER),
    ),
    ("", "PersistentVolumeClaim"): (
        Row("spec", "storageClassName", "StorageClass", "storage.k8s.io", CLUSTER),
        Row("spec", "volumeName", "PersistentVolume", "", CLUSTER),
        Row("spec", "volumeAttributesClassName", "VolumeAttributesClass", "storage.k8s.io", CLUSTER),
        Row("spec.dataSource", "name", "", kind_from="kind", group_from="apiGroup"),
        Row("spec.dataSourceRef", "name", "", kind_from="kind", group_from="apiGroup", namespace_from="namespace"),
    ),
    ("", "PersistentVolume"): (
        Row("spec", "storageClassName", "StorageClass", "storage.k8s.io", CLUSTER, lenient=True),
        Row("spec.claimRef", "name", "PersistentVolumeClaim", namespace_from="namespace", lenient=True),
        *(
            Row(f"spec.csi.{f}", "name", "Secret", namespace_from="namespace")
            for f in (
                "nodePublishSecretRef",
                "nodeStageSecretRef",
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodeExpandSecretRef",
            )
        ),
    ),
    ("", "ServiceAccount"): (
        Row("secrets[]", "name", "Secret", lenient=True),
        Row("imagePullSecrets[]", "name", "Secret", lenient=True),
    ),
    ("networking.k8s.io", "Ingress"): (
        *(
            Row(f"{b}.service", "name", "Service", ports=("port.name", "port.number"), no_port=_ALB_ACTION)
            for b in _INGRESS_BACKENDS
        ),
        *(Row(f"{b}.resource", "name", "", kind_from="kind", group_from="apiGroup") for b in _INGRESS_BACKENDS),
        *_OLD_BACKENDS,
        *_ISSUERS,
        Row("spec.tls[]", "secretName", "Secret"),
        Row("spec", "ingressClassName", "IngressClass", "networking.k8s.io", CLUSTER),
    ),
    ("extensions", "Ingress"): (*_OLD_BACKENDS, Row("spec.tls[]", "secretName", "Secret")),
    ("networking.k8s.io", "IngressClass"): (
        Row(
            "spec.parameters",
            "name",
            "",
            namespace=CLUSTER,
            kind_from="kind",
            group_from="apiGroup",
            namespace_from="namespace",
        ),
    ),
    ("rbac.authorization.k8s.io", "RoleBinding"): (_ROLE, _SUBJECTS),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): (_ROLE, _SUBJECTS),
    ("autoscaling", "HorizontalPodAutoscaler"): (
        _SCALE,
        Row("spec.metrics[].object.describedObject", "name", "", kind_from="kind", api_version_from="apiVersion"),
    ),
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): (_TARGET,),
    ("keda.sh", "ScaledObject"): (
        Row("spec.scaleTargetRef", "name", "Deployment", "apps", kind_from="kind", api_version_from="apiVersion"),
        Row("spec.triggers[].authenticationRef", "name", "TriggerAuthentication", "keda.sh", kind_from="kind"),
    ),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): (_WEBHOOK,),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): (_WEBHOOK,),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): (
        Row("spec", "policyName", "ValidatingAdmissionPolicy", "admissionregistration.k8s.io", CLUSTER),
    ),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): (
        Row("spec", "policyName", "MutatingAdmissionPolicy", "admissionregistration.k8s.io", CLUSTER),
    ),
    ("apiregistration.k8s.io", "APIService"): (
        Row("spec.service", "name", "Service", namespace_from="namespace", ports=("port",)),
    ),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): (
        Row(f"spec.conversion.webhook.{_CLIENT}", "name", "Service", namespace_from="namespace", ports=("port",)),
    ),
    (_GATEWAY, "Gateway"): (
        *_ISSUERS,
        Row("spec", "gatewayClassName", "GatewayClass", _GATEWAY, CLUSTER),
        Row(
            "spec.listeners[].tls.certificateRefs[]",
            "name",
            "Secret",
            kind_from="kind",
            group_from="group",
            namespace_from="namespace",
        ),
    ),
    **{(_GATEWAY, kind): _route() for kind in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")},
    ("monitoring.coreos.com", "ServiceMonitor"): _MONITOR_SECRETS,
    ("monitoring.coreos.com", "PodMonitor"): _MONITOR_SECRETS,
    ("monitoring.coreos.com", "Prometheus"): (
        Row("spec", "serviceAccountName", "ServiceAccount"),
        Row(
            "spec.alerting.alertmanagers[]",
            "name",
            "Service",
            namespace_from="namespace",
            ports=("port",),
            lenient=True,
        ),
        Row("spec.additionalScrapeConfigs", "name", "Secret", keys="key", optional="optional"),
        Row("spec.secrets[]", "", "Secret"),
        Row("spec.configMaps[]", "", "ConfigMap"),
    ),
    ("monitoring.coreos.com", "Alertmanager"): (
        Row("spec", "serviceAccountName", "ServiceAccount"),
        Row("spec", "configSecret", "Secret"),
        Row("spec.secrets[]", "", "Secret"),
        Row("spec.configMaps[]", "", "ConfigMap"),
    ),
    (_CERT_MANAGER, "Certificate"): (
        Row("spec.issuerRef", "name", "Issuer", _CERT_MANAGER, kind_from="kind", group_from="group"),
    ),
    (_FLUX_HELM, "HelmRelease"): (
        _flux_source("spec.chart.spec.sourceRef"),
        _flux_source("spec.chartRef"),
        Row("spec.dependsOn[]", "name", "HelmRelease", _FLUX_HELM, namespace_from="namespace"),
        Row("spec.valuesFrom[]", "name", "", kind_from="kind", keys="valuesKey", optional="optional"),
    ),
    (_FLUX_KUSTOMIZE, "Kustomization"): (
        _flux_source("spec.sourceRef"),
        Row("spec.dependsOn[]", "name", "Kustomization", _FLUX_KUSTOMIZE, namespace_from="namespace"),
        Row("spec.postBuild.substituteFrom[]", "name", "", kind_from="kind", optional="optional"),
        Row("spec.decryption.secretRef", "name", "Secret"),
    ),
    (_ARGO, "Application"): (Row("spec", "project", "AppProject", _ARGO),),
    (_ARGO, "ApplicationSet"): (Row("spec.template.spec", "project", "AppProject", _ARGO),),
    (_ARGO, "Rollout"): (
        Row("spec.workloadRef", "name", "Deployment", "apps", kind_from="kind", api_version_from="apiVersion"),
        *(Row("spec.strategy.canary", name, "Service") for name in ("stableService", "canaryService")),
        *(Row("spec.strategy.blueGreen", name, "Service") for name in ("activeService", "previewService")),
        Row("spec.strategy.canary.trafficRouting.nginx", "stableIngress", "Ingress", "networking.k8s.io"),
        Row("spec.strategy.canary.trafficRouting.istio.virtualService", "name", "VirtualService", _ISTIO),
    ),
    (_ISTIO, "VirtualService"): (
        *(_istio_destination(f"spec.{kind}[].route[]") for kind in ("http", "tls", "tcp")),
        Row("spec.http[].mirror", "host", "Service"),
        Row("spec.gateways[]", "", "Gateway", _ISTIO),
    ),
    ("external-secrets.io", "ExternalSecret"): (
        Row("spec.secretStoreRef", "name", "SecretStore", "external-secrets.io", kind_from="kind"),
    ),
    ("storage.k8s.io", "VolumeAttachment"): (
        Row("spec.source", "persistentVolumeName", "PersistentVolume", "", CLUSTER),
    ),
}
"""(group, kind) of the referrer to its fields, Pod specs apart."""

SELECTORS: Final[Mapping[tuple[str, str], tuple[tuple[str, str, bool, str], ...]]] = {
    ("", "Service"): (("spec.selector", "Pod", True, ""),),
    ("", "ReplicationController"): (("spec.selector", "Pod", True, ""),),
    ("apps", "Deployment"): (("spec.selector", "Pod", False, ""),),
    ("apps", "ReplicaSet"): (("spec.selector", "Pod", False, ""),),
    (_ARGO, "Rollout"): (("spec.selector", "Pod", False, ""),),
    ("apps", "StatefulSet"): (("spec.selector", "Pod", False, ""),),
    ("apps", "DaemonSet"): (("spec.selector", "Pod", False, ""),),
    ("policy", "PodDisruptionBudget"): (("spec.selector", "Pod", False, ""),),
    ("networking.k8s.io", "NetworkPolicy"): (("spec.podSelector", "Pod", False, ""),),
    ("monitoring.coreos.com", "ServiceMonitor"): (("spec.selector", "Service", False, "spec.namespaceSelector"),),
    ("monitoring.coreos.com", "PodMonitor"): (("spec.selector", "Pod", False, "spec.namespaceSelector"),),
}
"""(group, kind) to (path of a selector, what it selects, a plain map of labels, path of namespaces or ``""``)."""
