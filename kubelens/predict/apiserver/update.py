"""Updates: what the server lets change in an object that exists (apiserver ``rest.BeforeUpdate``, ``ValidateUpdate``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kubelens.predict.apiserver.causes import Cause, CauseReason, Report
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.registry import Entry, entry, function
from kubelens.predict.apiserver.validation.metadata import (
    validate_annotations,
    validate_finalizers,
    validate_labels,
    validate_owners,
)
from kubelens.predict.apiserver.verdict import Stage, apply_defaults, decode_object, warn

if TYPE_CHECKING:
    from kubelens.predict.apiserver.request import Answer, Request


def validate_update(new: dict[str, Any], old: dict[str, Any], known: Entry | None, options: Options) -> list[Cause]:
    """Everything the server refuses in a change of a decoded and defaulted object; empty for kinds it does not know."""
    report = Report()
    if known is None:
        return report.causes
    metadata = new.get("metadata", {})
    validate_labels(metadata.get("labels", {}), report, ("metadata", "labels"))
    validate_annotations(metadata.get("annotations", {}), report, ("metadata", "annotations"))
    validate_owners(metadata.get("ownerReferences", []), report, ("metadata", "ownerReferences"))
    validate_finalizers(
        metadata.get("finalizers", []), report, ("metadata", "finalizers"), any_name=known.any_finalizer
    )
    uid = metadata.get("uid")
    if uid and uid != old.get("metadata", {}).get("uid"):
        report.invalid(("metadata", "uid"), uid, "another object's identity: leave it out, the server knows it")
    if known.update:
        function("validation", known.update)(new, old, report, options)
    elif known.validate:
        function("validation", known.validate)(new, report, options)
    return report.causes


_STAND_IN: Final = "10.96.213.7"


def _allocate(old: dict[str, Any]) -> None:
    """Give a Service that exists the address that the server has chosen: any that nobody asks for by chance."""
    spec = old.get("spec", {})
    if spec.get("type") != "ExternalName" and not spec.get("clusterIPs") and not spec.get("clusterIP"):
        spec["clusterIP"] = _STAND_IN


def update_answer(obj: dict[str, Any], request: Request, options: Options) -> Answer:
    """The answer to an update."""
    from kubelens.predict.apiserver.decode.body import read_body  # noqa: PLC0415 - the server module imports this one
    from kubelens.predict.apiserver.request import Answer, stored  # noqa: PLC0415

    known = entry(request.gvk.group, request.gvk.version, request.gvk.kind)
    old, _, _ = decode_object(read_body(request.old or b"").value or {}, request.gvk, options.release)
    apply_defaults(old, known)
    if request.gvk.kind == "Service":
        _allocate(old)
    before, after = old.get("metadata", {}), obj.get("metadata", {})
    if before.get("name") != after.get("name"):
        message = f"the object is named {before.get('name')!r}: a name cannot change"
        return Answer(Stage.DECODE, (Cause(("metadata", "name"), CauseReason.WRONG_NAME, message, ""),))
    causes = validate_update(obj, old, known, options)
    # csiDriverStrategy.WarningsOnUpdate says nothing
    warnings = () if request.gvk.kind == "CSIDriver" else warn(obj, known)
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    return Answer(Stage.ACCEPTED, (), warnings, stored(obj, request))
