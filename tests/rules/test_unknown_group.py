"""Groups that are a slip away from one that is there, and those that are there."""

from __future__ import annotations

import pytest

from kubelens.engine.plugins import Plugins
from kubelens.testing import analysis_of

(RULE,) = (rule for rule in Plugins().rules() if rule.name == "unknown-group")
(KIND,) = (rule for rule in Plugins().rules() if rule.name == "unknown-kind")


def definition(field: str) -> str:
    schema = f"{{openAPIV3Schema: {{type: object, properties: {{{field}: {{type: string}}}}}}}}"
    return (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.stable.example.com}\n"
        "spec:\n  group: stable.example.com\n  scope: Namespaced\n  names: {kind: Foo, plural: foos, singular: foo}\n"
        f"  versions: [{{name: v1, served: true, storage: true, schema: {schema}}}]\n"
    )


def resource(api_version: str, kind: str) -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n"


@pytest.mark.parametrize(
    ("api_version", "kind", "meant"),
    [
        ("stable.exmple.com/v1", "Foo", "stable.example.com/v1"),
        ("policy.k8s.io/v1", "PodDisruptionBudget", "policy/v1"),
        ("core/v1", "Service", "v1"),
        ("gateway.network.k8s.io/v1", "Gateway", "gateway.networking.k8s.io/v1"),
        ("stable.example.com/v1", "Foo", ""),
        ("stable.example.com/v1", "Bar", ""),
        ("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", ""),
        ("serving.knative.dev/v1", "Service", ""),
    ],
)
def test_the_group_that_is_meant(api_version: str, kind: str, meant: str) -> None:
    found = analysis_of([RULE], "---\n".join([definition("a"), resource(api_version, kind)])).findings
    assert [one.fix.title for one in found if one.fix] == ([meant] if meant else [])


def test_of_two_definitions_neither_says_that_the_group_is_not_there() -> None:
    text = "---\n".join([definition("a"), definition("b"), resource("stable.example.com/v1", "Foo")])
    assert analysis_of([RULE, KIND], text).findings == ()


@pytest.mark.parametrize(("kind", "meant"), [("foo", "Foo"), ("FOO", "Foo"), ("Food", "")])
def test_kinds_of_a_group_with_definitions(kind: str, meant: str) -> None:
    found = analysis_of([KIND], "---\n".join([definition("a"), resource("stable.example.com/v1", kind)])).findings
    assert [one.fix.title for one in found if one.fix] == ([meant] if meant else [])
