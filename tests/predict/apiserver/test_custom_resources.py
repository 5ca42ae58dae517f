"""Custom resources against a definition: what is pruned, filled in and refused."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.apiserver.definitions.instance import judge_instance


def definition(spec: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"spec": {"type": "object", **spec}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {"spec": {"group": "g.example.com", "scope": "Namespaced", "names": {"kind": "Box"}, "versions": [version]}}


def box(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "g.example.com/v1", "kind": "Box", "metadata": {"name": "b"}, "spec": spec}


FIELDS = {
    "properties": {
        "size": {"type": "integer", "minimum": 1},
        "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
        "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "either": {"x-kubernetes-int-or-string": True},
    }
}


@pytest.mark.parametrize(
    ("spec", "stage", "causes"),
    [
        ({"size": 2}, Stage.ACCEPTED, []),
        ({"size": 2.0}, Stage.ACCEPTED, []),
        ({"either": "x"}, Stage.ACCEPTED, []),
        ({"size": None}, Stage.ACCEPTED, []),
        ({"size": 0}, Stage.INVALID, [("spec.size", "FieldValueInvalid")]),
        ({"size": "2"}, Stage.INVALID, [("spec.size", "FieldValueTypeInvalid")]),
        ({"either": True}, Stage.INVALID, [("spec.either", "FieldValueTypeInvalid")]),
        ({"mode": "c"}, Stage.INVALID, [("spec.mode", "FieldValueNotSupported")]),
        ({"tags": ["x", "y", "x"]}, Stage.INVALID, [("spec.tags[2]", "FieldValueDuplicate")]),
        ({"sizes": 2}, Stage.STRICT, [("spec.sizes", "UnknownField")]),
    ],
)
def test_schema(spec: dict[str, Any], stage: Stage, causes: list[tuple[str, str]]) -> None:
    judged = judge_instance(box(**spec), definition(FIELDS), "v1")
    assert judged.stage is stage
    assert [(cause.field, cause.reason) for cause in judged.causes] == causes


def test_default_is_stored() -> None:
    judged = judge_instance(box(size=1), definition(FIELDS), "v1")
    assert judged.stored is not None
    assert judged.stored["spec"] == {"size": 1, "mode": "a"}


def test_a_status_of_its_own_is_not_written_with_the_object() -> None:
    declared = definition(FIELDS)
    (version,) = declared["spec"]["versions"]
    version["schema"]["openAPIV3Schema"]["properties"]["status"] = {
        "type": "object",
        "required": ["ready"],
        "properties": {"ready": {"type": "boolean"}},
    }
    written = {**box(size=1), "status": {}}
    assert [c.field for c in judge_instance(written, declared, "v1").causes] == ["status.ready"]
    version["subresources"] = {"status": {}}
    created = judge_instance(written, declared, "v1")
    assert created.stored is not None
    assert "status" not in created.stored
    updated = judge_instance(written, declared, "v1", old={**box(size=2), "status": {"ready": True}})
    assert updated.stored is not None
    assert updated.stored["status"] == {"ready": True}
    strict = judge_instance({**written, "status": {"redy": True}}, declared, "v1")
    assert strict.stage is Stage.STRICT


def test_rules_wait_for_the_schema() -> None:
    rules = {**FIELDS, "x-kubernetes-validations": [{"rule": "self.size < 5"}]}
    broken = judge_instance(box(size=9), definition(rules), "v1")
    assert [(cause.field, cause.reason) for cause in broken.causes] == [("spec", "FieldValueInvalid")]
    untyped = judge_instance(box(size="9"), definition(rules), "v1")
    assert [cause.field for cause in untyped.causes] == ["spec.size", "<nil>"]


def test_rule_that_cannot_be_evaluated_is_an_assumption() -> None:
    rules = {**FIELDS, "x-kubernetes-validations": [{"rule": "authorizer.group(self.mode).check('get').allowed()"}]}
    judged = judge_instance(box(mode="a"), definition(rules), "v1")
    assert judged.accepted
    assert judged.assumptions


def test_functions_of_kubernetes_are_evaluated() -> None:
    rules = {**FIELDS, "x-kubernetes-validations": [{"rule": "isURL(self.mode)"}]}
    assert not judge_instance(box(mode="a"), definition(rules), "v1").accepted


def test_a_status_of_its_own_is_dropped_before_anything_is_judged() -> None:
    declared = definition(FIELDS)
    root = declared["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    root["properties"]["status"] = {
        "type": "object",
        "required": ["phase"],
        "properties": {"phase": {"type": "string"}},
    }
    written = {**box(size=1), "status": {}}
    assert [cause.field for cause in judge_instance(written, declared, "v1").causes] == ["status.phase"]
    for version in declared["spec"]["versions"]:
        version["subresources"] = {"status": {}}
    judged = judge_instance(written, declared, "v1")
    assert not judged.causes
    assert judged.stored is not None
    assert "status" not in judged.stored
    unknown = judge_instance({**box(size=1), "status": {"phaze": "x"}}, declared, "v1")
    assert [cause.path for cause in unknown.causes] == [("status", "phaze")]
