"""Pod Security: upstream's own Pods that pass and fail each control, by level and release."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kubelens.predict.apiserver.plugins.pod_security_standards import violations
from tests.agreement.scheduler import objects_of
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "podsecurity"


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every Pod under every release it is recorded for."""
    result = SuiteResult("podsecurity", headline="Pods by release")
    for _, record in read_records(cases):
        (pod,) = objects_of(record["manifest"])
        for version in record["versions"]:
            found = violations(pod.get("spec", {}), pod.get("metadata", {}), record["level"], version)
            agrees = (not found) == (record["expect"] == "pass")
            result.count("figures", "Pods by release", agrees)
            result.count("by", f"{record['level']} {record['check']}", agrees)
            if not agrees:
                case = f"{record['level']} {record['name']} {version}"
                result.disagreements.append(
                    Disagreement(case, record["check"], record["expect"], [v.message for v in found])
                )
    return result
