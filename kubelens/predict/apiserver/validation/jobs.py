"""Jobs, after ``pkg/apis/batch/validation``."""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.kube.selector import label_selector
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, shown
from kubelens.predict.apiserver.formats import is_dns1123_label, is_domain_prefixed_path, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.pod import validate_template
from kubelens.predict.apiserver.validation.selectors import is_readable, validate_label_selector
from kubelens.predict.apiserver.validation.workloads import nonnegative

_INDEXED_LIMIT: Final = 100_000
_INDEXES_LENGTH: Final = 64 * 1024
_RULES: Final = 20
_CODES: Final = 255
_CONDITIONS: Final = 20
_SUCCESS_RULES: Final = 20
_INDEX: Final = re.compile(r"\+?[0-9]+\Z")
UID: Final = "00000000-0000-0000-0000-000000000000"


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
        report.invalid(("spec", "selector"), spec["selector"], "is made by the server unless manualSelector is true")


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


def validate_job_spec(spec: dict[str, Any], report: Report, path: Path, options: Options) -> None:
    """A Job's spec, in a Job or in a CronJob's template."""
    for field in (
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ):
        nonnegative(spec.get(field), report, (*path, field))
    _per_index(spec, report, path)
    _completion_mode(spec, report, path)
    pods = spec.get("template", {}).get("spec", {})
    if "podFailurePolicy" in spec:
        if pods.get("restartPolicy") == "OnFailure":
            report.invalid(
                (*path, "template", "spec", "restartPolicy"),
                pods.get("restartPolicy"),
                "is Never where there is a podFailurePolicy",
            )
        _failure_policy(spec, report, (*path, "podFailurePolicy"))
    if "successPolicy" in spec:
        if spec.get("completionMode") != "Indexed":
            report.invalid((*path, "successPolicy"), "", "goes with completionMode: Indexed")
        else:
            _success_policy(spec, report, (*path, "successPolicy"))
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None:
        if "podFailurePolicy" in spec:
            if replacement != "Failed":
                report.not_supported((*path, "podReplacementPolicy"), replacement, ("Failed",))
        elif replacement not in ("Failed", "TerminatingOrFailed"):
            report.not_supported((*path, "podReplacementPolicy"), replacement, ("Failed", "TerminatingOrFailed"))
    _managed_by(spec, report, path)
    validate_template(spec.get("template", {}), report, (*path, "template"), options)
    policy = pods.get("restartPolicy", "")
    if policy in ("", "Always"):
        report.required((*path, "template", "spec", "restartPolicy"), "OnFailure or Never")
    elif policy not in ("OnFailure", "Never"):
        report.not_supported((*path, "template", "spec", "restartPolicy"), policy, ("Never", "OnFailure"))


def _managed_by(spec: dict[str, Any], report: Report, path: Path) -> None:
    manager = spec.get("managedBy")
    if manager is None:
        return
    if not manager:
        report.required((*path, "managedBy"))
        return
    for problem in is_domain_prefixed_path(manager):
        report.invalid((*path, "managedBy"), manager, problem)
    if len(manager) > 63:
        report.too_long((*path, "managedBy"), 63)


def _per_index(spec: dict[str, Any], report: Report, path: Path) -> None:
    per_index, failed = spec.get("backoffLimitPerIndex"), spec.get("maxFailedIndexes")
    unindexed = spec.get("completionMode") in (None, "NonIndexed")
    if per_index is not None and unindexed:
        report.invalid((*path, "backoffLimitPerIndex"), per_index, "goes with completionMode: Indexed")
    if failed is not None:
        completions = spec.get("completions")
        if unindexed:
            report.invalid((*path, "maxFailedIndexes"), failed, "goes with completionMode: Indexed")
        if spec.get("completionMode") == "Indexed" and completions is not None and failed > completions:
            report.invalid((*path, "maxFailedIndexes"), failed, "is above completions")
        if per_index is None:
            report.required((*path, "backoffLimitPerIndex"), "goes with maxFailedIndexes")


def _completion_mode(spec: dict[str, Any], report: Report, path: Path) -> None:
    mode = spec.get("completionMode")
    if mode is None:
        return
    if mode not in ("Indexed", "NonIndexed"):
        report.not_supported((*path, "completionMode"), mode, ("Indexed", "NonIndexed"))
    if mode != "Indexed":
        return
    completions, parallelism = spec.get("completions"), spec.get("parallelism")
    if completions is None:
        report.required((*path, "completions"), "an Indexed Job has a number of completions")
    if parallelism is not None and parallelism > _INDEXED_LIMIT:
        report.invalid((*path, "parallelism"), parallelism, f"is at most {_INDEXED_LIMIT} for an Indexed Job")
    if completions is not None and completions > _INDEXED_LIMIT and "backoffLimitPerIndex" in spec:
        failed = spec.get("maxFailedIndexes")
        if failed is None:
            report.required((*path, "maxFailedIndexes"), f"needed above {_INDEXED_LIMIT} completions")
        elif failed > 10_000:
            report.invalid((*path, "maxFailedIndexes"), failed, "is at most 10000 with so many completions")
        if (parallelism or 0) > 10_000:
            report.invalid((*path, "parallelism"), parallelism, "is at most 10000 with so many completions")
    failed = spec.get("maxFailedIndexes")
    if failed is not None and failed > _INDEXED_LIMIT:
        report.invalid((*path, "maxFailedIndexes"), failed, f"is at most {_INDEXED_LIMIT}")


