"""Kustomizations that take one another in twice over end: with what they come to, or with a bound that is told."""

from __future__ import annotations

import pytest

from kubelens.render.kustomize import context
from kubelens.render.kustomize.build import Built, build
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.loading import FileSet, MappingReader

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def doubled(depth: int) -> dict[str, str]:
    """Each folder takes in the next one as it is, and once more under other names."""
    files = {f"x{depth}/kustomization.yaml": "resources: [a.yaml]\n", f"x{depth}/a.yaml": CONFIG_MAP}
    for n in range(depth):
        files[f"x{n}/kustomization.yaml"] = f"resources: [../x{n + 1}, ../y{n + 1}]\n"
        files[f"y{n + 1}/kustomization.yaml"] = f"resources: [../x{n + 1}]\nnamePrefix: y{n + 1}-\n"
    return files


def components(depth: int) -> dict[str, str]:
    """Each component takes in the next one three times; none holds anything."""
    head = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
    files = {
        f"e{n}/kustomization.yaml": f"{head}components: [../e{n + 1}, ../e{n + 1}, ../e{n + 1}]\n" for n in range(depth)
    }
    files[f"e{depth}/kustomization.yaml"] = f"{head}namePrefix: e-\n"
    return {**files, "x0/kustomization.yaml": "components: [../e0]\n"}


def built(files: dict[str, str]) -> Built:
    return build(FileSet(MappingReader(files), "/repo"), "x0")


def test_what_doubles_a_few_times_is_built() -> None:
    assert len(built(doubled(6)).objects) == 2**6
    assert built(components(3)).objects == ()


@pytest.mark.parametrize("files", [doubled(30), components(7)], ids=["objects", "components"])
def test_what_doubles_without_end_is_refused(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_MOST_TAKEN", 5_000)
    with pytest.raises(BuildFault) as caught:
        built(files)
    assert caught.value.reason.endswith("take in more than 5000 objects: kubelens goes no further")


def test_quotes_of_quotes_do_not_double_without_end() -> None:
    head = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
    files = {f"e{n}/kustomization.yaml": f"{head}components: [../e{n + 1}]\n" for n in range(60)}
    with pytest.raises(BuildFault) as caught:
        built(
            {**files, "e60/kustomization.yaml": f"{head}sails: 3\n", "x0/kustomization.yaml": "components: [../e0]\n"}
        )
    assert len(str(caught.value)) < 20_000
    assert "recursed accumulation of path '/repo/e0'" in str(caught.value)
    assert "sails" in caught.value.reason
