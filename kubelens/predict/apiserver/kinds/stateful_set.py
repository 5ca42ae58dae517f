"""StatefulSets, after ``pkg/apis/apps/validation`` and ``registry/apps/statefulset``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label
from kubelens.predict.apiserver.immutable import is_same
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.claim_spec import validate_claim_spec
from kubelens.predict.apiserver.parts.counts import nonnegative
from kubelens.predict.apiserver.parts.workload_template import (
    default_template,
    template_warnings,
    validate_selector_and_template,
)
from kubelens.predict.apiserver.pod.volume_warnings import claim_warnings
from kubelens.predict.apiserver.pod.warnings import Pair
from kubelens.predict.apiserver.strategy import Strategy

_STATEFUL_MUTABLE: Final = (
    "replicas",
    "template",
    "updateStrategy",
    "minReadySeconds",
    "ordinals",
    "persistentVolumeClaimRetentionPolicy",
)


def default_stateful_set(obj: dict[str, Any]) -> None:
    """Order, update strategy, replicas, history, what becomes of claims."""
    spec = obj.setdefault("spec", {})
    default_template(spec)
    if not spec.get("podManagementPolicy"):
        spec["podManagementPolicy"] = "OrderedReady"
    strategy = spec.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("partition", 0)
    if strategy["type"] == "RollingUpdate" and isinstance(rolling := strategy.get("rollingUpdate"), dict):
        rolling.setdefault("partition", 0)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for name in ("whenDeleted", "whenScaled"):
        if not policy.get(name):
            policy[name] = "Retain"
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", 10)
    for claim in spec.get("volumeClaimTemplates", []):
        claim.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
        claim.setdefault("status", {}).setdefault("phase", "Pending")
        claim.setdefault("apiVersion", "v1")
        claim.setdefault("kind", "PersistentVolumeClaim")


def pod_template(spec: dict[str, Any]) -> dict[str, Any]:
    """The template as its Pods will have it: each claim is a volume, and the Service's name the subdomain."""
    template = spec.get("template", {})
    pod = {key: value for key, value in template.get("spec", {}).items() if key not in ("hostname", "subdomain")}
    claims = list(
        dict.fromkeys(claim.get("metadata", {}).get("name", "") for claim in spec.get("volumeClaimTemplates", []))
    )
    if claims:
        own = [volume for volume in pod.get("volumes", []) if volume.get("name", "") not in claims]
        pod["volumes"] = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims] + own
    return {**template, "spec": pod}


def keep_rolling_update(obj: dict[str, Any], written: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """A ``rollingUpdate`` that the server filled in stays where the new object says nothing of it."""
    strategy = obj.get("spec", {}).get("updateStrategy", {})
    said, had = (fields.mapping(fields.mapping(one, "spec"), "updateStrategy") for one in (written, stored))
    if "rollingUpdate" not in strategy and "rollingUpdate" not in said and "rollingUpdate" in had:
        strategy["rollingUpdate"] = had["rollingUpdate"]


def validate_stateful_set(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A StatefulSet."""
    spec = obj.get("spec", {})
    policy = spec.get("podManagementPolicy", "")
    if not policy:
        report.required(("spec", "podManagementPolicy"))
    elif policy not in ("OrderedReady", "Parallel"):
        report.invalid(("spec", "podManagementPolicy"), policy, "must be OrderedReady or Parallel")
    _stateful_strategy(spec.get("updateStrategy", {}), report)
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for name in ("whenDeleted", "whenScaled"):
        value = retention.get(name, "")
        if value not in ("Delete", "Retain"):
            report.not_supported(("spec", "persistentVolumeClaimRetentionPolicy", name), value, ("Delete", "Retain"))
    nonnegative(spec.get("replicas", 0), report, ("spec", "replicas"))
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    nonnegative((spec.get("ordinals") or {}).get("start", 0), report, ("spec", "ordinals", "start"))
    service = spec.get("serviceName", "")
    if service:
        for problem in is_dns1123_label(service):
            report.invalid(("spec", "serviceName"), service, problem)
    for index, claim in enumerate(spec.get("volumeClaimTemplates", [])):
        validate_claim_spec(claim.get("spec", {}), report, ("spec", "volumeClaimTemplates", index, "spec"))
    validate_selector_and_template({**spec, "template": pod_template(spec)}, report, options, "StatefulSet")


def _stateful_strategy(strategy: dict[str, Any], report: Report) -> None:
    path: Path = ("spec", "updateStrategy")
    kind = strategy.get("type", "")
    rolling = strategy.get("rollingUpdate")
    if not kind:
        report.required(path)
    elif kind == "OnDelete":
        if rolling is not None:
            report.add((*path, "rollingUpdate"), CauseReason.INVALID, "must not be set without type RollingUpdate")
    elif kind == "RollingUpdate":
        if rolling is not None:
            nonnegative(rolling.get("partition", 0), report, (*path, "rollingUpdate", "partition"))
    else:
        report.invalid(path, kind, "must be RollingUpdate or OnDelete")


def validate_stateful_set_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Replicas, template, strategy, ordinals, history, retention may change; nothing else."""
    validate_stateful_set(new, report, options)
    history = options.has("revisionHistoryLimit of a StatefulSet may change")
    mutable = {*_STATEFUL_MUTABLE, *(("revisionHistoryLimit",) if history else ())}
    fixed = {k: v for k, v in new.get("spec", {}).items() if k not in mutable}
    before = {k: v for k, v in old.get("spec", {}).items() if k not in mutable}
    if not is_same(fixed, before):
        report.forbidden(
            ("spec",),
            f"only replicas, ordinals, template, updateStrategy, {'revisionHistoryLimit, ' if history else ''}"
            "persistentVolumeClaimRetentionPolicy and minReadySeconds can be changed",
        )


def stateful_set_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A StatefulSet."""
    spec = obj.get("spec", {})
    found = template_warnings(obj)
    for index, claim in enumerate(spec.get("volumeClaimTemplates", [])):
        found.extend(claim_warnings(claim.get("spec", {}), ("spec", "volumeClaimTemplates", index, "spec")))
    if (spec.get("revisionHistoryLimit") or 0) < 0:
        found.append(("spec.revisionHistoryLimit", "is negative: all old revisions are kept"))
    return found


STRATEGIES: Final = (
    Strategy(
        "apps",
        "StatefulSet",
        names=is_dns1123_label,
        namespaced=True,
        default=default_stateful_set,
        keep=keep_rolling_update,
        validate=validate_stateful_set,
        update=validate_stateful_set_update,
        warn=stateful_set_warnings,
    ),
)
