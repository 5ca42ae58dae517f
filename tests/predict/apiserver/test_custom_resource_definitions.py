"""CustomResourceDefinitions: fields and reasons as the server has them."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.identity import GroupVersionKind
from kubelens.predict.apiserver.causes import CauseReason, Report
from kubelens.predict.apiserver.judge import judge
from kubelens.predict.apiserver.kinds.custom_resource_definition import validate_crd, validate_crd_update
from kubelens.predict.apiserver.options import DEFAULT


def crd(*versions: dict[str, Any], **spec: Any) -> dict[str, Any]:
    names = {"plural": "boxes", "singular": "box", "kind": "Box", "listKind": "BoxList"}
    base = {"group": "g.example.com", "scope": "Namespaced", "names": names, "conversion": {"strategy": "None"}}
    return {
        "metadata": {"name": "boxes.g.example.com"},
        "spec": {**base, "versions": list(versions) or [version()], **spec},
    }


def version(name: str = "v1", schema: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    root = {"type": "object", **({"properties": {"a": schema}} if schema is not None else {})}
    return {"name": name, "served": True, "storage": True, "schema": {"openAPIV3Schema": root}, **more}


def causes(obj: dict[str, Any]) -> list[tuple[str, str]]:
    report = Report()
    validate_crd(obj, report, DEFAULT)
    return sorted({(cause.field, str(cause.reason).removeprefix("FieldValue")) for cause in report.causes})


A = "spec.validation.openAPIV3Schema.properties[a]"


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "string"}, []),
        ({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}, []),
        ({}, [(f"{A}.type", "Required")]),
        ({"type": "text"}, [(f"{A}.type", "NotSupported")]),
        ({"type": "array"}, [(f"{A}.items", "Required")]),
        ({"type": "array", "items": []}, [(f"{A}.items", "Required")]),
        ({"type": "string", "$ref": ""}, [(f"{A}.$ref", "Forbidden")]),
        ({"type": "string", "id": "", "patternProperties": {}, "definitions": {}}, []),
        ({"type": "string", "dependencies": {}}, [(f"{A}.dependencies", "Forbidden")]),
        ({"type": "string", "additionalItems": False}, [(f"{A}.additionalItems", "Forbidden")]),
        ({"type": "string", "$schema": "s"}, [("spec.validation.openAPIV3Schema", "Invalid")]),
        (
            {"type": "string", "not": {"additionalProperties": False, "title": ""}},
            [(f"{A}.not.additionalProperties", "Forbidden")],
        ),
        ({"type": "string", "pattern": "(?!a)"}, [(f"{A}.pattern", "Invalid")]),
        ({"type": "integer", "default": "x"}, [(f"{A}.default", "TypeInvalid")]),
        ({"type": "object", "oneOf": [{"required": ["q"]}]}, []),
        ({"type": "object", "oneOf": [{"properties": {"q": {}}}]}, []),
        ({"type": "object", "oneOf": [{"type": "object"}]}, [(f"{A}.oneOf[0].type", "Forbidden")]),
        (
            {"type": "string", "x-kubernetes-validations": [{"rule": "self > 1"}]},
            [(f"{A}.x-kubernetes-validations[0].rule", "Invalid")],
        ),
        ({"type": "string", "x-kubernetes-validations": [{"rule": "self.size() > 1"}]}, []),
        (
            {"type": "string", "x-kubernetes-validations": [{"rule": "self"}]},
            [(f"{A}.x-kubernetes-validations[0].rule", "Invalid")],
        ),
        (
            {
                "type": "object",
                "properties": {"b": {"type": "string"}},
                "x-kubernetes-validations": [{"rule": "self.c == 'x'"}],
            },
            [(f"{A}.x-kubernetes-validations[0].rule", "Invalid")],
        ),
    ],
)
def test_schema(schema: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert causes(crd(version(schema=schema))) == wanted


def test_only_the_root_has_to_declare_what_its_branches_speak_of() -> None:
    obj = crd()
    obj["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["oneOf"] = [{"properties": {"q": {}}}]
    assert causes(obj) == [("spec.validation.openAPIV3Schema.properties[q]", "Required")]


METADATA = "spec.validation.openAPIV3Schema.properties[metadata]"


@pytest.mark.parametrize(
    ("metadata", "allowed"),
    [
        ({"type": "object", "externalDocs": {"url": "u"}, "example": 1, "title": "", "items": []}, True),
        ({"type": "object", "required": []}, False),
        ({"type": "object", "maxProperties": 0}, False),
        ({"type": "object", "items": {}}, False),
        ({"type": "object", "properties": {"name": {"type": "string", "maxLength": 0}}}, True),
    ],
)
def test_metadata_is_restricted_by_name_alone(metadata: dict[str, Any], allowed: bool) -> None:
    root = {"type": "object", "properties": {"metadata": metadata}}
    found = causes(crd({**version(), "schema": {"openAPIV3Schema": root}}))
    wanted = [] if allowed else [(METADATA, "Forbidden")]
    assert [cause for cause in found if "type" not in cause[0] and "items" not in cause[0]] == wanted


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({"nullable": False, "$schema": ""}, True),
        ({"required": []}, True),
        ({"allOf": []}, False),
        ({"maxProperties": 0}, False),
    ],
)
def test_roots_beside_a_status_subresource(more: dict[str, Any], allowed: bool) -> None:
    root = {"type": "object", **more}
    found = causes(crd({**version(), "schema": {"openAPIV3Schema": root}, "subresources": {"status": {}}}))
    assert found == ([] if allowed else [("spec.validation.openAPIV3Schema", "Invalid")])


def test_paths_of_versions_that_differ() -> None:
    obj = crd(version(), version("v2", {"type": "text"}, storage=False))
    assert causes(obj) == [("spec.versions[1].schema.openAPIV3Schema.properties[a].type", "NotSupported")]


def test_conversion_names_the_internal_fields() -> None:
    assert causes(crd(conversion={"strategy": "Webhook"})) == [
        ("spec.conversion.conversionReviewVersions", "Required"),
        ("spec.conversion.webhookClientConfig", "Required"),
    ]


def test_community_groups_need_approval() -> None:
    obj = crd(group="g.k8s.io")
    obj["metadata"] = {"name": "boxes.g.k8s.io"}
    assert causes(obj) == [("metadata.annotations[api-approved.kubernetes.io]", "Required")]
    obj["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, a test"}
    assert causes(obj) == []


def test_update_keeps_stored_versions_and_scope() -> None:
    old, new = crd(version("v1")), crd(version("v2"), scope="Cluster")
    report = Report()
    validate_crd_update(new, old, report, DEFAULT)
    assert {cause.field for cause in report.causes} == {"spec.scope", "status.storedVersions[0]"}


ODD = {"type": "string", "allowEmptyValue": False}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (ODD, True),
        ({"type": "object", "properties": {"b": ODD}}, True),
        ({"type": "array", "items": ODD}, False),
        ({"type": "array", "items": {"type": "object", "properties": {"b": ODD}}}, False),
        ({"type": "object", "additionalProperties": ODD}, False),
    ],
)
def test_unknown_fields_below_items_are_dropped_without_a_word(schema: dict[str, Any], told: bool) -> None:
    kind = GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")
    found = judge({"apiVersion": kind.api_version, "kind": kind.kind, **crd(version(schema=schema))}, kind).causes
    assert [cause.reason for cause in found] == ([CauseReason.UNKNOWN_FIELD] if told else [])
