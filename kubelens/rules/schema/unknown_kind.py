"""A kind of a built-in API group that no known release serves, such as a typo in ``kind`` or ``apiVersion``.

Kinds that OpenShift 3 had in the core group are warned of: OpenShift's clients still read them, no API server serves them.
Kinds of other groups are custom resources and are left alone: they are judged where their definition is in the
manifests or given with ``--crd``.

Bad:

```yaml
apiVersion: apps/v1
kind: Deploymnet  # expect: Deployment
metadata:
  name: web
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.lifecycle import lifecycle
from kubelens.kube.placeholder import has_variable
from kubelens.kube.relatives import OPENSHIFT_FIRST
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups, schemas
from kubelens.predict.apiserver.causes import shown
from kubelens.predict.apiserver.definitions.declared import DeclaredKinds
from kubelens.rules.api import AddEntry, Applicability, Context, Finding, Fix, RenameKey, SetValue, Severity, rule
from kubelens.syntax.pattern import pattern

_VERSION: Final = pattern(r"v\d+((alpha|beta)\d+)?")


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each object of a built-in group that the release has no kind for."""
    gvk = resource.gvk
    known = schemas(ctx.facts.release)
    if resource.definition is None and "." in gvk.group and gvk.group not in known_groups() and not resource.partial:
        yield from _of_custom_group(resource, ctx)
        return
    if resource.partial or gvk.group not in known_groups() or not gvk.kind or known.kind(gvk) is not None:
        return
    life = lifecycle(gvk)
    gone = life is not None and life.is_removed(ctx.facts.release)  # told as that; else the version is yet to come
    if gone or gvk.kind.endswith("List"):
        return
    if gvk.api_version == "v1" and gvk.kind in OPENSHIFT_FIRST:
        yield _of_openshift(resource, ctx)
        return
    if has_variable(gvk.api_version):
        return
    others = [k for k in known.kinds() if k.kind == gvk.kind]
    if others:
        best = next((k for k in others if k.group == gvk.group), others[0])
        at = resource.place.at("apiVersion")
        fix: Fix | None = Fix(best.api_version, (SetValue(at, best.api_version),), Applicability.UNSAFE)
        if gvk.version:
            yield ctx.finding(f"{gvk.api_version} has no kind {gvk.kind!r}; {best.api_version} has it", at=at, fix=fix)
        else:
            yield _without_version(resource, ctx, best.api_version)
        return
    import difflib  # noqa: PLC0415 - only after a mistake

    near = difflib.get_close_matches(gvk.kind, [k.kind for k in known.kinds() if k.group == gvk.group], 1, 0.8)
    if not near and not gvk.group and not _VERSION.fullmatch(gvk.version):
        return  # neither a version nor a kind of Kubernetes: a file of another tool
    at = resource.place.at("kind")
    hint = f"; did you mean {near[0]!r}?" if near else ""
    fix = Fix(near[0], (SetValue(at, near[0]),), Applicability.UNSAFE) if near else None
    yield ctx.finding(
        f"{gvk.api_version or 'v1'} has no kind {gvk.kind!r} in Kubernetes {ctx.facts.release}{hint}", at=at, fix=fix
    )


def _without_version(resource: Resource, ctx: Context, meant: str) -> Finding:
    """An object without an apiVersion: none is written, a key of another case is, or a value that is no text."""
    value = resource.value
    other = next((key for key in value if isinstance(key, str) and key.lower() == "apiversion"), None)
    has = f"{meant} has kind {resource.kind!r}"
    if "apiVersion" in value:
        at = resource.place.at("apiVersion")
        written = value["apiVersion"]
        is_ = "is empty" if written in (None, "") else f"is {shown(written)}"
        fix = Fix(meant, (SetValue(at, meant),), Applicability.UNSAFE)
        return ctx.finding(f"apiVersion must be a group and a version, {is_}; {has}", at=at, fix=fix)
    if other is not None:
        key = resource.place.at(other).key()
        rename = Fix("apiVersion", (RenameKey(key, "apiVersion"),), Applicability.SAFE)
        return ctx.finding(f"apiVersion is missing; did you mean 'apiVersion' for {other!r}?", at=key, fix=rename)
    add = Fix(f"apiVersion: {meant}", (AddEntry(resource.place, "apiVersion", meant),), Applicability.UNSAFE)
    return ctx.finding(f"apiVersion is missing; {has}", at=resource.place.at("kind"), fix=add)


def _of_custom_group(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """A kind of a group that definitions are known for, in the wrong case."""
    gvk = resource.gvk
    kinds = [kind for group, kind in ctx.ask(DeclaredKinds()).answer if group == gvk.group]
    meant = next((kind for kind in kinds if kind.lower() == gvk.kind.lower()), None)
    if meant is not None and gvk.kind not in kinds:
        at = resource.place.at("kind")
        fix = Fix(meant, (SetValue(at, meant),), Applicability.UNSAFE)
        yield ctx.finding(f"{gvk.group} has no kind {gvk.kind!r}; did you mean {meant!r}?", at=at, fix=fix)


def _of_openshift(resource: Resource, ctx: Context) -> Finding:
    """A kind that OpenShift had in the core group: its clients still know it, no server does."""
    kind, version = resource.gvk.kind, OPENSHIFT_FIRST[resource.gvk.kind]
    at = resource.place.at("apiVersion")
    return ctx.finding(
        f"v1 has no kind {kind!r}: a Kubernetes API server answers 404, and OpenShift serves it as {version}",
        at=at,
        severity=Severity.WARNING,
        fix=Fix(version, (SetValue(at, version),), Applicability.UNSAFE),
    )
