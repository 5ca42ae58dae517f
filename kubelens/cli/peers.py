"""What other linters' checks ask, in our rules' options: under these a rule is the counterpart of their check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.cli.other_peers import OTHER_PEER_OPTIONS

Options = Mapping[str, Mapping[str, Any]]
"""Options by the name of a rule."""

EMAIL: Final = r"email=[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+"
_UNLISTED: Final = {"unlisted": True}
_PORTS: Final = {"probe-port-undeclared": {"numbers-without-ports": True}}
_HOST: Final = ["kubernetes.io/hostname"]
_APART: Final = {"no-anti-affinity": {"accept-spread": False, "topology-keys": _HOST}}
_APART_UNWRITTEN: Final = {
    "no-anti-affinity": {"accept-spread": False, "topology-keys": _HOST, "unwritten-counts": True}
}
POLARIS_WORDS: Final = [
    "password",
    "token",
    "bearer",
    "secret",
    "google_application_credentials",
    "azure_*key",
    "oci_cli_key_content",
]
SPREAD_KINDS: Final = (
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "ReplicationController",
    "DeploymentConfig",
    "DaemonSet",
    "Pod",
)
_BOTH_WAYS: Final = {"pod-without-network-policy": {"directions": ["ingress", "egress"]}}
_BUDGET_ALWAYS: Final = {"pdb-missing": {"unwritten-counts": True, "also-single": True}}
_BUDGET: Final = {"pdb-missing": {"unwritten-counts": True}}
_EXPLICIT: Final = {"accept-limit": False}
_INIT: Final = {"also-init": True}

PEER_OPTIONS: Final[Mapping[str, Options]] = {
    **OTHER_PEER_OPTIONS,
    "kube-linter:default-service-account": {"default-service-account": {"allow-without-token": False}},
    "kube-linter:env-value-from": {
        "config-map-missing": _UNLISTED,
        "secret-missing": _UNLISTED,
    },
    "kube-linter:env-var-secret": {"secret-in-env": {"words": ["secret"]}},
    "kube-linter:hpa-minimum-three-replicas": {"hpa-min-too-low": {"minimum": 3}},
    "kube-linter:liveness-port": _PORTS,
    "kube-linter:minimum-three-replicas": {"too-few-replicas": {"minimum": 3}},
    "kube-linter:no-anti-affinity": _APART,
    "kube-linter:non-existent-service-account": {"service-account-missing": _UNLISTED},
    "kube-linter:priority-class-name": {
        "priority-class": {"allowed": ["system-cluster-critical", "system-node-critical"], "allow-unset": True}
    },
    "kube-linter:privilege-escalation-container": {"privilege-escalation": {"only-explicit": True}},
    "kube-linter:readiness-port": _PORTS,
    "kube-linter:required-annotation-email": {"required-annotations": {"annotations": [EMAIL]}},
    "kube-linter:required-label-owner": {"required-labels": {"labels": ["owner"]}},
    "kube-linter:no-readiness-probe": {"readiness-probe-missing": {"only-serving": False}},
    "kube-linter:startup-port": _PORTS,
    "kube-linter:unset-cpu-requirements": {"cpu-request-missing": _INIT},
    "kube-linter:unset-memory-requirements": {"memory-limit-missing": _INIT},
    "polaris:dangerousCapabilities": {"dangerous-capabilities": {"capabilities": ["ALL", "SYS_ADMIN", "NET_ADMIN"]}},
    "polaris:deploymentMissingReplicas": {"too-few-replicas": {"kinds": ["Deployment"], "also-zero": True}},
    "polaris:insecureCapabilities": {"default-capabilities": {"report-added": False}},
    **{
        f"polaris:{check}": {
            "rbac-pod-exec": {"kinds": [kind], "role-kinds": [role]},
            **({"role-missing": _UNLISTED} if kind.endswith("Binding") else {}),
        }
        for check, kind, role in (
            ("clusterrolePodExecAttach", "ClusterRole", "ClusterRole"),
            ("rolePodExecAttach", "Role", "Role"),
            ("clusterrolebindingPodExecAttach", "ClusterRoleBinding", "ClusterRole"),
            ("rolebindingClusterRolePodExecAttach", "RoleBinding", "ClusterRole"),
            ("rolebindingRolePodExecAttach", "RoleBinding", "Role"),
        )
    },
    "polaris:hpaMinAvailability": {"hpa-min-too-low": {"unwritten-counts": False}},
    "polaris:pdbMinAvailableGreaterThanHPAMinReplicas": {"pdb-above-hpa-floor": {"equal": False}},
    "polaris:cpuRequestsMissing": {"cpu-request-missing": _EXPLICIT},
    "polaris:memoryRequestsMissing": {"memory-request-missing": _EXPLICIT},
    "polaris:metadataAndInstanceMismatched": {"instance-label-mismatch": {"required": True}},
    "polaris:missingNetworkPolicy": _BOTH_WAYS,
    "polaris:missingPodDisruptionBudget": _BUDGET_ALWAYS,
    "polaris:pullPolicyNotAlways": {"pull-policy-not-always": {"explicit": True}},
    "polaris:readinessProbeMissing": {"readiness-probe-missing": {"only-serving": False}},
    "polaris:sensitiveConfigmapContent": {"secret-in-configmap": {"words": POLARIS_WORDS}},
    "polaris:sensitiveContainerEnvVar": {"secret-in-env": {"words": POLARIS_WORDS, "harmless": []}},
    "polaris:topologySpreadConstraint": {"no-topology-spread": {"kinds": list(SPREAD_KINDS)}},
    "kube-score:container-cpu-requests-equal-limits": {"requests-differ-from-limits": {"resources": ["cpu"]}},
    "kube-score:container-memory-requests-equal-limits": {"requests-differ-from-limits": {"resources": ["memory"]}},
    "kube-score:container-resources": {
        "cpu-limit-missing": _INIT,
        "cpu-request-missing": {**_EXPLICIT, **_INIT},
        "memory-limit-missing": _INIT,
        "memory-request-missing": {**_EXPLICIT, **_INIT},
    },
    "kube-score:deployment-has-poddisruptionbudget": _BUDGET,
    "kube-score:statefulset-has-poddisruptionbudget": _BUDGET,
    "kube-linter:pdb-min-available": {"pdb-above-hpa-floor": {"static": True}},
    "kube-score:deployment-has-host-podantiaffinity": _APART_UNWRITTEN,
    "kube-score:deployment-strategy": {"not-rolling-update": {"only-behind-service": True}},
    "kube-score:pod-networkpolicy": _BOTH_WAYS,
    "kube-score:pod-probes": {"readiness-probe-missing": {"only-behind-service": True, "only-serving": False}},
    "kube-score:service-type": {"exposed-service": {"types": ["NodePort"]}},
    "kube-score:statefulset-has-host-podantiaffinity": _APART_UNWRITTEN,
}
"""By the peer's id; a check that is not here is asked by its counterpart as it stands."""

