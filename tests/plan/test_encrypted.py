"""Objects that SOPS encrypts: what it writes beside their values never reaches a server."""

from __future__ import annotations

from kubelens.plan.plan import SetPlan, plan_of
from kubelens.report.plan_text import plan_lines
from kubelens.testing import bundle_from_text

_READER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: main, image: 'shop/api:1', envFrom: [{secretRef: {name: login}}]}]}
"""


def _secret(value: str, mac: str = "one", more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Secret
metadata: {{name: login, namespace: shop}}
{more}
stringData: {{password: 'ENC[AES256_GCM,data:{value},iv:aa,tag:bb,type:str]'}}
sops: {{age: [{{recipient: {mac}}}], mac: 'ENC[AES256_GCM,data:{mac},iv:aa,tag:bb,type:str]', lastmodified: '{mac}'}}
"""


def _plan(old: str, new: str) -> SetPlan:
    return plan_of("shop", bundle_from_text(old, _READER), bundle_from_text(new, _READER))


def test_another_value_is_a_change_and_no_refusal() -> None:
    told = _plan(_secret("old"), _secret("new", "two"))
    assert [one.name for change in told.changes for one in change.fields] == ["stringData.password"]
    found = {one.kind.name for one in told.consequences}
    assert found == {"keeps-old-configuration"}


def test_other_keys_to_decrypt_with_change_nothing() -> None:
    assert not _plan(_secret("same"), _secret("same", "two")).changes


def test_a_field_called_sops_that_sops_did_not_write_is_refused() -> None:
    old, new = (f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: env}}\nsops: {{a: {one}}}\n" for one in "bc")
    lines = list(plan_lines([plan_of("env", bundle_from_text(old), bundle_from_text(new))]))
    assert any("unknown field 'sops'" in line for line in lines)
