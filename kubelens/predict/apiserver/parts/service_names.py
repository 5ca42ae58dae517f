"""Names of Services: since ``RelaxedServiceNameValidation`` (KEP-5311) they may begin with a digit."""

from __future__ import annotations

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1035_label, is_dns1123_label
from kubelens.predict.apiserver.options import Options


def validate_service_name(name: str, options: Options, report: Report, path: Path) -> None:
    """What an older server refuses in a name that a newer one takes."""
    if name and not options.has("RelaxedServiceNameValidation") and not is_dns1123_label(name):
        for problem in is_dns1035_label(name):
            report.invalid(path, name, problem)
