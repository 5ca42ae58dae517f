"""Owners, finalizers and what goes when something goes."""

from __future__ import annotations

from kubelens.predict.store.objects import FOREGROUND, ORPHAN, ObjectKey, Store
from kubelens.predict.store.pod import Pod

WEB = ObjectKey("Deployment", "shop", "web")
SET = ObjectKey("ReplicaSet", "shop", "web-1")
POD = ObjectKey("Pod", "shop", "web-1-a")


def family(*, bound: bool) -> Store:
    store = Store()
    store.put(WEB, "deployment")
    store.put(SET, "replicaset", WEB)
    store.put(POD, Pod("web-1-a", "1", "t", 0, bound=bound), SET)
    return store


def collect(store: Store) -> list[str]:
    gone = []
    while due := store.due():
        for key, policy in due:
            store.delete(key, policy)
        gone += [s.key.kind for s in store.gone()]
    return gone


def test_dependants_go_after_their_owner() -> None:
    store = family(bound=False)
    store.delete(WEB)
    assert [s.key.kind for s in store.gone()] == ["Deployment"]
    assert collect(store) == ["ReplicaSet", "Pod"]


def test_a_pod_that_runs_stays_until_its_kubelet_has_ended_it() -> None:
    store = family(bound=True)
    store.delete(WEB)
    collect(store)
    assert POD in store
    assert SET not in store
    store.remove(POD)
    assert POD not in store


def test_in_the_foreground_the_owner_goes_last() -> None:
    store = family(bound=True)
    assert not store.delete(WEB, FOREGROUND)
    assert not collect(store)
    store.remove(POD)
    assert collect(store) == ["Pod", "ReplicaSet", "Deployment"]


def test_orphans_stay() -> None:
    store = family(bound=True)
    store.delete(WEB, ORPHAN)
    assert not collect(store)
    assert SET in store


def test_the_last_finalizer_lets_an_object_go() -> None:
    store = Store()
    claim = ObjectKey("PersistentVolumeClaim", "shop", "data")
    store.put(claim, "claim", finalizers=frozenset({"kubernetes.io/pvc-protection"}))
    assert not store.delete(claim)
    assert claim in store
    store.finish(claim, "kubernetes.io/pvc-protection")
    assert claim not in store


def test_a_namespace_goes_when_it_is_empty() -> None:
    store = family(bound=True)
    space = ObjectKey("Namespace", "", "shop")
    store.put(space, "namespace")
    store.delete(space)
    collect(store)
    assert space in store
    store.remove(POD)
    assert collect(store)[-1] == "Namespace"
    assert space not in store
