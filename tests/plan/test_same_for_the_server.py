"""Empty texts and absent ones, earlier versions, and sets that say the same of objects with other names."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from kubelens.plan.plan import SetPlan, plan_of
from kubelens.report.plan_json import plan_data
from kubelens.report.plan_sections import Section
from kubelens.report.plan_told import sections
from tests.plan.test_changes import bundle

BINDING = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "RoleBinding",
    "metadata": {"name": "lamp", "namespace": "shop"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "lamp"},
    "subjects": [{"kind": "ServiceAccount", "name": "lamp", "namespace": "shop"}],
}


def pod(**more: Any) -> dict[str, Any]:
    container = {"name": "a", "image": "lamp:1", **more}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "lamp", "namespace": "shop"},
        "spec": {
            "selector": {"matchLabels": {"app": "lamp"}},
            "template": {"metadata": {"labels": {"app": "lamp"}}, "spec": {"containers": [container]}},
        },
    }


def claim(**more: Any) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **more}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"}, "spec": spec}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BINDING, {**BINDING, "subjects": [{**BINDING["subjects"][0], "apiGroup": ""}]}),  # type: ignore[dict-item]
        (pod(env=[{"name": "A"}]), pod(env=[{"name": "A", "value": ""}])),
        (claim(), claim(volumeName="")),
    ],
)
def test_an_empty_text_held_by_value_is_none(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert not plan_of("shop", bundle([before]), bundle([after])).changes
    assert not plan_of("shop", bundle([after]), bundle([before])).changes


def test_an_empty_class_of_storage_is_another_than_none() -> None:
    (change,) = plan_of("shop", bundle([claim()]), bundle([claim(storageClassName="")])).changes
    assert change.fields


def release(name: str, tag: str) -> dict[str, Any]:
    return {
        "apiVersion": "lamps.example.com/v1",
        "kind": "Lamp",
        "metadata": {"name": name, "namespace": "shop", "labels": {"lamps.example.com/tag": tag}},
        "spec": {"tag": tag},
    }


def of(name: str, before: str, after: str) -> SetPlan:
    return plan_of(f"sets/{name}", bundle([release(name, before)]), bundle([release(name, after)]))


def headings(found: list[Section]) -> list[tuple[str, ...]]:
    return [tuple(entry.heading for entry in section.entries) for section in found]


def test_sets_that_say_the_same_of_other_objects_are_told_together() -> None:
    plans = [of(name, "1", "2") for name in ("a", "b", "c")]
    (section,) = sections(plans)
    assert section.names == ("sets/a", "sets/b", "sets/c")
    assert headings([section]) == [("3 x Lamp",)]
    assert section.entries[0].names == "shop/a, shop/b, shop/c"


def test_sets_that_say_something_else_are_told_apart() -> None:
    plans = [of("a", "1", "2"), of("b", "1", "2"), of("c", "1", "3")]
    assert len(sections(plans)) == 3
    less = [*(of(name, "1", "2") for name in ("a", "b")), replace(of("c", "1", "2"), whole=False, missing=("a chart",))]
    assert len(sections(less)) == 3


def test_labels_are_called_alike_whether_the_kind_is_known_or_not() -> None:
    (change,) = of("a", "1", "2").changes
    assert change.fields[0].name == "metadata.labels[lamps.example.com/tag]"


def test_json_says_what_an_object_comes_instead_of() -> None:
    plan = plan_of(
        "shop", bundle([pod()]), bundle([{**pod(image="lamp:2"), "metadata": {"name": "lantern", "namespace": "shop"}}])
    )
    data = plan_data([plan], lambda _: None)
    (added,) = [one for one in data["sets"][0]["changes"] if one["action"] == "add"]
    assert added["instead"] == "Deployment shop/lamp"
    assert [one["name"] for one in added["otherwise"]] == ["spec.template.spec.containers[a].image"]
    (gone,) = [one for one in data["sets"][0]["changes"] if one["action"] == "remove"]
    assert (gone["instead"], gone["otherwise"]) == (None, [])
