"""Requests and limits: of containers, of init containers on request, of the Pod as a whole."""

from __future__ import annotations

import pytest

from kubelens.rules.reliability.cpu_limit_missing import check as cpu_limit
from kubelens.rules.reliability.cpu_request_missing import check as cpu_request
from kubelens.rules.reliability.memory_limit_missing import check as memory_limit
from kubelens.rules.reliability.memory_request_missing import check as memory_request
from kubelens.testing import findings_of

RULES = [
    (cpu_request, "requests: {cpu: 1}"),
    (cpu_limit, "limits: {cpu: 1}"),
    (memory_request, "requests: {memory: 1Gi}"),
    (memory_limit, "limits: {memory: 1Gi}"),
]


def pod(container: str = "", init: str = "", whole: str = "") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  {whole}
  initContainers: [{{name: i, image: "x:1"{init}}}]
  containers: [{{name: c, image: "x:1"{container}}}]
"""


@pytest.mark.parametrize(("rule", "amount"), RULES, ids=lambda one: str(getattr(one, "name", "")))
def test_who_is_asked(rule: object, amount: str) -> None:
    def count(*parts: str, init: bool = False) -> int:
        options = {rule.name: {"also-init": init}}  # type: ignore[attr-defined]
        return len(findings_of(rule, pod(*parts), options=options))  # type: ignore[arg-type]

    said = f", resources: {{{amount}}}"
    assert (count(), count(said)) == (1, 0)
    assert (count(init=True), count(said, init=True), count(said, said, init=True)) == (2, 1, 0)
    assert count(said, ", restartPolicy: Always") == 1
    assert count("", "", f"resources: {{{amount}}}", init=True) == 0
    if amount.startswith("requests"):
        assert count("", "", f"resources: {{{amount.replace('requests', 'limits')}}}") == 0
