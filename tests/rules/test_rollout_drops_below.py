"""What keeps Pods ready over a rollout, in the words of what is written."""

from __future__ import annotations

import pytest

from kubelens.rules.rollout.rollout_drops_below import check
from kubelens.testing import findings_of

TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {replicas}
  strategy: {{rollingUpdate: {{maxUnavailable: {unavailable}}}}}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "nginx:1.27"}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  selector: {{app: web}}
  ports: [{{port: 80}}]
"""


@pytest.mark.parametrize(("replicas", "unavailable", "enough"), [(1, "1", "0"), (3, "100%", "1")])
def test_what_it_says_to_write_is_enough(replicas: int, unavailable: str, enough: str) -> None:
    (found,) = findings_of(check, TEXT.format(replicas=replicas, unavailable=unavailable))
    assert any("maxUnavailable" in note for note in found.notes)
    assert not findings_of(check, TEXT.format(replicas=replicas, unavailable=enough))
