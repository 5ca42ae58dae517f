"""Maps merged into one another (mergo, ``deepMerge``): what is empty gives way, and inner maps are shared."""

from __future__ import annotations

from kubelens.render.go.types import is_true
from kubelens.render.limits import Budget
from kubelens.render.origin import Sourced


def merge_into(target: dict[str, object], source: dict[str, object], *, overwrite: bool) -> None:
    """Puts the source's entries into the target.

    Without ``overwrite`` only where the target has none, or an empty one. With it also elsewhere, but a map never
    gives way to a map. A nil of the source counts only with ``overwrite``.
    """
    _Merge(overwrite).run(target, source)


class _Merge:
    def __init__(self, overwrite: bool) -> None:
        self.overwrite = overwrite
        self.open: set[tuple[int, int]] = set()
        self.budget = Budget()

    def run(self, target: dict[str, object], source: dict[str, object]) -> None:
        pair = (id(target), id(source))
        if target is source or pair in self.open:
            return
        self.open.add(pair)
        for key, value in list(source.items()):
            self._entry(target, source, key, value)
        self.open.discard(pair)

    def _entry(self, target: dict[str, object], source: dict[str, object], key: str, value: object) -> None:
        self.budget.spend()
        if value is None:
            if self.overwrite:
                _put(target, source, key, value)
            return
        present = target.get(key)
        if isinstance(value, dict) and isinstance(present, dict) and value:
            self.run(present, value)
        elif isinstance(value, dict) and present is not None and not isinstance(present, dict) and self.overwrite:
            _put(target, source, key, value)
            return
        if is_true(present) and isinstance(value, dict | list):
            if isinstance(value, list) and self.overwrite:
                _put(target, source, key, value)
            return
        if self.overwrite or not is_true(present):
            _put(target, source, key, value)


def _put(target: dict[str, object], source: dict[str, object], key: str, value: object) -> None:
    """Sets an entry, and where it was written."""
    target[key] = value
    copy_origin(target, source, key)


def copy_origin(target: dict[str, object], source: dict[str, object], key: str) -> None:
    """Makes the target know where the source's entry was written, or that nobody knows."""
    if not isinstance(target, Sourced):
        return
    known = isinstance(source, Sourced)
    for mine, its in (
        (target.origins, source.origins if known else {}),  # type: ignore[attr-defined]
        (target.key_origins, source.key_origins if known else {}),  # type: ignore[attr-defined]
    ):
        if key in its:
            mine[key] = its[key]
        else:
            mine.pop(key, None)
