"""Names, finalizers, owners and managed fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed, blamed_change

PLAIN = {("metadata.finalizers[0]", "Invalid")}


@pytest.mark.parametrize(
    ("kind", "body", "allowed"),
    [
        ("ConfigMap", {}, False),
        ("PodDisruptionBudget", {"spec": {"minAvailable": 1}}, True),
        ("Lease", {"spec": {}}, True),
        ("ValidatingWebhookConfiguration", {"webhooks": []}, True),
    ],
)
def test_finalizers_without_a_domain(kind: str, body: dict[str, Any], allowed: bool) -> None:  # noqa: FBT001
    value = {"metadata": {"name": "a", "finalizers": ["keep"]}, **body}
    assert blamed(kind, value) == (set() if allowed else PLAIN)


def test_managed_fields_of_another_format_are_dropped() -> None:
    entry = {"manager": "a", "operation": "Nonsense", "fieldsType": "FieldsV9"}
    assert not blamed("ConfigMap", {"metadata": {"name": "a", "managedFields": [entry]}})
    assert blamed("ConfigMap", {"metadata": {"name": "a", "managedFields": [{**entry, "fieldsType": "FieldsV1"}]}}) == {
        ("metadata.managedFields[0].operation", "Invalid")
    }


def test_a_generated_name_is_no_name_of_an_api() -> None:
    spec = {
        "group": "a.example.com",
        "version": "v1",
        "groupPriorityMinimum": 100,
        "versionPriority": 10,
        "service": {"name": "s", "namespace": "n"},
    }
    assert not blamed("APIService", {"metadata": {"name": "v1.a.example.com"}, "spec": spec})
    assert ("metadata.generateName", "Invalid") in blamed(
        "APIService", {"metadata": {"generateName": "v1."}, "spec": spec}
    )


def test_the_phase_of_a_namespace_does_not_hide_a_wrong_label() -> None:
    old = {"metadata": {"name": "a"}}
    assert not blamed_change("Namespace", old, {"metadata": {"name": "a", "labels": {"team": "x"}}})
    assert blamed_change("Namespace", old, {"metadata": {"name": "a", "labels": {"team": "x y"}}}) == {
        ("metadata.labels", "Invalid")
    }
