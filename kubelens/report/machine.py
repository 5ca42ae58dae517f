"""A finding as data: the one form that ``json``, ``jsonl`` and others share."""

from __future__ import annotations

import json
from typing import Any, Final

from kubelens.kube.resource import Resource
from kubelens.report.api import Located, Region
from kubelens.report.printable import shortened
from kubelens.syntax.place import Place, Step

MOST_OF_A_NAME: Final = 400
"""Characters; no server takes a name of more than 253."""


def finding_record(located: Located) -> dict[str, Any]:
    """A finding with its places (lines and columns from 1, in code points, ends exclusive)."""
    finding = located.finding
    record: dict[str, Any] = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.told,
        **region_record(located.region),
    }
    if located.resource is not None:
        record["object"] = object_record(located.resource, finding.about or finding.at)
    if finding.sets:
        record["sets"] = [name for name, _ in finding.sets]
    if finding.label:
        record["label"] = finding.label
    if finding.notes:
        record["notes"] = list(finding.notes)
    if located.related:
        record["related"] = [{"message": r.message, **region_record(r.region)} for r in located.related]
    if finding.fix is not None:
        record["fix"] = {"title": finding.fix.title, "applicability": finding.fix.applicability.value}
    return record


def object_record(resource: Resource, place: Place) -> dict[str, Any]:
    """The object a finding is in, and the path of what it is about below it (``spec.ports[0].port``)."""
    key = resource.key
    return {
        "apiVersion": shortened(key.gvk.api_version, MOST_OF_A_NAME),
        "kind": shortened(key.gvk.kind, MOST_OF_A_NAME),
        **({"namespace": shortened(key.namespace, MOST_OF_A_NAME)} if key.namespace else {}),
        "name": shortened(key.name, MOST_OF_A_NAME),
        "path": dotted(place.path[len(resource.place.path) :]),
    }


def dotted(path: tuple[Step, ...]) -> str:
    """A path as Kubernetes writes it; a key that is no plain word stands in brackets and quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def region_record(region: Region) -> dict[str, Any]:
    """File, start and end; ``rendered`` where these count in what Helm made of the file."""
    return {
        "file": region.uri,
        "line": region.start.line + 1,
        "column": region.start.column + 1,
        "end_line": region.end.line + 1,
        "end_column": region.end.column + 1,
        **({"rendered": True} if region.rendered else {}),
    }
