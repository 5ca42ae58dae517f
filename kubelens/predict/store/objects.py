"""The objects there are, by kind and name, with their owners: the garbage collector's view of a cluster.

Follows ``pkg/controller/garbagecollector`` and the deletion of the generic registry: an object with finalizers stays,
marked, until the last of them is taken off; a Pod stays until its kubelet has ended it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from msgspec import Struct, field

from kubelens.predict.store.pod import Pod

BACKGROUND: Final = "Background"
FOREGROUND: Final = "Foreground"
ORPHAN: Final = "Orphan"
_FOREGROUND_FINALIZER: Final = "foregroundDeletion"


class ObjectKey(NamedTuple):
    """What an object is called; ``namespace`` is ``""`` for kinds without one."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}" if self.namespace else f"{self.kind}/{self.name}"


class Stored(Struct, eq=False):
    """An object: what it holds, who controls it, and what keeps it while it is being deleted."""

    key: ObjectKey
    content: Any
    owner: ObjectKey | None = None
    finalizers: set[str] = field(default_factory=set)
    deleting: bool = False


class Store:
    """All objects of a cluster. What is gone is told by :meth:`gone`, once."""

    def __init__(self) -> None:
        self._objects: dict[ObjectKey, Stored] = {}
        self._kinds: dict[str, dict[ObjectKey, Stored]] = {}
        self._owned: dict[ObjectKey, dict[ObjectKey, Stored]] = {}
        self._spaces: dict[str, dict[ObjectKey, Stored]] = {}
        self._gone: list[Stored] = []
        self._stale = True
        """Whether something has happened since the last look that may make something due."""
        self.handed_over = 0
        """Counts what was given another owner, or none."""

    def __contains__(self, key: ObjectKey) -> bool:
        return key in self._objects

    def __iter__(self) -> Iterator[Stored]:
        return iter(self._objects.values())

    def get(self, key: ObjectKey) -> Stored | None:
        """An object, None where it is not there."""
        return self._objects.get(key)

    def of_kind(self, kind: str) -> Iterator[Stored]:
        """The objects of a kind, in the order in which they came."""
        return iter(self._kinds.get(kind, {}).values())

    def put(
        self, key: ObjectKey, content: Any, owner: ObjectKey | None = None, finalizers: frozenset[str] = frozenset()
    ) -> Stored:
        """Create an object, or give the one that is there other contents."""
        known = self._objects.get(key)
        if known is not None:
            known.content = content
            return known
        stored = Stored(key, content, owner, set(finalizers))
        self._objects[key] = stored
        self._kinds.setdefault(key.kind, {})[key] = stored
        self._spaces.setdefault(key.namespace, {})[key] = stored
        if owner is not None:
            self._owned.setdefault(owner, {})[key] = stored
        self._stale = self._stale or not self._is_plain(stored)
        return stored

    def _is_plain(self, stored: Stored) -> bool:
        """Whether nothing comes of an object's coming or going: a Pod that has nothing, in order with all above it."""
        key, owner = stored.key, stored.owner
        held = self._objects.get(owner) if owner is not None else None
        space = self._objects.get(ObjectKey("Namespace", "", key.namespace))
        return (
            isinstance(stored.content, Pod)
            and key not in self._owned
            and (owner is None or (held is not None and not held.deleting))
            and (space is None or not space.deleting)
        )

    def own(self, key: ObjectKey, owner: ObjectKey | None) -> None:
        """Give an object another owner, or none."""
        stored = self._objects[key]
        if stored.owner == owner:
            return
        self._stale = True
        self.handed_over += 1
        if stored.owner is not None and stored.owner in self._owned:
            self._owned[stored.owner].pop(key, None)
        stored.owner = owner
        if owner is not None:
            self._owned.setdefault(owner, {})[key] = stored

    def delete(self, key: ObjectKey, policy: str = BACKGROUND) -> bool:
        """Ask for an object's deletion; True where it is gone at once. What it owned is :meth:`due` then."""
        stored = self._objects.get(key)
        if stored is None:
            return True
        stored.deleting = True
        self._stale = self._stale or not self._is_plain(stored)
        if policy == ORPHAN:
            for one in self._owned.pop(key, {}).values():
                one.owner = None
                self.handed_over += 1
        elif policy == FOREGROUND and self._owned.get(key):
            stored.finalizers.add(_FOREGROUND_FINALIZER)
        ended = stored.content.delete() if isinstance(stored.content, Pod) else True
        if ended and not stored.finalizers and not (key.kind == "Namespace" and self._spaces.get(key.name)):
            self.remove(key)
            return True
        return False

    def remove(self, key: ObjectKey) -> None:
        """An object goes, whatever held it: its kubelet has ended it, or it is deleted by force."""
        stored = self._objects.pop(key, None)
        if stored is None:
            return
        del self._kinds[key.kind][key]
        del self._spaces[key.namespace][key]
        if stored.owner is not None and stored.owner in self._owned:
            self._owned[stored.owner].pop(key, None)
        self._gone.append(stored)
        self._stale = self._stale or not self._is_plain(stored)

    def finish(self, key: ObjectKey, finalizer: str) -> None:
        """Take a finalizer off; the last one lets a deleted object go."""
        stored = self._objects.get(key)
        if stored is not None:
            self._stale = True
            stored.finalizers.discard(finalizer)
            if stored.deleting and not stored.finalizers:
                self.delete(key)

    def due(self) -> list[tuple[ObjectKey, str]]:
        """(object, policy) of what the garbage collector and the namespaces' controller delete now."""
        if not self._stale:
            return []
        due: dict[ObjectKey, str] = {}
        for owner, owned in list(self._owned.items()):
            held = self._objects.get(owner)
            waits = held is not None and held.deleting and _FOREGROUND_FINALIZER in held.finalizers
            if held is None and not owned:
                del self._owned[owner]
            elif held is None or waits:
                policy = FOREGROUND if waits else BACKGROUND
                due.update(dict.fromkeys((key for key, one in owned.items() if not one.deleting), policy))
        for space in self.of_kind("Namespace"):
            if space.deleting:
                inside = self._spaces.get(space.key.name, {})
                due.update(dict.fromkeys((key for key, one in inside.items() if not one.deleting), BACKGROUND))
        for key, stored in self._objects.items():
            if stored.deleting and not isinstance(stored.content, Pod):
                if not self._owned.get(key):
                    stored.finalizers.discard(_FOREGROUND_FINALIZER)
                if not stored.finalizers and not (key.kind == "Namespace" and self._spaces.get(key.name)):
                    due[key] = BACKGROUND
        self._stale = bool(due)
        return list(due.items())

    def gone(self) -> list[Stored]:
        """What has gone since this was asked last."""
        gone, self._gone = self._gone, []
        return gone
