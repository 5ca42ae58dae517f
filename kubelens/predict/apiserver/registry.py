"""What is known of each kind: its name's form, its scope, and where its defaults and validation are written.

Functions are named as ``module:function`` and imported when the kind is met.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Final

from msgspec import Struct

_HERE: Final = "kubelens.predict.apiserver"


class Entry(Struct, frozen=True):
    """One kind: ``names`` is a key of ``metadata.NAME_FORMS``; the others ``module:function`` or ``""``.

    ``any_finalizer``: finalizers need no domain, as in kinds that apimachinery's own validation checks.
    """

    names: str
    namespaced: bool
    default: str = ""
    validate: str = ""
    update: str = ""
    warn: str = ""
    any_finalizer: bool = False


def _e(names: str, namespaced: bool, default: str = "", validate: str = "", update: str = "", warn: str = "") -> Entry:
    return Entry(names, namespaced, default, validate, update, warn)


def _free(
    names: str, namespaced: bool, default: str = "", validate: str = "", update: str = "", warn: str = ""
) -> Entry:
    return Entry(names, namespaced, default, validate, update, warn, any_finalizer=True)


_RBAC: Final = "rbac.authorization.k8s.io"
_ADM: Final = "admissionregistration.k8s.io"
_FLOW: Final = "flowcontrol.apiserver.k8s.io"
_NET: Final = "networking.k8s.io"
_STO: Final = "storage.k8s.io"

KINDS: Final[dict[tuple[str, str], Entry]] = {
    ("", "Pod"): _e(
        "subdomain", True, "pods:default_pod", "pod:validate_pod", "pod_update:validate_pod_update", "pods:pod_warnings"
    ),
    ("", "PodTemplate"): _e(
        "subdomain",
        True,
        "workloads:default_pod_template",
        "workloads:validate_pod_template",
        "",
        "workloads:pod_template_warnings",
    ),
    ("", "ReplicationController"): _e(
        "subdomain",
        True,
        "workloads:default_replication_controller",
        "workloads:validate_replication_controller",
        "workloads:validate_replication_controller_update",
        "workloads:template_warnings",
    ),
    ("apps", "Deployment"): _e(
        "subdomain",
        True,
        "workloads:default_deployment",
        "workloads:validate_deployment",
        "workloads:validate_deployment_update",
        "workloads:template_warnings",
    ),
    ("apps", "ReplicaSet"): _e(
        "subdomain",
        True,
        "workloads:default_replica_set",
        "workloads:validate_replica_set",
        "workloads:validate_replica_set_update",
        "workloads:template_warnings",
    ),
    ("apps", "StatefulSet"): _e(
        "label",
        True,
        "workloads:default_stateful_set",
        "stateful_set:validate_stateful_set",
        "stateful_set:validate_stateful_set_update",
        "workloads:stateful_set_warnings",
    ),
    ("apps", "DaemonSet"): _e(
        "subdomain",
        True,
        "workloads:default_daemon_set",
        "workloads:validate_daemon_set",
        "workloads:validate_daemon_set_update",
        "workloads:daemon_set_warnings",
    ),
    ("apps", "ControllerRevision"): _e(
        "subdomain", True, "", "events:validate_controller_revision", "events:validate_controller_revision_update"
    ),
    ("batch", "Job"): _e(
        "subdomain",
        True,
        "workloads:default_job",
        "jobs:validate_job",
        "jobs:validate_job_update",
        "workloads:job_warnings",
    ),
    ("batch", "CronJob"): _e(
        "subdomain",
        True,
        "workloads:default_cron_job",
        "cron_job:validate_cron_job",
        "cron_job:validate_cron_job_update",
        "workloads:cron_job_warnings",
    ),
    ("", "Service"): _e(
        "label",
        True,
        "services:default_service",
        "service:validate_service",
        "service:validate_service_update",
        "objects:service_warnings",
    ),
    ("", "Endpoints"): _e(
        "subdomain",
        True,
        "services:default_endpoints",
        "endpoints:validate_endpoints",
        "endpoints:validate_endpoints_update",
        "objects:endpoints_warnings",
    ),
    ("discovery.k8s.io", "EndpointSlice"): _e(
        "subdomain",
        True,
        "services:default_endpoint_slice",
        "endpoints:validate_endpoint_slice",
        "endpoints:validate_endpoint_slice_update",
        "objects:endpoint_slice_warnings",
    ),
    (_NET, "Ingress"): _e(
        "subdomain", True, "", "ingress:validate_ingress", "ingress:validate_ingress_update", "objects:ingress_warnings"
    ),
    (_NET, "IngressClass"): _e(
        "subdomain",
        False,
        "services:default_ingress_class",
        "ingress:validate_ingress_class",
        "ingress:validate_ingress_class_update",
    ),
    (_NET, "NetworkPolicy"): _e(
        "subdomain",
        True,
        "services:default_network_policy",
        "network_policy:validate_network_policy",
        "",
        "objects:network_policy_warnings",
    ),
    ("", "ConfigMap"): _e("subdomain", True, "", "config:validate_config_map", "config:validate_config_map_update"),
    ("", "Secret"): _e(
        "subdomain", True, "policies:default_secret", "config:validate_secret", "config:validate_secret_update"
    ),
    ("", "ServiceAccount"): _e(
        "subdomain", True, "", "config:validate_service_account", "", "objects:service_account_warnings"
    ),
    ("", "Namespace"): _e(
        "label", False, "policies:default_namespace", "config:validate_namespace", "config:validate_namespace_update"
    ),
    ("", "Node"): _e("subdomain", False, "", "node:validate_node", "", "objects:node_warnings"),
    ("", "Event"): _e("path", True, "", "events:validate_event"),
    ("", "ResourceQuota"): _e(
        "subdomain", True, "", "quota:validate_resource_quota", "quota:validate_resource_quota_update"
    ),
    ("", "LimitRange"): _e("subdomain?", True, "policies:default_limit_range", "quota:validate_limit_range"),
    ("", "PersistentVolume"): _e(
        "subdomain",
        False,
        "policies:default_persistent_volume",
        "storage:validate_persistent_volume",
        "storage:validate_persistent_volume_update",
        "objects:volume_warnings",
    ),
    ("", "PersistentVolumeClaim"): _e(
        "subdomain",
        True,
        "policies:default_claim",
        "storage:validate_claim",
        "storage:validate_claim_update",
        "objects:claim_warnings",
    ),
    (_STO, "StorageClass"): _e(
        "subdomain",
        False,
        "policies:default_storage_class",
        "storage:validate_storage_class",
        "storage:validate_storage_class_update",
        "objects:storage_class_warnings",
    ),
    (_STO, "CSIDriver"): _e(
        "subdomain",
        False,
        "policies:default_csi_driver",
        "storage_drivers:validate_csi_driver",
        "storage_drivers:validate_csi_driver_update",
        "objects:csi_driver_warnings",
    ),
    (_STO, "CSINode"): _e(
        "subdomain", False, "", "storage_drivers:validate_csi_node", "storage_drivers:validate_csi_node_update"
    ),
    (_STO, "CSIStorageCapacity"): _e(
        "subdomain",
        True,
        "",
        "storage_drivers:validate_csi_storage_capacity",
        "storage_drivers:validate_csi_storage_capacity_update",
    ),
    (_STO, "VolumeAttachment"): _e(
        "subdomain",
        False,
        "",
        "storage_drivers:validate_volume_attachment",
        "storage_drivers:validate_volume_attachment_update",
    ),
    (_STO, "VolumeAttributesClass"): _e(
        "subdomain",
        False,
        "",
        "storage_drivers:validate_volume_attributes_class",
        "storage_drivers:validate_volume_attributes_class_update",
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): _e(
        "subdomain", True, "policies:default_autoscaler", "autoscaler:validate_autoscaler"
    ),
    ("policy", "PodDisruptionBudget"): _free("path", True, "", "disruption:validate_pod_disruption_budget"),
    (_RBAC, "Role"): _e("path", True, "", "rbac:validate_role"),
    (_RBAC, "ClusterRole"): _e("path", False, "", "rbac:validate_cluster_role"),
    (_RBAC, "RoleBinding"): _e(
        "path", True, "policies:default_role_binding", "rbac:validate_role_binding", "rbac:validate_role_binding_update"
    ),
    (_RBAC, "ClusterRoleBinding"): _e(
        "path",
        False,
        "policies:default_role_binding",
        "rbac:validate_cluster_role_binding",
        "rbac:validate_cluster_role_binding_update",
    ),
    ("scheduling.k8s.io", "PriorityClass"): _e(
        "subdomain",
        False,
        "policies:default_priority_class",
        "scheduling:validate_priority_class",
        "scheduling:validate_priority_class_update",
    ),
    ("node.k8s.io", "RuntimeClass"): _e(
        "subdomain",
        False,
        "",
        "scheduling:validate_runtime_class",
        "scheduling:validate_runtime_class_update",
        "objects:runtime_class_warnings",
    ),
    ("coordination.k8s.io", "Lease"): _free(
        "subdomain", True, "", "scheduling:validate_lease", "scheduling:validate_lease_update"
    ),
    (_FLOW, "FlowSchema"): _e("subdomain", False, "policies:default_flow_schema", "flow_control:validate_flow_schema"),
    (_FLOW, "PriorityLevelConfiguration"): _e(
        "subdomain", False, "policies:default_priority_level", "flow_control:validate_priority_level"
    ),
    ("apiregistration.k8s.io", "APIService"): _free(
        "path",
        False,
        "policies:default_api_service",
        "api_service:validate_api_service",
        "api_service:validate_api_service_update",
    ),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _free(
        "subdomain",
        False,
        "policies:default_custom_resource_definition",
        "custom_resource_definition:validate_crd",
        "custom_resource_definition:validate_crd_update",
        "objects:definition_warnings",
    ),
    (_ADM, "ValidatingWebhookConfiguration"): _free(
        "subdomain", False, "policies:default_webhooks", "webhooks:validate_validating_webhooks"
    ),
    (_ADM, "MutatingWebhookConfiguration"): _free(
        "subdomain", False, "policies:default_mutating_webhooks", "webhooks:validate_mutating_webhooks"
    ),
    (_ADM, "ValidatingAdmissionPolicy"): _free(
        "subdomain", False, "policies:default_admission_policy", "admission_policy:validate_admission_policy"
    ),
    (_ADM, "ValidatingAdmissionPolicyBinding"): _free(
        "subdomain",
        False,
        "policies:default_admission_policy_binding",
        "admission_policy:validate_admission_policy_binding",
    ),
    (_ADM, "MutatingAdmissionPolicy"): _free(
        "subdomain", False, "policies:default_admission_policy", "mutating_policy:validate_mutating_policy"
    ),
    (_ADM, "MutatingAdmissionPolicyBinding"): _free(
        "subdomain",
        False,
        "policies:default_admission_policy_binding",
        "mutating_policy:validate_mutating_policy_binding",
    ),
    ("certificates.k8s.io", "CertificateSigningRequest"): _e(
        "path", False, "", "certificates:validate_signing_request", "certificates:validate_signing_request_update"
    ),
    ("certificates.k8s.io", "ClusterTrustBundle"): _e(
        "path", False, "", "certificates:validate_trust_bundle", "certificates:validate_trust_bundle_update"
    ),
    ("certificates.k8s.io", "PodCertificateRequest"): _e("subdomain", True),
    ("coordination.k8s.io", "LeaseCandidate"): _e("subdomain", True),
    ("events.k8s.io", "Event"): _e("subdomain", True, "", "events:validate_new_event"),
    ("internal.apiserver.k8s.io", "StorageVersion"): _e("subdomain", False),
    (_NET, "IPAddress"): _e(
        "path", False, "", "service_networks:validate_ip_address", "service_networks:validate_ip_address_update"
    ),
    (_NET, "ServiceCIDR"): _e(
        "subdomain",
        False,
        "",
        "service_networks:validate_service_cidr",
        "service_networks:validate_service_cidr_update",
    ),
    ("resource.k8s.io", "DeviceClass"): _e("subdomain", False),
    ("resource.k8s.io", "ResourceClaim"): _e("subdomain", True, "", "", "fixed_parts:validate_resource_claim_update"),
    ("resource.k8s.io", "ResourceClaimTemplate"): _e(
        "subdomain", True, "", "", "fixed_parts:validate_resource_claim_update"
    ),
    ("resource.k8s.io", "ResourceSlice"): _e("subdomain", False),
    ("resource.k8s.io", "DeviceTaintRule"): _e("subdomain", False),
    ("scheduling.k8s.io", "PodGroup"): _e("subdomain", True),
    ("scheduling.k8s.io", "Workload"): _e("subdomain", True),
    ("storagemigration.k8s.io", "StorageVersionMigration"): _e("subdomain", False),
}
_VERSIONED: Final[dict[tuple[str, str, str], Entry]] = {
    ("autoscaling", "v1", "HorizontalPodAutoscaler"): _e(
        "subdomain", True, "policies:default_autoscaler_v1", "autoscaler:validate_autoscaler_v1"
    ),
}


def entry(group: str, version: str, kind: str) -> Entry | None:
    """What is known of a kind, None where it is only known by its schema."""
    return _VERSIONED.get((group, version, kind)) or KINDS.get((group, kind))


@cache
def function(package: str, name: str) -> Callable[..., Any]:
    """The function that ``module:function`` names in ``defaults``, ``validation`` or ``warnings``."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"{_HERE}.{package}.{module}"), attribute)
    return found


def import_all() -> None:
    """Import what is written of every kind: for a process about to be copied, whose copies would each do it."""
    for known in KINDS.values():
        for package, name in (("defaults", known.default), ("validation", known.validate), ("warnings", known.warn)):
            if name:
                function(package, name)
