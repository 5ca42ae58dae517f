"""Judging small manifests: what is blamed, as (field, reason)."""

from __future__ import annotations

import copy
from typing import Any

from kubelens.kube.identity import GroupVersionKind
from kubelens.predict.apiserver.judge import judge, judge_update
from kubelens.predict.apiserver.options import Options

KINDS = {
    "Pod": GroupVersionKind("", "v1", "Pod"),
    "ReplicationController": GroupVersionKind("", "v1", "ReplicationController"),
    "Deployment": GroupVersionKind("apps", "v1", "Deployment"),
    "ReplicaSet": GroupVersionKind("apps", "v1", "ReplicaSet"),
    "DaemonSet": GroupVersionKind("apps", "v1", "DaemonSet"),
    "StatefulSet": GroupVersionKind("apps", "v1", "StatefulSet"),
    "Job": GroupVersionKind("batch", "v1", "Job"),
    "CronJob": GroupVersionKind("batch", "v1", "CronJob"),
    **{
        kind: GroupVersionKind("", "v1", kind)
        for kind in ("ConfigMap", "LimitRange", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim")
    },
    "ResourceQuota": GroupVersionKind("", "v1", "ResourceQuota"),
    "Service": GroupVersionKind("", "v1", "Service"),
    **{
        kind: GroupVersionKind("storage.k8s.io", "v1", kind)
        for kind in ("CSINode", "VolumeAttachment", "VolumeAttributesClass")
    },
    "Ingress": GroupVersionKind("networking.k8s.io", "v1", "Ingress"),
    "IngressClass": GroupVersionKind("networking.k8s.io", "v1", "IngressClass"),
    "PodDisruptionBudget": GroupVersionKind("policy", "v1", "PodDisruptionBudget"),
    "Lease": GroupVersionKind("coordination.k8s.io", "v1", "Lease"),
    "Event": GroupVersionKind("", "v1", "Event"),
    "ControllerRevision": GroupVersionKind("apps", "v1", "ControllerRevision"),
    "RuntimeClass": GroupVersionKind("node.k8s.io", "v1", "RuntimeClass"),
    "FlowSchema": GroupVersionKind("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema"),
    "ClusterRole": GroupVersionKind("rbac.authorization.k8s.io", "v1", "ClusterRole"),
    "HorizontalPodAutoscaler": GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler"),
    "APIService": GroupVersionKind("apiregistration.k8s.io", "v1", "APIService"),
    "MutatingAdmissionPolicy": GroupVersionKind("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy"),
    "ValidatingAdmissionPolicy": GroupVersionKind("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy"),
    "ValidatingWebhookConfiguration": GroupVersionKind(
        "admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"
    ),
}


def pod(container: dict[str, Any] | None = None, /, **spec: Any) -> dict[str, Any]:
    """A Pod of one container, with more in the container or the spec."""
    main = {"name": "main", "image": "app:1", **(container or {})}
    return {"metadata": {"name": "web"}, "spec": {"containers": [main], **spec}}


def workload(**spec: Any) -> dict[str, Any]:
    """What a Deployment and its like have in common, with more in the spec."""
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod()["spec"]}
    return {
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec},
    }


def job(**spec: Any) -> dict[str, Any]:
    """A Job, with more in the spec."""
    return {
        "metadata": {"name": "sum"},
        "spec": {"template": {"spec": pod(restartPolicy="Never")["spec"]}, **spec},
    }


def blamed(kind: str, value: dict[str, Any], release: str = "1.36") -> set[tuple[str, str]]:
    """The fields that the server refuses, with its reasons without their ``FieldValue``."""
    judged = judge(value, KINDS[kind], Options(release=release))
    return {(cause.field, str(cause.reason).removeprefix("FieldValue")) for cause in judged.causes}


def blamed_change(kind: str, old: dict[str, Any], new: dict[str, Any]) -> set[tuple[str, str]]:
    """The same for a change of what is stored."""
    stored = judge(old, KINDS[kind]).stored
    assert stored is not None
    judged = judge_update(new, copy.deepcopy(dict(stored)), KINDS[kind])
    return {(cause.field, str(cause.reason).removeprefix("FieldValue")) for cause in judged.causes}


def warned(kind: str, value: dict[str, Any]) -> set[str]:
    """The fields that the server warns of."""
    return {warning.field for warning in judge(value, KINDS[kind]).warnings}
