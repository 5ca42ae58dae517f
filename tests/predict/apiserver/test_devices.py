"""Devices: claims, templates, classes, slices and taint rules (resource.k8s.io)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from kubelens.kube.identity import GroupVersionKind
from kubelens.predict.apiserver.judge import judge, judge_update
from kubelens.predict.apiserver.request import Request, answer

Change = Callable[[dict[str, Any]], object]
GROUP = "resource.k8s.io"


def claim() -> dict[str, Any]:
    exactly = {"deviceClassName": "gpu.example.com", "selectors": [{"cel": {"expression": "device.driver == 'a'"}}]}
    devices = {
        "requests": [
            {"name": "big", "exactly": exactly},
            {"name": "any", "firstAvailable": [{"name": "one", "deviceClassName": "a"}, {"name": "two", "deviceClassName": "b"}]},
        ],
        "constraints": [{"requests": ["big", "any/two"], "matchAttribute": "example.com/numa"}],
        "config": [{"requests": ["any"], "opaque": {"driver": "a.example.com", "parameters": {"mode": "fast"}}}],
    }  # fmt: skip
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ResourceClaim",
        "metadata": {"name": "c"},
        "spec": {"devices": devices},
    }


def piece() -> dict[str, Any]:
    devices = [{"name": "gpu-0", "attributes": {"model": {"string": "a"}}, "capacity": {"memory": {"value": "8Gi"}}}]
    spec = {"driver": "gpu.example.com", "nodeName": "n", "pool": {"name": "n", "resourceSliceCount": 1}}
    return {
        "apiVersion": f"{GROUP}/v1", "kind": "ResourceSlice", "metadata": {"name": "s"}, "spec": {**spec, "devices": devices},
    }  # fmt: skip


def blamed(value: dict[str, Any], version: str = "v1") -> set[tuple[str, str]]:
    causes = judge(value, GroupVersionKind(GROUP, version, value["kind"])).causes
    return {(cause.field, str(cause.reason).removeprefix("FieldValue")) for cause in causes}


def requests(value: dict[str, Any]) -> Any:
    return value["spec"]["devices"]["requests"]


CLAIMS: list[tuple[Change, set[tuple[str, str]]]] = [
    (lambda v: v, set()),
    (lambda v: requests(v)[0]["exactly"].update(allocationMode="All"), set()),
    (lambda v: requests(v)[0]["exactly"].update(allocationMode="All", count=2), {("exactly.count", "Invalid")}),
    (lambda v: requests(v)[0]["exactly"].update(count=-1), {("exactly.count", "Invalid")}),
    (lambda v: requests(v)[0]["exactly"].update(allocationMode="Some"), {("exactly.allocationMode", "NotSupported")}),
    (lambda v: requests(v)[0]["exactly"].pop("deviceClassName"), {("exactly.deviceClassName", "Required")}),
    (lambda v: requests(v)[0]["exactly"].update(deviceClassName="A_B"), {("exactly.deviceClassName", "Invalid")}),
    (lambda v: requests(v)[0].pop("exactly"), {("", "Required")}),
    (lambda v: requests(v)[0].update(name="Big"), {("name", "Invalid"), ("constraints", "Invalid")}),
    (lambda v: requests(v)[0].update(firstAvailable=requests(v)[1]["firstAvailable"]), {("", "Invalid")}),
    (
        lambda v: requests(v)[0]["exactly"].update(tolerations=[{"operator": "Exists", "value": "x"}]),
        {("exactly.tolerations[0].value", "Invalid")},
    ),
    (
        lambda v: requests(v)[0]["exactly"].update(tolerations=[{"key": "a", "effect": "Never"}]),
        {("exactly.tolerations[0].effect", "NotSupported")},
    ),
]


@pytest.mark.parametrize(("change", "wrong"), CLAIMS)
def test_requests(change: Change, wrong: set[tuple[str, str]]) -> None:
    value = claim()
    change(value)
    places = {
        "": "spec.devices.requests[0]",
        "constraints": "spec.devices.constraints[0].requests[0]",
    }
    assert blamed(value) == {(places.get(field, f"spec.devices.requests[0].{field}"), why) for field, why in wrong}


SELECTORS = [
    ("device.attributes['example.com'].model == 'a'", True),
    ("device.capacity['example.com'].memory.compareTo(quantity('8Gi')) >= 0", True),
    ("cel.bind(dra, device.attributes['example.com'], dra.one && dra.other)", True),
    ("device.allowMultipleAllocations", True),
    ("device.attributes['example.com'].version.isGreaterThan(semver('1.0.0'))", True),
    ("device.driver", False),
    ("device.serial == 'a'", False),
    ("node.name == 'a'", False),
    ("device.driver ==", False),
    ("", False),
    ("1 + 1", False),
]


@pytest.mark.parametrize(("expression", "fine"), SELECTORS)
def test_selectors_compile_against_a_device(expression: str, fine: bool) -> None:
    value = claim()
    requests(value)[0]["exactly"]["selectors"][0]["cel"]["expression"] = expression
    path = "spec.devices.requests[0].exactly.selectors[0].cel.expression"
    assert blamed(value) == (set() if fine else {(path, "Invalid")})


def test_limits() -> None:
    value = claim()
    requests(value)[0]["exactly"]["selectors"] *= 33
    requests(value)[1]["firstAvailable"] *= 5
    value["spec"]["devices"]["config"] *= 33
    assert blamed(value) == {
        ("spec.devices.requests[0].exactly.selectors", "TooMany"),
        ("spec.devices.requests[1].firstAvailable", "TooMany"),
        ("spec.devices.config", "TooMany"),
    }


def test_constraints_and_settings_refer_to_requests() -> None:
    value = claim()
    value["spec"]["devices"]["constraints"] += [{"matchAttribute": "numa"}, {"requests": ["big/one"]}]
    value["spec"]["devices"]["config"] += [
        {"requests": ["any", "any"], "opaque": {"driver": "", "parameters": "x"}},
        {},
    ]
    assert blamed(value) == {
        ("spec.devices.constraints[1].matchAttribute", "Invalid"),
        ("spec.devices.constraints[2].requests[0]", "Invalid"),
        ("spec.devices.constraints[2]", "Required"),
        ("spec.devices.config[1].requests[1]", "Duplicate"),
        ("spec.devices.config[1].opaque.driver", "Required"),
        ("spec.devices.config[1].opaque.parameters", "Invalid"),
        ("spec.devices.config[2].opaque", "Required"),
    }


def test_a_claim_asks_for_one_device_where_no_number_is_given() -> None:
    stored = judge(claim(), GroupVersionKind(GROUP, "v1", "ResourceClaim")).stored
    assert stored is not None
    wanted = requests(dict(stored))
    assert (wanted[0]["exactly"]["allocationMode"], wanted[0]["exactly"]["count"]) == ("ExactCount", 1)
    assert wanted[1]["firstAvailable"][1]["count"] == 1


def test_the_form_of_the_first_version() -> None:
    value = claim()
    value["apiVersion"] = f"{GROUP}/v1beta1"
    first = requests(value)[0]
    first.update(first.pop("exactly"))
    assert blamed(value, "v1beta1") == set()
    first["count"] = -1
    assert blamed(value, "v1beta1") == {("spec.devices.requests[0].exactly.count", "Invalid")}


def test_a_template_has_labels_and_annotations_only() -> None:
    template = {
        **claim(),
        "kind": "ResourceClaimTemplate",
        "spec": {"metadata": {"name": "x"}, "spec": claim()["spec"]},
    }
    requests(template["spec"])[0]["name"] = ""
    assert blamed(template) == {
        ("spec.metadata.name", "Forbidden"),
        ("spec.spec.devices.requests[0].name", "Invalid"),
        ("spec.spec.devices.constraints[0].requests[0]", "Invalid"),
    }


def test_what_a_claim_asks_for_never_changes() -> None:
    new, gvk = claim(), GroupVersionKind(GROUP, "v1", "ResourceClaim")
    new["spec"]["devices"]["requests"].pop()
    causes = judge_update(new, dict(judge(claim(), gvk).stored or {}), gvk).causes
    assert [cause.field for cause in causes] == ["spec"]


@pytest.mark.parametrize("label", ["", "resource.kubernetes.io/admin-access: 'true'"])
def test_access_for_administrators_needs_a_label_of_the_namespace(label: str) -> None:
    value = claim()
    requests(value)[0]["exactly"]["adminAccess"] = True
    namespace = f"{{apiVersion: v1, kind: Namespace, metadata: {{name: default, labels: {{{label}}}}}}}"
    gvk = GroupVersionKind(GROUP, "v1", "ResourceClaim")
    told = answer(Request(gvk, repr(value).replace("True", "true").encode(), context=(namespace,)))
    fields = [(cause.field, cause.reason) for cause in told.causes]
    assert fields == ([] if label else [("spec.devices.requests[0].adminAccess", "FieldValueForbidden")])


def device(value: dict[str, Any]) -> Any:
    return value["spec"]["devices"][0]


SHARED = {"default": "1Gi", "validValues": ["1Gi", "2Gi"]}
SLICES: list[tuple[Change, set[tuple[str, str]]]] = [
    (lambda v: v, set()),
    (lambda v: v["spec"].pop("nodeName"), {("spec", "Required")}),
    (lambda v: v["spec"].update(allNodes=True), {("spec", "Invalid")}),
    (lambda v: v["spec"].update(allNodes=False), {("spec.allNodes", "Invalid")}),
    (lambda v: v["spec"].update(driver="gpu_x"), {("spec.driver", "Invalid")}),
    (lambda v: v["spec"]["pool"].update(generation=-1), {("spec.pool.generation", "Invalid")}),
    (lambda v: v["spec"].update(sharedCounters=[]), {("spec", "Invalid")}),
    (lambda v: v["spec"]["devices"].append(copy.deepcopy(device(v))), {("spec.devices[1]", "Duplicate")}),
    (lambda v: device(v)["attributes"].update({"a-b": {"int": 1}}), {("spec.devices[0].attributes", "Invalid")}),
    (lambda v: device(v)["attributes"].update({"A/b": {"int": 1}}), set()),
    (lambda v: device(v)["attributes"].update({"v": {"version": "v1.0.0"}}), {("spec.devices[0].attributes[v].version", "Invalid")}),
    (lambda v: device(v)["attributes"].update({"v": {"version": "1.0.0-rc.1+b"}}), set()),
    (lambda v: device(v)["attributes"].update({"v": {}}), {("spec.devices[0].attributes[v]", "Invalid")}),
    (lambda v: device(v)["attributes"].update({f"a{n}": {"int": n} for n in range(31)}), {("spec.devices[0]", "Invalid")}),
    (lambda v: device(v).update(taints=[{"key": "a", "effect": "Never"}]), {("spec.devices[0].taints[0].effect", "NotSupported")}),
    (lambda v: device(v).update(nodeName="n"), {("spec.devices[0]", "Invalid")}),
    (lambda v: device(v).update(bindingConditions=["a"]), {("spec.devices[0].bindingFailureConditions", "Invalid")}),
    (lambda v: device(v)["capacity"]["memory"].update(requestPolicy=SHARED), {("spec.devices[0].capacity[memory].requestPolicy", "Forbidden")}),
    (lambda v: (device(v).update(allowMultipleAllocations=True), device(v)["capacity"]["memory"].update(requestPolicy=SHARED)), set()),
    (
        lambda v: (
            device(v).update(allowMultipleAllocations=True),
            device(v)["capacity"]["memory"].update(requestPolicy={"default": "3Gi", "validRange": {"min": "1Gi", "step": "4Gi"}}),
        ),
        {("spec.devices[0].capacity[memory].requestPolicy.validRange.step", "Invalid")},
    ),
    (lambda v: device(v).update(consumesCounters=[{"counterSet": "s"}]), {("spec.devices[0].consumesCounters[0].counters", "Required")}),
    (lambda v: v["spec"].update(devices=[{"name": f"d{n}"} for n in range(129)]), {("spec.devices", "TooMany")}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wrong"), SLICES)
def test_slices(change: Change, wrong: set[tuple[str, str]]) -> None:
    value = piece()
    change(value)
    assert blamed(value) == wrong


def test_a_slice_stays_with_its_driver_node_and_pool() -> None:
    new, gvk = piece(), GroupVersionKind(GROUP, "v1", "ResourceSlice")
    new["spec"].update(driver="other.example.com", nodeName="m", pool={"name": "m", "resourceSliceCount": 2})
    causes = judge_update(new, piece(), gvk).causes
    assert {cause.field for cause in causes} == {"spec.driver", "spec.nodeName", "spec.pool.name"}


def test_an_extended_resource_of_a_class_is_no_native_one() -> None:
    value = {"apiVersion": f"{GROUP}/v1", "kind": "DeviceClass", "metadata": {"name": "c", "generation": -1}}
    assert blamed({**value, "spec": {"extendedResourceName": "example.com/gpu"}}) == set()
    for name in ("memory", "kubernetes.io/gpu", "requests.example.com/gpu", "gpu"):
        assert blamed({**value, "spec": {"extendedResourceName": name}}) == {("spec.extendedResourceName", "Invalid")}


def test_taint_rules() -> None:
    value = {"apiVersion": f"{GROUP}/v1beta2", "kind": "DeviceTaintRule", "metadata": {"name": "r"}}
    taint = {"key": "example.com/broken", "effect": "None"}
    assert blamed({**value, "spec": {"taint": taint}}, "v1beta2") == set()
    wrong = {"deviceSelector": {"driver": "a_b", "pool": "", "device": "A"}, "taint": {"value": "!"}}
    assert blamed({**value, "spec": wrong}, "v1beta2") == {
        ("spec.deviceSelector.driver", "Invalid"),
        ("spec.deviceSelector.pool", "Required"),
        ("spec.deviceSelector.device", "Invalid"),
        ("spec.taint.key", "Invalid"),
        ("spec.taint.value", "Invalid"),
        ("spec.taint.effect", "Required"),
    }
