"""The order in which go-yaml prints a map's keys: numbers in them by value, letters behind everything else.

Follows ``keyList.Less``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key, lru_cache


def sorted_keys(keys: Iterable[str]) -> list[str]:
    """The keys in the order they are printed in."""
    found = list(keys)
    if len(found) > 1:
        if "".join(found).isalpha():
            found.sort()
        else:
            found.sort(key=cmp_to_key(_compare))
    return found


@lru_cache(maxsize=16384)
def _compare(left: str, right: str) -> int:
    return -1 if _before(left, right) else 1 if _before(right, left) else 0


def _before(left: str, right: str) -> bool:
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            continue
        a_letter, b_letter = a.isalpha(), b.isalpha()
        if a_letter and b_letter:
            return a < b
        if a_letter or b_letter:
            return b_letter
        a_number = b_number = 0
        if a == "0" or b == "0":
            back = index - 1
            while back >= 0 and left[back].isdecimal():
                if left[back] != "0":
                    a_number = b_number = 1
                    break
                back -= 1
        a_end, a_number = _digits(left, index, a_number)
        b_end, b_number = _digits(right, index, b_number)
        if a_number != b_number:
            return a_number < b_number
        if a_end != b_end:
            return a_end < b_end
        return a < b
    return len(left) < len(right)


def _digits(text: str, index: int, number: int) -> tuple[int, int]:
    while index < len(text) and text[index].isdecimal():
        number = number * 10 + ord(text[index]) - 48
        index += 1
    return index, number
