"""The server's answer to one object, from the object alone: decode, strict decoding, defaults, validation, in its order.

Follows the create and update handlers of ``k8s.io/apiserver`` (``pkg/endpoints/handlers``) and the registry's
``BeforeCreate``: a decode error ends it; unknown and repeated fields end it; validation reports everything at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.decode.dropped import drop_disabled
from kubelens.predict.apiserver.options import DEFAULT, Options
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.apiserver.strategy import apply_defaults, decode_object, keep, validate, validate_update, warn


def judge(value: Mapping[str, Any], gvk: GroupVersionKind, options: Options = DEFAULT) -> Answer:
    """The server's answer to a new object of a built-in kind, from the object alone.

    Raises:
        KeyError: the release does not know the kind.
    """
    obj, wrong, unknown = decode_object(value, gvk, options.release)
    if wrong:
        return Answer(Stage.DECODE, tuple(wrong))
    if unknown:
        return Answer(Stage.STRICT, tuple(unknown))
    known = strategy_of(gvk.group, gvk.version, gvk.kind)
    drop_disabled(obj, gvk, options.release)
    apply_defaults(obj, known)
    causes = validate(obj, known, options)
    warnings = warn(obj, known)
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    return Answer(Stage.ACCEPTED, (), warnings, obj)


def stored_before(value: Mapping[str, Any], gvk: GroupVersionKind, options: Options = DEFAULT) -> dict[str, Any] | None:
    """An object as a server holds it that took it once, whatever this one says of it; None where none can read it."""
    obj, wrong, _ = decode_object(value, gvk, options.release)
    if wrong:
        return None
    drop_disabled(obj, gvk, options.release)
    apply_defaults(obj, strategy_of(gvk.group, gvk.version, gvk.kind))
    return obj


def judge_update(
    value: Mapping[str, Any],
    old: Mapping[str, Any],
    gvk: GroupVersionKind,
    options: Options = DEFAULT,
    written: Mapping[str, Any] | None = None,
) -> Answer:
    """The server's answer to a new version of an object that exists, applied.

    ``old``: as it was stored; ``written``: as it was written, where that is known.

    Raises:
        KeyError: the release does not know the kind.
    """
    obj, wrong, unknown = decode_object(value, gvk, options.release)
    if wrong or unknown:
        return Answer(Stage.DECODE if wrong else Stage.STRICT, tuple(wrong or unknown))
    known = strategy_of(gvk.group, gvk.version, gvk.kind)
    drop_disabled(obj, gvk, options.release)
    apply_defaults(obj, known)
    before = own_copy(old)
    keep(obj, old if written is None else written, before, known)
    causes = validate_update(obj, before, known, options)
    warnings = warn(obj, known, update=True)
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    return Answer(Stage.ACCEPTED, (), warnings, obj)
