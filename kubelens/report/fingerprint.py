"""What makes a finding the same finding after lines have moved."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from kubelens.report.api import Located


def fingerprints(findings: tuple[Located, ...]) -> list[str]:
    """A text for each finding, unique among them: file, rule and message, with an ordinal for equal ones."""
    seen: Counter[tuple[str, str, str]] = Counter()
    out: list[str] = []
    for one in findings:
        key = (one.region.uri, one.finding.rule, one.finding.message)
        seen[key] += 1
        text = "\x00".join((*key, str(seen[key])))
        out.append(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
    return out
