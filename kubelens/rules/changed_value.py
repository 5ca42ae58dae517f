"""What differs between two values: the one place of it, or the fields of a map."""

from __future__ import annotations


def one_change(old: object, new: object) -> tuple[str | int, ...]:
    """The path down to the one value that differs; it ends where several do, or where something was added."""
    if isinstance(old, dict) and isinstance(new, dict):
        changed = changed_fields(old, new)
        if len(changed) == 1 and changed[0] in new:
            return (changed[0], *one_change(old.get(changed[0]), new[changed[0]]))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        differing = [index for index, (before, after) in enumerate(zip(old, new, strict=True)) if before != after]
        if len(differing) == 1:
            return (differing[0], *one_change(old[differing[0]], new[differing[0]]))
    return ()


def changed_fields(old: object, new: object) -> list[str]:
    """The fields of a map that differ."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    return [str(name) for name in {**new, **old} if old.get(name) != new.get(name)]
