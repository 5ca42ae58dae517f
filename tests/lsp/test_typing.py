"""While a key is typed, the object it is in stays for every other file, and nothing false is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp.convert import UTF16, key_of
from kubelens_lsp.diagnostics import diagnostics_of
from kubelens_lsp.session import Session

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.2
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 0
  selector:
    matchLabels:
      app: web
"""
SPEC, CONTAINER = "  replicas: 1\n", "          image: shop/web:1.2\n"
TYPED = [
    *((SPEC, line) for line in ("minReady", "paus", "strategy", "min", "revisionHistoryLimit: [", 'paused: "')),
    *((CONTAINER, line) for line in ("imagePull", 'workingDir: "/srv', "args: [a, b", "env:", "- name", "command")),
]


def rules(session: Session, path: Path) -> list[str]:
    return sorted(str(one.code) for one in diagnostics_of(session.view, key_of(path.as_uri()), UTF16, related=True))


@pytest.mark.parametrize(("after", "line"), TYPED)
def test_one_line_that_is_not_finished(tmp_path: Path, after: str, line: str) -> None:
    web, budget = tmp_path / "web.yaml", tmp_path / "budget.yaml"
    web.write_text(WEB)
    budget.write_text(BUDGET)
    session = Session(folders=[tmp_path])
    session.configure()
    session.index()
    before = rules(session, budget)
    assert before == ["pdb-blocks-drain"]
    depth = len(after) - len(after.lstrip())
    text = WEB.replace(after, f"{after}{' ' * depth}{line}\n")
    session.opened(web.as_uri(), text, 2)
    session.refresh()
    assert rules(session, budget) == before
    assert set(rules(session, web)) <= {"yaml-syntax", *rules_of_whole(tmp_path, web)}


def rules_of_whole(folder: Path, web: Path) -> list[str]:
    session = Session(folders=[folder])
    session.configure()
    session.opened(web.as_uri(), WEB, 1)
    session.index()
    return rules(session, web)


def test_a_key_whose_colon_goes_keeps_what_is_below_it(tmp_path: Path) -> None:
    web, budget = tmp_path / "web.yaml", tmp_path / "budget.yaml"
    web.write_text(WEB)
    budget.write_text(BUDGET)
    session = Session(folders=[tmp_path])
    session.configure()
    session.opened(web.as_uri(), WEB.replace("spec:\n  replicas", "spec\n  replicas"), 2)
    session.index()
    assert rules(session, budget) == ["pdb-blocks-drain"]
    assert rules(session, web) == ["yaml-syntax"]
