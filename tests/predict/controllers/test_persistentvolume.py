"""The PersistentVolume controller: which claim gets which volume, in whatever order claims come."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.kube.persistent_volume import PersistentVolume, read_persistent_volume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim, read_claim
from kubelens.kube.storage_class import StorageClass, default_class, read_storage_class
from kubelens.predict.controllers.persistentvolume.binder import bind
from kubelens.predict.controllers.persistentvolume.fate import Bindings, ClaimFate, Outcome

RWO, RWX, ROX = "ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"


def volume(name: str, size: str = "5Gi", *modes: str, **spec: Any) -> PersistentVolume:
    metadata = {"name": name, "labels": spec.pop("labels", {})}
    status = {"phase": spec.pop("phase")} if "phase" in spec else {}
    spec = {"storageClassName": "hand", "capacity": {"storage": size}, "accessModes": list(modes or (RWO,)), **spec}
    return read_persistent_volume({"metadata": metadata, "spec": spec, "status": status})


def claim(name: str, size: str = "5Gi", *modes: str, **spec: Any) -> PersistentVolumeClaim:
    metadata = {"name": name, "namespace": "shop", "uid": spec.pop("uid", "")}
    metadata["annotations"] = spec.pop("annotations", {})
    requests = {"requests": {"storage": size}}
    spec = {"storageClassName": "hand", "resources": requests, "accessModes": list(modes or (RWO,)), **spec}
    return read_claim({"metadata": metadata, "spec": {k: v for k, v in spec.items() if v is not None}})


def storage_class(name: str, provisioner: str, mode: str = "Immediate", **annotations: str) -> StorageClass:
    noted = {f"storageclass.kubernetes.io/{key.replace('_', '-')}": value for key, value in annotations.items()}
    metadata = {"name": name, "annotations": noted}
    return read_storage_class({"metadata": metadata, "provisioner": provisioner, "volumeBindingMode": mode})


def only(found: Bindings) -> ClaimFate:
    (fate,) = found.claims
    return fate


@pytest.mark.parametrize(
    ("wanted", "volumes", "got"),
    [
        (claim("c", "3Gi"), [volume("big", "9Gi"), volume("small", "4Gi"), volume("tiny", "1Gi")], "small"),
        (claim("c", "3Gi"), [volume("small", "4Gi", RWO, RWX), volume("big", "9Gi")], "big"),
        (claim("c", "3Gi", RWX), [volume("a", "9Gi"), volume("b", "9Gi", RWO, RWX)], "b"),
        (claim("c", volumeMode="Block"), [volume("a"), volume("b", volumeMode="Block")], "b"),
        (
            claim("c", selector={"matchLabels": {"disk": "ssd"}}),
            [volume("a"), volume("b", labels={"disk": "ssd"})],
            "b",
        ),
        (claim("c"), [volume("a", phase="Released"), volume("b", "9Gi")], "b"),
        (claim("c"), [volume("a", storageClassName="other"), volume("b", "9Gi")], "b"),
        (claim("c"), [volume("a"), volume("b", "9Gi", claimRef={"namespace": "shop", "name": "c"})], "b"),
        (claim("c"), [volume("a", claimRef={"namespace": "else", "name": "c"}), volume("b", "9Gi")], "b"),
        (claim("c", volumeName="b"), [volume("a"), volume("b", "9Gi")], "b"),
        (claim("c", storageClassName=""), [volume("a"), volume("b", "9Gi", storageClassName="")], "b"),
    ],
)
def test_the_volume_a_claim_gets(wanted: PersistentVolumeClaim, volumes: list[PersistentVolume], got: str) -> None:
    for order in itertools.permutations(volumes):
        fate = only(bind([wanted], order, []))
        assert (fate.outcome, fate.volume, fate.sure) == (Outcome.BOUND, got, True)


@pytest.mark.parametrize(
    ("wanted", "there", "said", "why"),
    [
        (claim("c", "9Gi"), volume("a", "8Gi"), 'storageclass.storage.k8s.io "hand" not found', "holds 8Gi"),
        (
            claim("c", volumeName="a", storageClassName="other"),
            volume("a"),
            "storageClassName does not match",
            "of class",
        ),
        (claim("c", "9Gi", volumeName="a"), volume("a"), "requested PV is too small", "asked for are 9Gi"),
        (claim("c", "1Gi", RWX, volumeName="a"), volume("a"), "incompatible accessMode", "offers ReadWriteOnce"),
        (claim("c", volumeName="a", volumeMode="Block"), volume("a"), "incompatible volumeMode", "of mode Filesystem"),
        (
            claim("c", volumeName="a"),
            volume("a", claimRef={"namespace": "shop", "name": "d"}),
            'volume "a" already bound to a different claim.',
            "kept for claim shop/d",
        ),
        (
            claim("c", volumeName="a"),
            volume("a", claimRef={"namespace": "shop", "name": "c", "uid": "of-an-earlier-one"}),
            'volume "a" already bound to a different claim.',
            "spec.claimRef.uid",
        ),
        (
            claim("c", storageClassName=""),
            volume("a", storageClassName="", labels={}, accessModes=[ROX]),
            "no persistent volumes available for this claim and no storage class is set",
            "offers ReadOnlyMany",
        ),
    ],
)
def test_why_a_claim_gets_none(wanted: PersistentVolumeClaim, there: PersistentVolume, said: str, why: str) -> None:
    fate = only(bind([wanted], [there], []))
    assert (fate.outcome, fate.sure) == (Outcome.PENDING, True)
    assert fate.event is not None
    assert said in fate.event.message
    assert why in fate.near[0].why


def test_a_class_that_makes_no_volumes_says_so() -> None:
    fate = only(bind([claim("c", "9Gi")], [volume("a")], [storage_class("hand", "kubernetes.io/no-provisioner")]))
    assert fate.event is not None
    assert fate.event.reason == "ProvisioningFailed"
    assert fate.event.message == "no volume plugin matched name: kubernetes.io/no-provisioner"


@pytest.mark.parametrize(
    ("mode", "provisioner", "outcome", "reason"),
    [
        ("Immediate", "ebs.csi.aws.com", Outcome.MADE, "ExternalProvisioning"),
        ("WaitForFirstConsumer", "ebs.csi.aws.com", Outcome.WAITS, "WaitForFirstConsumer"),
        ("WaitForFirstConsumer", "kubernetes.io/no-provisioner", Outcome.PENDING, "WaitForFirstConsumer"),
    ],
)
def test_who_makes_a_volume(mode: str, provisioner: str, outcome: Outcome, reason: str) -> None:
    fate = only(bind([claim("c", "9Gi")], [volume("small", "1Gi")], [storage_class("hand", provisioner, mode)]))
    assert fate.event is not None
    assert (fate.outcome, fate.event.reason) == (outcome, reason)


def test_a_volume_that_is_there_goes_before_one_that_is_made_and_waits_where_the_class_waits() -> None:
    made = storage_class("hand", "ebs.csi.aws.com")
    assert only(bind([claim("c")], [volume("a")], [made])).volume == "a"
    waits = storage_class("hand", "kubernetes.io/no-provisioner", "WaitForFirstConsumer")
    fate = only(bind([claim("c")], [volume("a"), volume("b", "9Gi")], [waits]))
    assert (fate.outcome, fate.volume, fate.among) == (Outcome.WAITS, "", ("a",))
    kept = volume("k", claimRef={"namespace": "shop", "name": "c"})
    assert only(bind([claim("c")], [volume("a"), kept], [waits])).volume == "k"


def test_no_provisioner_takes_a_selector() -> None:
    wanted = claim("c", selector={"matchLabels": {"disk": "ssd"}})
    fate = only(bind([wanted], [], [storage_class("hand", "ebs.csi.aws.com")]))
    assert fate.outcome is Outcome.PENDING
    waits = storage_class("hand", "ebs.csi.aws.com", "WaitForFirstConsumer")
    there = only(bind([wanted], [volume("v", labels={"disk": "ssd"})], [waits]))
    assert (there.outcome, there.among) == (Outcome.WAITS, ("v",))


def test_the_default_class_is_the_newest_one() -> None:
    classes = [storage_class(name, "x.example", is_default_class="true") for name in ("b", "a", "c")]
    assert default_class(classes) is classes[1]
    fate = only(bind([claim("c", storageClassName=None)], [volume("free", storageClassName="")], classes))
    assert (fate.claim.storage_class, fate.volume) == ("a", "")


@pytest.mark.parametrize(
    ("of", "outcome", "assumed"),
    [
        ("", Outcome.PENDING, "the cluster has no default storage class: with one, claim shop/c is of that class"),
        ("fast", Outcome.BOUND, "the default storage class is 'fast'"),
    ],
)
def test_a_claim_that_names_a_volume_and_no_class(of: str, outcome: Outcome, assumed: str) -> None:
    found = bind([claim("c", storageClassName=None, volumeName="v")], [volume("v", storageClassName=of)], [])
    assert (only(found).outcome, only(found).sure) == (Outcome.BOUND, False)
    assert any(text.startswith(assumed) for text in found.assumptions)
    default = storage_class("fast", "x.example", is_default_class="true")
    known = only(
        bind([claim("c", storageClassName=None, volumeName="v")], [volume("v", storageClassName=of)], [default])
    )
    assert (known.outcome, known.sure) == (outcome, True)


def test_one_volume_has_one_claim_and_who_comes_first_gets_it() -> None:
    found = bind([claim("one", "1Gi"), claim("two", "2Gi")], [volume("a")], [])
    assert [fate.volume for fate in found.claims] == ["a", ""]
    assert [fate.sure for fate in found.claims] == [False, False]
    assert any("shop/one, shop/two are after the same" in text for text in found.assumptions)
    enough = bind([claim("one", "1Gi"), claim("two", "2Gi")], [volume("a"), volume("b")], [])
    assert [fate.sure for fate in enough.claims] == [True, True]
    assert enough.claims[0].among == ("a", "b")


def test_a_named_volume_that_suits_another_claim_too_leaves_nobody_without_one() -> None:
    found = bind([claim("any"), claim("named", volumeName="a")], [volume("a"), volume("b")], [])
    assert [fate.rivalry.short for fate in found.claims] == [0, 0]
    assert found.claims[1].sure is False


def test_a_claim_for_which_a_volume_is_kept_is_nobodys_rival() -> None:
    kept = volume("kept", claimRef={"namespace": "shop", "name": "two"})
    found = bind([claim("one"), claim("two")], [volume("free"), kept], [])
    assert [(fate.volume, fate.rivals, fate.sure) for fate in found.claims] == [("free", 0, True), ("kept", 0, True)]


def test_claims_of_a_cluster_keep_what_they_have() -> None:
    noted = {"pv.kubernetes.io/bind-completed": "yes"}
    old = claim("old", uid="1", volumeName="a", annotations=noted)
    held = volume("a", claimRef={"namespace": "shop", "name": "old", "uid": "1"}, phase="Bound")
    found = bind([claim("new"), old], [held], [])
    assert [(f.outcome, f.volume) for f in found.claims] == [(Outcome.PENDING, ""), (Outcome.BOUND, "a")]
    other = volume("a", claimRef={"namespace": "shop", "name": "else", "uid": "2"}, phase="Bound")
    lost = only(bind([old], [other], []))
    assert lost.outcome is Outcome.LOST
    assert lost.event is not None
    assert lost.event.reason == "ClaimMisbound"


SIZES = st.sampled_from(["1Gi", "2Gi", "3Gi"])
MODES = st.sampled_from([(RWO,), (RWX,), (RWO, RWX)])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(SIZES, MODES), min_size=1, max_size=4),
    st.lists(st.tuples(SIZES, MODES), min_size=0, max_size=4),
)
def test_what_is_sure_holds_in_every_order(
    claims: list[tuple[str, tuple[str, ...]]], volumes: list[tuple[str, tuple[str, ...]]]
) -> None:
    """A claim that surely gets a volume, or none, does so in whatever order claims come, and always one of ``among``."""
    wanted = [claim(f"c{n}", size, *modes) for n, (size, modes) in enumerate(claims)]
    there = [volume(f"v{n}", size, *modes) for n, (size, modes) in enumerate(volumes)]
    told = {fate.claim.name: fate for fate in bind(wanted, there, []).claims}
    for order in itertools.permutations(wanted):
        found = bind(order, there, []).claims
        taken = [fate.volume for fate in found if fate.volume]
        assert len(taken) == len(set(taken))
        for fate in found:
            before = told[fate.claim.name]
            if before.sure:
                assert bool(fate.volume) == bool(before.volume)
            if fate.volume:
                assert fate.volume in before.among
