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
from typing import Any

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.renamed_field import renamed_field
from kubelens.kube.resource import Resource
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


def _move(resource: Resource, path: tuple[str | int, ...], home: str, place: Place) -> Fix | None:
    """The entry below ``home``; None where a list on the way does not say which of its items is meant."""
    to: list[str | int] = []
    for step in home.split(".") if home else ():
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
    title = f"move {path[-1]} {'below ' + home if home else 'to the top level'}"
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
        from kubelens.rules.schema._where_it_belongs import (  # noqa: PLC0415 - only where something is found
            home_of,
            kin_with,
            where_amounts_belong,
        )

        written = str(cause.path[-1])
        match = re.search(r"did you mean '([^']+)'", cause.message)
        fix = None
        if match is not None and _fits(resource, cause.path, match[1], ctx):
            same = match[1].lower() == written.lower()
            applicability = Applicability.SAFE if same else Applicability.UNSAFE
            fix = Fix(match[1], (RenameKey(place, match[1]),), applicability)
        where = ".".join(str(step) for step in cause.path[:-1] if isinstance(step, str)) or resource.kind
        what, _, better = cause.message.partition("; did you mean ")
        hint = f"; did you mean {better}" if better else ""
        levels = tuple(step for step in cause.path[:-1] if isinstance(step, str))
        home = home_of(resource, cause.path, ctx.facts.release)
        renamed = renamed_field(resource.kind, written)
        if renamed:
            hint, fix = f"; {resource.gvk.api_version} writes {renamed}", None
        elif home is not None and (fix is None or fix.applicability is not Applicability.SAFE):
            hint = f"; it belongs below {home}" if home else "; it belongs at the top level"
            fix = _move(resource, cause.path, home, place)
        elif amounts := where_amounts_belong(resource, cause.path, ctx.facts.release):
            hint, fix = f"; amounts belong below {amounts}", None
        elif not hint and (kin := kin_with(resource.gvk, levels, written, ctx.facts.release)):
            others = " and ".join(part for part in (", ".join(kin[:-1]), kin[-1]) if part)
            hint = f"; {others} {'has' if len(kin) == 1 else 'have'} it"
        yield ctx.finding(
            f"{what} in {where}{hint}",
            at=place,
            fix=fix,
            related=declared_by(resource),
            notes=[
                "kubectl apply refuses the object; clients without strict validation lose the field",
                *_lost(resource, levels, match[1] if match and home is None else "", ctx),
            ],
        )


def _lost(resource: Resource, levels: tuple[str, ...], meant: str, ctx: Context) -> list[str]:
    """What the object lacks where the field is lost: one that it must have, under the name that is meant."""
    from kubelens.rules.schema._where_it_belongs import type_at  # noqa: PLC0415 - only where something is found

    holder = type_at(resource.gvk, levels, ctx.facts.release) if meant else None
    if holder is None:
        return []
    if not levels and meant == "metadata":
        return ["without it the object has no name, and metadata.name is required"]
    return [f"without it {meant} is missing, which is required"] if meant in holder.required else []
