"""Gates and changes by release, and the fields that go with them."""

from __future__ import annotations

import pytest

from kubelens.kube.gates import dropped_fields, has
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import overlay, schemas


@pytest.mark.parametrize(
    ("feature", "release", "there"),
    [
        ("RelaxedServiceNameValidation", "1.35", False),
        ("RelaxedServiceNameValidation", "1.36", True),
        ("MaxUnavailableStatefulSet", "1.36", False),
        ("ContainerStopSignals", "1.37", False),
        ("revisionHistoryLimit of a StatefulSet may change", "1.32", False),
        ("revisionHistoryLimit of a StatefulSet may change", "1.40", True),
    ],
)
def test_since_when(feature: str, release: str, there: bool) -> None:
    assert has(feature, release) is there


def test_what_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        has("RelaxedServiceNames", "1.36")


def test_fields_of_pods_are_found_in_every_kind_that_holds_one() -> None:
    for kind, path in (
        (GroupVersionKind("", "v1", "Pod"), ("spec", "schedulingGates")),
        (GroupVersionKind("apps", "v1", "Deployment"), ("spec", "template", "spec", "schedulingGates")),
        (GroupVersionKind("batch", "v1", "CronJob"), ("spec", "jobTemplate", "spec", "template", "spec", "schedulingGates")),
    ):  # fmt: skip
        assert dropped_fields(kind, "1.26")[path] == "PodSchedulingReadiness"
        assert path not in dropped_fields(kind, "1.27")
    cron_job = GroupVersionKind("batch", "v1", "CronJob")
    assert ("spec", "jobTemplate", "spec", "successPolicy") in dropped_fields(cron_job, "1.30")


def test_every_dropped_field_is_one_of_the_api() -> None:
    for gate, fields in overlay()["gates"]["dropped"].items():
        assert gate in overlay()["gates"]["on_by_default"]
        for line in fields:
            kind, _, path = line.partition(" ")
            steps = ["spec", *path.split(".")] if kind == "Pod" else path.split(".")
            assert any(
                _leads_somewhere(gvk, steps, release)
                for release in ("1.35", "1.37")
                for gvk in schemas(release).kinds()
                if gvk.kind == kind.rpartition("/")[2]
            ), line


def _leads_somewhere(gvk: GroupVersionKind, steps: list[str], release: str) -> bool:
    known = schemas(release)
    schema = known.kind(gvk)
    for step in steps:
        if schema is None or step not in schema.fields:
            return False
        code = schema.fields[step].lstrip("[")
        schema = known.type(code.removeprefix("#")) if code.startswith("#") else None
    return True
