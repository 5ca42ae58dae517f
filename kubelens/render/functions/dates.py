"""Dates and times (sprig, ``date.go``). The time of the render is unknown: what is made of it is a stand-in."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.go.duration import HOUR, MINUTE, SECOND, NotADuration, duration_text, parse_duration
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.strconv import NotANumber, parse_int
from kubelens.render.go.time import UTC, Moment, UnknownZone, load_zone
from kubelens.render.go.time_reading import NotATime, parse_time
from kubelens.render.go.time_value import NOW, TIME, Time, UnknownTime, moved, time_of
from kubelens.render.go.types import Duration, Int32, Int64, UnknownInt, wrapped
from kubelens.render.origin import Text, Unknown

DATES = Family()
_HTML = "2006-01-02"
_ZERO_TIME = "0001-01-01T00:00:00Z"
_ROUND_UNITS = (
    ("y", 365 * 24 * HOUR),
    ("mo", 30 * 24 * HOUR),
    ("d", 24 * HOUR),
    ("h", HOUR),
    ("m", MINUTE),
    ("s", SECOND),
)


@DATES.function("now")
def now() -> Time:
    """The time of the render."""
    return NOW


@DATES.function("date", takes=("string", ANY))
def date(layout: str, value: object) -> str:
    """A time, or seconds since 1970, by a layout; anything else is the time of the render."""
    return date_in_zone(layout, value, "Local")


@DATES.function("dateInZone", "date_in_zone", takes=("string", ANY, "string"))
def date_in_zone(layout: str, value: object, zone: str) -> str:
    """The same in a time zone; UTC if there is none of that name."""
    moment = _moment(value, (int, Int64, Int32, UnknownInt))
    try:
        found = load_zone(zone)
    except UnknownZone:
        found = UTC
    made = Moment(moment.moment.nanoseconds, found).format(layout)
    return Text.stand_in(made) if isinstance(moment, Unknown) else made


@DATES.function("htmlDate", takes=(ANY,))
def html_date(value: object) -> str:
    """The day as HTML writes it."""
    return date_in_zone(_HTML, value, "Local")


@DATES.function("htmlDateInZone", takes=(ANY, "string"))
def html_date_in_zone(value: object, zone: str) -> str:
    """The day in a time zone as HTML writes it."""
    return date_in_zone(_HTML, value, zone)


def _moment(value: object, seconds: tuple[type, ...]) -> Time:
    if isinstance(value, Time):
        return value
    if type(value) in seconds and isinstance(value, int):
        moment = Moment(int(value) * SECOND)
        return UnknownTime(moment) if isinstance(value, Unknown) else Time(moment)
    return NOW


@DATES.function("dateModify", "date_modify", takes=("string", TIME))
def date_modify(span: str, value: object) -> Time:
    """The time so much later; the same one if that is no duration."""
    try:
        return moved(time_of(value), parse_duration(span))
    except NotADuration:
        return time_of(value)


@DATES.function("mustDateModify", "must_date_modify", takes=("string", TIME))
def must_date_modify(span: str, value: object) -> Time:
    """The time so much later; fails if that is no duration."""
    try:
        return moved(time_of(value), parse_duration(span))
    except NotADuration as fault:
        raise TemplateFailure(str(fault)) from None


@DATES.function("toDate", takes=("string", "string"))
def to_date(layout: str, text: str) -> Time:
    """The time that the text is by the layout; the year 1 if it is none."""
    try:
        return Time(parse_time(layout, text))
    except NotATime:
        return Time(parse_time("2006-01-02T15:04:05Z07:00", _ZERO_TIME))


@DATES.function("mustToDate", takes=("string", "string"))
def must_to_date(layout: str, text: str) -> Time:
    """The time that the text is by the layout; fails if it is none."""
    try:
        return Time(parse_time(layout, text))
    except NotATime as fault:
        raise TemplateFailure(str(fault)) from None


@DATES.function("unixEpoch", takes=(TIME,))
def unix_epoch(value: object) -> str:
    """Seconds since 1970."""
    made = str(time_of(value).moment.unix)
    return Text.stand_in(made) if isinstance(value, Unknown) else made


@DATES.function("ago", takes=(ANY,))
def ago(_value: object) -> str:
    """How long ago a time is, from the time of the render."""
    return Text.stand_in("0s")


@DATES.function("duration", takes=(ANY,))
def duration(seconds: object) -> str:
    """Seconds, as text or ``int64``, as ``1h1m1s``; anything else is none."""
    count = 0
    if isinstance(seconds, Int64):
        count = int(seconds)
    elif isinstance(seconds, str):
        try:
            count = parse_int(seconds)
        except NotANumber as fault:
            count = (-(2**63) if seconds.startswith("-") else 2**63 - 1) if "range" in str(fault) else 0
    return duration_text(wrapped(count * SECOND))


@DATES.function("durationRound", takes=(ANY,))
def duration_round(value: object) -> str:
    """The duration in its largest unit: ``3mo``, ``2h``; a time's is that since then."""
    span = 0
    if isinstance(value, Time):
        return Text.stand_in("0s")
    if isinstance(value, Int64):
        span = int(value)
    elif isinstance(value, str):
        try:
            span = parse_duration(value)
        except NotADuration:
            span = Duration(0)
    return next((f"{abs(span) // size}{unit}" for unit, size in _ROUND_UNITS if abs(span) > size), "0s")
