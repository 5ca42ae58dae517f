"""``kubelens migrate``: what it writes is a configuration that chooses the counterparts."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kubelens.engine.config_files import read_config
from kubelens.engine.selection import choose_rules
from kubelens.rules.catalogue import kubelens_rules
from tests.cli.conftest import Kubelens

SETUP = """\
checks:
  include: [minimum-three-replicas, no-such-check]
  exclude: [latest-tag]
  ignorePaths: [charts/**]
customChecks:
  - name: team
    template: required-label
    params: {key: team, value: "[a-z]+"}
  - name: own
    template: cel-expression
"""


def chosen(text: str) -> set[str]:
    rules = choose_rules(read_config(tomllib.loads(text)), kubelens_rules()).rules
    return {rule.name for rule in rules}


def test_kube_linter(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / ".kube-linter.yaml").write_text(SETUP)
    done = kubelens("migrate")
    assert (done.returncode, done.stderr) == (0, "")
    names = chosen(done.stdout)
    assert {"privileged-container", "too-few-replicas", "required-labels", "memory-limit-missing"} <= names
    assert "floating-image-tag" not in names
    table = tomllib.loads(done.stdout)
    assert table["rules"]["too-few-replicas"] == {"minimum": 3}
    assert table["rules"]["required-labels"] == {"labels": ["team=[a-z]+"]}
    assert (table["exclude"], table["compat"]) == (["charts/**"], ["kube-linter"])
    assert table["ignore"] == ["floating-image-tag"]
    assert "# No counterpart: check 'no-such-check'" in done.stdout
    assert "custom check 'own'" in done.stdout


def test_kube_linter_all(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "lint.yaml").write_text("checks:\n  addAllBuiltIn: true\n")
    names = chosen(kubelens("migrate", "lint.yaml").stdout)
    assert {"sorted-keys", "rbac-secrets", "floating-image-tag"} <= names


def test_kube_score(kubelens: Kubelens) -> None:
    flags = ("--ignore-test", "pod-networkpolicy", "--ignore-container-cpu-limit", "--min-replicas-deployment=3")
    done = kubelens("migrate", "--kube-score", *flags, "--kubernetes-version", "v1.33", "--exit-one-on-warning")
    assert (done.returncode, done.stderr) == (0, "")
    names = chosen(done.stdout)
    assert {"memory-limit-missing", "pdb-missing", "statefulset-service"} <= names
    assert not names & {"pod-without-network-policy", "cpu-limit-missing", "seccomp-unset"}
    table = tomllib.loads(done.stdout)
    assert table["rules"]["too-few-replicas"]["minimum"] == 3
    assert (table["kubernetes-version"], table["fail-on"]) == ("1.33", "warning")
    optional = kubelens("migrate", "--kube-score", "--enable-optional-test container-seccomp-profile")
    assert "seccomp-unset" in chosen(optional.stdout)


POLARIS = """\
checks:
  tagNotSpecified: danger
  hostNetworkSet: warning
  cpuLimitsMissing: ignore
  noSuchCheck: warning
exemptions:
  - controllerNames: [kube-proxy]
    rules: [hostNetworkSet]
  - namespace: kube-system
    controllerNames: [dns]
    containerNames: [coredns]
    rules: [hostNetworkSet, runAsRootAllowed]
  - namespace: legacy
  - controllerNames: [web]
    rules: [noSuchRule]
customChecks:
  resourceLimits: {}
"""


def test_polaris(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "polaris.yaml").write_text(POLARIS)
    done = kubelens("migrate", "--polaris", "polaris.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"floating-image-tag", "host-network"} <= chosen(done.stdout)
    table = tomllib.loads(done.stdout)
    assert table["severity"] == {"floating-image-tag": "error", "host-network": "warning"}
    assert "cpu-limit-missing" in table["ignore"]
    assert table["compat"] == ["polaris"]
    for left in ("check 'noSuchCheck'", "exemption of web from noSuchRule", "custom check 'resourceLimits'"):
        assert left in done.stdout
    assert table["overrides"] == [
        {"objects": ["*/*/kube-proxy*"], "ignore": ["host-network"]},
        {"objects": ["kube-system/*/dns*"], "containers": ["coredns*"], "ignore": ["host-network", "run-as-root"]},
        {"objects": ["legacy/*/*"], "ignore": table["overrides"][2]["ignore"]},
    ]
    assert {"floating-image-tag", "memory-limit-missing"} <= set(table["overrides"][2]["ignore"])
    (tmp_path / "kubelens.toml").write_text(done.stdout)
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-proxy-x}\nspec: {hostNetwork: true, containers: [{name: c, image: x}]}\n"
    (tmp_path / "pods.yaml").write_text(f"{pod}---\n{pod.replace('kube-proxy-x', 'web')}")
    found = kubelens("check", "-o", "concise", "pods.yaml").stdout
    assert (found.count("[host-network]"), found.count("[floating-image-tag]")) == (1, 2)
    assert kubelens("migrate", "--polaris").returncode == 2


def test_nothing_to_read(kubelens: Kubelens) -> None:
    done = kubelens("migrate")
    assert done.returncode == 2
    assert ".kube-linter.yaml" in done.stderr
