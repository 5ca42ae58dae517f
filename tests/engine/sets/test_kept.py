"""Sets that are kept from change to change: what they say is what a fresh look says."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded, load_paths
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.engine.sets.analysis import Judging
from kubelens.engine.sets.disk import Disk
from kubelens.engine.sets.kept import Conditions, KeptSets, ToldSets
from kubelens.rules.api import Facts
from kubelens.syntax.text import Source

FILES = {
    "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "shop/values.yaml": "replicas: 2\nname: web\nport: 80\n",
    "shop/values-prod.yaml": "replicas: 4\n",
    "shop/templates/_names.tpl": '{{- define "shop.name" -}}\n{{ .Values.name }}\n{{- end }}\n',
    "shop/templates/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ include "shop.name" . }}}
  template:
    metadata:
      labels: {app: {{ include "shop.name" . }}}
    spec:
      containers:
        - name: web
          image: nginx:1.27
""",
    "shop/templates/service.yaml": """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.name" . }}
spec:
  selector: {app: {{ include "shop.name" . }}}
  ports:
    - port: {{ .Values.port }}
""",
    "base/kustomization.yaml": "resources:\n  - map.yaml\n",
    "base/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n",
    "prod/kustomization.yaml": "namePrefix: prod-\nresources:\n  - ../base\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


CONFIG = Config()
CONDITIONS = Conditions(Judging(choose_rules(CONFIG, Plugins().rules()), CONFIG), Facts("1.36"), Plugins())


def kept(folder: Path, texts: Iterable[Loaded]) -> KeptSets:
    tree = Disk(os.path.realpath(folder))
    made = KeptSets(tree, CONDITIONS, frozenset)
    made.fill({path: one for one in texts if (path := tree.path(one.uri)) is not None})
    return made


def caught_up(sets: KeptSets) -> ToldSets:
    for _ in sets.catch_up():
        pass
    return sets.told()


def read(folder: Path) -> list[Loaded]:
    return list(load_paths([str(folder)], root=folder))


def found(told: ToldSets) -> list[tuple[str, str, str]]:
    return sorted((uri, one.rule, one.message) for uri, findings in told.by_file.items() for one in findings)


def test_a_value_that_fits_nothing_is_told_and_told_no_more(folder: Path) -> None:
    sets = kept(folder, read(folder))
    assert found(caught_up(sets)) == []
    sets.changed(
        "shop/values.yaml",
        Loaded("shop/values.yaml", Source("shop/values.yaml", "replicas: two\nname: web\nport: 80\n")),
    )
    assert [(uri, rule) for uri, rule, _ in found(caught_up(sets))] == [("shop/templates/web.yaml", "wrong-type")]
    sets.changed("shop/values.yaml", Loaded("shop/values.yaml", Source("shop/values.yaml", FILES["shop/values.yaml"])))
    assert found(caught_up(sets)) == []


def test_a_name_too_long_for_the_assumed_release_alone_is_no_fault(folder: Path) -> None:
    sets = kept(folder, read(folder))
    caught_up(sets)
    for length, told in ((50, 0), (63, 1)):
        text = FILES["shop/templates/service.yaml"].replace(
            'name: {{ include "shop.name" . }}\n', f"name: '{{{{ .Release.Name }}}}-{'x' * length}'\n"
        )
        uri = "shop/templates/service.yaml"
        sets.changed(uri, Loaded(uri, Source(uri, text)))
        assert len([one for one in found(caught_up(sets)) if one[0] == uri]) == told


def test_only_what_a_change_touches_is_done_again(folder: Path) -> None:
    sets = kept(folder, read(folder))
    before = caught_up(sets)
    text = FILES["base/map.yaml"].replace("a: b", "a: c")
    sets.changed("base/map.yaml", Loaded("base/map.yaml", Source("base/map.yaml", text)))
    after = caught_up(sets)
    same = {one.name for one in before.sets if any(one.texts is other.texts for other in after.sets)}
    assert same == {"shop", "shop+values-prod.yaml"}
    assert list(sets.catch_up()) == []


