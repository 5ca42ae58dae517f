"""A rule of a role names a group or a resource that does not exist there, and grants nothing for it.

The API server takes any text. Rights are looked up by group and resource: Deployments are in ``apps``, a group without a
dot can come from no definition, and ``pod/exec`` is no way to write ``pods/exec``. No server has the group ``extensions`` since
1.22; a role that names it beside the group where the resource is now is meant for old servers too, and is left alone.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: deployer
rules:
  - apiGroups: [""]
    resources:
      - pods
      - deployments  # expect: deployments
    verbs: [get, update]
```

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: watcher
rules:
  - apiGroups: [extensions]
    resources:
      - ingresses  # expect: networking.k8s.io
    verbs: [list, watch]
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: deployer
rules:
  - apiGroups: ["", apps]
    resources:
      - pods
      - deployments
    verbs: [get, update]
```

References:

- https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kubelens.kube.authorization import AuthorizedResource, find_resource, groups_of, plural, resources_by_group
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.rbac._written import ROLES, WrittenRule, written_rules
from kubelens.rules.security._roles import made_by_cluster

_CHECKED_FOR_ANY = frozenset({"finalizers", "restricted", "status", "scale"})
"""Asked for by admission (finalizers; restricted on OpenShift), or so common in what tools generate that it says nothing."""


@rule(on=ROLES, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each group, resource or subresource that grants nothing."""
    if made_by_cluster(resource):
        return
    for entry in written_rules(resource):
        unknown = [
            group
            for group in entry.groups
            if ("." not in group or "/" in group) and group not in ("*", *resources_by_group())
        ]
        for group in unknown:
            yield _unknown_group(resource, entry, group, ctx)
        if entry.is_built_in:
            for index, text in entry.resources:
                yield from _resource(resource, entry, index, text, ctx)
                yield from _moved(resource, entry, index, text, ctx)


def _unknown_group(role: Resource, entry: WrittenRule, group: str, ctx: Context) -> Finding:
    homes = [g for _, text in entry.resources for g in groups_of(text.partition("/")[0]) if g not in entry.groups]
    bare = group.partition("/")[0]
    meant = bare if bare in resources_by_group() else None
    import difflib  # noqa: PLC0415 - only after a mistake

    meant = meant or next(
        iter(difflib.get_close_matches(group, list(resources_by_group()), 1)), next(iter(homes), None)
    )
    place = entry.place.at("apiGroups", entry.groups.index(group))
    hint = f"; did you mean {meant!r}?" if meant is not None else ""
    return ctx.finding(
        f"{role.key} names the API group {group!r}, which does not exist{hint}",
        at=place,
        notes=[
            "a group is written without its version; the rule grants nothing for this one"
            if "/" in group
            else "a group of custom resources has a dot in its name; the rule grants nothing for this one"
        ],
        fix=Fix(meant, (SetValue(place, meant or '""'),), Applicability.UNSAFE) if meant is not None else None,
    )


def _resource(role: Resource, entry: WrittenRule, index: int, text: str, ctx: Context) -> Iterator[Finding]:
    name, _, subresource = text.partition("/")
    if name == "*":
        return
    place = entry.place.at("resources", index)
    found = find_resource(entry.groups, name)
    written = _groups(entry.groups)
    if found is None:
        meant = _meant(name, entry.groups)
        if meant is not None:
            right = f"{meant.name}/{subresource}" if subresource else meant.name
            fix = Fix(right, (SetValue(place, right),), Applicability.UNSAFE)
            yield ctx.finding(
                f"{role.key} names {text!r} in {written}; the resource is called {right!r}",
                at=place,
                notes=["names of resources are the plural in lower case; the rule grants nothing for this one"],
                fix=fix,
            )
            return
        homes = groups_of(name)
        where = f"it is in {_groups(homes)}" if homes else "no release of Kubernetes has it"
        yield ctx.finding(
            f"{role.key} names {name!r} in {written}, where it is not; {where}",
            at=place,
            notes=["the API server takes the role; the rule grants nothing for this resource"],
        )
        return
    if subresource == "*":
        yield ctx.finding(
            f"{role.key} names {text!r}; '*' after the slash stands for nothing",
            at=place,
            notes=["rules match '*', the exact text, or '*/SUBRESOURCE'; each subresource has to be written"],
        )
    elif subresource and subresource not in found.subresources and subresource not in _CHECKED_FOR_ANY:
        import difflib  # noqa: PLC0415 - only after a mistake

        close = difflib.get_close_matches(subresource, sorted(found.subresources), 1)
        right = f"{name}/{close[0]}" if close else ""
        yield ctx.finding(
            f"{role.key} names {text!r}; {name!r} has no subresource {subresource!r}"
            + (f", did you mean {right!r}?" if right else ""),
            at=place,
            notes=["the rule grants nothing for it"],
            fix=Fix(right, (SetValue(place, right),), Applicability.UNSAFE) if right else None,
        )


def _moved(role: Resource, entry: WrittenRule, index: int, text: str, ctx: Context) -> Iterator[Finding]:
    """A resource in a group that the release serves no more, where no rule of the role has it in the one it moved to."""
    name = text.partition("/")[0]
    served = _served(ctx.facts.release)
    groups = {group for group, _ in served}
    if name == "*" or groups & set(entry.groups) or find_resource(entry.groups, name) is None:
        return
    homes = [group for group in groups_of(name) if (group, name) in served]
    others = {
        group
        for one in written_rules(role)
        if any(n in (name, text, "*") for _, n in one.resources)
        for group in one.groups
    }
    if homes and not others & {*homes, "*"}:
        yield ctx.finding(
            f"{role.key} names {name!r} in {_groups(entry.groups)}, which no server of Kubernetes {ctx.facts.release} has; it is in {_groups(homes)}",
            at=entry.place.at("resources", index),
            notes=["the API server takes the role; the rule grants nothing for this resource"],
        )


@lru_cache(maxsize=4)
def _served(release: str) -> frozenset[tuple[str, str]]:
    """The groups and resources that a release serves."""
    return frozenset((gvk.group, plural(gvk.kind)) for gvk in schemas(release).kinds())


def _meant(name: str, groups: tuple[str, ...]) -> AuthorizedResource | None:
    """The resource that another spelling means: the singular, the kind, capitals, or a slip of the pen."""
    if groups_of(name):
        return None
    known = resources_by_group()
    here = {one.name: one for group in groups for one in known[group].values()}
    lower = name.lower()
    for guess in (lower, f"{lower}s", f"{lower}es", f"{lower[:-1]}ies"):
        if guess in here:
            return here[guess]
    import difflib  # noqa: PLC0415 - only after a mistake

    close = difflib.get_close_matches(lower, list(here), 1, 0.85)
    return here[close[0]] if close else None


def _groups(groups: tuple[str, ...] | list[str]) -> str:
    named = [repr(group) if group else "the core group ''" for group in groups]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
