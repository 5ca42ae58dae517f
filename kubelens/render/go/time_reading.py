"""Moments read from text by a layout (Go's ``time.Parse``)."""

from __future__ import annotations

import re
from typing import Final

from kubelens.render.go.duration import SECOND
from kubelens.render.go.strconv import quote
from kubelens.render.go.time import DAY, MONTHS, UTC, WEEKDAYS, Moment, Zone, civil_date, days_in, days_of
from kubelens.render.go.time_layout import Part, layout_parts
from kubelens.syntax.pattern import pattern

_ONE_OR_TWO: Final = pattern(r"[0-9]{1,2}", re.ASCII)
_OFFSETS: Final = {
    3: re.compile(r"([+-])([0-9]{2})", re.ASCII),
    5: re.compile(r"([+-])([0-9]{2})([0-9]{2})", re.ASCII),
    6: re.compile(r"([+-])([0-9]{2}):([0-9]{2})", re.ASCII),
    7: re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII),
    9: re.compile(r"([+-])([0-9]{2}):([0-9]{2}):([0-9]{2})", re.ASCII),
}
_BLANKS_OR_NOT: Final = pattern(" +|[^ ]+")
_FRACTION: Final = pattern(r"[.,][0-9]+", re.ASCII)
_ABBREVIATION: Final = pattern(r"GMT[+-][0-9]{1,2}|ChST|MeST|[+-][0-9]{2}(?:[0-9]{2})?|[A-Z]{3,5}", re.ASCII)
_FIXED_WIDTH: Final = {"01": 2, "02": 2, "03": 2, "04": 2, "05": 2, "06": 2, "2006": 4, "002": 3}
_FIELDS: Final = {
    "06": "year",
    "2006": "year",
    "01": "month",
    "1": "month",
    "02": "day",
    "_2": "day",
    "2": "day",
    "002": "year_day",
    "__2": "year_day",
    "15": "hour",
    "03": "hour12",
    "3": "hour12",
    "04": "minute",
    "4": "minute",
    "05": "second",
    "5": "second",
}
_LARGEST: Final = {"hour": 23, "hour12": 12, "minute": 59, "second": 59}


class NotATime(ValueError):
    """Text that the layout does not fit; the message is Go's."""


def parse_time(layout: str, text: str) -> Moment:
    """The moment that ``time.ParseInLocation`` reads, local time being UTC; raises ``NotATime``."""
    return _Reader(layout, text).read()


