"""What a set gives up and another takes over has moved: it is neither lost nor new."""

from __future__ import annotations

from kubelens.engine.plan_moves import Held, moves_between
from kubelens.kube.bundle import Bundle
from kubelens.testing import bundle_from_text

ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"
TWO = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n"
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def of(*texts: str) -> Bundle:
    return bundle_from_text("---\n".join(texts))


def told(**sets: Held) -> list[tuple[str, str, list[str]]]:
    return [(one.source, one.destination, [r.name for r in one.objects]) for one in moves_between(sets)]


def test_a_set_with_another_name_is_where_its_objects_went() -> None:
    assert told(old=Held(of(ONE, TWO), None), new=Held(None, of(ONE, TWO))) == [("old", "new", ["one", "two"])]


def test_an_object_that_goes_from_one_set_to_another() -> None:
    assert told(a=Held(of(ONE, TWO), of(TWO)), b=Held(of(SPACE), of(SPACE, ONE))) == [("a", "b", ["one"])]


def test_sets_that_hold_one_object_are_for_different_clusters() -> None:
    assert told(staging=Held(of(ONE, TWO), of(TWO)), prod=Held(of(TWO), of(ONE, TWO))) == []
    assert told(a=Held(of(ONE, SPACE), of(SPACE)), b=Held(of(SPACE), of(ONE, SPACE))) == [("a", "b", ["one"])]


def test_what_only_is_not_known_any_more_has_not_moved() -> None:
    assert told(a=Held(of(ONE), of(TWO), known=False), b=Held(None, of(ONE))) == []
    assert told(a=Held(of(ONE), of(TWO)), b=Held(of(ONE), of(ONE))) == []
