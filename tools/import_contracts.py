"""The import contract ``no_circles``: files never import each other in a circle, in inner imports neither."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class NoCircles(Contract):
    """Holds for files, not for packages: the rooms of one layer may ask each other."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """The first circle found breaks it."""
        imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        try:
            TopologicalSorter(imported).prepare()
        except CycleError as error:
            circle = list(reversed(error.args[1]))
            return ContractCheck(kept=False, metadata={"circle": circle})
        return ContractCheck(kept=True)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Who imports whom, around the circle."""
        output.print_error(" -> ".join(check.metadata["circle"]))
