"""``kubelens predict apply``: what the API server says to each object, and what it stores beside what is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_world
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.api import Ask, Oracle
from kubelens.predict.apiserver.causes import Cause
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.surroundings import admission_of, warned_of
from kubelens.predict.chain.updated import Updated
from kubelens.report.places import Places
from kubelens.syntax.place import Place


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--object", "wanted", default="", metavar="KIND/NAME", help="Ask for one object only.")
@input_options()
@format_option("text", "json")
def command(paths: Sequence[str], wanted: str, inputs: InputChoices, form: str) -> None:
    """Show the API server's answer to each object: refused or stored, its warnings, and the values it fills in.

    An object that --cluster holds already is edited, all others are created.

    Ends with 1 where something or some workload's Pods are refused.
    """
    records: list[dict[str, Any]] = []
    written: list[str] = []
    asked: set[Place] = set()
    world = load_world(paths, inputs, each=True)
    for snapshot in (one.snapshot for one in (world, *world.others)):
        ask = Oracle(snapshot.bundle)
        new = [one for one in snapshot.objects if one.place not in asked and (not wanted or _is(one, wanted))]
        records += [record_of(resource, ask) for resource in new]
        written += [Places(snapshot).line(resource.place) for resource in new]
        asked |= {resource.place for resource in snapshot.objects}
    if wanted and not records:
        fail(f"no object is called {wanted!r} among the files")
    if form == "json":
        say_json({"version": 1, "kubernetes_version": world.snapshot.bundle.release, "objects": records})
    else:
        told = zip(records, written, strict=True)
        say_answer(_verdict(records), *(line for record, place in told for line in _lines(record, place)))
    end(no=any(record["verdict"] == "refused" or record["pods"] for record in records))


def _is(resource: Resource, wanted: str) -> bool:
    kind, _, name = wanted.rpartition("/")
    return name == resource.name and (not kind or kind.lower() == resource.kind.lower())


def record_of(resource: Resource, ask: Ask) -> dict[str, Any]:
    """What is said of one object, under the names of the JSON form."""
    prediction = ask(Stored(resource))
    stored = prediction.answer
    old = resource.standing
    judged = ask(Updated(resource, old) if old else AdmissionOf(resource, None, ask.bundle.release)).answer
    denial = stored.denial
    if denial is None and resource.kind == "Pod" and old is None:
        denial = ask(Admitted(resource)).answer.denial
    edit = judged.causes if judged is not None and old is not None and denial is None else ()
    verdict = "refused" if denial is not None or edit else "stored" if stored.value is not None else "not known"
    value, by = stored.filled, stored.changed_by
    if resource.kind == "Pod" and old is None and denial is None and not exists_already(resource.value):
        pods = ask(Admitted(resource)).answer
        value, by = next(pods.pods(), value), pods.changed_by
    filled = dict(_filled(resource.value, value)) if value is not None and denial is None and not edit else {}
    warnings = judged.warnings if judged is not None else ()
    if verdict == "stored" and judged is not None:
        warnings = (*warnings, *warned_of(resource, judged.stored, admission_of(resource, ask)))
    return {
        "object": str(resource.key),
        "verdict": verdict,
        "says": denial.sentence if denial is not None else _of_edit(resource, edit),
        "plugin": denial.plugin if denial is not None else "",
        "causes": [fault.message for fault in denial.faults]
        if denial
        else [f"{cause.field}: {cause.message}" for cause in edit],
        "warnings": [f"{one.field}: {one.message}" if one.field else one.message for one in warnings],
        "pods": _of_pods(resource, ask),
        "filled_in": filled,
        "changed_by": list(dict.fromkeys(by)),
        "assumptions": [
            *(judged.assumptions if judged is not None else ()),
            *(one.text for one in prediction.assumptions),
            *(one.text for one in (taken_to_let_in(ask, [resource]) if resource.kind in WORKLOAD_KINDS else ())),
        ],
    }


def _of_pods(resource: Resource, ask: Ask) -> str:
    pods = ask(Admitted(resource)).answer if resource.kind in WORKLOAD_KINDS else None
    return (pods.refusal or pods.cut_short) if pods is not None else ""


def _of_edit(resource: Resource, causes: Sequence[Cause]) -> str:
    if not causes:
        return ""
    return f"the API server refuses this edit of {resource.key}: {causes[0].field}: {causes[0].message}"


def _filled(written: object, stored: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of what is stored and not written, or written as another value."""
    if isinstance(written, Mapping) and isinstance(stored, Mapping):
        for key in stored:
            at = f"{path}.{key}" if path else str(key)
            if written.get(key) is None:
                new = stored[key]
                yield from _filled({}, new, at) if isinstance(new, Mapping) and new else [(at, new)]
            else:
                yield from _filled(written[key], stored[key], at)
    elif isinstance(written, list) and isinstance(stored, list) and 0 < len(written) <= len(stored):
        for index, (before, after) in enumerate(zip(written, stored, strict=False)):
            yield from _filled(before, after, f"{path}[{index}]")
        yield from ((f"{path}[{index}]", stored[index]) for index in range(len(written), len(stored)))
    elif written != stored:
        yield path, stored


def _verdict(records: Sequence[Mapping[str, Any]]) -> str:
    """``10 objects: 1 refused, 9 stored; the Pods of 1 more refused``."""
    count = Counter(record["verdict"] for record in records)
    told = [f"{count[name]} {name}" for name in ("refused", "stored", "not known") if count[name]]
    without = sum(bool(record["pods"]) for record in records if record["verdict"] != "refused")
    pods = f"; the Pods of {without} are refused" if without else ""
    return f"{len(records)} object{'' if len(records) == 1 else 's'}: {', '.join(told) or 'nothing to apply'}{pods}"


def _lines(record: Mapping[str, Any], written: str) -> Iterator[str]:
    head = f"{record['object']}: {record['verdict']}"
    said = f" by {record['plugin']}" if record["plugin"] else ""
    yield f"{head}{said}{f'  ({written})' if written else ''}"
    if record["says"]:
        yield f"  {record['says']}"
    if record["pods"] and not (record["says"] and record["says"] in record["pods"]):
        yield f"  {record['pods']}"
    for cause in record["causes"]:
        if len(record["causes"]) > 1 or cause not in record["says"]:
            yield f"  - {cause}"
    for warning in record["warnings"]:
        yield f"  warning: {warning}"
    for name in record["changed_by"]:
        yield f"  changed by MutatingAdmissionPolicy '{name}'"
    for path, value in record["filled_in"].items():
        yield f"  + {path}: {value if isinstance(value, str) and value else json.dumps(value)}"
    for assumption in record["assumptions"]:
        yield f"  assuming: {assumption}"