def test_a_template_that_is_being_typed_hides_nothing_in_other_files(folder: Path) -> None:
    values = "replicas: 2\nname: web\nport: none\n"
    sets = kept(folder, read(folder))
    sets.changed("shop/values.yaml", Loaded("shop/values.yaml", Source("shop/values.yaml", values)))
    told = found(caught_up(sets))
    assert [uri for uri, _, _ in told] == ["shop/templates/service.yaml"]
    broken = f"{FILES['shop/templates/web.yaml']}x: {{{{ .Values.\n"
    sets.changed(
        "shop/templates/web.yaml", Loaded("shop/templates/web.yaml", Source("shop/templates/web.yaml", broken))
    )
    now = found(caught_up(sets))
    assert {uri for uri, _, _ in now} == {"shop/templates/service.yaml", "shop/templates/web.yaml"}
    assert [one for one in now if one[0] == "shop/templates/service.yaml"] == told


def test_a_kustomization_that_comes_and_goes(folder: Path) -> None:
    sets = kept(folder, read(folder))
    caught_up(sets)
    uri = "stage/kustomization.yaml"
    (folder / "stage").mkdir()
    sets.changed(uri, Loaded(uri, Source(uri, "resources:\n  - ../base\n  - gone.yaml\n")))
    told = caught_up(sets)
    assert {one.name for one in told.sets} == {"shop", "shop+values-prod.yaml", "prod", "stage"}
    assert {(at, rule) for at, rule, _ in found(told)} == {(uri, "kustomization")}
    sets.changed(uri, None)
    assert {one.name for one in caught_up(sets).sets} == {"shop", "shop+values-prod.yaml", "prod"}


def test_a_state_file_in_the_folder_of_helmfile_names_other_sets(folder: Path) -> None:
    uri = "helmfile.d/shop.yaml"
    (folder / "helmfile.d").mkdir()
    (folder / uri).write_text("releases:\n- name: one\n  chart: ../shop\n")
    sets = kept(folder, read(folder))
    assert "one" in {one.name for one in caught_up(sets).sets}
    text = (folder / uri).read_text().replace("one", "two")
    sets.changed(uri, Loaded(uri, Source(uri, text)))
    names = {one.name for one in caught_up(sets).sets}
    assert "two" in names
    assert "one" not in names


def test_what_a_state_file_names_is_followed(folder: Path) -> None:
    (folder / "envs").mkdir()
    (folder / "envs" / "prod.yaml.gotmpl").write_text("chosen: shop\n")
    (folder / "envs" / "prod.yaml").write_text("on: true\n")
    (folder / "helmfile.yaml").write_text(
        "environments:\n  prod:\n    values: [envs/prod.yaml]\n---\n"
        "releases:\n- name: site\n  chart: ./shop\n  condition: site.enabled\n"
    )
    (folder / "envs" / "prod.yaml").write_text("site: {enabled: true}\n")
    sets = kept(folder, read(folder))
    assert any("helmfile" in one.why for one in caught_up(sets).sets)
    for enabled in (False, True):
        (folder / "envs" / "prod.yaml").write_text(text := f"site: {{enabled: {str(enabled).lower()}}}\n")
        sets.changed("envs/prod.yaml", Loaded("envs/prod.yaml", Source("envs/prod.yaml", text)))
        told = caught_up(sets)
        assert any("helmfile" in one.why for one in told.sets) is enabled
        assert found(told) == found(caught_up(kept(folder, read(folder))))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_the_same_as_a_fresh_look(folder: Path, seed: int) -> None:
    """Random edits, some of which break what they touch, and at last all files as they are then, read anew."""
    chance = random.Random(seed)
    sets = kept(folder, read(folder))
    caught_up(sets)
    texts = dict(FILES)
    for _ in range(25):
        name = chance.choice(sorted(texts))
        text = texts[name]
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.randrange(3))
        texts[name] = text[:start] + chance.choice(["", "x", ": ", "{{", "}}", "\n", "- "]) + text[end:]
        if chance.random() < 0.4:
            texts[name] = FILES[name]
        sets.changed(name, Loaded(name, Source(name, texts[name])))
        if chance.random() < 0.5:
            caught_up(sets)
    for name, text in FILES.items():
        if chance.random() < 0.6:
            texts[name] = text
            sets.changed(name, Loaded(name, Source(name, text)))
    now = caught_up(sets)
    for name, text in texts.items():
        (folder / name).write_text(text)
    fresh = caught_up(kept(folder, read(folder)))
    broken = {one.name for one in fresh.sets if not one.whole}
    if not broken:
        assert found(now) == found(fresh)
    assert {one.name: one.missing for one in now.sets} == {one.name: one.missing for one in fresh.sets}
    assert set(found(fresh)) <= set(found(now))
