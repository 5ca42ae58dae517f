"""What sources and data objects name is found among those of all sets: the nearest, and of equals the one that came first."""

from __future__ import annotations

from kubelens.engine.gitops.objects import GitOpsObject, KnownObjects
from kubelens.render.origin import Sourced


def git(name: str, file: str, namespace: str = "flux-system", kind: str = "GitRepository") -> GitOpsObject:
    return GitOpsObject("source.toolkit.fluxcd.io", kind, namespace, name, Sourced(), file)


def found(known: KnownObjects, name: str, near: str) -> str:
    one = known.find("source.toolkit.fluxcd.io", "GitRepository", "flux-system", name, near)
    return one.file if one is not None else ""


def test_the_nearest_is_found() -> None:
    known = KnownObjects()
    known.hold("a", [git("fleet", "clusters/a/source.yaml"), git("other", "clusters/a/other.yaml")])
    known.hold("b", [git("fleet", "clusters/b/source.yaml")])
    assert found(known, "fleet", "clusters/b/apps/web.yaml") == "clusters/b/source.yaml"
    assert found(known, "fleet", "elsewhere/web.yaml") == "clusters/a/source.yaml"
    assert found(known, "other", "clusters/b/apps/web.yaml") == "clusters/a/other.yaml"
    assert found(known, "nobody", "clusters/b/apps/web.yaml") == ""


def test_what_is_held_anew_keeps_its_rank_and_what_is_forgotten_loses_it() -> None:
    known = KnownObjects()
    known.hold("a", [git("fleet", "a.yaml")])
    known.hold("b", [git("fleet", "b.yaml")])
    known.hold("a", [git("fleet", "a2.yaml")])
    assert found(known, "fleet", "c.yaml") == "a2.yaml"
    known.forget("a")
    assert found(known, "fleet", "c.yaml") == "b.yaml"
    known.hold("a", [git("fleet", "a3.yaml")])
    assert found(known, "fleet", "c.yaml") == "b.yaml"
    assert [holder for holder, _ in known.all("source.toolkit.fluxcd.io", "GitRepository")] == ["b", "a"]


def test_an_object_without_a_namespace_is_found_in_any() -> None:
    known = KnownObjects()
    known.hold("a", [git("fleet", "a.yaml", namespace="")])
    known.hold("b", [git("fleet", "b.yaml", namespace="other")])
    assert found(known, "fleet", "c.yaml") == "a.yaml"
    known.hold("b", [git("fleet", "b.yaml"), git("fleet", "bucket.yaml", kind="Bucket")])
    assert found(known, "fleet", "d.yaml") == "a.yaml"
    assert [one.file for _, one in known.all("source.toolkit.fluxcd.io", "Bucket")] == ["bucket.yaml"]
