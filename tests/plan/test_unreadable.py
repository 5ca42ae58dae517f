"""Plans to and from objects that no server can read."""

from __future__ import annotations

import pytest

from kubelens.plan.plan import BACK, SetPlan, plan_of
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.rollout.change import StartsRollout
from kubelens.testing import bundle_from_text

WORKLOAD = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec:
  {more}selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: main, image: "shop/web:1"}}]}}
"""
UNREADABLE = "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec: all of it\n"
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: DATA\n"


def plan(old: str, new: str) -> SetPlan:
    return plan_of("shop", bundle_from_text(old), bundle_from_text(new), questions=BACK)


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "StatefulSet"])
def test_a_workload_that_cannot_be_read_is_refused_and_one_that_could_not_be_is_made(kind: str) -> None:
    good = WORKLOAD.format(kind=kind, more="serviceName: web\n  " if kind == "StatefulSet" else "")
    bad = UNREADABLE.format(kind=kind)
    there, back = plan(good, bad), plan(bad, good)
    assert [one.kind.name for one in there.consequences if one.danger.name == "REFUSED"] == ["refused"]
    assert not [one for one in back.consequences if one.danger.name == "REFUSED"]
    (new,), (old,) = bundle_from_text(good).all(kind), bundle_from_text(bad).all(kind)
    assert Oracle(bundle_from_text(good))(StartsRollout(new, old)).answer.refusals == ()


@pytest.mark.parametrize("data", ["one text", "[LEVEL, info]", "5"])
def test_keys_of_data_that_is_no_map_are_no_keys(data: str) -> None:
    found = plan(SETTINGS.replace("DATA", "{LEVEL: info}"), SETTINGS.replace("DATA", data))
    assert "refused" in [one.kind.name for one in found.consequences]
