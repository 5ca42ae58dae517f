"""Defaults of the other kinds: storage, autoscaling, RBAC, webhooks, policies. Objects are changed in place."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.defaults.pods import default_volume_source

_RBAC: Final = "rbac.authorization.k8s.io"
_OTHER_METRICS: Final = "autoscaling.alpha.kubernetes.io/metrics"


def default_secret(obj: dict[str, Any]) -> None:
    """The type; ``stringData`` goes into ``data`` before validation."""
    import base64  # noqa: PLC0415 - only Secrets need it

    if not obj.get("type"):
        obj["type"] = "Opaque"
    text = obj.pop("stringData", None)
    if text:
        data = obj.setdefault("data", {})
        for name, value in text.items():
            data[name] = base64.b64encode(value.encode()).decode()


def default_namespace(obj: dict[str, Any]) -> None:
    """The finalizer and the label with its name."""
    metadata = obj.setdefault("metadata", {})
    if name := metadata.get("name"):
        metadata.setdefault("labels", {}).setdefault("kubernetes.io/metadata.name", name)
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])


def default_persistent_volume(obj: dict[str, Any]) -> None:
    """Reclaim policy, mode, and the source's own defaults."""
    spec = obj.setdefault("spec", {})
    if not spec.get("persistentVolumeReclaimPolicy"):
        spec["persistentVolumeReclaimPolicy"] = "Retain"
    spec.setdefault("volumeMode", "Filesystem")
    default_volume_source(spec)


def default_claim(obj: dict[str, Any]) -> None:
    """The mode of a PersistentVolumeClaim; a claim's data source and its reference say the same."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("volumeMode", "Filesystem")
    source = spec.get("dataSource")
    if source is not None and not _is_claim_or_snapshot(source):
        del spec["dataSource"]
    if spec.get("dataSourceRef", {}).get("namespace"):
        # CrossNamespaceVolumeDataSource is off by default: the reference is dropped
        del spec["dataSourceRef"]
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source and not reference:
        spec["dataSourceRef"] = dict(source)
    elif reference and not source:
        spec["dataSource"] = {key: value for key, value in reference.items() if key != "namespace"}


def _is_claim_or_snapshot(source: dict[str, Any]) -> bool:
    """What dataSource may name; anything else is dropped without a word."""
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    return (group, kind) in (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))


def default_storage_class(obj: dict[str, Any]) -> None:
    """Reclaim policy and binding mode."""
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def default_csi_driver(obj: dict[str, Any]) -> None:
    """What a driver does where it does not say."""
    spec = obj.setdefault("spec", {})
    for name, value in (
        ("attachRequired", True),
        ("podInfoOnMount", False),
        ("storageCapacity", False),
        ("fsGroupPolicy", "ReadWriteOnceWithFSType"),
        ("requiresRepublish", False),
        ("seLinuxMount", False),
    ):
        spec.setdefault(name, value)
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = ["Persistent"]


def default_role_binding(obj: dict[str, Any]) -> None:
    """API groups of the role and the subjects."""
    reference = obj.setdefault("roleRef", {})
    if not reference.get("apiGroup"):
        reference["apiGroup"] = _RBAC
    for subject in obj.get("subjects", []):
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = _RBAC


def default_autoscaler(obj: dict[str, Any]) -> None:
    """autoscaling/v2: a lower bound, a metric, and the pace of scaling."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if isinstance(behavior, dict):
        if isinstance(up := behavior.get("scaleUp"), dict):
            up.setdefault("selectPolicy", "Max")
            up.setdefault("stabilizationWindowSeconds", 0)
            if "policies" not in up:
                up["policies"] = [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ]
        else:
            behavior["scaleUp"] = {
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ],
            }
        if isinstance(down := behavior.get("scaleDown"), dict):
            down.setdefault("selectPolicy", "Max")
            if "policies" not in down:
                down["policies"] = [{"type": "Percent", "value": 100, "periodSeconds": 15}]
        else:
            behavior["scaleDown"] = {
                "selectPolicy": "Max",
                "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
            }


