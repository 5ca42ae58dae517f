"""A field that the kind does not have: a typo, the wrong case, or the wrong level.

``kubectl apply`` refuses the object (strict field validation, the default since 1.27). Clients that do not ask
for it lose the field without a word.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      imagepullPolicy: Always  # expect: did you mean
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      imagePullPolicy: Always
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.field_home import field_home
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.rules.api import Applicability, Context, Finding, Fix, MoveEntry, RenameKey, Severity, rule
from kubelens.rules.claims import claimed, declared_by
from kubelens.syntax.place import Place


def _fits(resource: Resource, path: tuple[str | int, ...], name: str, ctx: Context) -> bool:
    """Whether the value is one the server takes under another name, which is free."""
    holder = fields.at(resource.value, path[:-1])
    if not isinstance(holder, dict) or name in holder:
        return False
    renamed = replace(resource, value=_renamed(resource.value, path, name))
    judged = ctx.ask(AdmissionOf(renamed, None, ctx.facts.release, ctx.facts.node_port_range)).answer
    there = (*path[:-1], name)
    return judged is None or not any(cause.path[: len(there)] == there for cause in judged.causes)


def _renamed(value: Any, path: tuple[str | int, ...], name: str) -> Any:
    """A copy of a value with one key of another name."""
    step, *rest = path
    if not rest:
        return {name if key == step else key: inner for key, inner in value.items()}
    if isinstance(value, dict):
        return {key: _renamed(inner, tuple(rest), name) if key == step else inner for key, inner in value.items()}
    return [_renamed(inner, tuple(rest), name) if index == step else inner for index, inner in enumerate(value)]


def _home(resource: Resource, path: tuple[str | int, ...], ctx: Context) -> str:
    """The nearest level of the object that has a field of the name; ``""`` where that is not clear."""
    levels = tuple(step for step in path[:-1] if isinstance(step, str))
    home = _home_of(resource.gvk, levels, str(path[-1]), ctx.facts.release)
    return home if home and not _is_beside(resource, path, home) else ""


def _is_beside(resource: Resource, path: tuple[str | int, ...], home: str) -> bool:
    """Whether a home is a sibling of the field's holder that is not written: another kind of volume, no slip of indentation."""
    if len(path) < 2:
        return False
    *above, holder = [step for step in path[:-1] if isinstance(step, str)]
    steps = [step.removesuffix("[]") for step in home.split(".")]
    if steps[: len(above)] != above or len(steps) == len(above) or steps[len(above)] == holder:
        return False
    depth = max((index for index, step in enumerate(path[:-1]) if step == holder), default=0)
    beside = fields.at(resource.value, path[:depth])
    return not (isinstance(beside, dict) and steps[len(above)] in beside)


@lru_cache(maxsize=512)
def _home_of(gvk: GroupVersionKind, levels: tuple[str, ...], name: str, release: str) -> str:
    known = schemas(release)
    root = known.kind(gvk)
    return field_home(known, root, levels, name) if root is not None else ""


def _move(resource: Resource, path: tuple[str | int, ...], home: str, place: Place) -> Fix | None:
    """The entry below ``home``; None where a list on the way does not say which of its items is meant."""
    to: list[str | int] = []
    for step in home.split("."):
        name = step.removesuffix("[]")
        to.append(name)
        if name == step:
            continue
        index = path[len(to)] if path[: len(to)] == tuple(to) else None
        items = fields.at(resource.value, to)
        if not isinstance(index, int):
            if not isinstance(items, list) or len(items) != 1:
                return None
            index = 0
        to.append(index)
    title = f"move {path[-1]} below {home}"
    return Fix(title, (MoveEntry(place, resource.place.at(*to)),), Applicability.UNSAFE)


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:schema-validation",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each unknown field, at its key; a repair where only the case is wrong."""
    for place, cause in claimed(resource, ctx, "unknown-field"):
        written = str(cause.path[-1])
        match = re.search(r"did you mean '([^']+)'", cause.message)
        fix = None
        if match is not None and _fits(resource, cause.path, match[1], ctx):
            same = match[1].lower() == written.lower()
            applicability = Applicability.SAFE if same else Applicability.UNSAFE
            fix = Fix(match[1], (RenameKey(place, match[1]),), applicability)
        where = ".".join(str(step) for step in cause.path[:-1] if isinstance(step, str)) or resource.kind
        what, hint, better = cause.message.partition("; did you mean")
        home = _home(resource, cause.path, ctx)
        if home and (fix is None or fix.applicability is not Applicability.SAFE):
            hint, better, fix = "; it belongs below ", home, _move(resource, cause.path, home, place)
        yield ctx.finding(
            f"{what} in {where}{hint}{better}",
            at=place,
            fix=fix,
            related=declared_by(resource),
            notes=["kubectl apply refuses the object; clients without strict validation lose the field"],
        )
