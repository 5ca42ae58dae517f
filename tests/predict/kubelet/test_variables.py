"""What containers see in their environment, held against the kubelet's source (``makeEnvironmentVariables``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kubelens.cli.commands import cli
from kubelens.predict.kubelet.downward_api import container_resource
from kubelens.predict.kubelet.expansion import expand

OBJECTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {LEVEL: debug, 1st: one, HOST: db}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
data: {user: YWRh}
stringData: {password: hunter2}
---
apiVersion: v1
kind: Service
metadata: {name: redis-cart}
spec: {clusterIP: 10.0.0.11, selector: {app: r}, ports: [{name: db, port: 6379}, {port: 53, protocol: UDP, name: d}]}
---
apiVersion: v1
kind: Service
metadata: {name: refused}
spec: {clusterIP: 10.0.0.12, ports: [{port: 99999}]}
---
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  serviceAccountName: runner
  containers:
  - name: c
    image: x:1
"""


def run(folder: Path, container: str, *words: str, pod: str = POD) -> Result:
    """The command over the objects and a Pod with these lines in its container."""
    text = "".join(f"    {line}\n" for line in container.splitlines())
    (folder / "all.yaml").write_text(OBJECTS + pod + text)
    return CliRunner().invoke(cli, ["predict", "variables", "web", str(folder), *words])


def seen(folder: Path, container: str, *words: str, pod: str = POD) -> dict[str, Any]:
    """What the container sees, by name, as JSON."""
    done = run(folder, container, *words, "--format", "json", pod=pod)
    return {one["name"]: one for one in json.loads(done.stdout)["containers"][0]["variables"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [  # by hand, from the rules of expansion
        ("", ""),
        ("$(A)", "1"),
        ("$(A)$(A)-$(B)", "11-$(B)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$$$$", "$$"),
        ("$A", "$A"),
        ("$(A", "$(A"),
        ("$", "$"),
        ("$()", "$()"),
        ("$($(A))", "$($(A))"),
        ("price: 5$ $(C)", "price: 5$ $(A)"),
    ],
)
def test_references_are_filled_in_once(text: str, expected: str) -> None:
    assert expand(text, {"A": "1", "C": "$(A)"}).text == expected


@given(st.text(alphabet="ab ()$", max_size=12))
def test_a_text_without_references_that_are_known_keeps_all_but_doubled_dollars(text: str) -> None:
    found = expand(text, {})
    assert found.used == ()
    assert found.text == text or "$$" in text
    assert expand(text.replace("$", "$$"), {"a": "x", "b": "y", "": "z"}).text == text


def test_each_value_knows_what_was_set_before_it(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        """\
envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: login}, prefix: DB_}]
env:
- {name: LEVEL, value: $(LEVEL)-more}
- {name: URL, value: "$(HOST):$(PORT)"}
- {name: PORT, value: "1"}
- {name: AGAIN, value: "$(HOST):$(PORT)"}
- {name: CACHE, value: "$(REDIS_CART_SERVICE_HOST)"}""",
    )
    values = {name: one["value"] for name, one in found.items()}
    assert values["LEVEL"] == "debug-more"
    assert found["LEVEL"]["hides"] == ["key LEVEL of ConfigMap settings"]
    assert (values["URL"], found["URL"]["left"]) == ("db:$(PORT)", ["PORT"])
    assert (values["AGAIN"], values["CACHE"]) == ("db:1", "10.0.0.11")
    assert found["DB_password"]["secret"]
    assert "password" not in found


def test_values_of_secrets_are_shown_on_request_alone(tmp_path: Path) -> None:
    lines = """\
env:
- {name: PASS, valueFrom: {secretKeyRef: {name: login, key: password}}}
- {name: USER, valueFrom: {secretKeyRef: {name: login, key: user}}}
- {name: URL, value: "pg://$(USER):$(PASS)@db"}
command: [run, --url=$(URL)]"""
    for form in ("text", "json"):
        assert "hunter2" not in run(tmp_path, lines, "--format", form).stdout
    assert "URL=pg://ada:hunter2@db" in run(tmp_path, lines, "--show-secrets").stdout
    assert seen(tmp_path, lines)["URL"]["value"] is None


def test_services_give_what_the_documentation_says(tmp_path: Path) -> None:
    found = seen(tmp_path, 'env: [{name: REDIS_CART_PORT, value: "6379"}]')
    # The example of the API's documentation, "Accessing Services from containers", with another name and port.
    expected = {
        "REDIS_CART_SERVICE_HOST": "10.0.0.11",
        "REDIS_CART_SERVICE_PORT": "6379",
        "REDIS_CART_SERVICE_PORT_DB": "6379",
        "REDIS_CART_PORT_6379_TCP": "tcp://10.0.0.11:6379",
        "REDIS_CART_PORT_6379_TCP_PROTO": "tcp",
        "REDIS_CART_PORT_6379_TCP_PORT": "6379",
        "REDIS_CART_PORT_6379_TCP_ADDR": "10.0.0.11",
        "REDIS_CART_PORT_53_UDP": "udp://10.0.0.11:53",
    }
    assert {name: found[name]["value"] for name in expected} == expected
    assert (found["REDIS_CART_PORT"]["value"], found["REDIS_CART_PORT"]["hides"]) == ("6379", ["Service redis-cart"])
    assert "KUBERNETES_SERVICE_HOST" in found
    assert not any("REFUSED" in name for name in found)
    quiet = seen(tmp_path, "", pod=POD.replace("spec:\n", "spec:\n  enableServiceLinks: false\n"))
    assert {name for name in quiet if "REDIS" in name} == set()
    assert "KUBERNETES_SERVICE_HOST" in quiet


def test_a_key_that_is_not_there_keeps_a_container_from_starting(tmp_path: Path) -> None:
    line = "env: [{name: X, valueFrom: {configMapKeyRef: {name: settings, key: nope%s}}}]"
    done = run(tmp_path, line % "")
    assert (done.exit_code, "couldn't find key nope in ConfigMap default/settings" in done.stdout) == (1, True)
    done = run(tmp_path, line % ", optional: true")
    assert (done.exit_code, "X is not set" in done.stdout) == (0, True)
    done = run(tmp_path, line.replace("settings", "elsewhere") % "")
    assert (done.exit_code, "assuming: ConfigMap 'elsewhere' exists and has key 'nope'" in done.stdout) == (0, True)
    assert "X=<key nope of ConfigMap elsewhere>" in done.stdout


def test_an_optional_key_that_is_absent_leaves_what_was_set_before(tmp_path: Path) -> None:
    lines = """\
envFrom: [{configMapRef: {name: settings}}]
env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: nope, optional: true}}}]"""
    assert seen(tmp_path, lines)["LEVEL"]["value"] == "debug"


@pytest.mark.parametrize(("release", "there"), [("1.29", False), ("1.30", True), ("1.37", True)])
def test_keys_that_are_no_names(tmp_path: Path, release: str, there: bool) -> None:
    lines = "envFrom: [{configMapRef: {name: settings}}]"
    assert ("1st" in seen(tmp_path, lines, "--kubernetes-version", release)) is there
    assert ("'1st' is skipped" in run(tmp_path, lines, "--kubernetes-version", release).stdout) is not there


def test_fields_of_the_pod_and_resources_of_containers(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        """\
resources: {limits: {memory: 100M, cpu: 1500m}}
env:
- {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
- {name: NONE, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['none']"}}}
- {name: ACCOUNT, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
- {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
- {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
- {name: CPU, valueFrom: {resourceFieldRef: {resource: requests.cpu}}}
- {name: DISK, valueFrom: {resourceFieldRef: {resource: limits.ephemeral-storage}}}
- {name: AT, value: "$(NAME) at $(IP)"}""",
    )
    values = {name: one["value"] for name, one in found.items() if not one["service"]}
    # 100M is 95.4 Mi, rounded up; requests are those that defaulting takes from the limits.
    assert values == {
        "NAME": "web",
        "APP": "web",
        "NONE": "",
        "ACCOUNT": "runner",
        "IP": None,
        "MEMORY": "96",
        "CPU": "2",
        "DISK": None,
        "AT": None,
    }
    assert found["AT"]["shown"] == "web at <address of the Pod>"


@pytest.mark.parametrize(
    ("resource", "amount", "divisor", "expected"),
    [
        ("cpu", "250m", "1m", "250"),
        ("cpu", "1", None, "1"),
        ("cpu", "1100m", "0", "2"),
        ("memory", "1Gi", "1Mi", "1024"),
    ],
)
def test_resources_are_rounded_up_to_the_divisor(
    resource: str, amount: str, divisor: str | None, expected: str
) -> None:
    container = {"name": "c", "resources": {"requests": {resource: amount}}}
    assert container_resource(container, f"requests.{resource}", divisor)[0] == expected


def test_pods_that_are_not_let_in_see_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "env: [{name: 'A=B', value: x}]")
    assert (done.exit_code, done.stdout.startswith("refused: ")) == (1, True)


