"""A request to an API server and its answer: the whole way from a body's bytes to the stored object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.admission import Admission, objects_of
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.causes import Cause, CauseReason
from kubelens.predict.apiserver.decode.body import Body, read_body
from kubelens.predict.apiserver.decode.dropped import drop_disabled
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.plugins.objects import named
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.apiserver.strategy import (
    apply_defaults,
    decode_object,
    keep,
    refused_in_namespace,
    validate,
    validate_update,
    warn,
)
from kubelens.predict.apiserver.wire_form import wire_form


class Request(Struct, frozen=True):
    """A create (or, with ``old``, an update): the kind the URL names, the body, and what is there already.

    ``context``: YAML texts of other objects, the namespace first.
    """

    gvk: GroupVersionKind
    body: bytes
    old: bytes | None = None
    context: tuple[str, ...] = ()
    namespace: str = "default"
    dual_stack: bool = False
    release: str = "1.36"


def answer(request: Request) -> Answer:
    """The server's answer to a request."""
    body = read_body(request.body)
    if body.wrong:
        return Answer(Stage.DECODE, body.wrong)
    value = body.value
    if value is None:
        value = {}
    if not isinstance(value, dict):
        return Answer(Stage.DECODE, (_type_meta("the body is no map"),))
    if (mismatch := _header(value, request.gvk)) is not None:
        return Answer(Stage.DECODE, (mismatch,))
    options = _options(request)
    if schemas(request.release).kind(request.gvk) is None:
        return _custom(value, request, body)
    decoded, wrong, unknown = decode_object(value, request.gvk, request.release)
    if wrong:
        return Answer(Stage.DECODE, tuple(wrong))
    if body.duplicates or unknown:
        return Answer(Stage.STRICT, (*body.duplicates, *unknown))
    if (elsewhere := _namespace(decoded, request)) is not None:
        return Answer(Stage.DECODE, (elsewhere,))
    known = strategy_of(request.gvk.group, request.gvk.version, request.gvk.kind)
    drop_disabled(decoded, request.gvk, options.release)
    apply_defaults(decoded, known)
    if known is not None and known.namespaced:
        decoded.setdefault("metadata", {}).setdefault("namespace", request.namespace)
    if request.old is not None:
        return _update(decoded, request, options)
    return _create(decoded, request, options)


def _options(request: Request) -> Options:
    ranges = ("10.96.0.0/16", "fd00:10:96::/112") if request.dual_stack else ("10.96.0.0/16",)
    return Options(release=request.release, service_ranges=ranges)


def stored(obj: dict[str, Any], request: Request) -> dict[str, Any]:
    """The object as it comes back."""
    known = strategy_of(request.gvk.group, request.gvk.version, request.gvk.kind)
    if known is not None and known.store is not None:
        known.store(obj, _options(request))
    wire_form(obj)
    version = f"{request.gvk.group}/{request.gvk.version}" if request.gvk.group else request.gvk.version
    return {**obj, "apiVersion": version, "kind": request.gvk.kind}


def _create(obj: dict[str, Any], request: Request, options: Options) -> Answer:
    """The answer to a new object among others: mutating plugins, validation, validating plugins."""
    kind = request.gvk.kind
    known = strategy_of(request.gvk.group, request.gvk.version, kind)
    admission = Admission(objects_of(request.context), options.release)
    refusal = admission.mutate(kind, obj)
    if refusal is not None:
        return Answer(Stage.FORBIDDEN, denied_by=refusal.plugin)
    causes = [*validate(obj, known, options), *refused_in_namespace(obj, _labels(admission, request), known)]
    warnings = (*warn(obj, known), *admission.warnings(kind, obj))
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    refusal = admission.validate(kind, obj)
    if refusal is not None:
        return Answer(Stage.FORBIDDEN, (), warnings, None, refusal.plugin)
    return Answer(Stage.ACCEPTED, (), warnings, stored(obj, request))


def _labels(admission: Admission, request: Request) -> Mapping[str, str]:
    """The labels of the request's namespace, as far as it is among the objects that are there."""
    namespace = named(admission.objects, "Namespace", request.namespace)
    labels = fields.mapping(fields.mapping(namespace or {}, "metadata"), "labels")
    return {name: fields.text(labels, name) for name in labels}


def _update(obj: dict[str, Any], request: Request, options: Options) -> Answer:
    """The answer to an update."""
    known = strategy_of(request.gvk.group, request.gvk.version, request.gvk.kind)
    written = read_body(request.old or b"").value or {}
    old, _, _ = decode_object(written, request.gvk, options.release)
    drop_disabled(old, request.gvk, options.release)
    apply_defaults(old, known)
    keep(obj, written, old, known)
    if known is not None and known.allocate is not None:
        known.allocate(old)
    before, after = old.get("metadata", {}), obj.get("metadata", {})
    if before.get("name") != after.get("name"):
        message = f"the object is named {before.get('name')!r}: a name cannot change"
        return Answer(Stage.DECODE, (Cause(("metadata", "name"), CauseReason.WRONG_NAME, message, ""),))
    causes = validate_update(obj, old, known, options)
    warnings = warn(obj, known, update=True)
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    return Answer(Stage.ACCEPTED, (), warnings, stored(obj, request))


def _custom(value: dict[str, Any], request: Request, body: Body) -> Answer:
    """The answer to a custom resource, its definition among ``request.context``."""
    from kubelens.predict.apiserver.definitions.instance import find_definition, judge_instance  # noqa: PLC0415 - few are

    definitions = [read_body(text.encode()).value for text in request.context]
    definition = find_definition(definitions, request.gvk.group, request.gvk.kind)
    if definition is None:
        return Answer(Stage.ACCEPTED, (), (), value)
    if body.duplicates:
        return Answer(Stage.STRICT, body.duplicates)
    old = read_body(request.old).value if request.old is not None else None
    obj = dict(value)
    if definition.get("spec", {}).get("scope") == "Namespaced":
        obj["metadata"] = {**(obj.get("metadata") or {})}
        obj["metadata"].setdefault("namespace", request.namespace)
    return judge_instance(obj, definition, request.gvk.version, old=old)


def _header(value: dict[str, Any], gvk: GroupVersionKind) -> Cause | None:
    """The version and kind of the body against those of the URL."""
    version, kind = value.get("apiVersion"), value.get("kind")
    wanted = f"{gvk.group}/{gvk.version}" if gvk.group else gvk.version
    if version not in (None, "", wanted):
        return _type_meta(f"apiVersion {version!r} is not {wanted!r}")
    if kind not in (None, "", gvk.kind):
        return _type_meta(f"kind {kind!r} is not {gvk.kind!r}")
    return None


def _type_meta(message: str) -> Cause:
    return Cause((), CauseReason.WRONG_TYPE_META, message, "")


def _namespace(obj: dict[str, Any], request: Request) -> Cause | None:
    known = strategy_of(request.gvk.group, request.gvk.version, request.gvk.kind)
    if known is None or not known.namespaced:
        return None
    namespace = obj.get("metadata", {}).get("namespace", "")
    if namespace and namespace != request.namespace:
        return Cause(
            ("metadata", "namespace"), CauseReason.WRONG_NAMESPACE, f"{namespace!r} is not the request's namespace", ""
        )
    return None
