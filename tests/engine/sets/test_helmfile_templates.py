"""Templates of helmfile's state files: what no file tells, folders that become charts, and what fails in them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kubelens.cli.sets import command
from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART

STATE = """\
# file: deploy/helmfile.yaml
releases:
- name: cart
  chart: ../charts/web
  {more}
- name: cache
  chart: ../charts/web
"""


def state(repository: Repository, more: str) -> dict[str, dict[str, object]]:
    repository.write(CHART)
    repository.write(STATE.format(more=more))
    return repository.sets()


@pytest.mark.parametrize(
    ("more", "objects"),
    [
        ('namespace: {{ requiredEnv "TEAM" }}', 1),
        ('values: [{replicas: {{ requiredEnv "TEAM" }}}]', 1),
        ('set: [{name: replicas, value: {{ requiredEnv "TEAM" }}}]', 0),
        ('condition: {{ requiredEnv "TEAM" }}', 0),
    ],
)
def test_a_required_variable_concerns_its_release_alone(repository: Repository, more: str, objects: int) -> None:
    found = state(repository, more)
    assert found["cart"]["missing"] == ["it takes environment variable 'TEAM', which no file tells"]
    assert found["cart"]["objects"] == objects
    assert (found["cache"]["missing"], found["cache"]["objects"]) == ([], 1)
    assert repository.findings() == []


def test_a_variable_is_not_set(repository: Repository) -> None:
    found = state(repository, 'set: [{name: replicas, value: {{ env "COUNT" | default "few" }}}]')
    assert found["cart"]["why"] == "helmfile deploy/helmfile.yaml, environment variable 'COUNT' taken as not set"
    assert 'is the text "few"' in repository.findings()[0]


def test_files_and_values_are_read(repository: Repository) -> None:
    repository.write("# file: deploy/count\nfew\n")
    found = state(
        repository,
        'namespace: {{ get "a.b" (dict "a" (dict "b" "shop")) }}-{{ get "a.c" "z" .Values }}{{ getOrNil "c" .Values | default "x" }}\n'
        '  set: [{name: replicas, value: {{ readFile "count" | trim }}}]',
    )
    assert found["cart"]["namespace"] == "shop-zx"
    assert 'is the text "few"' in repository.findings()[0]
    repository.write('# file: deploy/all/helmfile.yaml\nreleases: [{name: {{ readFile "gone" }}, chart: x}]\n')
    (gone,) = repository.sets()["deploy/all/helmfile.yaml"]["missing"]
    assert "deploy/all/gone: no such file" in gone


def test_what_a_program_prints_is_not_known(repository: Repository) -> None:
    found = state(repository, 'values: [{{ exec "cat" (list "x") }}]')
    assert found["cart"]["missing"] == ["it takes what 'cat' prints, which no file tells"]


@pytest.mark.parametrize(
    ("files", "objects", "told"),
    [
        ("# file: plain/deep/one.yaml\n{0}# file: plain/two.yml\n{0}# file: plain/read.me\nnothing\n", 2, ""),
        (
            "# file: plain/kustomization.yaml\nresources: [one.yaml]\n# file: plain/one.yaml\n{0}# file: plain/two.yaml\n{0}",
            1,
            "",
        ),
        ("# file: plain/one.yaml\n{0}note: {{{{ .Values.x }}}}\n", 0, "'./plain' holds templates and no Chart.yaml"),
        ("", 0, "chart './plain' is not there"),
    ],
)
def test_a_folder_is_made_a_chart(repository: Repository, files: str, objects: int, told: str) -> None:
    repository.write(files.format("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"))
    repository.write("# file: helmfile.yaml\nreleases: [{name: plain, chart: ./plain}]\n")
    found = repository.sets()["plain"]
    assert found["objects"] == objects
    assert found["missing"] == ([told] if told else [])


def test_what_fails_is_told_with_its_line_and_without_the_file(repository: Repository) -> None:
    found = state(repository, "namespace: shop\n---\nreleases:\n- name: {{ nothing }}")
    (told,) = found["deploy/helmfile.yaml"]["missing"]
    assert told == 'its template fails at line 7: function "nothing" not defined'


def test_a_chart_has_no_functions_of_helmfile(repository: Repository) -> None:
    text = 'note: {{ requiredEnv "TEAM" }}\n'
    repository.write(f"# file: helmfile.yaml\n{text}")
    repository.write(CHART + f"# file: charts/web/templates/note.yaml\n{text}")
    (told,) = repository.sets()["charts/web"]["missing"]
    assert 'function "requiredEnv" not defined' in told


def test_long_reasons_are_short_for_people_and_whole_for_programs(repository: Repository) -> None:
    repository.write(CHART + f'# file: charts/web/templates/note.yaml\nnote: {{{{ fail "{"long " * 200}" }}}}\n')
    (told,) = repository.sets()["charts/web"]["missing"]
    assert told.count("long ") >= 199
    lines = CliRunner().invoke(command, []).stdout.splitlines()
    assert max(map(len, lines)) < 400
    assert any("characters left out" in line for line in lines)
