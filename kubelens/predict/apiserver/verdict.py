"""What the API server says to one object: decode, strict decoding, defaults, admission, validation, in its order.

Follows the create and update handlers of ``k8s.io/apiserver`` (``pkg/endpoints/handlers``) and the registry's
``BeforeCreate``: a decode error ends it; unknown and repeated fields end it; validation reports everything at once.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.causes import Cause, Report
from kubelens.predict.apiserver.decode.decoder import Decoder
from kubelens.predict.apiserver.options import DEFAULT, Options
from kubelens.predict.apiserver.registry import Entry, entry, function
from kubelens.predict.apiserver.validation.metadata import NAME_FORMS, generated_name, validate_metadata


class Stage(StrEnum):
    """Where the server stops."""

    ACCEPTED = ""
    DECODE = "decode"
    STRICT = "strict"
    INVALID = "invalid"
    FORBIDDEN = "forbidden"


class Warning(Struct, frozen=True):  # noqa: A001 - the API's own word
    """Something the server says beside accepting: the field it begins with (or ``""``) and our words."""

    field: str
    message: str


class Judgement(Struct, frozen=True):
    """An answer. ``stored`` is the object with defaults, None where nothing is stored.

    ``assumptions`` name what was not evaluated.
    """

    stage: Stage
    causes: tuple[Cause, ...] = ()
    warnings: tuple[Warning, ...] = ()
    stored: Mapping[str, Any] | None = None
    assumptions: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the object is stored."""
        return self.stage is Stage.ACCEPTED


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


def judge(value: Mapping[str, Any], gvk: GroupVersionKind, options: Options = DEFAULT) -> Judgement:
    """The server's answer to a new object of a built-in kind, from the object alone.

    Raises:
        KeyError: the release does not know the kind.
    """
    obj, wrong, unknown = decode_object(value, gvk, options.release)
    if wrong:
        return Judgement(Stage.DECODE, tuple(wrong), assumptions=())
    if unknown:
        return Judgement(Stage.STRICT, tuple(unknown))
    known = entry(gvk.group, gvk.version, gvk.kind)
    apply_defaults(obj, known)
    causes = validate(obj, known, options)
    warnings = warn(obj, known)
    if causes:
        return Judgement(Stage.INVALID, tuple(causes), warnings)
    return Judgement(Stage.ACCEPTED, (), warnings, obj)


def judge_update(
    value: Mapping[str, Any], old: Mapping[str, Any], gvk: GroupVersionKind, options: Options = DEFAULT
) -> Judgement:
    """The server's answer to a new version of an object that exists (``old``: as it was stored).

    Raises:
        KeyError: the release does not know the kind.
    """
    from kubelens.predict.apiserver.update import validate_update  # noqa: PLC0415 - only for updates

    obj, wrong, unknown = decode_object(value, gvk, options.release)
    if wrong or unknown:
        return Judgement(Stage.DECODE if wrong else Stage.STRICT, tuple(wrong or unknown))
    known = entry(gvk.group, gvk.version, gvk.kind)
    apply_defaults(obj, known)
    before = copy.deepcopy(dict(old))
    causes = validate_update(obj, before, known, options)
    if causes:
        return Judgement(Stage.INVALID, tuple(causes), warn(obj, known))
    return Judgement(Stage.ACCEPTED, (), warn(obj, known), obj)


def warn(obj: dict[str, Any], known: Entry | None) -> tuple[Warning, ...]:
    """What the server warns of."""
    if known is None or not known.warn:
        return ()
    return tuple(Warning(*pair) for pair in function("warnings", known.warn)(obj))
