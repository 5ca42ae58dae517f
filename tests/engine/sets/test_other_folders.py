"""What bounds Pods in another folder: of one application it counts, of an alternative of it nobody applies it beside."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository

QUOTA = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: bounds, namespace: shop}
spec: {hard: {limits.cpu: "2"}}
---
"""
RANGE = """\
apiVersion: v1
kind: LimitRange
metadata: {name: bounds, namespace: shop}
spec: {limits: [{type: Container, max: {cpu: "1"}}]}
---
"""
NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {LABELS}}
---
"""
ENFORCED = NAMESPACE.replace("LABELS", "pod-security.kubernetes.io/enforce: baseline")
WARNED = NAMESPACE.replace("LABELS", "pod-security.kubernetes.io/warn: baseline")
PLAIN = NAMESPACE.replace("{LABELS}", "{}")


def web(cpu: str = "", name: str = "web", replicas: int = 1) -> str:
    """A Deployment on the host's network, with a limit where one is given."""
    limits = f", resources: {{limits: {{cpu: {cpu}}}}}" if cpu else ""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      hostNetwork: true
      containers: [{{name: {name}, image: "shop/web:1"{limits}}}]
---
"""


RULES = ("refused-in-context", "rollout-never-finishes", "server-warning", "quota-exceeded-at-max")


def told(repository: Repository, files: dict[str, str]) -> set[str]:
    """The files about which something that bounds Pods is told."""
    repository.write("".join(f"# file: {name}\n{text}" for name, text in files.items()))
    return {one.partition(":")[0] for one in repository.findings() if any(rule in one for rule in RULES)}


@pytest.mark.parametrize("bound", [QUOTA, RANGE, ENFORCED, WARNED])
def test_an_alternative_is_not_bound(repository: Repository, bound: str) -> None:
    cpu = "3" if bound is RANGE else ""
    files = {"a/bound.yaml": bound, "a/web.yaml": web(cpu), "b/web.yaml": web(cpu), "b/db.yaml": web(cpu, "db")}
    assert told(repository, files) == {"a/web.yaml"}


@pytest.mark.parametrize("bound", [QUOTA, RANGE, ENFORCED, WARNED])
@pytest.mark.parametrize("place", ["namespaces/shop.yaml", "shop.yaml", "apps/shop.yaml", "apps/web/shop.yaml"])
def test_one_application_in_several_folders_is_bound(repository: Repository, bound: str, place: str) -> None:
    cpu = "3" if bound is RANGE else ""
    assert told(repository, {place: bound, "apps/web/web.yaml": web(cpu)}) == {"apps/web/web.yaml"}


@pytest.mark.parametrize("place", ["namespaces/shop.yaml", "shop.yaml", "apps/shop.yaml"])
def test_what_stands_above_alternatives_bounds_each(repository: Repository, place: str) -> None:
    files = {place: QUOTA, "apps/dev/web.yaml": web(), "apps/prod/web.yaml": web()}
    assert told(repository, files) == {"apps/dev/web.yaml", "apps/prod/web.yaml"}


def test_folders_below_alternatives_are_theirs(repository: Repository) -> None:
    files = {
        "one/cluster/q.yaml": QUOTA,
        "one/apps/web.yaml": web(),
        "two/web.yaml": web(),
        "two/more/db.yaml": web("", "db"),
    }
    assert told(repository, files) == {"one/apps/web.yaml"}


def test_a_folder_below_is_an_alternative_of_what_it_has_too(repository: Repository) -> None:
    assert told(repository, {"web.yaml": web(), "prod/web.yaml": web(), "prod/q.yaml": QUOTA}) == {"prod/web.yaml"}


def test_the_nearest_of_one_name_counts(repository: Repository) -> None:
    wide = RANGE.replace('"1"', '"8"')
    files = {"r.yaml": RANGE, "web.yaml": web("3"), "big/r.yaml": wide, "big/web.yaml": web("3")}
    assert told(repository, files) == {"web.yaml"}
    files = {"r.yaml": wide, "big/r.yaml": RANGE}
    assert told(repository, files) == {"big/web.yaml"}


def test_folders_that_make_their_namespace_are_alone(repository: Repository) -> None:
    files = {"one/ns.yaml": PLAIN, "one/web.yaml": web(), "two/ns.yaml": ENFORCED, "two/db.yaml": web("", "db")}
    assert told(repository, files) == {"two/db.yaml"}


def test_who_makes_no_namespace_is_bound_though_another_folder_makes_it_too(repository: Repository) -> None:
    files = {"all/ns.yaml": PLAIN + QUOTA, "apps/db/ns.yaml": PLAIN, "apps/web/web.yaml": web()}
    assert told(repository, files) == {"apps/web/web.yaml"}


def test_copies_in_several_folders_are_counted_once(repository: Repository) -> None:
    files = {f"{one}/all.yaml": QUOTA + web("800m") for one in ("a", "b", "c")}
    assert told(repository, files) == set()
    files = {"a/all.yaml": QUOTA + web("800m") + web("800m", "db")}
    assert told(repository, files) == {"a/all.yaml"}


def test_others_of_the_namespace_take_room_in_a_quota(repository: Repository) -> None:
    files = {"ns/q.yaml": QUOTA, "db/db.yaml": web("800m", "db"), "web/web.yaml": web("800m")}
    assert told(repository, files)


@pytest.mark.parametrize(("resources", "found"), [("[../base, ns.yaml]", True), ("[../base]", False)])
def test_a_namespace_of_another_kustomization(repository: Repository, resources: str, found: bool) -> None:
    files = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": web(),
        "dev/kustomization.yaml": f"resources: {resources}\n",
        "dev/ns.yaml": WARNED,
        "other/kustomization.yaml": "resources: [ns.yaml]\n",
        "other/ns.yaml": WARNED,
    }
    assert told(repository, files) == ({"base/web.yaml"} if found else set())
