"""A host that readers fill in is no host that two Ingresses share; a variable is."""

from __future__ import annotations

import pytest

from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of

RULE = next(rule for rule in kubelens_rules() if rule.name == "ingress-host-conflict")
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: shop}}
spec:
  rules:
  - host: {host}
    http:
      paths:
      - {{path: /cart, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}
"""


@pytest.mark.parametrize(
    ("host", "told"), [("shop.example", 1), ("shop.${DOMAIN}", 1), ("__INGRESS_HOST__", 0), ("<your host>", 0)]
)
def test_hosts(host: str, told: int) -> None:
    text = "---\n".join(INGRESS.format(name=name, host=f'"{host}"') for name in ("cart", "basket"))
    assert len(analysis_of([RULE], text).findings) == told
