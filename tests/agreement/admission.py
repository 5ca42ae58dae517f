"""Admission: would the API server take the object, and which fields does it blame?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from kubelens.kube.identity import GroupVersionKind, read_gvk
from kubelens.predict.apiserver.answer import Answer
from kubelens.predict.apiserver.causes import Cause
from kubelens.predict.apiserver.request import Request, answer
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "admission"
SECOND: Final = RECORDINGS / "admission-second"
STEMS: Final = ("bases", "create_", "yaml_decode", "update", "context", "dualstack")
NOT_FOLLOWED: Final = ("error", "crash", "conflict")


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every record of a folder or file; by default of both recordings."""
    result = SuiteResult("admission", headline="verdict")
    for folder in (DEFAULT, SECOND) if cases == DEFAULT else (cases,):
        for stem, record in read_records(folder, *STEMS):
            _compare(stem, record, result)
    return result


def _compare(stem: str, record: dict[str, Any], result: SuiteResult) -> None:
    apart = _apart(record)
    if apart:
        result.apart[apart] = result.apart.get(apart, 0) + 1
        return
    got = ask(record)
    expected = record["verdict"] == "accept"
    agrees = got.accepted is expected
    result.count("figures", "verdict", agrees)
    result.count("figures", f"verdict of {stem}", agrees)
    result.count("figures", "no false alarm" if expected else "no miss", agrees)
    result.count("by", record["kind"], agrees)
    case = f"{record['id']} ({record.get('note') or record.get('op', '')} {record.get('path', '')})"
    if not agrees:
        result.disagreements.append(Disagreement(case, "verdict", record["verdict"], shown(got)))
        if record["stage"] != "invalid":
            return
    if record["stage"] == "invalid":
        wanted = {(c["field"], c["reason"]) for c in record["causes"]}
        found = {(c.field, str(c.reason)) for c in got.causes}
        result.count("figures", "causes", wanted == found)
        result.count("figures", "fields blamed", {f for f, _ in wanted} == {f for f, _ in found})
        if agrees and wanted != found:
            missing, extra = sorted(wanted - found), sorted(found - wanted)
            result.disagreements.append(Disagreement(case, "causes", f"missing {missing}", f"extra {extra}"))
    elif agrees and not expected:
        same = got.stage == record["stage"]
        result.count("figures", "stage", same)
        if not same:
            result.disagreements.append(Disagreement(case, "stage", record["stage"], shown(got)))
        elif record["stage"] == "forbidden":
            same = got.denied_by == record.get("denied_by", got.denied_by)
            result.count("figures", "denied by", same)
        else:
            wanted = {c["reason"] for c in record["causes"]}
            first = (
                {str(c.reason) for c in got.causes[:1]}
                if record["stage"] == "decode"
                else {str(c.reason) for c in got.causes}
            )
            result.count("figures", "decode reason", wanted == first or not wanted)
            if wanted and wanted != first:
                result.disagreements.append(Disagreement(case, "decode reason", sorted(wanted), sorted(first)))
    elif agrees:
        wanted_warnings = sorted({w["field"] for w in record.get("warnings", ()) if w.get("field")})
        found_warnings = sorted({w.field for w in got.warnings if w.field})
        result.count("figures", "warnings", wanted_warnings == found_warnings)
        if wanted_warnings != found_warnings:
            result.disagreements.append(Disagreement(case, "warnings", wanted_warnings, found_warnings))
        if "defaults" in record and got.stored is not None:
            difference = first_difference(strip(record["defaults"]), strip(got.stored))
            result.count("figures", "defaulted object", difference is None)
            if difference is not None:
                result.disagreements.append(Disagreement(case, "defaults", difference[0], difference[1]))


def _apart(record: dict[str, Any]) -> str:
    if record.get("depends"):
        return "depends on the server's set-up"
    if record["stage"] in NOT_FOLLOWED:
        return f"stage {record['stage']}"
    if record["area"] in ("typemeta", "yaml-stream"):
        return f"area {record['area']}"
    return ""


def ask(record: dict[str, Any]) -> Answer:
    """The predicted answer to the recorded request."""
    data = (
        bytes.fromhex(record["manifest_hex"])
        if "manifest_hex" in record
        else record["manifest"].encode("utf-8", "surrogatepass")
    )
    gvk = read_gvk(record["apiVersion"], record["kind"])
    assert isinstance(gvk, GroupVersionKind)
    old = record.get("old")
    return answer(
        Request(
            gvk,
            data,
            old=old.encode() if isinstance(old, str) else None,
            context=tuple(record.get("context") or ()),
            namespace=record.get("namespace") or "corpus",
            dual_stack=record.get("set") == "dualstack",
            release="1.36",
        )
    )


def shown(got: Answer) -> str:
    """A predicted answer in a line."""
    causes: Iterable[Cause] = got.causes
    return f"{got.stage or 'accept'} {[(c.field, str(c.reason)) for c in causes][:4]}"


def strip(value: Any) -> Any:
    """An object without what is empty: null, an empty map or list and absence are one in a stored object."""
    if isinstance(value, dict):
        inner = {k: strip(v) for k, v in value.items() if k not in ("creationTimestamp", "uid", "status")}
        return {k: v for k, v in inner.items() if v not in (None, {}, [], "")}
    if isinstance(value, list):
        return [strip(item) for item in value]
    return value


def first_difference(wanted: Any, found: Any, path: str = "") -> tuple[str, str] | None:
    """The first place where two objects differ: (path with the recorded value, the predicted value)."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted({*wanted, *found}):
            if (deeper := first_difference(wanted.get(key), found.get(key), f"{path}.{key}")) is not None:
                return deeper
        return None
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            if (deeper := first_difference(one, other, f"{path}[{index}]")) is not None:
                return deeper
        return None
    if wanted == found or "<uid>" in str(wanted):
        return None
    return f"{path} = {wanted!r}", repr(found)
