"""The plan of one apply set: what happens to its objects, and what follows from that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.plan.called_otherwise import told_apart
from kubelens.plan.change import Action, ObjectChange, changes_between
from kubelens.plan.consequence import Consequence
from kubelens.plan.consequences.access import access
from kubelens.plan.consequences.autoscaling import autoscaling
from kubelens.plan.consequences.budgets import budgets
from kubelens.plan.consequences.configuration import configuration
from kubelens.plan.consequences.connections import connections
from kubelens.plan.consequences.definitions import definitions
from kubelens.plan.consequences.deliveries import deliveries
from kubelens.plan.consequences.depends_on import depends_on
from kubelens.plan.consequences.elsewhere import elsewhere
from kubelens.plan.consequences.endpoints import endpoints
from kubelens.plan.consequences.exposure import exposure
from kubelens.plan.consequences.names import names
from kubelens.plan.consequences.nodes import nodes
from kubelens.plan.consequences.pod_security import pod_security
from kubelens.plan.consequences.refusals import refused_objects, refused_pods
from kubelens.plan.consequences.removals import removals
from kubelens.plan.consequences.returns import returns
from kubelens.plan.consequences.roles import roles
from kubelens.plan.consequences.rollouts import rollouts
from kubelens.plan.consequences.room import room
from kubelens.plan.consequences.routes import routes
from kubelens.plan.consequences.runs import runs
from kubelens.plan.consequences.scaling import scaling
from kubelens.plan.consequences.sidecars import sidecars
from kubelens.plan.consequences.volumes import volumes
from kubelens.plan.consequences.waves import waves
from kubelens.plan.danger import Danger
from kubelens.plan.file_change import FileChange
from kubelens.plan.pictures import Pictures, pictures_of
from kubelens.plan.pruning import NONE_LEFT, left_behind, stays
from kubelens.plan.sides import Sides, sides_of, title

Question = Callable[[Sides, Sequence[ObjectChange]], Iterator[Consequence]]
QUESTIONS: Final[tuple[Question, ...]] = (
    refused_pods,
    rollouts,
    configuration,
    removals,
    deliveries,
    depends_on,
    definitions,
    endpoints,
    routes,
    names,
    connections,
    exposure,
    access,
    roles,
    pod_security,
    budgets,
    autoscaling,
    scaling,
    volumes,
    runs,
    waves,
    sidecars,
    room,
    nodes,
    elsewhere,
)
"""Asked in this order of every change that the server takes."""
BACK: Final[tuple[Question, ...]] = (*QUESTIONS, returns)
"""Asked of the way back from a change."""


BREAKS: Final = "set-breaks"


class Unrendered(StrEnum):
    """The sides of a change on which a set could not be rendered."""

    BEFORE = "before"
    AFTER = "after"
    BOTH = "both"


class SetPlan(Struct, frozen=True, eq=False):
    """What a change does to one apply set. Without changes nothing follows but that objects move in."""

    name: str
    changes: tuple[ObjectChange, ...]
    consequences: tuple[Consequence, ...]
    whole: bool = True
    """Whether all objects of both sides are known: else what is removed may not be told from what could not be read."""
    prunable: bool = True
    """Whether what is removed is known all the same."""
    missing: tuple[str, ...] = ()
    """What a set that is not whole does without, as sentences."""
    files: tuple[FileChange, ...] = ()
    """The files of a set that is not whole that differ."""
    appears: Action | None = None
    """Of a set that is not whole: whether it is added or removed."""
    again: tuple[str, ...] = ()
    """Of one that is removed: the sets that may bring it again."""
    pictures: Pictures | None = None
    unrendered: Unrendered | None = None
    """On which sides no object came of it as something is lacking, where that is so."""

    @property
    def is_open(self) -> bool:
        """Whether files of the set differ and what they come to is not known."""
        return bool(self.files or self.appears) and not self.whole and not self.changes

    @property
    def breaks(self) -> bool:
        """Whether it is known that nothing of it is applied any more: what its files come to is no question then."""
        return any(one.kind.name == BREAKS for one in self.consequences)

    @property
    def is_told(self) -> bool:
        """Whether there is anything to be said of its objects."""
        return bool(self.changes or self.consequences)

    @property
    def danger(self) -> Danger:
        """The worst of the consequences."""
        return max((one.danger for one in self.consequences), default=Danger.NONE)

    def count(self, action: Action) -> int:
        """How many objects an action is for."""
        return sum(1 for change in self.changes if change.action is action)


def plan_of(
    name: str,
    old: Bundle,
    new: Bundle,
    *,
    whole: bool = True,
    prunable: bool | None = None,
    kept: str = "",
    by_tool: Mapping[int, str] = NONE_LEFT,
    drawn: bool = False,
    questions: Sequence[Question] = QUESTIONS,
) -> SetPlan:
    """The plan of a set with these objects before and after; ``drawn``: with what can be drawn of it.

    ``whole``: all of both sides is known. ``prunable``: what the new manifests lack is removed, not just not known (as
    ``whole`` is, unless that is said); ``kept``: why nobody deletes it, where nobody does; ``by_tool``: why an old object stays that the
    set's tool never deletes, by its id.
    """
    known = whole if prunable is None else prunable
    left = tuple(left_behind(old, new, all_of_it=not known or bool(kept), by_tool=by_tool))
    sides = sides_of(old, new, left)
    changes = changes_between(sides)
    if not known:
        changes = tuple(change for change in changes if change.action is not Action.REMOVE)
    if not changes:
        return SetPlan(name, (), (), whole, known)
    held = set(map(id, sides.after.bundle))
    staying = set(map(id, left))
    taken = tuple(c for c in changes if (id(c.new) in held if c.new is not None else id(c.old) not in staying))
    found = dict.fromkeys(refused_objects(sides, changes))
    found.update(dict.fromkeys(stays(changes, left, kept, by_tool)))
    found.update(dict.fromkeys(one for question in questions for one in question(sides, taken)))
    immutable = {one.about for one in found if one.kind.name == "immutable"}
    changes = tuple(
        replace(change, action=Action.REPLACE) if title(change.resource) in immutable else change for change in changes
    )
    pictures = pictures_of(sides, changes) if drawn else None
    changes = told_apart(changes, sides)
    return SetPlan(name, changes, tuple(sorted(found, key=lambda one: -one.danger)), whole, known, pictures=pictures)
