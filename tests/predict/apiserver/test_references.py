"""References and addresses in Ingresses and webhooks; CEL of policies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed, pod

DEPENDS = {"apiGroup": "example.com", "kind": "Bucket", "name": "a"}


@pytest.mark.parametrize(
    ("resource", "wrong"),
    [
        ({}, set()),
        ({"apiGroup": ""}, {("spec.defaultBackend.resource.apiGroup", "Invalid")}),
        ({"name": "a/b"}, {("spec.defaultBackend.resource.name", "Invalid")}),
        ({"kind": ""}, {("spec.defaultBackend.resource.kind", "Required")}),
    ],
)
def test_what_an_ingress_leads_to(resource: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    backend = {"resource": {**DEPENDS, **resource}}
    assert blamed("Ingress", {"metadata": {"name": "a"}, "spec": {"defaultBackend": backend}}) == wrong


def test_parameters_of_a_class() -> None:
    parameters = {"apiGroup": "", "kind": "Cap", "name": "a", "scope": "Cluster"}
    value = {"metadata": {"name": "a"}, "spec": {"controller": "example.com/a", "parameters": parameters}}
    assert blamed("IngressClass", value) == {("spec.parameters.apiGroup", "Invalid")}


@pytest.mark.parametrize(
    ("client", "right"),
    [
        ({"url": "https://a.example.com/x"}, True),
        ({"url": "https://a.example.com:port"}, False),
        ({"url": "https://:443"}, True),
        ({"url": "https:///x"}, False),
        ({"service": {"name": "a", "namespace": "b", "path": ""}}, True),
        ({"service": {"name": "a", "namespace": "b", "path": "x"}}, False),
    ],
)
def test_where_a_webhook_is(client: dict[str, Any], right: bool) -> None:  # noqa: FBT001
    webhook = {"name": "a.b.c", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": client}
    value = {"metadata": {"name": "a"}, "webhooks": [webhook]}
    assert (not blamed("ValidatingWebhookConfiguration", value)) is right


def policy(**spec: Any) -> dict[str, Any]:
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
    validations = [{"expression": "true"}]
    return {
        "metadata": {"name": "a"},
        "spec": {"matchConstraints": {"resourceRules": rules}, "validations": validations, **spec},
    }


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("authorizer.requestResource.check('create').allowed()", True),
        ("authorizer.group('').resource('pods').check('get')", False),
        ("authorizer.allowed()", False),
        ("quantity('1') > quantity('2')", False),
        ("quantity(object.a).isGreaterThan(quantity('2'))", True),
        ("[1, 'a'].size() > 0", False),
        ("request.name == null", False),
        ("oldObject == null", True),
        ("request.operation in [1]", False),
        ("object.items.map(i, i.name)", False),
        ("object.items.filter(i, i.on).size() > 0", True),
        ("duration('x') > duration('1s')", False),
        ("timestamp('2025-01-01T00:00:00Z') < timestamp(object.until)", True),
        ("(object.a ? 1 : 'a') == 1", False),
    ],
)
def test_types_in_policies(expression: str, right: bool) -> None:  # noqa: FBT001
    assert (not blamed("ValidatingAdmissionPolicy", policy(validations=[{"expression": expression}]))) is right


@pytest.mark.parametrize(
    ("validation", "wrong"),
    [
        ({"reason": "Invalid"}, set()),
        ({"reason": "Unauthorized"}, {("spec.validations[0].reason", "NotSupported")}),
        ({"messageExpression": "object.a + 'x'"}, set()),
        ({"messageExpression": "authorizer.path('/').check('get').reason()"},
         {("spec.validations[0].messageExpression", "Invalid")}),
        ({"expression": "true &&\ntrue"}, set()),
        ({"message": "a\rb"}, {("spec.validations[0].message", "Invalid")}),
    ],
)  # fmt: skip
def test_what_a_policy_says(validation: dict[str, str], wrong: set[tuple[str, str]]) -> None:
    value = policy(validations=[{"expression": "true", **validation}])
    assert blamed("ValidatingAdmissionPolicy", value) == wrong


def test_keys_of_a_policy() -> None:
    audit = [{"key": "", "valueExpression": "'x'"}]
    assert blamed("ValidatingAdmissionPolicy", policy(auditAnnotations=audit)) == {
        ("spec.auditAnnotations[0].key", "Invalid")
    }
    parameters = {"apiVersion": "v1", "kind": "1Cap"}
    assert blamed("ValidatingAdmissionPolicy", policy(paramKind=parameters)) == {("spec.paramKind.kind", "Invalid")}


@pytest.mark.parametrize(
    ("mutation", "wrong"),
    [
        ({"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}}, set()),
        ({"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "object"}},
         {("spec.mutations[0].applyConfiguration.expression", "Invalid")}),
        ({"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{"}},
         {("spec.mutations[0].applyConfiguration.expression", "Invalid")}),
        ({"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{spec: params.spec}"}},
         {("spec.mutations[0].applyConfiguration.expression", "Invalid")}),
        *(({"patchType": "JSONPatch", "jsonPatch": {"expression": expression}},
           {("spec.mutations[0].jsonPatch.expression", "Invalid")})
          for expression in ("[]", "JSONPatch{op: 'add'}", "[JSONPatch{where: '/a'}]", "[JSONPatch{op: 1}]")),
        *(({"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}, set())
          for expression in ("[JSONPatch{op: 'add', path: '/' + jsonpatch.escapeKey('a/b'), value: 1}]",
                             "true ? [JSONPatch{op: 'remove', path: '/a'}] : []")),
        ({"patchType": "JSONPatch", "jsonPatch": {"expression": "true"}},
         {("spec.mutations[0].jsonPatch.expression", "Invalid")}),
        ({"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'remove', path: '/a'}]"}, "applyConfiguration": {"expression": "Object{}"}},
         {("spec.mutations[0].applyConfiguration", "Invalid")}),
    ],
)  # fmt: skip
def test_mutations(mutation: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    value = policy(reinvocationPolicy="Never", mutations=[mutation])
    del value["spec"]["validations"]
    assert blamed("MutatingAdmissionPolicy", value) == wrong


def test_what_is_deleted_is_not_changed() -> None:
    mutation = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}}
    value = policy(reinvocationPolicy="Never", mutations=[mutation])
    del value["spec"]["validations"]
    value["spec"]["matchConstraints"]["resourceRules"][0]["operations"] = ["DELETE"]
    assert blamed("MutatingAdmissionPolicy", value) == {
        ("spec.matchConstraints.resourceRules.operations", "NotSupported")
    }


def test_no_system_calls_on_windows() -> None:
    empty = pod(os={"name": "windows"}, securityContext={"sysctls": []})
    assert not blamed("Pod", empty)
