"""A recorded cluster as a bundle: the manifests as applied, and the Pods and addresses that the cluster gave them."""

from __future__ import annotations

import copy
from typing import Any, Final

import yaml

from kubelens.kube.bundle import Bundle
from tests.agreement.ingress import bundle_of

Object = dict[str, Any]
_TEMPLATED: Final = ("StatefulSet", "DaemonSet", "ReplicaSet", "Deployment", "ReplicationController", "Job")


def objects_of(text: str) -> list[Object]:
    """The objects of a YAML stream."""
    return [o for o in yaml.load_all(text, Loader=yaml.CSafeLoader) if o]


def recorded_bundle(objects: list[Object], state: Object, nodes: list[Object] | None = None) -> Bundle:
    """The objects with the cluster's own: Pods as the state has them, and cluster IPs, ports and nodes."""
    namespaces = [_namespace(o) for o in objects if o["kind"] != "Namespace"]
    alone = max(set(namespaces), key=namespaces.count) if namespaces else "default"
    given = [copy.deepcopy(o) for o in objects if o["kind"] != "Pod"]
    pods = {(_namespace(o), o["metadata"]["name"]): o for o in objects if o["kind"] == "Pod"}
    workloads = [o for o in objects if o["kind"] in _TEMPLATED]
    found = [_pod(one, pods, workloads, alone) for one in state["pods"]]
    services = {_key(s["name"], alone): s for s in state.get("services", ())}
    for service in (o for o in given if o["kind"] == "Service"):
        recorded = services.get((_namespace(service), service["metadata"]["name"]))
        if recorded is not None:
            _give_addresses(service, recorded)
    return bundle_of([*given, *(p for p in found if p is not None), *_system(services, given), *(nodes or ())])


def _key(name: str, alone: str) -> tuple[str, str]:
    namespace, slash, rest = name.partition("/")
    return (namespace, rest) if slash else (alone, name)


def _namespace(obj: Object) -> str:
    return str(obj["metadata"].get("namespace", "default"))


def _give_addresses(service: Object, recorded: Object) -> None:
    spec = service["spec"]
    addresses = recorded.get("clusterIPs") or []
    if addresses and spec.get("type") != "ExternalName":
        spec["clusterIP"], spec["clusterIPs"] = addresses[0], addresses
        if addresses[0] != "None":
            spec["ipFamilies"] = ["IPv6" if ":" in a else "IPv4" for a in addresses]
            spec["ipFamilyPolicy"] = "RequireDualStack" if len(addresses) > 1 else "SingleStack"
    by_port = {(p.get("name", ""), p["protocol"], p["port"]): p for p in recorded.get("ports") or ()}
    for port in spec.get("ports") or ():
        known = by_port.get((port.get("name", ""), port.get("protocol", "TCP"), port["port"]), {})
        if known.get("nodePort"):
            port["nodePort"] = known["nodePort"]


def _system(services: dict[tuple[str, str], Object], given: list[Object]) -> list[Object]:
    """The Service that every cluster has, with its address."""
    recorded = services.get(("default", "kubernetes"))
    metadata = {"name": "kubernetes", "namespace": "default"}
    there = [(_namespace(o), o["metadata"]["name"]) for o in given if o["kind"] == "Service"]
    if recorded is None or ("default", "kubernetes") in there:
        return []
    spec = {"clusterIP": recorded["clusterIPs"][0], "ports": recorded["ports"]}
    return [{"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}]


def _pod(one: Object, pods: dict[tuple[str, str], Object], workloads: list[Object], alone: str) -> Object | None:
    namespace, name = _key(one["name"], alone)
    written = pods.get((namespace, name))
    if written is not None:
        pod = copy.deepcopy(written)
    else:
        owner = _owner(namespace, name, workloads)
        if owner is None:
            return None
        template = copy.deepcopy(owner["spec"]["template"])
        pod = {"apiVersion": "v1", "kind": "Pod", "spec": template["spec"]}
        reference = {"kind": owner["kind"], "name": owner["metadata"]["name"], "controller": True}
        pod["metadata"] = {
            "name": name,
            "namespace": namespace,
            "labels": dict(template.get("metadata", {}).get("labels", {})),
            "ownerReferences": [{"apiVersion": owner["apiVersion"], "uid": "1", **reference}],
        }
        if owner["kind"] == "StatefulSet":
            pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = name
            pod["spec"].update(hostname=name, subdomain=owner["spec"].get("serviceName", ""))
    if one["terminating"]:
        pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    pod["spec"]["nodeName"] = one["node"]
    ips = one["ips"]
    pod["status"] = {
        "phase": "Running",
        **({"podIP": ips[0], "podIPs": [{"ip": ip} for ip in ips]} if ips else {}),
        "conditions": [{"type": "Ready", "status": "True" if one["ready"] else "False"}],
    }
    return pod


def _owner(namespace: str, name: str, workloads: list[Object]) -> Object | None:
    """The workload whose Pod has a name: as long a part of the name as it takes."""
    parts = {"Deployment": 2}
    for workload in workloads:
        own = workload["metadata"]["name"]
        if _namespace(workload) == namespace and name.rsplit("-", parts.get(workload["kind"], 1))[0] == own:
            return workload
    return None
