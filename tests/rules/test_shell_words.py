"""Words for a shell where none reads them: in commands, probes and hooks."""

from __future__ import annotations

import pytest

from kubelens.rules.runtime.shell_words_unread import check
from kubelens.testing import findings_of

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: pike}\nspec:\n  containers:\n  - name: pike\n    image: pond/pike:2\n    env: [{name: DEPTH, value: '3'}]\n    "


@pytest.mark.parametrize(
    "container",
    [
        "command: [swim, --depth=$DEPTH]",
        "command: [swim]\n    args: [--depth, $DEPTH]",
        "livenessProbe: {exec: {command: [cat, /up, '|', grep, ok]}}",
        "lifecycle: {preStop: {exec: {command: [sh, drain all]}}}",
        "command: [sh, -c, cd /pond, swim --all]",
        "command: [bash, -ec, swim --all, --depth, '3']",
        "command: [sh, -c, -e, swim --all, --depth, '3']",
    ],
)
def test_words_that_nobody_reads_are_told(container: str) -> None:
    assert len(findings_of(check, POD + container)) == 1


@pytest.mark.parametrize(
    "container",
    [
        "command: [swim, --depth=$(DEPTH)]",
        "command: [swim, --depth=$WIDTH]",
        "command: [java, '-Ddepth=${DEPTH}']",
        "args: [--depth=$DEPTH]",
        "command: [tini, --, sh, -c, swim --depth=$DEPTH]",
        "command: [envsubst, $DEPTH]",
        "command: [python3, -c, 'print($DEPTH)']",
        "command: [sh, -c, 'exec swim \"$@\"', swim, --all, --deep]",
        "command: [sh, -c, swim --all, pike]",
        "readinessProbe: {exec: {command: [/bin/sh, -c, -e, 'exec swim --all; true']}}",
        "command: [bash, -c, -o, pipefail, 'swim --all | tee /log']",
        "command: [bash, -c, +x, --, swim --all]",
        "command: [sh, -c, -e]",
        "readinessProbe: {exec: {command: [sh, -c, 'cat /up | grep ok']}}",
    ],
)
def test_words_that_a_shell_or_the_program_reads_are_not(container: str) -> None:
    assert not findings_of(check, POD + container)
