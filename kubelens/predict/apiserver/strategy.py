"""What the server does with an object of a built-in kind: decode it, fill in defaults, validate, warn.

Follows the registry's strategies (apiserver ``pkg/registry/rest``, ``RESTCreateStrategy`` and ``RESTUpdateStrategy``):
validation reports everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.causes import Cause, Report
from kubelens.predict.apiserver.decode.decoder import Decoder
from kubelens.predict.apiserver.metadata import (
    generated_name,
    validate_annotations,
    validate_finalizers,
    validate_labels,
    validate_metadata,
    validate_owners,
)
from kubelens.predict.apiserver.options import Options


class Strategy(Struct, frozen=True):
    """One kind, of one version where that matters, and what is written of it.

    ``names``: what is wrong with a name. ``any_finalizer``: finalizers need no domain, as in kinds that apimachinery's
    own validation checks. ``name_optional``: the server takes one without a name. ``default`` fills an object in, in
    place; ``validate`` judges a new object, ``update`` a new and the old one (without it ``validate`` does); ``warn``
    gives (field, our words) of what is taken with a warning, of an update too unless ``warn_update`` does.
    ``counts_changes``: the server sets ``metadata.generation`` of a new object, whatever is written.
    ``keep`` puts into a new object, in place, what an apply leaves of the old one though the new one does not say it:
    it gets the new object, the old one as it was written, and the old one as it was stored.
    ``store`` writes down, in place, what the server adds to an object that it takes, beyond defaults; ``allocate`` puts
    into an object that exists what the server has chosen for it.
    ``in_namespace`` gets the labels of the object's namespace, for what depends on them.
    """

    group: str
    kind: str
    names: Callable[[str], list[str]]
    namespaced: bool
    version: str = ""
    default: Callable[[dict[str, Any]], None] | None = None
    validate: Callable[[dict[str, Any], Report, Options], None] | None = None
    update: Callable[[dict[str, Any], dict[str, Any], Report, Options], None] | None = None
    warn: Callable[[dict[str, Any]], Iterable[tuple[str, str]]] | None = None
    warn_update: Callable[[dict[str, Any]], Iterable[tuple[str, str]]] | None = None
    keep: Callable[[dict[str, Any], Mapping[str, Any], Mapping[str, Any]], None] | None = None
    store: Callable[[dict[str, Any], Options], None] | None = None
    allocate: Callable[[dict[str, Any]], None] | None = None
    in_namespace: Callable[[Mapping[str, Any], Mapping[str, str], Report], None] | None = None
    any_finalizer: bool = False
    name_optional: bool = False
    counts_changes: bool = False


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


def apply_defaults(obj: dict[str, Any], known: Strategy | None) -> None:
    """Fill in what the server fills in, in place."""
    if known is not None and known.default is not None:
        known.default(obj)


def validate(obj: dict[str, Any], known: Strategy | None, options: Options) -> list[Cause]:
    """Everything the server's validation refuses in a defaulted object."""
    report = Report()
    if known is not None:
        metadata = obj.get("metadata", {})
        if known.name_optional and not metadata.get("name"):
            metadata = {**metadata, "name": "generated"}
        validate_metadata(
            metadata,
            report,
            known.names,
            namespaced=known.namespaced,
            any_finalizer=known.any_finalizer,
            counts_changes=known.counts_changes,
        )
        if known.validate is not None:
            if metadata.get("generateName") and not metadata.get("name"):
                obj = {**obj, "metadata": {**metadata, "name": generated_name(metadata["generateName"])}}
            known.validate(obj, report, options)
    return report.causes


def keep(obj: dict[str, Any], written: Mapping[str, Any], stored: Mapping[str, Any], known: Strategy | None) -> None:
    """Put in what an apply leaves of the old object, in place."""
    if known is not None and known.keep is not None:
        known.keep(obj, written, stored)


def validate_update(new: dict[str, Any], old: dict[str, Any], known: Strategy | None, options: Options) -> list[Cause]:
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
    if known.update is not None:
        known.update(new, old, report, options)
    elif known.validate is not None:
        known.validate(new, report, options)
    return report.causes


def refused_in_namespace(obj: dict[str, Any], labels: Mapping[str, str], known: Strategy | None) -> list[Cause]:
    """What the server refuses in a new object because of the labels of its namespace."""
    report = Report()
    if known is not None and known.in_namespace is not None:
        known.in_namespace(obj, labels, report)
    return report.causes


def warn(obj: dict[str, Any], known: Strategy | None, *, update: bool = False) -> tuple[Warning, ...]:
    """What the server warns of."""
    if known is None:
        return ()
    warnings = known.warn_update or known.warn if update else known.warn
    return () if warnings is None else tuple(Warning(*pair) for pair in warnings(obj))


def no_warnings(obj: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What kinds say of an update that have nothing to say."""
    return ()
