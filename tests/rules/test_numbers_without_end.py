"""Amounts of thousands of digits, which Python does not turn into numbers, bring no rule and no prediction down."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

DIGITS = "9" * 5_000
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: barge}
spec: {containers: [{name: barge, image: "shop/barge:1", resources: {requests: {KIND: VALUE}, limits: {KIND: VALUE}}}]}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: quay, annotations: {nginx.ingress.kubernetes.io/rewrite-target: "/$NUMBER"}}
spec:
  ingressClassName: nginx
  rules:
  - host: quay.example
    http: {paths: [{path: "/a(.*)", pathType: ImplementationSpecific, backend: {service: {name: quay, port: {number: 80}}}}]}
"""


def said(folder: Path, text: str, *words: str) -> str:
    (folder / "a.yaml").write_text(text)
    done = CliRunner().invoke(cli, [*words, str(folder), "--isolated"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


@pytest.mark.parametrize("kind", ["cpu", "memory"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_amounts(kind: str, quote: str, tmp_path: Path) -> None:
    text = POD.replace("KIND", kind).replace("VALUE", f"{quote}{DIGITS}{quote}")
    assert " fails on " not in said(tmp_path, text, "check", "--select", "ALL")
    said(tmp_path, text, "predict", "schedule")


def test_a_memory_of_few_bytes_is_told(tmp_path: Path) -> None:
    text = POD.replace("KIND", "memory").replace("VALUE", '"0512"')
    assert "0512 is 0512 bytes" in said(tmp_path, text, "check", "--select", "memory-without-unit")


def test_a_group_of_a_rewrite_that_there_is_not(tmp_path: Path) -> None:
    said(tmp_path, INGRESS.replace("NUMBER", DIGITS), "predict", "route", "http://quay.example/abc")
