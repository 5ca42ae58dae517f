"""What looks like an object of Kubernetes' own API and is none: files of clients, and OpenShift's first kinds."""

from __future__ import annotations

from typing import Final

CLIENT_FILES: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("clusterctl.cluster.x-k8s.io/v1alpha3", "Metadata"),
        ("v1", "Config"),
        ("v1", "EncryptionConfig"),
        ("v1", "Policy"),
    }
)
"""(apiVersion, kind) of files that no server takes: clusterctl's, a kubeconfig, two of the control plane's own of old."""

OPENSHIFT_FIRST: Final[frozenset[str]] = frozenset(
    {
        "Build",
        "BuildConfig",
        "ClusterNetwork",
        "DeploymentConfig",
        "EgressNetworkPolicy",
        "Group",
        "HostSubnet",
        "Identity",
        "Image",
        "ImageStream",
        "ImageStreamImport",
        "ImageStreamTag",
        "NetNamespace",
        "OAuthClient",
        "Project",
        "ProjectRequest",
        "Route",
        "SecurityContextConstraints",
        "Template",
        "User",
    }
)
"""Kinds that OpenShift had as ``v1`` before its API groups; its clients still read files that say so."""
