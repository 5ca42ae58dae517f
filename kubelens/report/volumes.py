"""Claims with their volumes, and why one gets none, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from msgspec import to_builtins

from kubelens.predict.api import Prediction
from kubelens.predict.chain.volumes import ClaimAnswer, VolumesAnswer
from kubelens.predict.controllers.persistentvolume.fate import ClaimFate, Outcome, VolumeFate
from kubelens.report.places import Places

_MOST_NAMED = 4
_MOST_ALIKE = 3


def lines(prediction: Prediction[VolumesAnswer], places: Places) -> Iterator[str]:
    """What it comes to, every claim with its volume, volumes that nobody has, Pods that wait, what is taken for granted."""
    answer = prediction.answer
    if answer.claims or answer.unmade:
        yield _verdict(answer)
    folded = _folded(answer.claims)
    width = max((len(_head(one)) for one, _ in folded), default=0)
    for one, more in folded:
        yield places.after(f"{_head(one):<{width}}  -> {_gets(one)}", one.made.place)
        if one.outcome in (Outcome.PENDING, Outcome.LOST):
            yield from (f"  {line}" for line in _told(one))
        elif note := _note(one):
            yield f"  {note}"
        if more:
            yield f"  {more} more of {one.made.owner.key} alike (--format json lists them)"
    yield from (f"not made: claim {key}: {why}" for key, why in islice(answer.unmade.items(), _MOST_ALIKE))
    if len(answer.unmade) > _MOST_ALIKE:
        yield f"not made: {len(answer.unmade) - _MOST_ALIKE} more claims (--format json lists them)"
    left = [volume for volume in answer.volumes if volume.phase.value != "Bound"]
    if left:
        yield ""
    for volume in left:
        written = places.snapshot.bundle.get("PersistentVolume", "", volume.volume.name)
        yield places.after(f"volume {volume.volume.name}  {_shown(volume)}", written.place if written else None)
    for waiting in answer.waiting:
        yield ""
        yield waiting.sentence
    yield from (f"assuming: {assumption.text}" for assumption in prediction.assumptions)


def _verdict(answer: VolumesAnswer) -> str:
    """``3 claims: 1 gets no volume, 1 waits for its Pod; 1 more is not made``."""
    fares = Counter(one.outcome for one in answer.claims)
    none, lost = fares[Outcome.PENDING], fares[Outcome.LOST]
    told = [f"{none} {'gets' if none == 1 else 'get'} no volume"] if none else []
    told += [f"{lost} {'has' if lost == 1 else 'have'} lost {'its' if lost == 1 else 'their'} volume"] if lost else []
    if waits := fares[Outcome.WAITS]:
        told.append(f"{waits} {'waits for its Pod' if waits == 1 else 'wait for their Pods'}")
    if open_ := fares[Outcome.UNKNOWN]:
        told.append(f"{open_} {'depends' if open_ == 1 else 'depend'} on volumes of the cluster")
    every = "it gets a volume" if len(answer.claims) == 1 else "each gets a volume"
    unmade = len(answer.unmade)
    count = f"{len(answer.claims)} claim{'' if len(answer.claims) == 1 else 's'}"
    if not answer.claims:
        return f"no claim is made, of {unmade}"
    if len(answer.claims) == 1:
        told = [one.replace("1 ", "it ", 1) for one in told]
    return f"{count}: {', '.join(told) or every}{f'; {unmade} more not made' if unmade else ''}"


def _folded(claims: Iterable[ClaimAnswer]) -> list[tuple[ClaimAnswer, int]]:
    """Claims with how many that follow are not shown: those of one template that fare alike, after the first three."""
    found: list[tuple[ClaimAnswer, int]] = []
    alike = 0
    for one in claims:
        last = found[-1][0] if found else None
        same = last is not None and last.made.place == one.made.place and last.outcome is one.outcome
        alike = alike + 1 if same else 0
        if alike < _MOST_ALIKE:
            found.append((one, 0))
        else:
            found[-1] = (found[-1][0], found[-1][1] + 1)
    return found


def _head(one: ClaimAnswer) -> str:
    claim = one.fate.claim
    named = claim.storage_class
    of_class = "default class" if named is None else f"class '{named}'" if named else "no class"
    modes = ",".join(claim.access_modes)
    return f"claim {claim.key}  {claim.shown_size} {modes}, {of_class}"


def _gets(one: ClaimAnswer) -> str:
    provisioner = one.fate.known.provisioner
    by = f"by {provisioner}" if provisioner else "by the cluster's provisioner"
    zone = f" in zone {one.zone}" if one.zone else ""
    on = f", on {one.node}{zone}" if one.node else ""
    match one.outcome:
        case Outcome.BOUND if one.volume and len(one.fate.among) > 1:
            return f"one of {_listed(one.fate.among)} (here {one.volume}){on}"
        case Outcome.BOUND:
            return f"volume {one.volume}{on}"
        case Outcome.MADE if one.node and one.fate.at_once:
            return f"a volume made {by} at once (its Pod: {one.node}{zone})"
        case Outcome.MADE if one.node:
            return f"a volume made {by} where its Pod goes: {one.node}{zone}"
        case Outcome.MADE:
            return f"a volume made {by} at once"
        case Outcome.WAITS if one.fate.known.provisions:
            return f"a volume made {by} once {_first_user(one)}"
        case Outcome.WAITS:
            return f"{'one of ' if len(one.fate.among) > 1 else ''}{_listed(one.fate.among)} once {_first_user(one)}"
        case Outcome.UNKNOWN:
            return "a volume of the cluster, if one suits it"
        case Outcome.LOST:
            return "lost"
    return "none" if one.fate.sure or not one.fate.rivals else "none, as others come first"


def _first_user(one: ClaimAnswer) -> str:
    return f"{one.users[0].name} has a node" if one.users else "a Pod uses it (none of the files does)"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"


def _note(one: ClaimAnswer) -> str:
    fate = one.fate
    if fate.near and one.outcome in (Outcome.WAITS, Outcome.MADE):
        volume, asked = fate.near[0].volume, fate.claim.class_name
        if fate.known.default:
            return f'volume {volume} has no class: write storageClassName: "" in the claim to get it'
        return f"volume {volume} has no class: write storageClassName: {asked} in the volume for the claim to get it"
    if fate.outcome is Outcome.BOUND and fate.rivals and not fate.sure:
        return f"{_others(fate)} after the same: who comes first gets it"
    return ""


def _others(fate: ClaimFate) -> str:
    return "another claim is" if fate.rivals == 1 else f"{fate.rivals} other claims are"


def _told(one: ClaimAnswer) -> list[str]:
    found = [f"{one.event.reason}: {one.event.message}"] if one.event is not None else []
    return [*found, *_near(one.fate)]


def told_of(fate: ClaimFate) -> list[str]:
    """Why a claim has no volume: what the controller says, and what is in the way of the volumes there are."""
    said = f"{fate.event.reason}: {fate.event.message}" if fate.event is not None else "has no volume"
    return [f"claim {fate.claim.key}: {said}", *_near(fate)]


def _near(fate: ClaimFate) -> list[str]:
    return [f"volume {miss.volume}  {miss.why}" for miss in fate.near]


def _shown(one: VolumeFate) -> str:
    volume = one.volume
    of_class = f"class '{volume.storage_class}'" if volume.storage_class else "no class"
    kept = f", kept for claim {one.claim}" if one.claim else ", nobody has it"
    note = f" ({one.note})" if one.note else ""
    return f"{volume.shown_size} {','.join(volume.access_modes)}, {of_class}: {one.phase}{kept}{note}"


def as_data(prediction: Prediction[VolumesAnswer]) -> dict[str, Any]:
    """The answer as plain values."""
    answer = prediction.answer
    return {
        "claims": [_claim(one) for one in answer.claims],
        "volumes": [
            {
                "volume": one.volume.name,
                "class": one.volume.storage_class,
                "size": one.volume.shown_size,
                "accessModes": list(one.volume.access_modes),
                "reclaimPolicy": one.volume.reclaim_policy,
                "phase": str(one.phase),
                "claim": one.claim or None,
                "note": one.note or None,
            }
            for one in answer.volumes
        ],
        "not_made": [{"claim": key, "why": why} for key, why in answer.unmade.items()],
        "waiting": to_builtins(answer.waiting),
        "assumptions": [assumption.text for assumption in prediction.assumptions],
    }


def _claim(one: ClaimAnswer) -> dict[str, Any]:
    fate = one.fate
    return {
        "claim": fate.claim.key,
        "owner": str(one.made.owner.key),
        "class": fate.claim.storage_class,
        "size": fate.claim.shown_size,
        "accessModes": list(fate.claim.access_modes),
        "outcome": str(one.outcome),
        "volume": one.volume or None,
        "among": list(fate.among),
        "provisioner": fate.known.provisioner or None,
        "node": one.node or None,
        "zone": one.zone or None,
        "sure": fate.sure,
        "rivals": fate.rivals,
        "event": to_builtins(one.event),
        "near": [{"volume": miss.volume, "why": [one.why for one in miss.misses]} for miss in fate.near],
        "users": [user.name for user in one.users],
    }
