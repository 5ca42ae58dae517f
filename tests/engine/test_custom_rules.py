"""Rules of the configuration: CEL expressions as ValidatingAdmissionPolicies hold them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens, kubelens

__all__ = ["kubelens"]
RULE = """
[[custom-rules]]
name = "few-replicas"
match = ["Deployment"]
expression = "object.spec.replicas <= 5"
message = "no more than five replicas here"
path = "spec.replicas"
"""
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""


def test_an_expression_that_does_not_hold_is_a_finding(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "kubelens.toml").write_text(RULE)
    (tmp_path / "a.yaml").write_text(MANIFEST % 6)
    done = kubelens("check", "--output", "concise")
    assert "a.yaml:5:13" in done.stdout
    assert "no more than five replicas here" in done.stdout
    assert done.returncode == 1


def test_expressions_see_defaults(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "kubelens.toml").write_text(RULE)
    (tmp_path / "a.yaml").write_text((MANIFEST % 1).replace("  replicas: 1\n", ""))
    done = kubelens("check", "--output", "concise")
    assert "few-replicas" not in done.stdout


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (RULE.replace("<= 5", "<= "), "is no CEL expression"),
        (RULE.replace('match = ["Deployment"]\n', ""), "'match' is missing"),
        (RULE.replace("few-replicas", "unknown-field"), "exists already"),
        (RULE.replace("message =", "massage ="), "unknown key 'massage'"),
        (RULE.replace('["Deployment"]', '"*"'), "'*' is no kind of objects such as Deployment"),
        (
            RULE.replace('["Deployment"]', '["deployment"]'),
            "'deployment' is no kind of objects such as Deployment; did you mean 'Deployment'?",
        ),
        (RULE.replace('["Deployment"]', "5"), "match takes a kind or a list of kinds"),
    ],
)
def test_mistakes_are_named(kubelens: Kubelens, tmp_path: Path, rule: str, message: str) -> None:
    (tmp_path / "kubelens.toml").write_text(rule)
    (tmp_path / "a.yaml").write_text(MANIFEST % 1)
    done = kubelens("check")
    assert message in done.stderr
    assert done.returncode == 2


def test_an_expression_that_cannot_be_told_says_so(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "kubelens.toml").write_text(RULE.replace("spec.replicas <= 5", "spec.nothing <= 5"))
    (tmp_path / "a.yaml").write_text(MANIFEST % 1)
    assert "cannot be evaluated" in kubelens("check", "--output", "concise").stdout


def test_variables_conditions_and_messages(kubelens: Kubelens, tmp_path: Path) -> None:
    more = """
when = "object.spec.replicas > 1"
variables = { most = "5", why = "'at most ' + string(variables.most)" }
message-expression = "variables.why + ' in ' + request.namespace"
"""
    (tmp_path / "kubelens.toml").write_text(RULE.replace("<= 5", "<= variables.most") + more)
    (tmp_path / "a.yaml").write_text(MANIFEST % 6)
    assert (
        "[few-replicas] Deployment 'default/web': at most 5 in default"
        in kubelens("check", "--output", "concise").stdout
    )
    (tmp_path / "kubelens.toml").write_text((RULE + more).replace("<= 5", "<= 0"))
    (tmp_path / "a.yaml").write_text(MANIFEST % 1)
    assert "few-replicas" not in kubelens("check", "--output", "concise").stdout
    (tmp_path / "kubelens.toml").write_text(RULE + 'variables = "x"')
    assert "variables takes a table" in kubelens("check").stderr
