"""DNS names that come, go, or mean something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides
from kubelens.predict.chain.kept import with_address


def names(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Service whose name does not resolve any more, resolves from now on, or to something else."""
    for change in changes:
        resource = change.resource
        if resource.kind != "Service" or resource.gvk.group or resource.partial:
            continue
        name = f"{resource.name}.{resource.namespace}"
        if change.action is Action.REMOVE:
            yield consequence("name-gone", resource, f"{name} does not resolve any more")
        elif change.action is Action.ADD and sides.after.stands(resource):
            yield consequence("name-added", resource, f"{name} resolves")
        elif change.old is not None:
            old, new = read_service(change.old), read_service(with_address(resource, change.old))
            if old is not None and new is not None and (before := _meaning(old)) != (after := _meaning(new)):
                yield consequence("name-changed", resource, f"{name} means {after} instead of {before}")


def _meaning(service: Service) -> str:
    if service.type is ServiceType.EXTERNAL_NAME:
        return f"the name {service.resource.spec.get('externalName') or ''}".strip()
    return "each Pod's address" if service.headless else "one address of the cluster"
