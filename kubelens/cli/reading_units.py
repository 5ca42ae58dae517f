"""The units in which ``predict hpa --usage`` is to be told: percent for some targets, an amount for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.cli.printing import fail
from kubelens.kube.resource import Resource
from kubelens.predict.controllers.podautoscaler.over_time import Series, series_of
from kubelens.predict.controllers.podautoscaler.spec import Metric, TargetType, read_autoscaler
from kubelens.syntax.pattern import pattern

_PERCENT: Final = pattern(r"[0-9]+(?:\.[0-9]*)?%?")


def need_units(usages: Sequence[str], series: Sequence[Series], found: Sequence[Resource]) -> None:
    """End the command with code 2 where a reading is not in the unit of the target that it is held against.

    ``usages``: ``METRIC=VALUE[@TIME],...`` as written; ``series``: all that is given, of which these are a part.
    """
    for text in usages:
        name, _, written = text.partition("=")
        values = [value for part in written.split(",") if (value := part.partition("@")[0]) != "none"]
        readers = [(hpa, metric) for hpa, metric in _readers(series, found, name) if values]
        percent = [one for one in readers if one[1].target_type is TargetType.UTILIZATION]
        amount = [one for one in readers if one[1].target_type is not TargetType.UTILIZATION]
        if percent and amount:
            fail(
                f"--usage {text}: {_said(*percent[0])} is percent of the request (Utilization), {_said(*amount[0])} an "
                f"amount ({amount[0][1].target_type}): one figure cannot be both; {_apart(name, percent, amount)}"
            )
        for value in values:
            if percent and not _PERCENT.fullmatch(value):
                fail(
                    f"--usage {text}: {_said(*percent[0])} is percent of the request (Utilization), {value!r} is an "
                    f"amount: write {name}=85, or the amount of all Pods together as --load {name}={value}"
                )
            if amount and value.endswith("%"):
                fail(
                    f"--usage {text}: {_said(*amount[0])} is an amount ({amount[0][1].target_type}), {value!r} is a "
                    f"percentage: write an amount, such as {name}=250m"
                )


def _readers(series: Sequence[Series], found: Sequence[Resource], name: str) -> Iterator[tuple[Resource, Metric]]:
    for hpa in found:
        for metric in read_autoscaler(hpa).metrics:
            read = series_of(series, metric)
            if read is not None and not read.total and read.metric == name:
                yield hpa, metric


def _said(hpa: Resource, metric: Metric) -> str:
    return f"{metric.title} of {hpa.key}"


def _apart(name: str, percent: Sequence[tuple[Resource, Metric]], amount: Sequence[tuple[Resource, Metric]]) -> str:
    """How the two can be told each in its unit."""
    container, other = percent[0][1].container, amount[0][1].container
    if container != other:
        return (
            f"write {f'{name}/{container}' if container else name}=85 and {f'{name}/{other}' if other else name}=250m"
        )
    if percent[0][0].key != amount[0][0].key:
        return "ask for one autoscaler with --name"
    return f"write the amount of all Pods together as --load {name}=4"
