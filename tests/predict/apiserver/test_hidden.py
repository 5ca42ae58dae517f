"""What the server would say next of an object that it cannot decode."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.hidden import HiddenCausesOf
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.testing import analysis_of


def hidden(port: str) -> list[tuple[str, str]]:
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec:\n  type: Cluster\n  ports: [{port}]\n"
    (resource,) = analysis_of([], text).snapshot.bundle
    answer: Any = Oracle(Bundle([resource]))(HiddenCausesOf(AdmissionOf(resource, None, NEWEST))).answer
    return [(cause.field, cause.message) for cause in answer]


TYPE = ("spec.type", 'must be one of ClusterIP, ExternalName, LoadBalancer, NodePort, is "Cluster"')


@pytest.mark.parametrize(
    ("port", "causes"),
    [
        pytest.param('{port: "80"}', [TYPE], id="a quoted number is the number"),
        pytest.param("{port: 80, name: 8}", [TYPE], id="and what is wrong with the value itself is told once"),
        pytest.param('{port: "http"}', [], id="no number is meant"),
        pytest.param("{port: 80}", [], id="nothing hides it"),
        pytest.param('{port: "70000"}', [TYPE], id="nothing more about a value that is told"),
    ],
)
def test_what_decoding_hides(port: str, causes: list[tuple[str, str]]) -> None:
    assert hidden(port) == causes
