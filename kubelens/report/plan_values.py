"""What a field was and is, on one line: of long values what differs, of texts the lines, of lists the entries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from posixpath import commonprefix
from typing import Any, Final

from kubelens.kube.credential import NOT_SHOWN, without_credentials
from kubelens.plan.field_change import FieldChange
from kubelens.plan.text_change import text_changes
from kubelens.syntax.pattern import pattern

_MOST_TEXT: Final = 60
_MOST_PARTS: Final = 3
_MOST_SHOWN: Final = 4
"""Of lines and entries that go and come: two of each."""
_MOST_COMPARED: Final = 400
"""Lines of a text that are compared one by one, after what both begin and end with."""
_MOST_LIKE: Final = 50
"""Lines, or entries, among which the one most like another is looked for."""
_DIGEST: Final = pattern(r"\b(sha(?:256|512):[0-9a-f]{8})[0-9a-f]{24,}")
_EDGE: Final = pattern(r"[/:@,;=\s]")
_REMARK: Final = pattern(r"\s*(?:#|//|;|--\s|<!--)")
"""How lines begin that are remarks in most texts. What they are is not said: they are shown after the others."""


def pair_text(before: Any, after: Any) -> str:
    """``2 -> 3``; ``(none)`` for what is absent, and ``(not shown)`` for credentials."""
    covered = without_credentials(before), without_credentials(after)
    if covered[0] == covered[1] and before != after:
        return f"changes {NOT_SHOWN}"
    before, after = covered
    if isinstance(before, str) and isinstance(after, str):
        if "\n" in before.strip() or "\n" in after.strip():
            return lines_text(before, after)
        return " -> ".join(_told_apart(_without_digest(before), _without_digest(after)))
    if isinstance(before, list) and isinstance(after, list):
        return _entries_text(before, after)
    texts = value_text(before), value_text(after)
    if texts[0] == texts[1]:  # text and a number, a truth value
        texts = _quoted(before, texts[0]), _quoted(after, texts[1])
    return " -> ".join(texts)


def _quoted(value: Any, text: str) -> str:
    return f'"{text}"' if isinstance(value, str) else text


def value_text(value: Any) -> str:
    """A value on one line, cut where it is long."""
    if value is None:
        return "(none)"
    return _cut(_without_digest(" ".join(_flow(without_credentials(value)).split())))


def _flow(value: Any) -> str:
    """A value as YAML has it on one line, quotes left out."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return "null" if value is None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 3]}..."


def _without_digest(text: str) -> str:
    return _DIGEST.sub(r"\1...", text)


def _told_apart(before: str, after: str) -> tuple[str, str]:
    """Both cut so that what differs is seen."""
    before, after = " ".join(before.split()), " ".join(after.split())
    if max(len(before), len(after)) <= _MOST_TEXT:
        return before, after
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    edges = [found.end() for found in _EDGE.finditer(before, 0, same)]
    start = edges[-1] if edges and same - edges[-1] <= _MOST_TEXT // 2 else max(0, same - _MOST_TEXT // 3)
    if start <= 3:
        return _cut(before), _cut(after)
    return _cut(f"...{before[start:]}"), _cut(f"...{after[start:]}")


def lines_text(before: str, after: str) -> str:
    """What differs in two texts: ``-1 +2 lines: - a + b + c``; of YAML and JSON the values that differ: ``-1 +2 lines: level info -> debug``."""
    lost, gained = _differing_lines(before.splitlines(), after.splitlines())
    count = f"-{len(lost)} +{len(gained)} line{'s' * (len(lost) + len(gained) != 1)}"
    values = text_changes(before, after)
    if values is not None:
        return f"{count}: {_values_text(values)}" if values else f"{count}, the same values"
    shown = [pair for remarks in (False, True) for pair in _in_turn(_those(lost, remarks), _those(gained, remarks))]
    return f"{count}: {_parts_text(shown)}" if shown else count


def _those(lines: Sequence[str], remarks: bool) -> list[str]:
    """The lines that are remarks, or the others that hold something."""
    return [one for one in lines if one.strip() and (_REMARK.match(one) is not None) is remarks]


def _values_text(values: Sequence[FieldChange]) -> str:
    told = [
        f"{one.name} in another order" if one.reordered else f"{one.name} {pair_text(one.before, one.after)}"
        for one in values[:_MOST_PARTS]
    ]
    return ", ".join(told) + (f" and {len(values) - _MOST_PARTS} more" if len(values) > _MOST_PARTS else "")


def _differing_lines(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    old, new = list(before[first : len(before) - last]), list(after[first : len(after) - last])
    if max(len(old), len(new)) > _MOST_COMPARED:
        return list((Counter(old) - Counter(new)).elements()), list((Counter(new) - Counter(old)).elements())
    lost: list[str] = []
    gained: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            lost += old[a:b]
            gained += new[c:d]
    return lost, gained


def _entries_text(before: Sequence[Any], after: Sequence[Any]) -> str:
    """The entries that go and come; both lists, where they are short."""
    whole = f"{_flow(list(before))} -> {_flow(list(after))}"
    if len(whole) <= _MOST_TEXT:
        return whole
    lost, gained = _beyond(before, after), _beyond(after, before)
    if len(lost) == len(gained) == 1 and isinstance(lost[0], str) and isinstance(gained[0], str):
        return pair_text(lost[0], gained[0])
    shown = _in_turn(lost, gained)
    if not shown:
        return "in another order"
    return _parts_text([(sign, _flow(one)) for sign, one in shown])


def _in_turn(lost: Sequence[Any], gained: Sequence[Any]) -> list[tuple[str, Any]]:
    """What goes and what comes, the first of each beside one another, then the second: of many the new ones are seen too."""
    found: list[tuple[str, Any]] = []
    for index in range(max(len(lost), len(gained))):
        found += [("-", one) for one in lost[index : index + 1]]
        found += [("+", one) for one in gained[index : index + 1]]
    return found


def _parts_text(shown: Sequence[tuple[str, str]]) -> str:
    """``- a + b and 2 more``: what goes and what comes, cut so that it is seen in what one differs from another like it."""
    parts = [(sign, _without_digest(" ".join(text.split()))) for sign, text in shown]
    told = []
    for sign, text in parts[:_MOST_SHOWN]:
        others = [other for its, other in parts[:_MOST_LIKE] if its != sign]
        like = max(others, key=lambda other: len(commonprefix((text, other))), default="")
        told.append(f"{sign} {_told_apart(text, like)[0]}")
    more = f" and {len(parts) - _MOST_SHOWN} more" if len(parts) > _MOST_SHOWN else ""
    return f"{' '.join(told)}{more}"


def _beyond(these: Iterable[Any], those: Iterable[Any]) -> list[Any]:
    left = Counter(json.dumps(one, sort_keys=True, default=str) for one in those)
    found = []
    for one in these:
        text = json.dumps(one, sort_keys=True, default=str)
        if left[text]:
            left[text] -= 1
        else:
            found.append(one)
    return found
