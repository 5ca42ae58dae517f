"""Long lines and entries are cut so that what differs in them is seen."""

from __future__ import annotations

from kubelens.report.plan_values import pair_text

LINE = 'lamps: {{ strdict "lighting.example.org/the-way-in-which-it-is-lit" "%s" }}'


def test_of_a_long_line_the_part_that_differs_is_shown() -> None:
    told = pair_text(f"{{{{ one }}}}\n{LINE % 'Dim'}\n", f"{{{{ one }}}}\n{LINE % 'Bright'}\n")
    assert told.startswith("-1 +1 lines: - ...")
    assert '"Dim"' in told
    assert '"Bright"' in told


def test_of_long_entries_the_part_that_differs_is_shown() -> None:
    entry = "https://files.example.org/an-organisation/lamps-and-lanterns/%s/config/%s.yaml"
    told = pair_text([entry % ("v1", "hall")], [entry % ("v2", "hall"), entry % ("v2", "attic")])
    assert told == "- ...v1/config/hall.yaml + ...v2/config/hall.yaml + ...v2/config/attic.yaml"


def test_entries_with_nothing_in_common_are_cut_at_their_end() -> None:
    told = pair_text(["a" * 80, "b"], ["c" * 80])
    assert told == f"- {'a' * 57}... + {'c' * 57}... - b"


def test_what_comes_is_seen_beside_what_goes() -> None:
    before, after = (
        "".join(f"old {n} {'x' * 20}\n" for n in range(5)),
        "".join(f"new {n} {'y' * 20}\n" for n in range(5)),
    )
    told = pair_text(before, after)
    assert told.index("- old 0") < told.index("+ new 0") < told.index("- old 1") < told.index("+ new 1")
    assert told.endswith("and 6 more")


def test_settings_are_shown_before_the_remarks_about_them() -> None:
    before = "[hall]\nlamps = 2\nnight = on\n"
    after = "[hall]\n# why there are none:\n# the fuse\n  ; is old\nlamps = 0\n// till then\nnight = on\n"
    told = pair_text(before, after)
    assert told.startswith("-1 +5 lines: - lamps = 2 + lamps = 0 + # why there are none:")
    assert told.endswith("and 2 more")


def test_remarks_alone_are_shown() -> None:
    told = pair_text("# one\nlamps = 2\n", "# two\nlamps = 2\n")
    assert told == "-1 +1 lines: - # one + # two"
