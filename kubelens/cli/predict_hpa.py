"""``kubelens predict hpa``: how many replicas an autoscaler asks for at a given usage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from kubelens.cli.loading import fail, load_bundle
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.podautoscaler import DesiredReplicas, MetricReading


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--current", type=click.IntRange(0, 100_000), required=True, help="Replicas there are, all ready.")
@click.option(
    "--usage",
    "usages",
    multiple=True,
    required=True,
    metavar="METRIC=VALUE",
    help="A metric's mean over the Pods, as its target is written: cpu=85 (percent) or queue=30.",
)
@click.option("--name", "only", help="One autoscaler alone.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(paths: Sequence[str], current: int, usages: Sequence[str], only: str | None, form: str) -> None:
    """Show the replicas every HorizontalPodAutoscaler asks for, and which bound it meets."""
    table: dict[str, float] = {}
    for text in usages:
        name, equals, value = text.partition("=")
        quantity = read_quantity(value.removesuffix("%"))
        if not equals or not name or quantity is None:
            fail(f"--usage {text!r} is not METRIC=VALUE, such as cpu=85")
        table[name] = quantity.nanos / 10**9
    bundle = load_bundle(paths)
    oracle = Oracle(bundle)
    data: list[dict[str, Any]] = []
    for hpa in bundle.all("HorizontalPodAutoscaler"):
        if only is not None and hpa.name != only:
            continue
        readings = _readings(hpa, table, current)
        prediction = oracle(DesiredReplicas(hpa, current, readings))
        found = prediction.answer
        data.append(
            {
                "namespace": hpa.namespace,
                "name": hpa.name,
                "current": current,
                "replicas": found.replicas,
                "asked": found.asked,
                "bound": found.bound or None,
                "metrics": len(readings),
                "reasons": [r.text for r in prediction.reasons],
                "assumptions": [a.text for a in prediction.assumptions],
            }
        )
    if not data:
        fail("no HorizontalPodAutoscaler found")
    if form == "json":
        click.echo(json.dumps({"version": 1, "autoscalers": data}, indent=2))
        return
    for row in data:
        bound = f" (asked for {row['asked']}, bounded by {row['bound']})" if row["bound"] else ""
        click.echo(f"{row['namespace']}/{row['name']}: {row['current']} -> {row['replicas']} replicas{bound}")
        for reason in row["reasons"]:
            click.echo(f"  {reason}")
        if not row["metrics"]:
            click.echo("  none of its metrics was given a --usage")
        for assumption in row["assumptions"]:
            click.echo(f"  assumed: {assumption}")


def _readings(hpa: Resource, usages: Mapping[str, float], current: int) -> tuple[MetricReading, ...]:
    metrics = hpa.spec.get("metrics")
    found = []
    for metric in metrics if isinstance(metrics, list) else [_DEFAULT]:
        if not isinstance(metric, dict):
            continue
        kind = str(metric.get("type", ""))
        source = part(metric, kind[:1].lower() + kind[1:])
        name = source.get("name") or part(source, "metric").get("name")
        target = part(source, "target")
        if not isinstance(name, str) or name not in usages:
            continue
        percent = target.get("averageUtilization")
        amount = read_quantity(target.get("averageValue", target.get("value")))
        if isinstance(percent, int):
            found.append(MetricReading(usages[name], percent, current))
        elif amount is not None:
            found.append(MetricReading(usages[name], amount.nanos / 10**9, current, is_utilization=False))
    return tuple(found)


_DEFAULT: dict[str, Any] = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}
