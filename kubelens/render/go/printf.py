"""``printf``: a format, its verbs, and the arguments they take (fmt, ``doPrintf``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kubelens.render.go.layout import Layout
from kubelens.render.go.printing import format_value, format_with
from kubelens.render.go.types import type_name
from kubelens.render.limits import within
from kubelens.render.origin import Text, joined
from kubelens.syntax.pattern import pattern

_PLAIN_VERBS: Final = frozenset("vs")
_OF_GO: Final = frozenset("vw")
"""Verbs that take the flags for Go's syntax, also where they are refused."""
_FLAGS: Final = {"+": "plus", "-": "minus", "#": "sharp", "0": "zero", " ": "space"}
_NUMBER: Final = pattern(r"[0-9]+", re.ASCII)
_LARGEST: Final = 1_000_000
"""A width or precision beyond it is none."""


def sprintf(form: str, values: Sequence[object]) -> Text:
    """The format with its verbs replaced; the result keeps where its parts come from."""
    return _Printf(form, values).run()


class _Printf:
    def __init__(self, form: str, values: Sequence[object]) -> None:
        self.form = form
        self.values = values
        self.at = 0
        self.used = 0
        self.reordered = False
        self.good_index = True
        self.parts: list[str] = []
        self.size = 0

    def run(self) -> Text:
        form, end = self.form, len(self.form)
        while self.at < end:
            percent = form.find("%", self.at)
            literal_end = end if percent < 0 else percent
            if literal_end > self.at:
                self.parts.append(form.cut(self.at, literal_end) if type(form) is Text else form[self.at : literal_end])
            if percent < 0:
                break
            self.at = percent + 1
            self._directive()
        if not self.reordered and self.used < len(self.values):
            self.parts.append(self._extra())
        return joined(self.parts)

    def _extra(self) -> str:
        rest = self.values[self.used :]
        told = ", ".join("<nil>" if value is None else f"{type_name(value)}={format_value(value)}" for value in rest)
        return f"%!(EXTRA {told})"

    def _directive(self) -> None:
        form, end = self.form, len(self.form)
        if self.at < end and form[self.at] in _PLAIN_VERBS and self.used < len(self.values):
            value = self.values[self.used]
            if isinstance(value, str):
                self.at += 1
                self.used += 1
                self.parts.append(value)
                return
        layout = Layout()
        self.good_index = True
        while self.at < end and form[self.at] in _FLAGS:
            setattr(layout, _FLAGS[form[self.at]], True)
            self.at += 1
        after_index = self._index()
        after_index = self._width(layout, after_index)
        if self.at < end and form[self.at] == ".":
            self.at += 1
            if after_index:
                self.good_index = False
            after_index = self._precision(layout, self._index())
        if not after_index:
            self._index()
        if self.at >= end:
            self.parts.append("%!(NOVERB)")
            return
        verb = form[self.at]
        self.at += 1
        self._verb(verb, layout)

    def _verb(self, verb: str, layout: Layout) -> None:
        if verb == "%":
            self.parts.append("%")
            return
        if not self.good_index:
            self.parts.append(f"%!{verb}(BADINDEX)")
            return
        if self.used >= len(self.values):
            self.parts.append(f"%!{verb}(MISSING)")
            return
        if verb in _OF_GO:
            layout.sharp_v, layout.sharp = layout.sharp, False
            layout.plus_v, layout.plus = layout.plus, False
        value = self.values[self.used]
        self.used += 1
        made = format_with(value, verb, layout)
        self.size += len(made)
        within(self.size)
        self.parts.append(Text.derived(made, (value,)))

    def _width(self, layout: Layout, after_index: bool) -> bool:
        if self._star():
            width = self._number_argument()
            if width is None:
                self.parts.append("%!(BADWIDTH)")
            elif width < 0:
                layout.width, layout.minus, layout.zero = -width, True, False
            else:
                layout.width = width
            return False
        digits = self._digits()
        if digits is not None:
            layout.width = digits
            if after_index:
                self.good_index = False
        return after_index

    def _precision(self, layout: Layout, after_index: bool) -> bool:
        if self._star():
            precision = self._number_argument()
            if precision is None:
                self.parts.append("%!(BADPREC)")
            elif precision >= 0:
                layout.precision = precision
            return False
        layout.precision = self._digits() or 0
        return after_index

    def _star(self) -> bool:
        if self.form.startswith("*", self.at):
            self.at += 1
            return True
        return False

    def _digits(self) -> int | None:
        match = _NUMBER.match(self.form, self.at)
        if match is None:
            return None
        if len(match[0]) > 7 or int(match[0]) > _LARGEST:
            self.at = len(self.form)
            return None
        self.at = match.end()
        return int(match[0])

    def _number_argument(self) -> int | None:
        """The width or precision that an argument gives (``intFromArg``)."""
        if self.used >= len(self.values):
            return None
        value = self.values[self.used]
        self.used += 1
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
            return None
        return int(value)

    def _index(self) -> bool:
        """Reads ``[2]``, if it stands here: the argument that comes next (``argNumber``)."""
        form = self.form
        if not form.startswith("[", self.at):
            return False
        self.reordered = True
        close = form.find("]", self.at)
        if close < 0:
            self.good_index = False
            self.at += 1
            return False
        inside = form[self.at + 1 : close]
        self.at = close + 1
        if not _NUMBER.fullmatch(inside) or not 0 < int(inside[:8]) <= len(self.values):
            self.good_index = False
            return True
        self.used = int(inside) - 1
        return True
