"""What is kept of a tree's files: whatever changes, what is found is what a fresh look finds, and most is not looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubelens.engine.analysis import Looking
from kubelens.engine.cache.rows import Mark
from kubelens.engine.cache.store import Store
from kubelens.engine.cache.tree import KeptTree, kept_tree
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs, Wanted
from kubelens.engine.loader import Loaded
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import Outcome, run
from kubelens.kube.reads import Touchable
from kubelens.report.api import Results
from kubelens.report.json import REPORTER
from kubelens.syntax.text import Source

KINDS = {
    "web": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-N, namespace: team-T, labels: {app: web-N}}\nspec:\n"
        "  replicas: 2\n  selector: {matchLabels: {app: web-N}}\n  template:\n    metadata: {labels: {app: web-N}}\n"
        "    spec:\n      serviceAccountName: web-N\n      containers:\n        - name: web\n          image: web\n"
        "          envFrom: [{configMapRef: {name: settings-N}}, {secretRef: {name: made-N}}]\n"
        "          ports: [{name: http, containerPort: 8080}]\n          resources: {requests: {cpu: 100m}}\n"
    ),
    "service": (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web-N, namespace: team-T}\n"
        "spec: {selector: {app: web-N}, ports: [{port: 80, targetPort: http}]}\n"
    ),
    "settings": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-N, namespace: team-T}\ndata: {a: b}\n",
    "budget": (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web-N, namespace: team-T}\n"
        "spec: {minAvailable: 2, selector: {matchLabels: {app: web-N}}}\n"
    ),
    "scaler": (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web-N, namespace: team-T}\n"
        "spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-N}}\n"
    ),
    "policy": (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web-N, namespace: team-T}\n"
        "spec: {podSelector: {matchLabels: {app: web-N}}, policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]}\n"
    ),
    "ingress": (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web-N, namespace: team-T}\nspec:\n"
        "  rules: [{host: n.example.org, http: {paths: [{path: /, pathType: Prefix,\n"
        "    backend: {service: {name: web-N, port: {number: 80}}}}]}}]\n"
    ),
    "namespace": (
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-T\n"
        "  labels: {pod-security.kubernetes.io/enforce: restricted}\n"
    ),
    "quota": "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q-N, namespace: team-T}\nspec: {hard: {pods: '1'}}\n",
    "binding": (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b-N, namespace: team-T}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r-N}\n"
        "subjects: [{kind: ServiceAccount, name: web-N, namespace: team-T}]\n"
    ),
    "definition": (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: axes.tools.example.org}\n"
        "spec:\n  group: tools.example.org\n  scope: Cluster\n  names: {plural: axes, singular: axe, kind: Axe}\n"
        "  versions:\n    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object,\n"
        "        properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}\n"
    ),
    "axe": "apiVersion: tools.example.org/v1\nkind: Axe\nmetadata: {name: axe-N}\nspec: {size: N}\n",
    "aliases": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice-N, namespace: team-T, labels: &l {app: web-N}}\n"
        "data: {a: b, a: c}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: x-N, namespace: team-T}\n"
        "spec: {selector: *l, ports: [{port: 80}]}\n"
    ),
    "broken": "apiVersion: v1\nkind: Pod\nmetadata: {name: [N\n",
    "silent": "# kubelens: ignore-file[image-without-tag] N\na: b\n",
    "patch": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-N, namespace: team-T}\nspec: {replicas: 3}\n",
}


def text(kind: str, number: int, team: int) -> str:
    return KINDS[kind].replace("-N", f"-{number}").replace("[N", f"[{number}").replace("team-T", f"team-{team}")


def looked_at(texts: dict[str, str], kept: KeptTree | None, config: Config, jobs: int = 1) -> Outcome:
    loaded = [Loaded(uri, Source(uri, content)) for uri, content in texts.items()]
    return run(Inputs(loaded), config, Plugins(third_party=False), jobs=jobs, kept=kept)


def told(outcome: Outcome) -> str:
    return REPORTER.render(Results(outcome))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that rules looked at."""
    found: list[str] = []
    real = Looking.found_in

    def counted(self: Looking, file: Any) -> Any:
        found.append(file.uri)
        return real(self, file)

    monkeypatch.setattr(Looking, "found_in", counted)
    return found


def small_tree(random_: random.Random, size: int = 24) -> dict[str, str]:
    return {
        f"team-{n % 3}/{kind}-{n}.yaml": text(kind, n % 5, n % 3)
        for n in range(size)
        for kind in [random_.choice([*KINDS, "web", "service", "settings"])]
    }