def _failure_policy(spec: dict[str, Any], report: Report, path: Path) -> None:
    rules = spec["podFailurePolicy"].get("rules", [])
    if len(rules) > _RULES:
        report.too_many((*path, "rules"), len(rules), _RULES)
    pods = spec.get("template", {}).get("spec", {})
    names = {c.get("name") for field in ("containers", "initContainers") for c in pods.get(field, [])}
    for index, rule in enumerate(rules):
        here = (*path, "rules", index)
        action = rule.get("action", "")
        if not action:
            report.required((*here, "action"))
        elif action == "FailIndex":
            if "backoffLimitPerIndex" not in spec:
                report.invalid((*here, "action"), action, "goes with backoffLimitPerIndex")
        elif action not in ("Count", "FailJob", "Ignore"):
            report.not_supported((*here, "action"), action, ("Count", "FailIndex", "FailJob", "Ignore"))
        codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions", [])
        if codes is not None:
            _exit_codes(codes, names, report, (*here, "onExitCodes"))
        if conditions:
            _conditions(conditions, report, (*here, "onPodConditions"))
        if codes is not None and conditions:
            report.add(here, CauseReason.INVALID, "onExitCodes and onPodConditions exclude each other")
        if codes is None and not conditions:
            report.add(here, CauseReason.INVALID, "onExitCodes or onPodConditions is needed")


def _exit_codes(codes: dict[str, Any], names: set[Any], report: Report, path: Path) -> None:
    operator = codes.get("operator", "")
    if not operator:
        report.required((*path, "operator"))
    elif operator not in ("In", "NotIn"):
        report.not_supported((*path, "operator"), operator, ("In", "NotIn"))
    container = codes.get("containerName")
    if container is not None and container not in names:
        report.invalid((*path, "containerName"), container, "no container is called so")
    values = codes.get("values", [])
    if not values:
        report.invalid((*path, "values"), values, "at least one code is needed")
    elif len(values) > _CODES:
        report.too_many((*path, "values"), len(values), _CODES)
    ordered = True
    seen: set[int] = set()
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            report.invalid((*path, "values", index), value, "0 is no failure")
        if value in seen:
            report.duplicate((*path, "values", index), value)
        seen.add(value)
        if ordered and index and values[index - 1] > value:
            ordered = False
            report.invalid((*path, "values"), values, "is not in ascending order")


def _conditions(conditions: list[dict[str, Any]], report: Report, path: Path) -> None:
    if len(conditions) > _CONDITIONS:
        report.too_many(path, len(conditions), _CONDITIONS)
    for index, condition in enumerate(conditions):
        kind = condition.get("type", "")
        for problem in is_qualified_name(kind):
            report.invalid((*path, index, "type"), kind, problem)
        status = condition.get("status", "")
        if not status:
            report.required((*path, index, "status"))
        elif status not in ("False", "True", "Unknown"):
            report.not_supported((*path, index, "status"), status, ("False", "True", "Unknown"))


def _success_policy(spec: dict[str, Any], report: Report, path: Path) -> None:
    rules = spec["successPolicy"].get("rules", [])
    if not rules:
        report.required((*path, "rules"))
    if len(rules) > _SUCCESS_RULES:
        report.too_many((*path, "rules"), len(rules), _SUCCESS_RULES)
    completions = spec.get("completions") or 0
    for index, rule in enumerate(rules):
        here = (*path, "rules", index)
        count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
        if count is None and indexes is None:
            report.required(here, "succeededCount or succeededIndexes is needed")
        total = 0
        if indexes is not None:
            if len(indexes) > _INDEXES_LENGTH:
                report.too_long((*here, "succeededIndexes"), _INDEXES_LENGTH)
            total = _indexes(indexes, completions, report, (*here, "succeededIndexes"))
        if count is not None:
            nonnegative(count, report, (*here, "succeededCount"))
            if count > completions:
                report.invalid((*here, "succeededCount"), count, f"is above completions, {completions}")
            if indexes is not None and count > total:
                report.invalid((*here, "succeededCount"), count, f"is above the number of succeededIndexes, {total}")


def _indexes(text: str, completions: int, report: Report, path: Path) -> int:
    """How many indexes there are; none where they cannot be read."""
    total = 0
    last = -1
    if not text:
        return 0
    for part in text.split(","):
        bounds = part.split("-")
        if len(bounds) > 2 or not all(_INDEX.match(bound) for bound in bounds):
            report.invalid(path, text, "numbers and ranges, as in 0-3,5")
            return 0
        start, end = int(bounds[0]), int(bounds[-1])
        if (len(bounds) == 2 and start >= end) or start <= last or end >= completions:
            report.invalid(path, text, f"ascending indexes below {completions}")
            return 0
        last = end
        total += end - start + 1
    return total


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
            report.invalid(("spec", field), "", "cannot be changed")
    _completions_change(spec, before, report)
    template, previous = _fixed_template(spec, before)
    if template != previous:
        path: Path = ("spec", "template", "spec") if before.get("suspend") else ("spec", "template")
        report.invalid(path, "", "cannot be changed")


def _completions_change(spec: dict[str, Any], before: dict[str, Any], report: Report) -> None:
    if spec.get("completions") == before.get("completions"):
        return
    indexed = spec.get("completionMode") == "Indexed"
    if indexed and spec.get("completions") in (None, spec.get("parallelism")):
        return
    report.invalid(("spec", "completions"), spec.get("completions"), "cannot be changed")


_SUSPENDED_MUTABLE: Final = ("nodeSelector", "tolerations", "schedulingGates")


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
