"""``junit``: one test suite a file, one test case an object."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from kubelens.report.api import Located, Reporter, Results
from kubelens.report.machine import MOST_OF_A_NAME
from kubelens.report.printable import printable_line, shortened


def render(results: Results) -> str:
    """XML as test report viewers read it; findings become failures of the object they are about."""
    by_document: dict[tuple[str, int], list[Located]] = {}
    for one in results.findings:
        at = one.finding.about or one.finding.at
        by_document.setdefault((at.uri, at.document), []).append(one)
    root = Xml.Element("testsuites", name="kubelens", tests="0", failures=str(len(results.findings)))
    total = 0
    for file in results.outcome.files:
        cases: list[tuple[str, list[Located]]] = []
        taken: set[int] = set()
        for manifest in file.manifests:
            index = manifest.document.index
            taken.add(index)
            title = ", ".join(
                shortened(f"{r.kind} {r.namespace}/{r.name}" if r.namespace else f"{r.kind} {r.name}", MOST_OF_A_NAME)
                for r in manifest.resources
            )
            cases.append((title or "document", by_document.get((file.uri, index), [])))
        cases.extend(
            (f"document {index + 1}", found)
            for (uri, index), found in by_document.items()
            if uri == file.uri and index not in taken
        )
        if not cases:
            continue
        failed = sum(len(found) for _, found in cases)
        suite = Xml.SubElement(root, "testsuite", name=_clean(file.uri), tests=str(len(cases)), failures=str(failed))
        for name, found in cases:
            case = Xml.SubElement(suite, "testcase", name=_clean(name), classname=_clean(file.uri))
            for one in found:
                attributes = {
                    "message": _clean(one.message),
                    "type": f"{one.finding.severity}: {one.finding.rule}",
                }
                Xml.SubElement(case, "failure", attributes).text = _clean(f"{one.region.head}: {one.message}")
        total += len(cases)
    root.set("tests", str(total))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    return printable_line(text)


REPORTER = Reporter("junit", "JUnit XML", render)
