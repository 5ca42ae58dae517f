"""Where a field that slid to another level belongs."""

from __future__ import annotations

import pytest

from kubelens.kube.field_home import field_homes
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import schemas

KNOWN = schemas("1.36")
_POD = ("spec", "template", "spec")


@pytest.mark.parametrize(
    ("path", "name", "homes"),
    [
        ((), "containers", ("spec.template.spec",)),
        (("spec", "template"), "volumes", ("spec.template.spec",)),
        ((*_POD, "containers", 0), "nodeSelector", ("spec.template.spec",)),
        ((*_POD, "containers", 0, "securityContext"), "fsGroup", ("spec.template.spec.securityContext",)),
        (_POD, "livenessProbe", ("spec.template.spec.containers[]",)),
        (_POD, "containers", ()),
        (("spec",), "sprockets", ()),
        (("metadata", "labels"), "containers", ()),
        (("metadata",), "spec", ("",)),
    ],
)
def test_the_nearest_level_that_has_it(path: tuple[str | int, ...], name: str, homes: tuple[str, ...]) -> None:
    root = KNOWN.kind(GroupVersionKind("apps", "v1", "Deployment"))
    assert root is not None
    assert field_homes(KNOWN, root, path, name) == homes
