"""Schemas that are collected beside the catalogue: facts of definitions, and of what an extension API server decodes."""

from __future__ import annotations

from typing import Any

from tools.build_catalog import written
from tools.collect_definitions import definitions, facts, of_definition, of_swagger

TEXT = """\
kind: CustomResourceDefinition
spec:
  group: shop.example
  names: {kind: Cart}
  versions:
  - name: v1
    served: true
    schema: {openAPIV3Schema: {type: object, description: a cart, properties: {spec: {type: object, description: what}}}}
  - {name: v0, served: false, schema: {openAPIV3Schema: {type: object}}}
  - {name: v2, served: true}
---
kind: Service
"""
SWAGGER: dict[str, Any] = {
    "definitions": {
        "com.github.openshift.api.shop.v1.Cart": {
            "type": "object",
            "required": ["spec"],
            "properties": {
                "metadata": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
                "spec": {"$ref": "#/definitions/shop.CartSpec"},
            },
        },
        "shop.CartSpec": {
            "type": "object",
            "properties": {
                "port": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"},
                "within": {"$ref": "#/definitions/shop.CartSpec"},
                "labels": {"type": "object", "additionalProperties": {"type": "string", "enum": ["a"]}},
                "anything": {"type": "object", "description": "what you want"},
            },
        },
    }
}


def test_versions_that_are_served_and_have_a_schema() -> None:
    (value,) = definitions(TEXT)
    (row,) = of_definition(value)
    assert row == ("shop.example", "Cart", "v1", {"type": "object", "properties": {"spec": {"type": "object"}}})


def test_lines_of_actions_alone_are_left_out_of_a_definition() -> None:
    assert list(definitions("{{- if .Values.crds }}\n" + TEXT + "{{- end }}\n")) == list(definitions(TEXT))


def test_a_template_that_makes_what_stands_there_is_no_definition() -> None:
    assert not list(definitions(TEXT + "---\n{{ .Values.key }}: value\n"))


def test_a_field_by_the_name_of_prose_stays() -> None:
    schema = {"type": "object", "properties": {"description": {"type": "string", "description": "prose"}}}
    assert facts(schema) == {"type": "object", "properties": {"description": {"type": "string"}}}


def test_what_is_built_in_requires_nothing_and_takes_null() -> None:
    ((group, kind, version, schema),) = of_swagger(SWAGGER, ["shop/v1/Cart"])
    assert (group, kind, version) == ("shop.openshift.io", "Cart", "v1")
    spec = written(schema)["properties"]["spec"]
    assert "required" not in schema
    assert spec["nullable"] is True
    assert spec["properties"]["port"] == {"x-kubernetes-int-or-string": True, "nullable": True}
    assert spec["properties"]["within"]["x-kubernetes-preserve-unknown-fields"] is True
    assert spec["properties"]["labels"]["additionalProperties"] == {"type": "string", "nullable": True}
    assert spec["properties"]["anything"]["x-kubernetes-preserve-unknown-fields"] is True
