"""Defaults of workloads, after ``pkg/apis/{apps,batch,core}/v1/defaults.go``. Objects are changed in place."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.defaults.pods import default_pod_spec

_INT32_MAX: Final = 2**31 - 1


def _template(spec: dict[str, Any]) -> None:
    template = spec.setdefault("template", {})
    default_pod_spec(template.setdefault("spec", {}))


def default_deployment(obj: dict[str, Any]) -> None:
    """Replicas, strategy, history and progress deadline."""
    spec = obj.setdefault("spec", {})
    _template(spec)
    if spec.get("paused") is False:
        del spec["paused"]
    spec.setdefault("replicas", 1)
    strategy = spec.setdefault("strategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def default_replica_set(obj: dict[str, Any]) -> None:
    """Replicas."""
    spec = obj.setdefault("spec", {})
    _template(spec)
    spec.setdefault("replicas", 1)


def default_replication_controller(obj: dict[str, Any]) -> None:
    """Replicas; labels and selector from the template's labels."""
    spec = obj.setdefault("spec", {})
    if isinstance(spec.get("template"), dict):
        _template(spec)
        labels = spec["template"].get("metadata", {}).get("labels", {})
        if labels:
            if not spec.get("selector"):
                spec["selector"] = dict(labels)
            metadata = obj.setdefault("metadata", {})
            if not metadata.get("labels"):
                metadata["labels"] = dict(labels)
    spec.setdefault("replicas", 1)


def default_stateful_set(obj: dict[str, Any]) -> None:
    """Order, update strategy, replicas, history, what becomes of claims."""
    spec = obj.setdefault("spec", {})
    _template(spec)
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


def default_daemon_set(obj: dict[str, Any]) -> None:
    """Update strategy and history; an annotation counts the template's generations."""
    metadata = obj.setdefault("metadata", {})
    metadata["annotations"] = {"deprecated.daemonset.template.generation": "1", **metadata.get("annotations", {})}
    spec = obj.setdefault("spec", {})
    _template(spec)
    strategy = spec.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def default_job(obj: dict[str, Any]) -> None:
    """Completions, parallelism, retries; labels from the template's."""
    spec = obj.setdefault("spec", {})
    default_job_spec(spec)
    labels = spec["template"].get("metadata", {}).get("labels", {})
    metadata = obj.setdefault("metadata", {})
    if labels and not metadata.get("labels"):
        metadata["labels"] = dict(labels)
    if metadata.get("name") and not spec["manualSelector"]:
        names = {"job-name": metadata["name"], "batch.kubernetes.io/job-name": metadata["name"]}
        template = spec["template"].setdefault("metadata", {})
        template["labels"] = {**names, **labels}


def default_job_spec(spec: dict[str, Any]) -> None:
    """A Job's spec, in a Job or a CronJob's template."""
    _template(spec)
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", _INT32_MAX if "backoffLimitPerIndex" in spec else 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed")
    spec.setdefault("manualSelector", False)
    for rule in spec.get("podFailurePolicy", {}).get("rules", []):
        for pattern in rule.get("onPodConditions", []):
            if not pattern.get("status"):
                pattern["status"] = "True"


def default_cron_job(obj: dict[str, Any]) -> None:
    """Concurrency, suspension, history."""
    spec = obj.setdefault("spec", {})
    default_job_spec_of_cron_job(spec)
    if not spec.get("concurrencyPolicy"):
        spec["concurrencyPolicy"] = "Allow"
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)


def default_job_spec_of_cron_job(spec: dict[str, Any]) -> None:
    """The Job template: only its Pod template is filled in before a Job is made of it."""
    job = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
    _template(job)


def default_pod_template(obj: dict[str, Any]) -> None:
    """The template of a PodTemplate."""
    template = obj.setdefault("template", {})
    default_pod_spec(template.setdefault("spec", {}))
