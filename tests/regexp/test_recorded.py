"""1,500 random patterns, each over three texts, as Go 1.19's own package answers (``go.jsonl.gz``)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from kubelens import regexp

RECORDS = [
    json.loads(line) for line in gzip.decompress(Path(__file__).with_name("go.jsonl.gz").read_bytes()).splitlines()
]


def answer(record: dict[str, Any]) -> dict[str, Any]:
    try:
        compiled = regexp.compile(record["pattern"])
    except regexp.RegexpError as wrong:
        return {"pattern": record["pattern"], "error": str(wrong)}
    template = record.get("template", "")
    texts = []
    for text in (asked["text"] for asked in record.get("texts", [])):
        longest = compiled.longest(text)
        found = [list(match.slots) for match in compiled.find_all(text)]
        assert compiled.matches(text) is bool(found)
        texts.append(
            {
                "text": text,
                "matches": found,
                "longest": None if longest is None else list(longest.slots),
                "replaced": compiled.replace(text, template),
                "split": compiled.split(text),
                "split_in_two": compiled.split(text, 2),
            }
        )
    return {"pattern": record["pattern"], "template": template, "texts": texts}


def test_every_answer_is_that_of_go() -> None:
    assert len(RECORDS) == 1500
    assert [record for record in RECORDS if answer(record) != record] == []


def test_the_records_hold_all_kinds_of_answers() -> None:
    accepted = [record for record in RECORDS if "error" not in record]
    assert len(accepted) > 1000
    assert len({record["error"].split(": `")[0] for record in RECORDS if "error" in record}) >= 8
    texts = [text for record in accepted for text in record["texts"]]
    assert sum(len(text["matches"]) > 1 for text in texts) > 300
    assert sum(any(place < 0 for match in text["matches"] for place in match) for text in texts) > 50