class _Reader:
    def __init__(self, layout: str, text: str) -> None:
        self.layout = layout
        self.text = text
        self.at = 0
        self.found: dict[str, int] = {}
        self.afternoon: bool | None = None
        self.offset: int | None = None
        self.zone = ""
        self.utc = False
        self.fraction = 0

    def read(self) -> Moment:
        parts = layout_parts(self.layout)
        for index, part in enumerate(parts):
            following = parts[index + 1] if index + 1 < len(parts) else None
            start = self.at
            if not part.standard:
                self._literal(part.text)
            elif not self._standard(part.standard, following):
                raise self._mismatch(part.text, start)
        if self.at < len(self.text):
            raise self._fault(f": extra text: {quote(self.text[self.at :])}")
        return self._moment()

    def _fault(self, problem: str) -> NotATime:
        return NotATime(f"parsing time {quote(self.text)}{problem}")

    def _mismatch(self, expected: str, at: int) -> NotATime:
        where = f" as {quote(self.layout)}: cannot parse {quote(self.text[at:])} as {quote(expected)}"
        return self._fault(where)

    def _literal(self, text: str) -> None:
        """Any number of blanks fits any number of them, and none at the end."""
        start = self.at
        for part in _BLANKS_OR_NOT.findall(text):
            if part[0] == " ":
                if self.at < len(self.text) and self.text[self.at] != " ":
                    raise self._mismatch(text, start)
                while self.text.startswith(" ", self.at):
                    self.at += 1
            elif self.text.startswith(part, self.at):
                self.at += len(part)
            else:
                raise self._mismatch(text, start)

    def _standard(self, standard: str, following: Part | None) -> bool:
        if standard[0] in "-Z":
            return self._zone_offset(standard)
        if standard[0] in ".,":
            return self._fraction_part(standard)
        if standard in _FIELDS:
            return self._number(standard, following)
        if standard == "MST":
            return self._abbreviation()
        return self._name(standard)

    def _number(self, standard: str, following: Part | None) -> bool:
        width = _FIXED_WIDTH.get(standard)
        if standard == "_2" and self.text.startswith(" ", self.at):
            self.at += 1
        digits = self.text[self.at : self.at + width] if width else ""
        if not width:
            match = _ONE_OR_TWO.match(self.text, self.at)
            digits = match[0] if match is not None else ""
            if standard == "__2":
                self.at += len(self.text[self.at : self.at + 3]) - len(self.text[self.at : self.at + 3].lstrip(" "))
                digits = self.text[self.at : self.at + 3]
        if not digits or not digits.isdecimal() or (width and len(digits) < width):
            return False
        self.at += len(digits)
        field, value = _FIELDS[standard], int(digits)
        if standard == "06":
            value += 1900 if value >= 69 else 2000
        if value > _LARGEST.get(field, value):
            raise self._fault(f": {field.removesuffix('12')} out of range")
        if field == "month" and not 1 <= value <= 12:
            raise self._fault(": month out of range")
        self.found[field] = value
        is_fraction_next = following is not None and following.standard[:1] in (".", ",") and following.standard
        if field == "second" and not is_fraction_next and (match := _FRACTION.match(self.text, self.at)) is not None:
            self._set_fraction(match[0])
        return True

    def _set_fraction(self, text: str) -> None:
        self.fraction = int(text[1:10].ljust(9, "0"))
        self.at += len(text)

    def _fraction_part(self, standard: str) -> bool:
        match = _FRACTION.match(self.text, self.at)
        if standard[1] == "9":
            if match is not None:
                self._set_fraction(match[0][:10])
            return True
        text = self.text[self.at : self.at + len(standard)]
        if match is None or not text[1:].isdecimal() or len(text) < len(standard):
            return False
        self._set_fraction(text)
        return True

    def _name(self, standard: str) -> bool:
        if standard in ("PM", "pm"):
            word = self.text[self.at : self.at + 2]
            if word not in (("PM", "AM") if standard == "PM" else ("pm", "am")):
                return False
            self.afternoon = word.upper() == "PM"
            self.at += 2
            return True
        names = MONTHS if standard[0] == "J" else WEEKDAYS
        for index, name in enumerate(names):
            wanted = name if len(standard) > 3 else name[:3]
            if self.text[self.at : self.at + len(wanted)].lower() == wanted.lower():
                self.at += len(wanted)
                if names is MONTHS:
                    self.found["month"] = index + 1
                return True
        return False

    def _zone_offset(self, standard: str) -> bool:
        if standard[0] == "Z" and self.text.startswith("Z", self.at):
            self.at += 1
            self.utc = True
            return True
        match = _OFFSETS[len(standard)].match(self.text, self.at)
        if match is None:
            return False
        sign, *numbers = match.groups()
        hours, minutes, seconds = [int(number) for number in numbers] + [0] * (3 - len(numbers))
        if hours > 24 or minutes > 60 or seconds > 60:
            raise self._fault(": time zone offset out of range")
        self.at = match.end()
        self.offset = (hours * 3600 + minutes * 60 + seconds) * (-1 if sign == "-" else 1)
        return True

    def _abbreviation(self) -> bool:
        if self.text.startswith("UTC", self.at):
            self.at += 3
            self.utc = True
            return True
        match = _ABBREVIATION.match(self.text, self.at)
        if match is None:
            return False
        self.zone = match[0]
        self.at = match.end()
        return True

    def _moment(self) -> Moment:
        found = self.found
        year, month = found.get("year", 0), found.get("month", 1)
        day = found.get("day", 1)
        if "year_day" in found:
            if not 1 <= found["year_day"] <= 365 + (days_in(2, year) == 29):
                raise self._fault(": day-of-year out of range")
            days = days_of(year, 1, 1) + found["year_day"] - 1
            for field, value in zip(("month", "day"), civil_date(days)[1:], strict=True):
                if found.get(field, value) != value:
                    raise self._fault(f": day-of-year does not match {field}")
        else:
            if not 1 <= day <= days_in(month, year):
                raise self._fault(": day out of range")
            days = days_of(year, month, day)
        seconds = days * DAY + self._hour() * 3600 + found.get("minute", 0) * 60 + found.get("second", 0)
        return Moment((seconds - (self.offset or 0)) * SECOND + self.fraction, self._zone())

    def _hour(self) -> int:
        hour = self.found.get("hour", self.found.get("hour12", 0))
        if self.afternoon is True and hour < 12:
            return hour + 12
        return 0 if self.afternoon is False and hour == 12 else hour

    def _zone(self) -> Zone:
        if self.utc:
            return UTC
        if self.offset is not None:
            return UTC if self.offset == 0 and self.zone in ("", "UTC") else Zone(self.zone, self.offset)
        return Zone(self.zone) if self.zone else UTC
