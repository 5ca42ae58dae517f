"""Owners, finalizers and what goes when something goes."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

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


KEYS = [
    ObjectKey("Namespace", "", "shop"),
    WEB,
    SET,
    POD,
    ObjectKey("Pod", "shop", "web-1-b"),
    ObjectKey("PersistentVolumeClaim", "shop", "data"),
]
STEPS = st.tuples(
    st.sampled_from(["put", "put", "own", "delete", "foreground", "orphan", "remove", "finish"]),
    st.sampled_from(KEYS),
    st.sampled_from([None, *KEYS]),
)


def play(store: Store, step: str, key: ObjectKey, owner: ObjectKey | None) -> None:
    if step == "put":
        content = Pod(key.name, "1", "t", 0, bound=True) if key.kind == "Pod" else "object"
        finalizers = frozenset({"kept"}) if key.kind == "PersistentVolumeClaim" else frozenset[str]()
        store.put(key, content, owner if key.namespace else None, finalizers)
    elif step == "own" and key in store:
        store.own(key, owner)
    elif step == "remove":
        store.remove(key)
    elif step == "finish":
        store.finish(key, "kept")
    elif step in ("delete", "foreground", "orphan"):
        store.delete(key, {"delete": "Background", "foreground": FOREGROUND, "orphan": ORPHAN}[step])


SPACE, _, _, _, OTHER, CLAIM = KEYS


@example([("put", POD, None), ("put", CLAIM, POD), ("remove", POD, None)])
@example(
    [("put", SPACE, None), ("put", POD, None), ("delete", SPACE, None), ("delete", POD, None), ("put", OTHER, None)]
)
@example(
    [("put", SPACE, None), ("put", POD, None), ("delete", SPACE, None), ("delete", POD, None), ("remove", POD, None)]
)
@example([("put", POD, SET)])
@given(st.lists(STEPS, max_size=30))
def test_what_is_due_does_not_depend_on_what_else_happens(steps: list[tuple[str, ObjectKey, ObjectKey | None]]) -> None:
    quiet, busy = Store(), Store()
    for number, (step, key, owner) in enumerate(steps):
        for store in (quiet, busy):
            play(store, step, key, owner)
        busy.put(ObjectKey("ConfigMap", "elsewhere", str(number)), "object")
        assert quiet.due() == busy.due()
