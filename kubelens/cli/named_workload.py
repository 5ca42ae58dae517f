"""The workload that somebody names on the command line."""

from __future__ import annotations

import click

from kubelens.kube.bundle import Bundle
from kubelens.kube.workload import Workload, workloads


def find_workload(bundle: Bundle, text: str) -> Workload:
    """A workload by ``[KIND/]NAME`` or ``[NAMESPACE/]NAME``, or by the name of one of a StatefulSet's Pods.

    Raises:
        click.UsageError: there is none of that name, or one in each of several namespaces.
    """
    before, slash, name = text.rpartition("/")
    stem, _, ordinal = name.rpartition("-")
    found = [
        w
        for w in workloads(bundle)
        if (not slash or before in (w.namespace, w.kind) or before.lower() == w.kind.lower())
        and (w.name == name or (w.kind == "StatefulSet" and w.name == stem and ordinal.isdigit()))
    ]
    spaces = sorted({w.namespace for w in found})
    if len(spaces) > 1:
        raise click.UsageError(f"several workloads {text!r}: write {' or '.join(f'{s}/{name}' for s in spaces[:5])}")
    if found:
        return found[0]
    known = ", ".join(sorted({f"{w.namespace}/{w.name}" for w in workloads(bundle)})[:10]) or "none"
    raise click.UsageError(f"no workload {text!r}; there are: {known}")