DOUBLING = "env:\n- {name: A0, value: xxxxxxxxxx}\n" + "".join(
    f"- {{name: A{n}, value: {f'$(A{n - 1})' * 10}}}\n" for n in range(1, 31)
)


def test_a_value_longer_than_execve_takes_keeps_the_container_from_starting(tmp_path: Path) -> None:
    result = run(tmp_path, DOUBLING)
    assert "not started: variable A5 comes to more than the 131,071 bytes" in result.output
    assert "argument list too long" in result.output
    assert len(result.output) < 2000


@pytest.mark.parametrize(("length", "starts"), [(131_072 - 3, True), (131_072 - 2, False)])
def test_a_string_of_the_environment_holds_its_name_and_a_nul(length: int, starts: bool, tmp_path: Path) -> None:
    output = run(tmp_path, f"env: [{{name: A, value: {'x' * length}}}]", "--format", "json").output
    assert ("argument list too long" not in output) is starts


def test_what_is_hidden_again_counts_for_nothing(tmp_path: Path) -> None:
    output = run(tmp_path, f"env: [{{name: A, value: {'x' * 140_000}}}, {{name: A, value: b}}]").output
    assert "too long" not in output


def test_words_of_a_command_are_bounded_alone_and_together(tmp_path: Path) -> None:
    value = f"env: [{{name: A, value: {'x' * 100_000}}}]\n"
    assert "a word of the command or its arguments comes to more" in run(tmp_path, f"{value}args: [$(A)$(A)]").output
    assert "too long" not in run(tmp_path, f"{value}args: [$(A)]").output
    many = run(tmp_path, f"{value}args: [{', '.join(['$(A)'] * 70)}]").output
    assert "bytes together, and Linux takes 6,291,456" in many
    most = run(tmp_path, f"{value}args: [{', '.join(['$(A)'] * 3000)}]").output
    assert "characters together" in most
    assert len(most) < 2000


def test_windows_has_no_such_bound(tmp_path: Path) -> None:
    pod = POD.replace("spec:\n", "spec:\n  os: {name: windows}\n", 1)
    assert "too long" not in run(tmp_path, DOUBLING, pod=pod).output
