"""``kubelens predict topology``: the graph from Ingress to what Pods need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from kubelens.cli.difference import diff_option, tell_drawn_difference
from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_bundle
from kubelens.cli.printing import fail, write_report
from kubelens.predict.api import Oracle
from kubelens.predict.network.topology import Topology
from kubelens.report.topology import FORMATS as DRAWINGS
from kubelens.report.topology_html import topology_html

FORMATS: Final = {**DRAWINGS, "html": topology_html}


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--namespace", "-n", default="", help="One namespace alone.")
@format_option(*sorted(FORMATS), default="mermaid")
@diff_option
@input_options(namespace=False)
def command(paths: Sequence[str], namespace: str, form: str, diff: str | None, inputs: InputChoices) -> None:
    """Draw Ingress, Service, workload, ConfigMap, Secret, claim and ServiceAccount with what links them.

    With --diff, list the objects and links that come and go; ends with 1 where there are any.
    """
    if diff is not None:
        from kubelens.report.topology_difference import difference_lines  # noqa: PLC0415 - only for a difference

        tell_drawn_difference(diff, paths, inputs, difference_lines)
    bundle = load_bundle(paths, inputs)
    graph = Oracle(bundle)(Topology(namespace)).answer
    if namespace and not graph.nodes:
        known = ", ".join(sorted({r.namespace for r in bundle if r.namespace})[:10]) or "none"
        fail(f"no object to draw in namespace {namespace!r}; there are: {known}")
    write_report(FORMATS[form](graph) + "\n")
    end(no=False)
