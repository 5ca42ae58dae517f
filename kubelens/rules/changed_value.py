"""What differs between two values to the server: the one place of it, or the fields of a map."""

from __future__ import annotations

from collections.abc import Collection

from kubelens.predict.apiserver.immutable import is_same


def one_change(old: object, new: object, left_out: Collection[str] = ()) -> tuple[str | int, ...]:
    """The path down to the one value that differs; it ends where several do, or where something was added.

    ``left_out``: fields of the two maps themselves that do not count.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        changed = [name for name in changed_fields(old, new) if name not in left_out]
        if len(changed) == 1 and changed[0] in new:
            return (changed[0], *one_change(old.get(changed[0]), new[changed[0]]))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        differing = [index for index, (before, after) in pairs if not is_same(before, after)]
        if len(differing) == 1:
            return (differing[0], *one_change(old[differing[0]], new[differing[0]]))
    return ()


def changed_fields(old: object, new: object) -> list[str]:
    """The fields of a map that differ."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    return [str(name) for name in {**new, **old} if not is_same(old.get(name), new.get(name))]
