"""CronJobs, after ``pkg/apis/batch/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.cron import CronError, is_time_zone, read_cron
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import nonnegative
from kubelens.predict.apiserver.parts.job_spec import job_spec_warnings, validate_job_spec
from kubelens.predict.apiserver.parts.workload_template import default_template
from kubelens.predict.apiserver.pod.warnings import Pair, name_warnings
from kubelens.predict.apiserver.strategy import Strategy
from kubelens.syntax.pattern import pattern

_ZONE_PART: Final = pattern(r"(?!-|\.\Z|\.\.\Z)[A-Za-z0-9_.+-]{1,14}\Z")


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
    default_template(job)


def validate_cron_job(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A CronJob."""
    name = obj.get("metadata", {}).get("name", "")
    if len(name) > 52:
        report.invalid(("metadata", "name"), name, "must have at most 52 characters, as Jobs add 11 to it")
    _cron_job_spec(obj.get("spec", {}), None, report, options)


def _cron_job_spec(spec: dict[str, Any], before: dict[str, Any] | None, report: Report, options: Options) -> None:
    _schedule(spec, before, report)
    nonnegative(spec.get("startingDeadlineSeconds"), report, ("spec", "startingDeadlineSeconds"))
    policy = spec.get("concurrencyPolicy", "")
    if not policy:
        report.required(("spec", "concurrencyPolicy"))
    elif policy not in ("Allow", "Forbid", "Replace"):
        report.not_supported(("spec", "concurrencyPolicy"), policy, ("Allow", "Forbid", "Replace"))
    job = spec.get("jobTemplate", {}).get("spec", {})
    if job.get("manualSelector"):
        report.not_supported(("spec", "jobTemplate", "spec", "manualSelector"), "true", ("nil", "false"))
    validate_job_spec(job, report, ("spec", "jobTemplate", "spec"), options)
    if job.get("selector") is not None:
        report.invalid(
            ("spec", "jobTemplate", "spec", "selector"),
            job["selector"],
            "must not be given, as the server makes one for each Job",
        )
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        nonnegative(spec.get(field), report, ("spec", field))


def _schedule(spec: dict[str, Any], before: dict[str, Any] | None, report: Report) -> None:
    schedule = spec.get("schedule", "")
    path: Path = ("spec", "schedule")
    if not schedule:
        report.required(path)
    else:
        if "TZ" in schedule and ("timeZone" in spec or before is None or "TZ" not in before.get("schedule", "")):
            report.invalid(path, schedule, "must not name a time zone, which goes into spec.timeZone")
        else:
            try:
                read_cron(schedule)
            except CronError as error:
                report.invalid(path, schedule, str(error))
    zone = spec.get("timeZone")
    if zone is None or (before is not None and before.get("timeZone") == zone):
        return
    if not zone:
        report.invalid(("spec", "timeZone"), zone, "must not be empty")
    elif (
        zone.lower() == "local" or not all(_ZONE_PART.match(part) for part in zone.split("/")) or not is_time_zone(zone)
    ):
        report.invalid(
            ("spec", "timeZone"), zone, "must be a name of the IANA time zones, as in Europe/Paris or Etc/UTC"
        )


def validate_cron_job_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid; a time zone that stays is not looked at again."""
    _cron_job_spec(new.get("spec", {}), old.get("spec", {}), report, options)


def cron_job_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A CronJob."""
    spec = obj.get("spec", {})
    found = name_warnings(obj.get("metadata", {}))
    if "TZ" in spec.get("schedule", ""):
        found.append(("spec.schedule", "a time zone in a schedule is not supported, timeZone took its place"))
    return [*found, *job_spec_warnings(spec.get("jobTemplate", {}).get("spec", {}), ("spec", "jobTemplate", "spec"))]


STRATEGIES: Final = (
    Strategy(
        "batch",
        "CronJob",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_cron_job,
        validate=validate_cron_job,
        update=validate_cron_job_update,
        warn=cron_job_warnings,
    ),
)
