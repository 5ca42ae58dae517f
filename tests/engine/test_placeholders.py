"""Values that somebody fills in before a manifest is applied are no mistakes; values like them are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {ports: [{port: 80}], selector: {app: web}}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'web:1'}]}\n"


def check(folder: Path, text: str) -> str:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", str(folder)]).output


@pytest.mark.parametrize(
    "name",
    [
        "web-<node-hostname>",
        "__WEB_NAME__",
        "PVC_NAME",
        "web-YOUR_TOKEN_ID",
        "web-HOSTNAME",
        "REPLACEME-stable",
        '"FILLED BY THE OPERATOR"',
        "'@NAME@'",
        "'web.%ZONE%'",
        "'web-{}'",
        "PLACEHOLDER",
        "'${NAME/a'",
        "web-$$name$$",
        "\"(join('-', ['web', $namespace]))\"",
    ],
)
def test_a_gap_is_filled_in_before(tmp_path: Path, name: str) -> None:
    assert "error" not in check(tmp_path, SERVICE.replace("NAME", name, 1))


@pytest.mark.parametrize("name", ["My_Web", "WEB", "web_app", "web>1", "BIG WEB"])
def test_a_bad_name_is_no_gap(tmp_path: Path, name: str) -> None:
    assert "error[admission]" in check(tmp_path, SERVICE.replace("NAME", name, 1))


@pytest.mark.parametrize("port", ["PORT", "WEB_PORT", "[PORT]", "{port}", "__PORT__"])
def test_a_gap_for_a_number_is_filled_in_before(tmp_path: Path, port: str) -> None:
    assert "error" not in check(tmp_path, SERVICE.replace("port: 80", f"port: {port}"))


@pytest.mark.parametrize("port", ["http", "80a", "[80]", "{port: 80}", "<the port>"])
def test_another_text_is_no_number(tmp_path: Path, port: str) -> None:
    assert "error[wrong-type]" in check(tmp_path, SERVICE.replace("port: 80", f"port: {port}"))


def test_a_choice_in_capitals_is_no_gap(tmp_path: Path) -> None:
    assert "must be one of Always" in check(
        tmp_path, POD.replace("containers", "restartPolicy: ON_FAILURE, containers")
    )


CLAIM = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: VALUE}\n"


def test_a_gap_of_a_secret_is_filled_in_before(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, CLAIM.replace("VALUE", "<base64-encoded-key>"))
    assert "must be base64" in check(tmp_path, CLAIM.replace("VALUE", "plain text"))


@pytest.mark.parametrize(
    "line",
    [
        "name: {registry}/web",
        "name: @NAME@",
        "name: {images[web]}",
        "name: %s",
        "name: %NAME%",
        "{% if web %}",
        "{% raw %}",
        "$CERTIFICATE",
        "<%= name %>",
    ],
)
def test_another_language_s_text_is_no_broken_yaml(tmp_path: Path, line: str) -> None:
    out = check(tmp_path, f"apiVersion: v1\nkind: Service\nmetadata:\n  labels: {{}}\n  {line}\n")
    assert "yaml-syntax" not in out
    assert "1 template" in out


@pytest.mark.parametrize("line", ["name: {registry", "name: @web", " name: web", "name: {a: 1}b"])
def test_broken_yaml_is(tmp_path: Path, line: str) -> None:
    out = check(tmp_path, f"apiVersion: v1\nkind: Service\nmetadata:\n  labels: {{}}\n  {line}\n")
    assert "yaml-syntax" in out


def test_a_version_that_is_a_variable_is_filled_in(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, SERVICE.replace("v1", "$API_VERSION").replace("NAME", "web"))


SEALED = """\
apiVersion: v1
kind: Secret
metadata: {name: a}
stringData: {key: "ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:str]"}
sops: {lastmodified: "2024-01-01T00:00:00Z", mac: "ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:str]", version: 3.9.1}
"""


def test_what_sops_encrypts_is_decrypted_before(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, SEALED)
    assert "error" not in check(tmp_path, SEALED.replace("stringData", "data"))


def test_another_field_is_unknown(tmp_path: Path) -> None:
    assert "unknown field 'soaps'" in check(tmp_path, SEALED.replace("sops:", "soaps:"))
    assert "unknown field 'sops'" in check(tmp_path, SEALED.split("sops:")[0] + "sops: {}\n")


def test_a_version_unlike_any_of_kubernetes_is_another_tool_s(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, "apiVersion: 0.1.0\nkind: app\nmetadata: {name: a}\n")
    assert "unknown-kind" in check(tmp_path, "apiVersion: v3\nkind: Thing\nmetadata: {name: a}\n")


@pytest.mark.parametrize(
    ("namespace", "template"), [("{{ .app_namespace }}", True), ("'{{ app }}'", False), ("[]", False)]
)
def test_a_kustomization_that_waits_for_a_value_is_a_template(tmp_path: Path, namespace: str, template: bool) -> None:
    text = f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {namespace}\nsprockets: []\n"
    (tmp_path / "kustomization.yaml").write_text(text, encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert ("error[kustomization]" not in out) == template


@pytest.mark.parametrize("key", ["PORT", "SHOP_PORT", "DEBUG", "MAX_RATE_LIMIT"])
def test_a_variables_own_name_is_no_gap(tmp_path: Path, key: str) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{{key}: 8080}}\n"
    assert f"data.{key} must be text, is the number 8080" in check(tmp_path, text)


@pytest.mark.parametrize(
    "value", ["$(cat till.pem | base64 -w0)", "CRT", "CHANGE_ME", "replace-me", "xxxx", "ca-placeholder"]
)
def test_a_value_of_a_secret_that_is_to_come(tmp_path: Path, value: str) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: till}}\ndata: {{cert: '{value}'}}\n"
    assert "must be base64" not in check(tmp_path, secret)
    assert "must be base64" in check(tmp_path, secret.replace(value, "till!"))


def test_a_patch_by_its_directive_is_no_whole_object(tmp_path: Path) -> None:
    job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: setup}\n"
    assert "nothing to report" in check(tmp_path, f"$patch: delete\n{job}")
    assert "error[" in check(tmp_path, job)


def test_a_long_word_is_no_gap(tmp_path: Path) -> None:
    assert "at most 63 characters" in check(
        tmp_path, POD.replace("{name: web}", f"{{name: web, labels: {{a: {'x' * 64}}}}}")
    )


@pytest.mark.parametrize(("folder", "told"), [("config/samples", False), ("docs", False), ("deploy", True)])
def test_a_name_in_brackets_is_told_where_it_is_not_there_to_be_copied(tmp_path: Path, folder: str, told: bool) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.yaml").write_text(SERVICE.replace("NAME", "<ServiceName>"))
    output = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert ("[admission]" in output) is told


@pytest.mark.parametrize(
    ("line", "told"), [("<ISSUER_ANNOTATION_1>", False), ("<issuer annotation>", True), ("<ISSUER", True)]
)
def test_a_line_that_a_tool_puts_others_in_the_place_of(tmp_path: Path, line: str, told: bool) -> None:
    text = SERVICE.replace("NAME", "till").replace(
        "metadata: {name: till}", f"metadata:\n  name: till\n  annotations:\n    c: d\n    {line}\n    {line}\n    a: b"
    )
    assert ("yaml-syntax" in check(tmp_path, text)) is told
