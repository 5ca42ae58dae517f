"""``printf`` as Go's fmt has it."""

from __future__ import annotations

import pytest

from kubelens.render.go.printf import sprintf
from kubelens.render.go.printing import format_value, sprint, sprintln
from kubelens.render.go.types import Duration, Int64, Slice, Struct
from kubelens.render.origin import Origin, Text

VERSION = Struct("*semver.Version", {"major": 1}, text=lambda: "1.2.3")


@pytest.mark.parametrize(
    ("form", "values", "printed"),
    [
        ("%d|%5d|%-5d|%05d|%+d", (1, 2, 3, -4, 5), "1|    2|3    |-0004|+5"),
        ("%x %X %#x %o %b %O", (255, 255, 255, 8, 5, 8), "ff FF 0xff 10 101 0o10"),
        ("%q %q %#q", ('a"\n', 9731, "a`b"), '"a\\"\\n" \'☃\' "a`b"'),
        (
            "%s %v %d",
            ([1.5, "a", None], {"b": 1, "a": True}, [1, "x"]),
            "[%!s(float64=1.5) a <nil>] map[a:true b:1] [1 %!d(string=x)]",
        ),
        ("%d", ("s",), "%!d(string=s)"),
        ("%d %d", (1,), "1 %!d(MISSING)"),
        ("%s", ("a", 2, None), "a%!(EXTRA int=2, <nil>)"),
        ("%[2]d %[1]d %d", (1, 2), "2 1 2"),
        ("%[3]d", (1,), "%!d(BADINDEX)"),
        ("100%", (), "100%!(NOVERB)"),
        ("%*d|%-*d|%.*f", (4, 1, 4, 2, 1, 3.14159), "   1|2   |3.1"),
        ("%g %e %.2f %v %6.2f|", (1e6, 1.5, 2.675, 1e21, 3.14159), "1e+06 1.500000e+00 2.67 1e+21   3.14|"),
        ("%v %s %d", (Duration(90_000_000_000), VERSION, Duration(5)), "1m30s 1.2.3 5"),
        (
            "%#v %T",
            ({"k": [1, None]}, Int64(3)),
            'map[string]interface {}{"k":[]interface {}{1, interface {}(nil)}} int64',
        ),
        ("%.2s|%5.1s|%-3s|", ("abc", "xyz", "q"), "ab|    x|q  |"),
        ("%x|% x|%t|%c|%U", ("hi", "hi", True, 65, 9731), "6869|68 69|true|A|U+2603"),
        ("%v", (1 + 2j,), "(1+2i)"),
        (
            "%#g %#g %#.3g %#x %#.0f %#e",
            (1.0, 123456.789, 0.0, 2.5, 3.0, 1.0),
            "1.00000 123456.789 0.00 0x1.4000p+01 3. 1.000000e+00",
        ),
        ("%w", ([1, "a"],), "%!w([]interface {}=[1 a])"),
    ],
)
def test_verbs(form: str, values: tuple[object, ...], printed: str) -> None:
    assert sprintf(form, values) == printed


def test_what_is_printed_keeps_where_it_was_written() -> None:
    name = Text.written("web", "values.yaml", 6)
    made = sprintf(Text.written("%s-%d", "t.yaml", 20), (name, 3))
    assert made == "web-3"
    assert made.origins_of(0, 3) == (Origin("values.yaml", 6, 9),)
    assert made.origins_at(3) == (Origin("t.yaml", 22, 23),)


def test_blanks_between_what_is_no_text() -> None:
    assert sprint([1, 2, "a", "b", 3, None]) == "1 2ab3 <nil>"
    assert sprintln(["a", 1, Slice(["x", "y"])]) == "a 1 [x y]\n"
    assert format_value(b"ab") == "[97 98]"