def default_autoscaler_v1(obj: dict[str, Any]) -> None:
    """autoscaling/v1: a lower bound, and CPU as in autoscaling/v2 where no annotation has other metrics."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    if _OTHER_METRICS not in obj.get("metadata", {}).get("annotations", {}):
        spec.setdefault("targetCPUUtilizationPercentage", 80)


def default_limit_range(obj: dict[str, Any]) -> None:
    """For containers: limits from maxima, requests from limits, requests from minima."""
    for item in obj.setdefault("spec", {}).get("limits", []):
        if item.get("type") != "Container":
            continue
        default = item.setdefault("default", {})
        request = item.setdefault("defaultRequest", {})
        for name, value in item.get("max", {}).items():
            default.setdefault(name, value)
        for name, value in default.items():
            request.setdefault(name, value)
        for name, value in item.get("min", {}).items():
            request.setdefault(name, value)
        for name in ("default", "defaultRequest"):
            if not item[name]:
                del item[name]


def default_priority_class(obj: dict[str, Any]) -> None:
    """The preemption policy."""
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")


def default_webhooks(obj: dict[str, Any]) -> None:
    """Failure and match policies, selectors, time-outs; ports of services."""
    for webhook in obj.get("webhooks", []):
        webhook.setdefault("failurePolicy", "Fail")
        webhook.setdefault("matchPolicy", "Equivalent")
        webhook.setdefault("namespaceSelector", {})
        webhook.setdefault("objectSelector", {})
        webhook.setdefault("timeoutSeconds", 10)
        _default_rules(webhook.get("rules", []))
        if isinstance(service := webhook.get("clientConfig", {}).get("service"), dict):
            service.setdefault("port", 443)


def default_mutating_webhooks(obj: dict[str, Any]) -> None:
    """As for validating ones, and whether they are called again."""
    default_webhooks(obj)
    for webhook in obj.get("webhooks", []):
        webhook.setdefault("reinvocationPolicy", "Never")


def default_admission_policy(obj: dict[str, Any]) -> None:
    """Failure policy and match constraints."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("failurePolicy", "Fail")
    if isinstance(match := spec.get("matchConstraints"), dict):
        _default_match(match)


def default_admission_policy_binding(obj: dict[str, Any]) -> None:
    """Match resources, where there are any."""
    if isinstance(match := obj.setdefault("spec", {}).get("matchResources"), dict):
        _default_match(match)


def _default_match(match: dict[str, Any]) -> None:
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    _default_rules(match.get("resourceRules", []))
    _default_rules(match.get("excludeResourceRules", []))


def _default_rules(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        rule.setdefault("scope", "*")


def default_api_service(obj: dict[str, Any]) -> None:
    """The port of its Service."""
    if isinstance(service := obj.setdefault("spec", {}).get("service"), dict):
        service.setdefault("port", 443)


def default_flow_schema(obj: dict[str, Any]) -> None:
    """Its place in the order."""
    spec = obj.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = 1000


def default_priority_level(obj: dict[str, Any]) -> None:
    """Shares, lending and queues."""
    spec = obj.setdefault("spec", {})
    if isinstance(exempt := spec.get("exempt"), dict):
        exempt.setdefault("nominalConcurrencyShares", 0)
        exempt.setdefault("lendablePercent", 0)
    if isinstance(limited := spec.get("limited"), dict):
        limited.setdefault("nominalConcurrencyShares", 30)
        limited.setdefault("lendablePercent", 0)
        queuing = limited.get("limitResponse", {}).get("queuing")
        if isinstance(queuing, dict):
            for name, value in (("handSize", 8), ("queues", 64), ("queueLengthLimit", 50)):
                if not queuing.get(name):
                    queuing[name] = value


def default_custom_resource_definition(obj: dict[str, Any]) -> None:
    """Names made from the kind, conversion, ports of conversion webhooks."""
    spec = obj.setdefault("spec", {})
    names = spec.setdefault("names", {})
    if kind := names.get("kind"):
        if not names.get("singular"):
            names["singular"] = kind.lower()
        if not names.get("listKind"):
            names["listKind"] = f"{kind}List"
    conversion = spec.setdefault("conversion", {"strategy": "None"})
    service = conversion.get("webhook", {}).get("clientConfig", {}).get("service")
    if isinstance(service, dict):
        service.setdefault("port", 443)
