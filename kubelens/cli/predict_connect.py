"""``kubelens predict connect``: whether NetworkPolicies let one workload reach another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from ipaddress import ip_address

import click

from kubelens.cli.loading import load_bundle
from kubelens.predict.api import Oracle
from kubelens.predict.network.policy import AddressEnd, ConnectionOf, End, EndsOf, PodEnd, PolicyMatrix
from kubelens.report.connect import connection_json, connection_text, matrix_json, matrix_text


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--from", "source", help="Where the connection starts: [NAMESPACE/]NAME or an address.")
@click.option("--to", "destination", help="Where it goes: [NAMESPACE/]NAME[:PORT] or an address[:PORT].")
@click.option("--protocol", type=click.Choice(["TCP", "UDP", "SCTP"]), default="TCP", show_default=True)
@click.option("--matrix", is_flag=True, help="Every workload against every other.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", is_flag=True, help="Render charts and kustomizations first.")
def command(
    paths: Sequence[str],
    source: str | None,
    destination: str | None,
    protocol: str,
    matrix: bool,
    form: str,
    render: bool,
) -> None:
    """Say whether NetworkPolicies let a connection through, and which policy decides.

    The port is the Pod's own, not the Service's. Ends with 1 where the connection is blocked.
    """
    if not matrix and not (source and destination):
        raise click.UsageError("give --from and --to, or --matrix")
    bundle = load_bundle(paths, render=render)
    oracle = Oracle(bundle)
    ends = oracle(EndsOf()).answer
    if matrix:
        pairs = oracle(PolicyMatrix()).answer
        click.echo(json.dumps(matrix_json(ends, pairs), indent=2) if form == "json" else matrix_text(ends, pairs))
        return
    assert source and destination
    target, port = _split_port(destination)
    starts, goals = _find(ends, source), _find(ends, target)
    asked = (protocol, port) if port is not None else None
    found = [(a, b, oracle(ConnectionOf(a, b))) for a in starts for b in goals]
    if form == "json":
        data = {"version": 1, "connections": [connection_json(a, b, p, asked) for a, b, p in found]}
        click.echo(json.dumps(data, indent=2))
    else:
        click.echo("\n".join(connection_text(a, b, p, asked) for a, b, p in found))
    if any(not (p.answer.ports.has(*asked) if asked else p.answer.ports) for _, _, p in found):
        raise SystemExit(1)


def _split_port(text: str) -> tuple[str, int | None]:
    if text.count(":") > 1 and not text.startswith("["):
        return text, None
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        return text.strip("[]"), None
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise click.UsageError(f"port {port!r} is no number from 1 to 65535")
    return host.strip("[]"), int(port)


def _find(ends: Sequence[PodEnd], text: str) -> list[End]:
    try:
        address = ip_address(text)
    except ValueError:
        pass
    else:
        return [AddressEnd(address, address)]
    namespace, slash, name = text.rpartition("/")
    found: list[End] = [
        e for e in ends if name in (e.name, e.workload.name) and (not slash or e.namespace == namespace)
    ]
    if not found:
        known = ", ".join(sorted({f"{e.namespace}/{e.name}" for e in ends})[:10]) or "none"
        raise click.UsageError(f"no workload {text!r}; there are: {known}")
    return found
