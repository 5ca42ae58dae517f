"""Ends of connections that every cluster has and few manifests hold: its DNS and its API server."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.network.ends import ANYWHERE, End, end_of
from kubelens.syntax.place import Place

DNS_NAMES: Final = frozenset({"kube-dns", "coredns", "kube-system/kube-dns", "kube-system/coredns"})
API_SERVER_NAMES: Final = frozenset(
    {"kubernetes", "default/kubernetes", "kubernetes.default", "kubernetes.default.svc"}
)
API_SERVER_PORT: Final = 443
_OWN_PORT: Final = 6443


class ClusterEnd(Struct, frozen=True):
    """An end with its own port behind a Service's, and what is taken for granted of it."""

    end: End
    port: int | None
    through: str
    assumption: str


def cluster_end(name: str, port: int | None) -> ClusterEnd | None:
    """The end that a name means in any cluster, None for other names."""
    if name in DNS_NAMES:
        taken = "the cluster's DNS is Pods of kube-system with the label k8s-app: kube-dns, which listen at port 53"
        return ClusterEnd(_dns(), port, "", taken)
    if name in API_SERVER_NAMES:
        own = _OWN_PORT if port in (None, API_SERVER_PORT) else port
        through = f"Service default/kubernetes: port {port or API_SERVER_PORT} is port {own} of the API server"
        taken = (
            "the API server has any address outside the Pods' network: rules for some addresses may not mean it; "
            f"managed clusters may have it listen at {API_SERVER_PORT}"
        )
        return ClusterEnd(ANYWHERE, own, through, taken)
    return None


def _dns() -> End:
    ports = [
        {"name": "dns", "containerPort": 53, "protocol": "UDP"},
        {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"},
        {"name": "metrics", "containerPort": 9153, "protocol": "TCP"},
    ]
    labels = {"k8s-app": "kube-dns"}
    value = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "coredns", "namespace": "kube-system", "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "coredns", "image": "coredns", "ports": ports}]},
            },
        },
    }
    key = ResourceKey(GroupVersionKind("apps", "v1", "Deployment"), "kube-system", "coredns")
    workload = read_workload(Resource(key, value, Place("", 0)))
    assert workload is not None
    return end_of(workload)
