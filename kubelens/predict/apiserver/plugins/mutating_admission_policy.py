"""What the MutatingAdmissionPolicies of the manifests make of an object, through the bindings that put them into force.

Follows apiserver ``pkg/admission/plugin/policy/mutating`` (``dispatcher.go``, ``patch/smd.go``, ``patch/json_patch.go``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from kubelens.cel.evaluate import CelError, Unmodelled
from kubelens.cel.parse import CelSyntaxError
from kubelens.cel.values import Record
from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.pod_labels import NUMBERED
from kubelens.kube.resource import Resource
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.apiserver.plugins.admission_policy import (
    conditions,
    evaluated,
    fits,
    ignores,
    names_of,
    params_of,
)
from kubelens.predict.apiserver.plugins.apply_configuration import Unmergeable, merged
from kubelens.predict.apiserver.plugins.cel_scope import Scope, scope_of
from kubelens.predict.apiserver.plugins.json_patch import PatchFault, UnmetTest, patched
from kubelens.predict.apiserver.plugins.policies_in_force import Invocation, Mutated
from kubelens.predict.apiserver.plugins.refusal import Refusal, refused

PLUGIN: Final = "MutatingAdmissionPolicy"


def mutated(
    resource: Resource,
    value: Mapping[str, Any],
    asked: list[Invocation],
    bundle: Bundle,
    settle: Callable[[dict[str, Any]], Refusal | None],
    differing: str = "",
) -> Mutated:
    """What policies make of an object; ``settle`` fills in defaults and runs the plugins before them once more.

    ``differing``: why name and number are not known, where the object stands for several that each have their own.
    One that a cluster holds already is updated. Each is asked once; where one changed something, those that are to be asked again are.
    """
    found = Mutated(own_copy(dict(value)))
    for one in asked:
        _invoke(one, resource, found, bundle, differing)
    if found.by and found.refusal is None:
        found.refusal = settle(found.value)
        for one in asked:
            if one.again and found.refusal is None:
                _invoke(one, resource, found, bundle, differing)
    if len(set(found.by)) > 1:
        order = ", ".join(dict.fromkeys(found.by))
        found.unknown = (*found.unknown, (order, "which of them comes first is the server's to say"))
    return found


def _invoke(one: Invocation, resource: Resource, found: Mutated, bundle: Bundle, differing: str) -> None:
    policy = one.policy
    now = replace(resource, value=found.value)
    old = resource.standing.value if resource.standing is not None else None
    matches = fits(policy, one.binding, now, "CREATE" if old is None else "UPDATE", bundle)
    if not matches or found.refusal is not None:
        return
    if matches != "yes":
        _doubt(found, policy, matches)
        return
    for params, why in params_of(policy, one.binding, now, bundle):
        if why:
            _doubt(found, policy, why)
            continue
        names = names_of(policy, _scope(now, found.value, old, bundle, differing), params)
        applies, problem = conditions(policy, names)
        if problem is not None:
            _fail(found, one, problem)
        if not applies:
            continue
        for _, mutation in fields.items(policy.spec, "mutations"):
            names = names_of(policy, _scope(now, found.value, old, bundle, differing), params)
            _mutate(mutation, one, now, names, found, bundle.release)


def _scope(resource: Resource, value: dict[str, Any], old: Any, bundle: Bundle, differing: str) -> Scope:
    scope = scope_of(resource, value, old, bundle)
    metadata = scope["object"].get("metadata")
    if differing and isinstance(metadata, dict):
        labels = Scope(metadata.get("labels") or {}, dict.fromkeys(NUMBERED, differing))
        scope["object"]["metadata"] = Scope({**metadata, "labels": labels}, {"name": differing})
    return scope


def _mutate(
    mutation: Mapping[str, Any], one: Invocation, resource: Resource, names: Scope, found: Mutated, release: str
) -> None:
    try:
        after = _patched(mutation, resource, names, found.value, release)
    except UnmetTest:
        return
    except (CelError, Unmodelled, CelSyntaxError, Unmergeable, PatchFault) as problem:
        _fail(found, one, problem)
        return
    except KeyError:
        _doubt(found, one.policy, f"how lists of {resource.gvk} merge is not known")
        return
    if after != found.value:
        found.value = after
        found.by = (*found.by, one.policy.name)


def _patched(
    mutation: Mapping[str, Any], resource: Resource, names: Scope, value: dict[str, Any], release: str
) -> dict[str, Any]:
    field = "jsonPatch" if mutation.get("patchType") == "JSONPatch" else "applyConfiguration"
    written, problem = evaluated(fields.text(fields.mapping(mutation, field), "expression"), names)
    if problem is not None:
        raise problem
    plain = _as_json(written)
    if field == "applyConfiguration":
        if type(written) is not Record:
            raise CelError("the expression gives no Object")
        return merged(value, plain, resource.gvk, release)
    if not isinstance(plain, list) or not all(isinstance(item, dict) for item in plain):
        raise CelError("the expression gives no list of JSONPatch")
    after = patched(value, plain)
    if not isinstance(after, dict):
        raise PatchFault("nothing is left of the object")
    return after


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return int(value) if isinstance(value, int) or value.is_integer() else value
    raise Unmodelled(f"a value of {type(value).__name__} in an object")


def _doubt(found: Mutated, policy: Resource, why: str) -> None:
    if (policy.name, why) not in found.unknown:
        found.unknown = (*found.unknown, (policy.name, why))


def _fail(found: Mutated, one: Invocation, problem: Exception) -> None:
    """An error of a policy: nothing comes of it, or the request is refused; where only a server could tell, a doubt."""
    if isinstance(problem, Unmodelled | CelSyntaxError):
        _doubt(found, one.policy, str(problem))
    elif not ignores(one.policy):
        said = f"policy {one.policy.name!r} with binding {one.binding.name!r} denied request: {problem}"
        found.refusal = refused(PLUGIN, said, (), ("MutatingAdmissionPolicy", one.policy.name))