def changed(texts: dict[str, str], random_: random.Random) -> dict[str, str]:
    now = dict(texts)
    uri = random_.choice(list(now))
    what = random_.randrange(6)
    if what == 0:
        del now[uri]
    elif what == 1:
        now = dict(sorted({**now, f"new/{random_.randrange(99)}.yaml": _any(random_)}.items()))
    elif what == 2:
        now[uri] = now[uri].replace("team-0", "team-1")
    elif what == 3:
        now[uri] = now[uri].replace("app: web-", "app: wbe-").replace("2", "1")
    elif what == 4:
        now[uri] += "---\n" + _any(random_)
    else:
        now[uri] = _any(random_)
    return now


def _any(random_: random.Random) -> str:
    return text(random_.choice(list(KINDS)), random_.randrange(5), random_.randrange(3))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("select", [None, ("ALL",)])
def test_whatever_changes_the_findings_are_those_of_a_fresh_look(
    tmp_path: Path, seed: int, select: tuple[str, ...] | None
) -> None:
    random_ = random.Random(seed)
    config = Config(select=select)
    store = Store(str(tmp_path))
    texts = small_tree(random_)
    for _ in range(12):
        kept = kept_tree(store, Wanted(), config, ())
        assert told(looked_at(texts, kept, config)) == told(looked_at(texts, None, config))
        for _ in range(random_.choice([0, 1, 1, 2])):
            texts = changed(texts, random_)


def test_only_what_a_change_touches_is_looked_at(tmp_path: Path, looks: list[str]) -> None:
    texts = {f"{kind}-{n}.yaml": text(kind, n, n) for n in range(6) for kind in ("web", "service", "settings")}
    config, store = Config(), Store(str(tmp_path))
    looked_at(texts, kept_tree(store, Wanted(), config, ()), config)
    assert len(looks) == len(texts)
    looks.clear()
    looked_at(texts, kept_tree(store, Wanted(), config, ()), config)
    assert looks == []
    texts["settings-2.yaml"] = texts["settings-2.yaml"].replace("a: b", "c: d")
    looked_at(texts, kept_tree(store, Wanted(), config, ()), config)
    assert {"settings-2.yaml", "web-2.yaml"} <= set(looks)
    assert len(looks) <= 4


def test_other_settings_are_another_tree(tmp_path: Path, looks: list[str]) -> None:
    texts = {"web.yaml": text("web", 1, 1)}
    store = Store(str(tmp_path))
    for config in (Config(), Config(select=("ALL",)), Config(namespace="other"), Config(kubernetes_version=("1.30",))):
        looks.clear()
        looked_at(texts, kept_tree(store, Wanted(), config, ()), config)
        assert looks == ["web.yaml"]


def test_processes_that_share_a_run_keep_the_same(tmp_path: Path, looks: list[str]) -> None:
    texts = {f"{kind}-{n}.yaml": text(kind, n, n % 9) * 6 for n in range(90) for kind in ("web", "service", "settings")}
    assert sum(map(len, texts.values())) > 200_000
    config, store = Config(), Store(str(tmp_path))
    fresh = told(looked_at(texts, None, config))
    assert told(looked_at(texts, kept_tree(store, Wanted(), config, ()), config, jobs=3)) == fresh
    looks.clear()
    assert told(looked_at(texts, kept_tree(store, Wanted(), config, ()), config, jobs=3)) == fresh
    assert looks == []


def test_rows_of_two_runs_at_once_are_not_mixed(tmp_path: Path) -> None:
    config, store = Config(), Store(str(tmp_path))
    first = {f"{kind}-{n}.yaml": text(kind, n, n) for n in range(20) for kind in ("web", "service", "settings")}
    looked_at(first, kept_tree(store, Wanted(), config, ()), config)
    slow = kept_tree(store, Wanted(), config, ())
    second = {uri: content for uri, content in first.items() if not uri.startswith("settings")}
    looked_at(second, kept_tree(store, Wanted(), config, ()), config)
    third = first | {"web-3.yaml": text("web", 4, 4)}
    assert told(looked_at(third, slow, config)) == told(looked_at(third, None, config))
    for texts in (second, third, first):
        kept = kept_tree(store, Wanted(), config, ())
        assert told(looked_at(texts, kept, config)) == told(looked_at(texts, None, config))


def test_every_read_that_knows_what_touches_it_can_be_kept() -> None:
    def below(one: type[Touchable]) -> Iterator[type[Touchable]]:
        for inner in one.__subclasses__():
            yield inner
            yield from below(inner)

    kinds = {one for one in below(Touchable) if one.__module__.startswith("kubelens.")}
    assert kinds == {one for one in Mark.__args__ if isinstance(one, type) and issubclass(one, Touchable)}
