"""Images that OpenShift fills in are not held against what a runtime can read."""

from __future__ import annotations

import pytest

from kubelens.rules.runtime.image_name_invalid import check
from kubelens.testing import findings_of

PODS = "{metadata: {labels: {app: till}}, spec: {containers: [{name: till, image: ' '}]}}"
CONFIG = f"""\
apiVersion: apps.openshift.io/v1
kind: DeploymentConfig
metadata: {{name: till}}
spec: {{selector: {{app: till}}, triggers: [{{type: TRIGGER}}], template: {PODS}}}
"""
DEPLOYMENT = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: till, annotations: {{NAME: "[]"}}}}
spec: {{selector: {{matchLabels: {{app: till}}}}, template: {PODS}}}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CONFIG.replace("TRIGGER", "ImageChange"), 0),
        (CONFIG.replace("TRIGGER", "ConfigChange"), 1),
        (DEPLOYMENT.replace("NAME", "image.openshift.io/triggers"), 0),
        (DEPLOYMENT.replace("NAME", "shop/triggers"), 1),
    ],
)
def test_a_blank_waits_for_a_trigger(text: str, told: int) -> None:
    assert len(findings_of(check, text)) == told


@pytest.mark.parametrize(
    ("image", "told"),
    [("the name of your image", 0), ("nginx 1.25", 1), ("nginx: 1.25", 1), ("registry.example/boat yard/hull:1", 1)],
)
def test_what_a_reader_is_to_write_is_said_in_words(image: str, told: int) -> None:
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: hull}}\nspec: {{containers: [{{name: hull, image: '{image}'}}]}}\n"
    assert len(findings_of(check, text)) == told
