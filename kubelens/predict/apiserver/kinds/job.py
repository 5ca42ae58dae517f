"""Jobs, after ``pkg/apis/batch/validation`` and ``registry/batch/job``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.selector import label_selector
from kubelens.predict.apiserver.causes import MapKey, Path, Report, shown
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.job_spec import job_spec_warnings, validate_job_spec
from kubelens.predict.apiserver.parts.workload_template import default_template
from kubelens.predict.apiserver.pod.warnings import Pair, name_warnings
from kubelens.predict.apiserver.selectors import is_readable, validate_label_selector
from kubelens.predict.apiserver.strategy import Strategy

_INT32_MAX: Final = 2**31 - 1
UID: Final = "00000000-0000-0000-0000-000000000000"
_SUSPENDED_MUTABLE: Final = ("nodeSelector", "tolerations", "schedulingGates")


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
    default_template(spec)
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


def validate_job(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Job as it is made: its selector and labels are the controller's unless manualSelector is true."""
    spec = obj.get("spec", {})
    metadata = obj.get("metadata", {})
    if spec.get("completionMode") == "Indexed" and (spec.get("completions") or 0) > 0:
        _pod_names(metadata.get("name", ""), spec["completions"], report)
    if not spec.get("manualSelector"):
        name = metadata.get("name", "") or "xxxxx"
        spec = with_generated_selector(spec, name)
        _generated_selector(spec, name, report)
    validate_job_spec(spec, report, ("spec",), options)
    _selector(spec, report)


def with_generated_selector(spec: dict[str, Any], name: str) -> dict[str, Any]:
    """The spec with the selector and the labels that the server adds (``generateSelector``); what is there stays."""
    template = spec.get("template", {})
    metadata = template.get("metadata", {})
    labels = {**_labels(name), **metadata.get("labels", {})}
    selector = spec.get("selector", {})
    match = {"batch.kubernetes.io/controller-uid": UID, **selector.get("matchLabels", {})}
    return {
        **spec,
        "selector": {**selector, "matchLabels": match},
        "template": {**template, "metadata": {**metadata, "labels": labels}},
    }


def _labels(name: str) -> dict[str, str]:
    return {
        "controller-uid": UID,
        "batch.kubernetes.io/controller-uid": UID,
        "job-name": name,
        "batch.kubernetes.io/job-name": name,
    }


def _generated_selector(spec: dict[str, Any], name: str, report: Report) -> None:
    expected = _labels(name)
    labels = spec["template"]["metadata"]["labels"]
    for key, value in expected.items():
        if labels.get(key) != value:
            report.invalid(
                ("spec", "template", "metadata", "labels", MapKey(key)),
                labels.get(key),
                f"is {shown(value)}, set by the server",
            )
    if is_readable(spec["selector"]) and not label_selector(spec["selector"]).matches(expected):
        report.invalid(
            ("spec", "selector"),
            spec["selector"],
            "must not be given: the server makes it, unless manualSelector is true",
        )


def _selector(spec: dict[str, Any], report: Report) -> None:
    selector = spec.get("selector")
    if selector is None:
        report.required(("spec", "selector"))
    else:
        validate_label_selector(selector, report, ("spec", "selector"))
    if selector is None or is_readable(selector):
        labels = spec.get("template", {}).get("metadata", {}).get("labels", {})
        if not label_selector(selector).matches(labels):
            report.invalid(
                ("spec", "template", "metadata", "labels"), labels, "the selector does not match the template's labels"
            )


def _pod_names(name: str, completions: int, report: Report) -> None:
    whole = f"{name}-{completions - 1}"
    for problem in is_dns1123_label(whole):
        report.invalid(("metadata", "name"), name, f"the last Pod would be called {whole!r}: {problem}")


def validate_job_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Completions, selector, template and policies stay; a suspended Job's template may change in part."""
    spec, before = new.get("spec", {}), old.get("spec", {})
    if not before.get("manualSelector"):
        name = old.get("metadata", {}).get("name", "")
        spec, before = with_generated_selector(spec, name), with_generated_selector(before, name)
    validate_job_spec(spec, report, ("spec",), options)
    _selector(spec, report)
    for field in (
        "selector",
        "completionMode",
        "podFailurePolicy",
        "backoffLimitPerIndex",
        "managedBy",
        "successPolicy",
    ):
        if spec.get(field) != before.get(field):
            report.inconsistent(("spec", field), "cannot be changed")
    _completions_change(spec, before, options, report)
    template, previous = _fixed_template(spec, before)
    if template != previous:
        path: Path = ("spec", "template", "spec") if before.get("suspend") else ("spec", "template")
        report.inconsistent(path, "cannot be changed")


def _completions_change(spec: dict[str, Any], before: dict[str, Any], options: Options, report: Report) -> None:
    if spec.get("completions") == before.get("completions"):
        return
    indexed = spec.get("completionMode") == "Indexed" and options.has("ElasticIndexedJob")
    if indexed and spec.get("completions") in (None, spec.get("parallelism")):
        return
    report.invalid(("spec", "completions"), spec.get("completions"), "cannot be changed")


def _fixed_template(spec: dict[str, Any], before: dict[str, Any]) -> tuple[Any, Any]:
    template, previous = spec.get("template", {}), before.get("template", {})
    if not before.get("suspend"):
        return template, previous

    def fixed(one: dict[str, Any]) -> dict[str, Any]:
        pod = {k: v for k, v in one.get("spec", {}).items() if k not in _SUSPENDED_MUTABLE}
        if "affinity" in pod:
            pod["affinity"] = {k: v for k, v in pod["affinity"].items() if k != "nodeAffinity"}
            if not pod["affinity"]:
                del pod["affinity"]
        for field in ("containers", "initContainers"):
            if field in pod:
                pod[field] = [{k: v for k, v in container.items() if k != "resources"} for container in pod[field]]
        metadata = {k: v for k, v in one.get("metadata", {}).items() if k not in ("labels", "annotations")}
        return {"spec": pod, "metadata": metadata}

    return fixed(template), fixed(previous)


def job_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A Job."""
    return [*name_warnings(obj.get("metadata", {})), *job_spec_warnings(obj.get("spec", {}), ("spec",))]


STRATEGIES: Final = (
    Strategy(
        "batch",
        "Job",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_job,
        validate=validate_job,
        update=validate_job_update,
        warn=job_warnings,
    ),
)
