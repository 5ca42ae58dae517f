"""``kubelens predict variables``: the environment variables that a workload's containers see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import click
from msgspec import to_builtins
from msgspec.structs import replace

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.named_workload import find_workload
from kubelens.cli.printing import say_answer, say_json
from kubelens.cli.refusals import refused_among, tell
from kubelens.kube.workload import Workload
from kubelens.predict.api import Oracle
from kubelens.predict.kubelet.variables import ContainerVariables, Variable, VariablesOf
from kubelens.report.places import Places
from kubelens.syntax.place import Place


@click.command()
@click.argument("workload")
@click.argument("paths", nargs=-1)
@click.option("--container", "-c", "wanted", help="One container alone.")
@click.option("--services", is_flag=True, help="List also the variables that Services bring and nothing uses.")
@click.option("--show-secrets", is_flag=True, help="Print the values of Secrets.")
@format_option("text", "json")
@input_options()
def command(
    workload: str,
    paths: Sequence[str],
    wanted: str | None,
    services: bool,
    show_secrets: bool,
    form: str,
    inputs: InputChoices,
) -> None:
    """Show every variable that WORKLOAD's containers see, with its value and what gives it.

    envFrom, then env in order, $(NAME) filled in from what was set before, ConfigMaps and Secrets among the files, fields
    of the Pod, Services; command and args as the container gets them. Ends with 1 where a container is not started for
    want of a key, or no Pod is let in.
    """
    snapshot = load_objects(paths, inputs)
    found = find_workload(snapshot.bundle, workload)
    oracle, places = Oracle(snapshot.bundle), Places(snapshot)
    refused = refused_among(oracle, [found.resource])
    prediction = oracle(VariablesOf(found))
    containers = [one for one in prediction.answer if wanted in (None, one.container)]
    if wanted and not containers and prediction.answer:
        known = ", ".join(one.container for one in prediction.answer)
        raise click.UsageError(f"no container {wanted!r} in {found.resource.key}; there are: {known}")
    assumptions = [one.text for one in prediction.assumptions]
    if form == "json":
        say_json(
            {
                "version": 1,
                "workload": str(found.resource.key),
                "refused": to_builtins(refused),
                "containers": [
                    {**_data(one, show_secrets), "place": places.line(_written(found, one))} for one in containers
                ],
                "assumptions": assumptions,
            }
        )
    else:
        tell(refused)
        lines = [_verdict(found, containers), ""] if len(containers) > 1 else []
        for one in containers:
            role = "" if one.role == "app" else f" ({one.role})"
            head = f"container {one.container}{role}" if lines else _verdict(found, [one])
            lines.append(places.after(head, _written(found, one)))
            lines += [f"  {line}" for line in _lines(one, services, show_secrets)]
        say_answer(*lines, *(f"  assuming: {text}" for text in assumptions))
    end(no=not prediction.answer or any(one.fault for one in containers))


def _verdict(workload: Workload, containers: Sequence[ContainerVariables]) -> str:
    """Whether every container is started, in one line."""
    faults = [one.container for one in containers if one.fault]
    if faults:
        return f"{workload.resource.key}  not started: container {', '.join(faults)}"
    own = [sum(not variable.service for variable in one.variables) for one in containers]
    told = ", ".join(
        f"container {one.container} {'sees' if number else 'sees no variables of its own'}"
        + (f" {number} variable{'' if number == 1 else 's'}" if number else "")
        for one, number in zip(containers, own, strict=True)
    )
    return f"{workload.resource.key}  {told}"


def _written(workload: Workload, container: ContainerVariables) -> Place:
    """Where what a container sees is written: its environment, else itself."""
    top = workload.resource.place
    found = next((one for one in workload.pod.containers if one.name == container.container), None)
    if found is None:
        return top.at(*workload.pod.path)
    given = next((field for field in ("env", "envFrom") if field in found.value), None)
    return top.at(*found.path, *((given,) if given else ()))


def _lines(container: ContainerVariables, services: bool, show_secrets: bool) -> Iterator[str]:
    if container.fault:
        yield f"not started: {container.fault}"
        return
    own = [one for one in container.variables if not one.service]
    brought = [one for one in container.variables if one.service]
    for one in (*own, *brought) if services else own:
        yield f"{one.name}={_value(one, show_secrets)}{_because(one, {each.name for each in container.variables})}"
    for name, reason in container.unset:
        yield f"{name} is not set: {reason}"
    for key, reason in container.skipped:
        yield f"key {key!r} is skipped: {reason}"
    if not services:
        names = list(dict.fromkeys(one.service for one in brought))
        yield f"{len(brought)} variables of Service {', '.join(names)}: --services lists them"
    for word, texts in (("command", container.command), ("args", container.args)):
        if texts:
            yield f"{word}: {' '.join(texts)}"
    for name in container.left:
        yield f"$({name}) stays as it is written in command and args: nothing of that name is set"


def _value(variable: Variable, show_secrets: bool) -> str:
    return variable.value if show_secrets and variable.value is not None else variable.shown


def _because(variable: Variable, every: Collection[str]) -> str:
    parts = [] if variable.origin in ("env", variable.shown.strip("<>")) else [variable.origin]
    if variable.hides:
        parts.append(f"hides {', '.join('an earlier env' if one == 'env' else one for one in variable.hides)}")
    for name in variable.left:
        why = "is set after it" if name in every else "is nowhere set"
        parts.append(f"$({name}) stays as it is written: {name} {why}")
    return f"   ({'; '.join(parts)})" if parts else ""


def _data(container: ContainerVariables, show_secrets: bool) -> dict[str, Any]:
    kept = [
        one if show_secrets or not one.secret else replace(one, value=None, shown=one.shown)
        for one in container.variables
    ]
    return {
        **to_builtins(replace(container, variables=tuple(kept))),
        "unset": [{"name": name, "reason": reason} for name, reason in container.unset],
        "skipped": [{"key": key, "reason": reason} for key, reason in container.skipped],
    }