KUBE_LINTER_DEFAULT: Final = frozenset(
    {
        "dangling-service",
        "deprecated-service-account-field",
        "docker-sock",
        "drop-net-raw-capability",
        "duplicate-env-var",
        "env-var-secret",
        "host-ipc",
        "host-network",
        "host-pid",
        "invalid-target-ports",
        "job-ttl-seconds-after-finished",
        "latest-tag",
        "liveness-port",
        "mismatching-selector",
        "no-anti-affinity",
        "no-extensions-v1beta",
        "no-read-only-root-fs",
        "non-existent-service-account",
        "pdb-max-unavailable",
        "pdb-min-available",
        "pdb-unhealthy-pod-eviction-policy",
        "privilege-escalation-container",
        "privileged-container",
        "readiness-port",
        "run-as-non-root",
        "sensitive-host-mounts",
        "ssh-port",
        "startup-port",
        "unsafe-sysctls",
        "unset-cpu-requirements",
        "unset-memory-requirements",
    }
)
"""kube-linter's checks that are on unless they are switched off."""

KUBE_SCORE_OPTIONAL: Final = frozenset(
    {
        "container-cpu-requests-equal-limits",
        "container-ephemeral-storage-request-equals-limit",
        "container-memory-requests-equal-limits",
        "container-ports-check",
        "container-resource-requests-equal-limits",
        "container-seccomp-profile",
    }
)
"""kube-score's checks that are off unless ``--enable-optional-test`` names them."""
