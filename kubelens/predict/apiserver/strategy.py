"""What the server does with an object of a built-in kind: decode it, fill in defaults, validate, warn.

Follows the registry's strategies (apiserver ``pkg/registry/rest``, ``RESTCreateStrategy`` and ``RESTUpdateStrategy``):
validation reports everything at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.causes import Cause, Report
from kubelens.predict.apiserver.decode.decoder import Decoder
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.registry import Entry, function
from kubelens.predict.apiserver.validation.metadata import (
    NAME_FORMS,
    generated_name,
    validate_annotations,
    validate_finalizers,
    validate_labels,
    validate_metadata,
    validate_owners,
)


def decode_object(
    value: Mapping[str, Any], gvk: GroupVersionKind, release: str
) -> tuple[dict[str, Any], list[Cause], list[Cause]]:
    """(decoded object, decode causes, strict causes) of a built-in kind.

    Raises:
        KeyError: the release does not know the kind.
    """
    schema = schemas(release).kind(gvk)
    if schema is None:
        raise KeyError(str(gvk))
    decoder = Decoder(schemas(release))
    decoded = decoder.object(value, schema)
    return decoded, decoder.wrong, decoder.unknown


def apply_defaults(obj: dict[str, Any], known: Entry | None) -> None:
    """Fill in what the server fills in, in place."""
    if known is not None and known.default:
        function("defaults", known.default)(obj)


def validate(obj: dict[str, Any], known: Entry | None, options: Options) -> list[Cause]:
    """Everything the server's validation refuses in a defaulted object."""
    report = Report()
    if known is not None:
        metadata = obj.get("metadata", {})
        if known.names.endswith("?") and not metadata.get("name"):
            metadata = {**metadata, "name": "generated"}
        validate_metadata(
            metadata,
            report,
            NAME_FORMS[known.names.removesuffix("?")],
            namespaced=known.namespaced,
            any_finalizer=known.any_finalizer,
        )
        if known.validate:
            if metadata.get("generateName") and not metadata.get("name"):
                obj = {**obj, "metadata": {**metadata, "name": generated_name(metadata["generateName"])}}
            function("validation", known.validate)(obj, report, options)
    return report.causes


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


def warn(obj: dict[str, Any], known: Entry | None) -> tuple[Warning, ...]:
    """What the server warns of."""
    if known is None or not known.warn:
        return ()
    return tuple(Warning(*pair) for pair in function("warnings", known.warn)(obj))
