"""``kubelens predict dns``: what a name means to a Pod."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from msgspec import to_builtins

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_bundle, load_objects
from kubelens.cli.named_workload import find_workload
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.refusals import Refused, taken_in, tell
from kubelens.kube.cluster_network_policy import KINDS
from kubelens.kube.workload import Workload
from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.network.dns.lookup import Lookup, LookupOf, PointersOf, RecordsOf
from kubelens.predict.network.dns.record import CLUSTER_DOMAIN, ClusterDns, NodeResolver, PodNames
from kubelens.predict.network.dns.resolv_conf import read_resolv_conf
from kubelens.predict.network.dns.resolvers import ADDRESS_TYPES, Library
from kubelens.report.dns import Asked, lookup_lines, record_lines
from kubelens.report.places import Places

_MOST_OF_A_FILE: Final = 100_000


@click.command()
@click.argument("name", required=False)
@click.argument("paths", nargs=-1)
@click.option("--from", "source", help="The workload that asks: [NAMESPACE/]NAME.")
@click.option("--records", is_flag=True, help="List every record; NAME is then a path.")
@click.option("--type", "kind", type=click.Choice(["A", "AAAA", "SRV"]), help="Ask for this type alone.")
@click.option(
    "--resolver",
    type=click.Choice([one.value for one in Library], case_sensitive=False),
    help="C library of the image (default: musl for images named alpine, else glibc).",
)
@click.option("--cluster-domain", default=CLUSTER_DOMAIN, show_default=True, help="Domain of the cluster.")
@click.option("--cluster-dns", default="", help="Address of the cluster's DNS.")
@click.option(
    "--pods",
    type=click.Choice([one.value for one in PodNames], case_sensitive=False),
    default=PodNames.INSECURE.value,
    show_default=True,
    help="Which names A-B-C-D.NAMESPACE.pod answer (CoreDNS: pods).",
)
@click.option("--node-resolv-conf", type=click.Path(exists=True, dir_okay=False), help="The resolv.conf of the nodes.")
@format_option("text", "json")
@input_options()
def command(
    name: str | None,
    paths: Sequence[str],
    source: str | None,
    records: bool,
    kind: str | None,
    resolver: str | None,
    cluster_domain: str,
    cluster_dns: str,
    pods: str,
    node_resolv_conf: str | None,
    form: str,
    inputs: InputChoices,
) -> None:
    """Show which name of a Pod's search list answers, and with what.

    The Pod's /etc/hosts (hostAliases, its own host name) comes first, but for --type SRV.
    Ends with 1 where none does, or network policies keep the Pod from asking; --records where something is refused.

    An address in place of NAME, without --from, asks for the names it has (PTR).
    """
    dns = ClusterDns(cluster_domain, cluster_dns, pods=PodNames(pods), node=_node(node_resolv_conf))
    if records:
        snapshot = load_objects([p for p in (name, *paths) if p] or ["."], inputs)
        oracle, refused = taken_in(snapshot.bundle, "Service")
        _list(oracle, refused, dns, form, Places(snapshot))
        end(no=False, refused=refused)
    if name and not source and _is_address(name):
        end(no=not _reverse(Oracle(load_bundle(paths, inputs)), name, dns, form))
    if not name or not source:
        raise click.UsageError("give NAME and --from, or --records")
    snapshot = load_objects(paths, inputs)
    bundle, places = snapshot.bundle, Places(snapshot)
    workload = find_workload(bundle, source)
    library = Library(resolver) if resolver else library_of(workload)
    other = Library.MUSL if library is Library.GLIBC else Library.GLIBC
    types = (kind,) if kind else ADDRESS_TYPES
    oracle, refused = taken_in(bundle, "Service", "NetworkPolicy", *KINDS)
    prediction = oracle(LookupOf(name, workload, dns, types, library))
    beside = oracle(LookupOf(name, workload, dns, types, other))
    lookup = prediction.answer
    if form == "json":
        say_json({**_data(name, source, library, prediction, other, beside), "refused": to_builtins(refused)})
    else:
        tell(refused)
        say_answer(*lookup_lines(name, source, library, prediction, other, beside, Asked(workload, dns.domain, places)))
    end(no=lookup.answered is None or lookup.leads_nowhere)


def _list(oracle: Oracle, refused: Sequence[Refused], dns: ClusterDns, form: str, places: Places) -> None:
    found = oracle(RecordsOf(dns))
    if form == "json":
        assumptions = [a.text for a in found.assumptions]
        listed = {"version": 1, "records": [to_builtins(r) for r in found.answer], "assumptions": assumptions}
        say_json({**listed, "refused": to_builtins(refused)})
    else:
        tell(refused)
        say_answer(*record_lines(found, dns.domain, places))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _reverse(oracle: Oracle, address: str, dns: ClusterDns, form: str) -> bool:
    """Tell the names of an address; whether it has one."""
    found = oracle(PointersOf(address, dns))
    assumptions = [a.text for a in found.assumptions]
    if form == "json":
        say_json({"version": 1, "address": address, "names": list(found.answer), "assumptions": assumptions})
    else:
        names = found.answer or ("no name of the cluster: the node's nameservers are asked",)
        say_answer(address, *(f"  {name}" for name in names), *(f"  assuming: {text}" for text in assumptions))
    return bool(found.answer)


def _data(
    name: str,
    source: str,
    library: Library,
    prediction: Prediction[Lookup],
    other: Library,
    beside: Prediction[Lookup],
) -> dict[str, object]:
    found = beside.answer
    return {
        "version": 1,
        "name": name,
        "from": source,
        "resolver": str(library),
        **to_builtins(prediction.answer),
        "other_resolver": {"resolver": str(other), "answered": found.answered.name if found.answered else None},
        "reasons": [r.text for r in prediction.reasons],
        "assumptions": [a.text for a in prediction.assumptions],
    }


def _node(path: str | None) -> NodeResolver:
    if path is None:
        return NodeResolver()
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return read_resolv_conf(file.read(_MOST_OF_A_FILE))
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def library_of(workload: Workload) -> Library:
    """The C library that a workload's images show: musl where the first one's name says Alpine."""
    images = [c.image for c in workload.pod.running_containers()]
    return Library.MUSL if images and "alpine" in images[0].lower() else Library.GLIBC
