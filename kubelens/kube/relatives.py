"""What looks like an object of Kubernetes' own API and is none: files of clients, and OpenShift's first kinds."""

from __future__ import annotations

from collections.abc import Mapping
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

CLIENT_GROUPS: Final = (
    "backstage.io/",
    "builtin",
    "chainsaw.kyverno.io/",
    "cli.kyverno.io/",
    "ctlptl.dev/",
    "k3d.io/",
    "kind.x-k8s.io/",
    "kubeadm.k8s.io/",
    "kustomize.config.k8s.io/",
    "pipecd.dev/",
    "scaffolder.backstage.io/",
    "skaffold/",
)
"""How the apiVersion begins of what programs read themselves, with metadata or without: no server takes it."""

PLUGIN_FILE: Final = ("argoproj.io/v1alpha1", "ConfigManagementPlugin")
"""What Argo CD's plugin server reads from a file beside it: there is no such kind in a cluster."""

OPENSHIFT_FIRST: Final[Mapping[str, str]] = {
    kind: f"{group}.openshift.io/v1"
    for group, kinds in {
        "apps": "DeploymentConfig",
        "build": "Build BuildConfig",
        "image": "Image ImageStream ImageStreamImport ImageStreamTag",
        "network": "ClusterNetwork EgressNetworkPolicy HostSubnet NetNamespace",
        "oauth": "OAuthClient",
        "project": "Project ProjectRequest",
        "route": "Route",
        "security": "SecurityContextConstraints",
        "template": "Template",
        "user": "Group Identity User",
    }.items()
    for kind in kinds.split()
}
"""Kinds that OpenShift had as ``v1`` before its API groups, and the version they have now; its clients still read both."""
