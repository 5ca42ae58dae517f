"""A request to an API server and its answer: the whole way from a body's bytes to the stored object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.causes import Cause, CauseReason
from kubelens.predict.apiserver.decode.body import Body, read_body
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.registry import entry
from kubelens.predict.apiserver.stored import finish
from kubelens.predict.apiserver.verdict import Stage, Warning, apply_defaults, decode_object, validate, warn


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


class Answer(Struct, frozen=True):
    """What the server says. ``denied_by`` names the admission plugin that refuses, if one does."""

    stage: Stage
    causes: tuple[Cause, ...] = ()
    warnings: tuple[Warning, ...] = ()
    stored: Mapping[str, Any] | None = None
    denied_by: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the object is stored."""
        return self.stage is Stage.ACCEPTED


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
        from kubelens.predict.apiserver.definitions import judge_custom  # noqa: PLC0415 - only for custom resources

        return judge_custom(value, request, body)
    decoded, wrong, unknown = decode_object(value, request.gvk, request.release)
    if wrong:
        return Answer(Stage.DECODE, tuple(wrong))
    if body.duplicates or unknown:
        return Answer(Stage.STRICT, (*body.duplicates, *unknown))
    if (elsewhere := _namespace(decoded, request)) is not None:
        return Answer(Stage.DECODE, (elsewhere,))
    known = entry(request.gvk.group, request.gvk.version, request.gvk.kind)
    apply_defaults(decoded, known)
    if known is not None and known.namespaced:
        decoded.setdefault("metadata", {}).setdefault("namespace", request.namespace)
    if request.old is not None:
        return _update(decoded, request, options)
    if request.context or request.dual_stack or request.gvk.kind == "Pod":
        from kubelens.predict.apiserver.context import admit  # noqa: PLC0415 - only where other objects matter

        return admit(decoded, request, options)
    causes = validate(decoded, known, options)
    warnings = warn(decoded, known)
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    return Answer(Stage.ACCEPTED, (), warnings, stored(decoded, request))


def _options(request: Request) -> Options:
    ranges = ("10.96.0.0/16", "fd00:10:96::/112") if request.dual_stack else ("10.96.0.0/16",)
    return Options(release=request.release, service_ranges=ranges)


def stored(obj: dict[str, Any], request: Request) -> dict[str, Any]:
    """The object as it comes back."""
    finish(obj, request.gvk.kind, _options(request))
    version = f"{request.gvk.group}/{request.gvk.version}" if request.gvk.group else request.gvk.version
    return {**obj, "apiVersion": version, "kind": request.gvk.kind}


def _update(decoded: dict[str, Any], request: Request, options: Options) -> Answer:
    from kubelens.predict.apiserver.update import update_answer  # noqa: PLC0415 - only for updates

    return update_answer(decoded, request, options)


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
    known = entry(request.gvk.group, request.gvk.version, request.gvk.kind)
    if known is None or not known.namespaced:
        return None
    namespace = obj.get("metadata", {}).get("namespace", "")
    if namespace and namespace != request.namespace:
        return Cause(
            ("metadata", "namespace"), CauseReason.WRONG_NAMESPACE, f"{namespace!r} is not the request's namespace", ""
        )
    return None


__all__ = ["Answer", "Body", "Request", "answer", "stored"]
