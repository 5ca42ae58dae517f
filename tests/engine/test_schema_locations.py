"""``--schema-location``: folders and paths as kubeconform has them, judged by jsonschema, below the location only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command
from kubelens.engine.config import ConfigError
from kubelens.engine.config_files import load_config
from kubelens.engine.schema_locations import read_location

OVEN = """\
apiVersion: example.com/v1
kind: Oven
metadata: {name: kitchen}
spec:
  heat: 300
  colour: red
"""
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"heat": {"type": "integer", "maximum": 250}},
        }
    },
}
TEMPLATE = "schemas/{{ .Group }}/{{.ResourceKind}}_{{ .ResourceAPIVersion }}.json"
BY_TEMPLATE = "schemas/example.com/oven_v1.json"


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, value: object) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")


def check(text: str, *locations: str, options: tuple[str, ...] = ("--isolated",)) -> str:
    write("a.yaml", text)
    told = [word for one in locations for word in ("--schema-location", one)]
    return CliRunner().invoke(command, ["--output", "concise", *options, *told, "a.yaml"]).output


@pytest.mark.parametrize(
    ("file", "location"),
    [
        (BY_TEMPLATE, TEMPLATE),
        ("schemas/v1.37.0-standalone/oven-example-v1.json", "schemas"),
        ("schemas/v1.37.0-standalone-strict/oven-example-v1.json", "schemas/"),
        ("schemas/master-standalone/oven-example-v1.json", "schemas"),
        ("s/master-example.com-oven-example-v1.json", "s/{{ .NormalizedKubernetesVersion }}-{{ .Group }}-{{ .ResourceKind }}{{ .KindSuffix }}.json"),
    ],
)  # fmt: skip
def test_faults_stand_at_their_values(file: str, location: str) -> None:
    write(file, SCHEMA)
    out = check(OVEN, location)
    assert "a.yaml:5:9: error[json-schema] Oven 'default/kitchen' breaks the schema" in out
    assert "spec.heat: maximum: got 300, want 250" in out
    assert "a.yaml:6:3: error[json-schema]" in out
    assert "additional properties 'colour' not allowed" in out


def test_the_first_place_that_has_the_kind_counts() -> None:
    write(BY_TEMPLATE, SCHEMA)
    write("other/example.com/oven_v1.json", {})
    assert "nothing to report" in check(OVEN, TEMPLATE.replace("schemas", "other"), TEMPLATE)
    assert "maximum" in check(OVEN, "nowhere", TEMPLATE)


def test_default_is_what_comes_along_and_counts_where_it_stands() -> None:
    issuer = "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: a}\nspec: {acmee: {}}\n"
    write("schemas/cert-manager.io/issuer_v1.json", {})
    assert "custom-resource-schema" in check(issuer, "default", TEMPLATE)
    assert "nothing to report" in check(issuer, TEMPLATE, "default")
    assert "1 custom resource without a definition" in check(issuer, "elsewhere")


def test_definitions_of_the_manifests_come_first() -> None:
    write(BY_TEMPLATE, SCHEMA)
    definition = """\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ovens.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Oven, plural: ovens, singular: oven, listKind: OvenList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
    assert "json-schema" not in check(OVEN + definition, TEMPLATE)


def test_schemas_refer_to_others_below_the_place() -> None:
    write(BY_TEMPLATE, {"properties": {"spec": {"$ref": "../common.json#/definitions/spec"}}})
    write("schemas/common.json", {"definitions": {"spec": {"required": ["doors"], "$ref": "more/deep.json"}}})
    write("schemas/more/deep.json", SCHEMA["properties"]["spec"])  # type: ignore[index]
    out = check(OVEN, TEMPLATE)
    assert "maximum: got 300" in out
    assert "missing property 'doors'" in out


@pytest.mark.parametrize(
    "reference", ["../../outside.json", "https://example.com/a.json", "gone.json", "/etc/hostname"]
)
def test_a_reference_that_leads_elsewhere_is_told_and_not_followed(reference: str) -> None:
    write("outside.json", {"not": {}})
    write(BY_TEMPLATE, {"properties": {"spec": {"$ref": reference}}})
    out = check(OVEN, TEMPLATE)
    assert "warning[json-schema] Oven 'default/kitchen' is not held against its schema" in out
    assert "lies outside of it" in out


def test_a_link_out_of_the_place_is_not_followed(tmp_path: Path) -> None:
    write("outside.json", SCHEMA)
    Path("schemas/example.com").mkdir(parents=True)
    Path(BY_TEMPLATE).symlink_to(tmp_path / "outside.json")
    assert "1 custom resource without a definition" in check(OVEN, TEMPLATE)


@pytest.mark.parametrize("kind", ["../../outside", "..", "a/b", "~"])
def test_a_kind_that_is_no_name_leads_nowhere(kind: str) -> None:
    write("outside.json", SCHEMA)
    out = check(OVEN.replace("Oven", f'"{kind}"'), "schemas/{{ .ResourceKind }}.json")
    assert "json-schema" not in out


@pytest.mark.parametrize("text", ["{", "3", '{"type": 3}', '{"$ref": "#"}'])
def test_a_schema_that_is_none_is_told(text: str) -> None:
    write(BY_TEMPLATE, text)
    assert "is not held against its schema" in check(OVEN, TEMPLATE)


def test_patterns_and_references_are_bounded() -> None:
    pattern = {"properties": {"metadata": {"properties": {"name": {"pattern": "^(a+)+$"}}}}}
    write(BY_TEMPLATE, pattern)
    assert "does not match pattern" in check(OVEN.replace("kitchen", f"{'a' * 60}b"), TEMPLATE)
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/definitions/d{n + 1}"}] * 2} for n in range(40)}
    write(BY_TEMPLATE, {"$ref": "#/definitions/d0", "definitions": {**twice, "d40": {}}})
    assert "is not held against its schema" in check(OVEN, TEMPLATE)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://example.com/{{ .Group }}.json", "never opens a network"),
        ("schemas/{{ .Grup }}.json", "{{ .Grup }} is no field"),
        ("schemas/{{ .Group | lower }}.json", "is no field"),
    ],
)
def test_what_is_no_place_ends_the_run(location: str, told: str) -> None:
    assert told in check(OVEN, location)
    with pytest.raises(ConfigError):
        read_location(location)


def test_the_configuration_names_places_from_its_folder_within_its_repository(tmp_path: Path) -> None:
    write(BY_TEMPLATE, SCHEMA)
    write("kubelens.toml", f'schema-location = ["{TEMPLATE}", "default"]\n')
    Path(".git").mkdir()
    assert "maximum: got 300" in check(OVEN, options=())
    for outside in ("../{{ .ResourceKind }}.json", "/etc", "https://example.com/x.json"):
        write("kubelens.toml", f'\nschema-location = "{outside}"\n')
        assert "kubelens.toml:2: schema-location" in check(OVEN, options=())
    write("kubelens.toml", f'schema-location = "{tmp_path.parent}"\n')
    assert load_config(tmp_path / "kubelens.toml").schema_location == (str(tmp_path.parent),)
