"""What policies and scanners ask, in our rules' options as in ``peers``.

Of checkov, KICS, kubescape, kyverno, Gatekeeper's library and kubeaudit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.rules.security._control_plane import peer_options

Options = Mapping[str, Mapping[str, Any]]
"""Options by the name of a rule."""

_EXPLICIT: Final = {"accept-limit": False}
_UNLISTED: Final = {"unlisted": True}
KUBESCAPE_WORDS: Final = [
    "aws_secret_access_key",
    "azure_batchai_storage_key",
    "azure_batch_key",
    "secret",
    "key",
    "password",
    "pwd",
    "token",
    "jwt",
    "bearer",
    "credential",
]

KUBESCAPE_CAPABILITIES: Final = [
    "SETPCAP",
    "NET_ADMIN",
    "NET_RAW",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_PTRACE",
    "SYS_ADMIN",
    "SYS_BOOT",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "PERFMON",
    "ALL",
    "BPF",
]

_CLOUD_CREDENTIALS: Final = ["/.aws", "/.azure", "/.config/gcloud", "/etc/kubernetes/azure.json", "/gcloud"]

_BASELINE_CAPABILITIES: Final = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]
_OS_DIRECTORIES: Final = [
    f"/{name}"
    for name in (
        "",
        "bin",
        "boot",
        "dev",
        "etc",
        "home",
        "lib",
        "proc",
        "root",
        "run",
        "sbin",
        "srv",
        "sys",
        "usr",
        "var",
    )
]
_COMMON_LABELS: Final = [
    f"app.kubernetes.io/{name}"
    for name in ("name", "instance", "version", "component", "part-of", "managed-by", "created-by")
]

DEFAULT_NAMESPACE_KINDS: Final = [
    "ConfigMap",
    "CSIStorageCapacity",
    "Endpoints",
    "EndpointSlice",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Lease",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "PodTemplate",
    "ReplicationController",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
]

_KUBELET_FIELDS: Final[Mapping[str, Mapping[str, list[str]]]] = {
    f"kics:{check}": {"fields": fields, "unset": unset}
    for check, fields, unset in (
        ("anonymous_auth_is_not_set_to_false", ["authentication.anonymous.enabled"], []),
        ("authorization_mode_set_to_always_allow", ["authorization.mode"], []),
        (
            "client_certificate_authentication_not_setup_properly",
            ["authentication.x509.clientCAFile"],
            ["authentication.x509.clientCAFile"],
        ),
        ("kubelet_client_periodic_certificate_switch_disabled", ["rotateCertificates"], ["rotateCertificates"]),
        ("kubelet_event_qps_not_properly_set", ["eventRecordQPS"], ["eventRecordQPS"]),
        ("kubelet_not_managing_ip_tables", ["makeIPTablesUtilChains"], []),
        ("kubelet_protect_kernel_defaults_set_to_false", ["protectKernelDefaults"], ["protectKernelDefaults"]),
        ("kubelet_read_only_port_is_not_set_to_zero", ["readOnlyPort"], []),
        ("kubelet_streaming_connection_timeout_disabled", ["streamingConnectionIdleTimeout"], []),
        ("rotate_kubelet_server_certificate_not_active", ["featureGates.RotateKubeletServerCertificate"], []),
        (
            "tls_connection_certificate_not_setup",
            ["tlsCertFile", "tlsPrivateKeyFile"],
            ["tlsCertFile", "tlsPrivateKeyFile"],
        ),
        ("weak_tls_cipher_suites", ["tlsCipherSuites"], ["tlsCipherSuites"]),
    )
}

_ROLES: Final = ["Role", "ClusterRole"]

_BINDINGS: Final = ["RoleBinding", "ClusterRoleBinding"]

_WEBHOOKS: Final = ("mutatingwebhookconfigurations", "validatingwebhookconfigurations")

_ANY_POLICY: Final[Options] = {"pod-without-network-policy": {"directions": []}}

OTHER_PEER_OPTIONS: Final[Mapping[str, Options]] = {
    **{
        peer: {
            "control-plane-flag": options,
            **({"kubelet-configuration": _KUBELET_FIELDS[peer]} if peer in _KUBELET_FIELDS else {}),
        }
        for peer, options in peer_options().items()
    },
    **{
        f"checkov:{check}": {"rbac-escalation": {"kinds": kinds, "verbs": [verb]}}
        for check, kinds, verb in (
            ("CKV2_K8S_1", _BINDINGS, "bind"),
            ("CKV2_K8S_3", _BINDINGS, "impersonate"),
            ("CKV_K8S_157", _ROLES, "bind"),
            ("CKV_K8S_158", _ROLES, "escalate"),
        )
    },
    "kubescape:C-0004": {"memory-request-missing": _EXPLICIT},
    "kubescape:C-0012": {
        "secret-in-configmap": {"words": KUBESCAPE_WORDS},
        "secret-in-env": {"words": KUBESCAPE_WORDS, "harmless": []},
    },
    "kubescape:C-0018": {"readiness-probe-missing": {"only-serving": False}},
    "kubescape:C-0020": {"sensitive-host-path": {"paths": _CLOUD_CREDENTIALS, "below": True}},
    "kubescape:C-0046": {"dangerous-capabilities": {"capabilities": KUBESCAPE_CAPABILITIES}},
    "kubescape:C-0049": {"namespace-without-policy": {"kinds": ["NetworkPolicy"]}},
    "kubescape:C-0050": {"cpu-request-missing": _EXPLICIT},
    "kubescape:C-0076": {
        "required-labels": {"labels": ["app", "tier", "phase", "version", "owner", "env"], "any": True}
    },
    "kubescape:C-0077": {"required-labels": {"labels": _COMMON_LABELS, "any": True}},
    "kubescape:C-0206": {"namespace-without-policy": {"kinds": ["NetworkPolicy"]}},
    "kubescape:C-0030": _ANY_POLICY,
    "kubescape:C-0210": {"seccomp-unset": {"types": ["RuntimeDefault"]}},
    "kubescape:C-0260": _ANY_POLICY,
    "kubescape:C-0306": {"image-without-digest": {"whole": True}},
    "kubescape:C-0212": {"default-namespace": {"kinds": DEFAULT_NAMESPACE_KINDS}},
    "kubescape:C-0262": {"rbac-system-group": {"subjects": ["system:anonymous", "system:unauthenticated"]}},
    "kubescape:C-0265": {"rbac-system-group": {"subjects": ["system:authenticated"]}},
    "kubescape:C-0268": {"cpu-request-missing": _EXPLICIT},
    "kubescape:C-0269": {"memory-request-missing": _EXPLICIT},
    "kubescape:C-0302": {"service-missing": _UNLISTED},
    "kubescape:C-0307": {"service-account-missing": _UNLISTED},
    "kics:cpu_requests_not_set": {"cpu-request-missing": _EXPLICIT},
    "kics:memory_requests_not_defined": {"memory-request-missing": _EXPLICIT},
    "kics:containers_run_with_low_uid": {"low-user-id": {"fields": ["runAsUser"]}},
    "kics:readiness_probe_is_not_configured": {"readiness-probe-missing": {"only-serving": False}},
    "kics:rbac_wildcard_in_rule": {"rbac-wildcard": {"fields": ["apiGroups", "resources", "verbs"]}},
    "kics:non_kube_system_pod_with_host_mount": {"host-path": {"ignore-namespaces": ["kube-system"]}},
    "kyverno:restrict-seccomp": {"seccomp-unset": {"unset": False}},
    "kyverno:restrict-nodeport": {"exposed-service": {"types": ["NodePort"]}},
    "kyverno:no-loadbalancer-service": {"exposed-service": {"types": ["LoadBalancer"]}},
    "gatekeeper:block-nodeport-services": {"exposed-service": {"types": ["NodePort"]}},
    "gatekeeper:block-loadbalancer-services": {"exposed-service": {"types": ["LoadBalancer"]}},
    "kyverno:require-requests-limits": {"cpu-request-missing": _EXPLICIT, "memory-request-missing": _EXPLICIT},
    "kyverno:psp-restrict-adding-capabilities": {
        "dangerous-capabilities": {"capabilities": ["*"], "allowed": ["NET_BIND_SERVICE", "CHOWN"]}
    },
    "kyverno:disallow-capabilities": {
        "dangerous-capabilities": {"capabilities": ["*"], "allowed": _BASELINE_CAPABILITIES}
    },
    "kyverno:disallow-capabilities-strict": {
        "dangerous-capabilities": {"capabilities": ["*"], "allowed": ["NET_BIND_SERVICE"]},
        "default-capabilities": {"report-added": False},
    },
    "kics:missing_app_armor_config": {"apparmor-profile": {"unset": True}},
    "kubeaudit:AppArmorAnnotationMissing": {"apparmor-profile": {"unset": True}},
    "kubescape:C-0193": {"namespace-pod-security-unset": {"level": "baseline"}},
    "kubescape:C-0197": {"namespace-pod-security-unset": {"level": "restricted"}},
    "gatekeeper:volumes": {
        "volume-type": {
            "allowed": [
                "configMap",
                "emptyDir",
                "projected",
                "secret",
                "downwardAPI",
                "persistentVolumeClaim",
                "flexVolume",
            ]
        }
    },
    "gatekeeper:externalip": {"service-external-ip": {"allowed": ["203.0.113.0"]}},
    "kubeaudit:CapabilityAdded": {"dangerous-capabilities": {"capabilities": ["*"]}},
    "kyverno:require-pod-probes": {"readiness-probe-missing": {"only-serving": False}},
    "gatekeeper:requiredprobes": {"readiness-probe-missing": {"only-serving": False}},
    "kyverno:restrict-sa-automount-sa-token": {"default-account-token": {"all-accounts": True}},
    "kyverno:memory-requests-equal-limits": {"requests-differ-from-limits": {"resources": ["memory"]}},
    "kyverno:restrict-wildcard-resources": {"rbac-wildcard": {"fields": ["resources"]}},
    "kyverno:restrict-wildcard-verbs": {"rbac-wildcard": {"fields": ["verbs"]}},
    "kyverno:restrict-secret-role-verbs": {"rbac-secrets": {"kinds": _ROLES, "verbs": ["get", "list", "watch"]}},
    "kyverno:restrict-escalation-verbs-roles": {"rbac-escalation": {"kinds": _ROLES, "everything": True}},
    "kyverno:require-annotations": {"required-annotations": {"annotations": ["corp.org/department=.+"]}},
    **{
        f"kyverno:restrict-clusterrole-{what}": {"rbac-node-access": {"kinds": _ROLES, "resources": list(resources)}}
        for what, resources in (
            ("csr", ("certificatesigningrequests/approval",)),
            ("mutating-validating-admission-webhooks", _WEBHOOKS),
            ("nodesproxy", ("nodes/proxy",)),
        )
    },
    "kics:service_type_is_nodeport": {"exposed-service": {"types": ["NodePort"]}},
    "kics:service_with_external_load_balancer": {"exposed-service": {"types": ["LoadBalancer"]}},
    "kics:containers_with_added_capabilities": {"dangerous-capabilities": {"capabilities": ["*"]}},
    "kics:containers_with_sys_admin_capabilities": {"dangerous-capabilities": {"capabilities": ["SYS_ADMIN"]}},
    "kics:workload_mounting_with_sensitive_os_directory": {
        "sensitive-host-path": {"below": True, "paths": _OS_DIRECTORIES}
    },
    "kics:dashboard_is_enabled": {
        "abandoned-software": {"images": ["kubernetes-dashboard-amd64", "kubernetesui/dashboard"]}
    },
    "kics:tiller_is_deployed": {"abandoned-software": {"images": ["tiller"], "labels": ["name=tiller"]}},
    "kubescape:C-0065": {"rbac-escalation": {"kinds": _BINDINGS, "verbs": ["impersonate"]}},
    "kubescape:C-0191": {"rbac-escalation": {"kinds": _BINDINGS}},
    "kics:rbac_roles_allow_privilege_escalation": {"rbac-escalation": {"verbs": ["bind", "escalate"]}},
    "kics:rbac_roles_with_impersonate_permission": {"rbac-escalation": {"verbs": ["impersonate"]}},
    "kics:rbac_roles_with_exec_permission": {"rbac-pod-exec": {"kinds": _ROLES, "resources": ["pods/exec"]}},
    "kics:rbac_roles_with_attach_permission": {"rbac-pod-exec": {"kinds": _ROLES, "resources": ["pods/attach"]}},
    "kics:rbac_roles_with_read_secrets_permissions": {
        "rbac-secrets": {"kinds": _ROLES, "verbs": ["get", "list", "watch"]}
    },
    "kics:permissive_access_to_create_pods": {"rbac-create-pods": {"kinds": _ROLES}},
    "kubescape:C-0002": {"rbac-pod-exec": {"kinds": _BINDINGS, "resources": ["pods/exec"]}},
    "checkov:CKV2_K8S_2": {
        "rbac-pod-exec": {"kinds": _BINDINGS, "resources": ["pods/exec"]},
        "rbac-node-access": {"kinds": _BINDINGS, "resources": ["nodes/proxy"]},
    },
    "checkov:CKV_K8S_9": {"readiness-probe-missing": {"only-serving": False}},
    "checkov:CKV_K8S_10": {"cpu-request-missing": _EXPLICIT},
    "checkov:CKV_K8S_12": {"memory-request-missing": _EXPLICIT},
    "checkov:CKV_K8S_25": {"dangerous-capabilities": {"capabilities": ["*"]}},
    "checkov:CKV_K8S_39": {"dangerous-capabilities": {"capabilities": ["SYS_ADMIN"]}},
    "checkov:CKV_K8S_40": {"low-user-id": {"fields": ["runAsUser"]}},
    "checkov:CKV_K8S_49": {"rbac-wildcard": {"fields": ["apiGroups", "resources", "verbs"]}},
    "checkov:CKV_K8S_152": {"ingress-snippet": {"patterns": [r"\blua_|_lua\b|_lua_|\bkubernetes\.io\b"]}},
    "checkov:CKV_K8S_154": {"ingress-snippet": {"patterns": ["alias"]}},
    "checkov:CKV_K8S_33": {"abandoned-software": {"images": ["kubernetes-dashboard-amd64", "kubernetesui/dashboard"]}},
    "checkov:CKV_K8S_34": {"abandoned-software": {"images": ["tiller"], "labels": ["name=tiller"]}},
    "checkov:CKV_K8S_29": {"security-context-missing": {"of": ["pod"]}},
    "checkov:CKV_K8S_30": {"security-context-missing": {"of": ["container"]}},
    "checkov:CKV2_K8S_5": {"rbac-secrets": {"verbs": ["get", "list", "watch"], "named": False}},
    **{
        peer: {"rbac-node-access": {"kinds": kinds, "resources": list(resources)}}
        for peer, kinds, resources in (
            ("checkov:CKV_K8S_155", _ROLES, _WEBHOOKS),
            ("checkov:CKV_K8S_156", _ROLES, ("certificatesigningrequests/approval",)),
            ("checkov:CKV2_K8S_4", _BINDINGS, ("services/status",)),
            ("kubescape:C-0063", _BINDINGS, ("pods/portforward",)),
            ("kubescape:C-0278", _BINDINGS, ("persistentvolumes",)),
            ("kubescape:C-0279", _BINDINGS, ("nodes/proxy",)),
            ("kubescape:C-0280", _BINDINGS, ("certificatesigningrequests/approval",)),
            ("kubescape:C-0281", _BINDINGS, _WEBHOOKS),
            ("kubescape:C-0282", _BINDINGS, ("serviceaccounts/token",)),
            ("kics:rbac_roles_with_portforwarding_permissions", _ROLES, ("pods/portforward",)),
        )
    },
    "kyverno:disallow-empty-ingress-host": {"ingress-any-host": {"hosts": ["none"]}},
    "kyverno:restrict-ingress-wildcard": {"ingress-any-host": {"hosts": ["wildcard"]}},
}
"""By the peer's id; a check that is not here is asked by its counterpart as it stands."""
