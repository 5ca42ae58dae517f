"""A Job's spec, in a Job or in a CronJob's template (``ValidateJobSpec``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.go_int import parse_int
from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation, said_of
from kubelens.predict.apiserver.formats import is_domain_prefixed_path, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import nonnegative
from kubelens.predict.apiserver.pod.spec import validate_template
from kubelens.predict.apiserver.pod.warnings import Pair, template_pairs
from kubelens.syntax.pattern import pattern

_INDEXED_LIMIT: Final = 100_000
_INDEXES_LENGTH: Final = 64 * 1024
_RULES: Final = 20
_CODES: Final = 255
_CONDITIONS: Final = 20
_SUCCESS_RULES: Final = 20
_INDEX: Final = pattern(r"\+?[0-9]+\Z")
_COMPLETIONS: Final = 100_000
_PARALLELISM: Final = 10_000


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
                "must be Never where there is a podFailurePolicy",
            )
        _failure_policy(spec, report, (*path, "podFailurePolicy"))
    if "successPolicy" in spec:
        if spec.get("completionMode") != "Indexed":
            report.inconsistent((*path, "successPolicy"), "must not be set without completionMode: Indexed")
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
        said = said_of(policy, "must be OnFailure or Never")
        report.required((*path, "template", "spec", "restartPolicy"), said)
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
        report.invalid((*path, "backoffLimitPerIndex"), per_index, "must not be set without completionMode: Indexed")
    if failed is not None:
        completions = spec.get("completions")
        if unindexed:
            report.invalid((*path, "maxFailedIndexes"), failed, "must not be set without completionMode: Indexed")
        if spec.get("completionMode") == "Indexed" and completions is not None and failed > completions:
            report.invalid((*path, "maxFailedIndexes"), failed, "must be at most completions")
        if per_index is None:
            report.required((*path, "backoffLimitPerIndex"), "must be given beside maxFailedIndexes")


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
        report.required((*path, "completions"), "must be given for an Indexed Job")
    if parallelism is not None and parallelism > _INDEXED_LIMIT:
        report.invalid((*path, "parallelism"), parallelism, f"must be at most {_INDEXED_LIMIT} for an Indexed Job")
    if completions is not None and completions > _INDEXED_LIMIT and "backoffLimitPerIndex" in spec:
        failed = spec.get("maxFailedIndexes")
        if failed is None:
            report.required((*path, "maxFailedIndexes"), f"must be given above {_INDEXED_LIMIT} completions")
        elif failed > 10_000:
            report.invalid((*path, "maxFailedIndexes"), failed, "must be at most 10000 with so many completions")
        if (parallelism or 0) > 10_000:
            report.invalid((*path, "parallelism"), parallelism, "must be at most 10000 with so many completions")
    failed = spec.get("maxFailedIndexes")
    if failed is not None and failed > _INDEXED_LIMIT:
        report.invalid((*path, "maxFailedIndexes"), failed, f"must be at most {_INDEXED_LIMIT}")


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
                report.invalid((*here, "action"), action, "must not be set without backoffLimitPerIndex")
        elif action not in ("Count", "FailJob", "Ignore"):
            report.not_supported((*here, "action"), action, ("Count", "FailIndex", "FailJob", "Ignore"))
        codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions", [])
        if codes is not None:
            _exit_codes(codes, names, report, (*here, "onExitCodes"))
        if conditions:
            _conditions(conditions, report, (*here, "onPodConditions"))
        if codes is not None and conditions:
            report.add(
                here, CauseReason.INVALID, "must have onExitCodes or onPodConditions, has both: make it two rules"
            )
        if codes is None and not conditions:
            report.add(here, CauseReason.INVALID, "must have onExitCodes or onPodConditions")


def _exit_codes(codes: dict[str, Any], names: set[Any], report: Report, path: Path) -> None:
    operator = codes.get("operator", "")
    if not operator:
        report.required((*path, "operator"))
    elif operator not in ("In", "NotIn"):
        report.not_supported((*path, "operator"), operator, ("In", "NotIn"))
    container = codes.get("containerName")
    if container is not None and container not in names:
        report.invalid((*path, "containerName"), container, "must be the name of a container")
    values = codes.get("values", [])
    if not values:
        report.invalid((*path, "values"), values, "must have at least one code")
    elif len(values) > _CODES:
        report.too_many((*path, "values"), len(values), _CODES)
    ordered = True
    seen: set[int] = set()
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            report.invalid((*path, "values", index), value, "must not hold 0, which is no failure")
        if value in seen:
            report.duplicate((*path, "values", index), value)
        seen.add(value)
        if ordered and index and values[index - 1] > value:
            ordered = False
            report.invalid((*path, "values"), values, "must be in ascending order")


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
            report.required(here, "must have succeededCount or succeededIndexes")
        total = 0
        if indexes is not None:
            if len(indexes) > _INDEXES_LENGTH:
                report.too_long((*here, "succeededIndexes"), _INDEXES_LENGTH)
            total = _indexes(indexes, completions, report, (*here, "succeededIndexes"))
        if count is not None:
            nonnegative(count, report, (*here, "succeededCount"))
            if count > completions:
                report.invalid((*here, "succeededCount"), count, f"must be at most completions, {completions}")
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
            report.invalid(path, text, "must be numbers and ranges, as in 0-3,5")
            return 0
        start, end = parse_int(bounds[0]), parse_int(bounds[-1])
        if start is None or end is None:
            report.invalid(path, text, "must be numbers and ranges, as in 0-3,5")
            return 0
        if (len(bounds) == 2 and start >= end) or start <= last or end >= completions:
            report.invalid(path, text, f"must be ascending indexes below {completions}")
            return 0
        last = end
        total += end - start + 1
    return total


def job_spec_warnings(spec: dict[str, Any], path: Path) -> list[Pair]:
    """What of a Job's spec is taken with a warning (``pkg/api/job``, ``WarningsForJobSpec``)."""
    found: list[Pair] = []
    many = (spec.get("completions") or 0) > _COMPLETIONS and (spec.get("parallelism") or 0) > _PARALLELISM
    if many and spec.get("completionMode") == "Indexed":
        found.append(
            (field_notation(path), "with so many completions and Pods at a time failed indexes may not be tracked")
        )
    return [*found, *template_pairs(spec.get("template", {}), (*path, "template"))]
