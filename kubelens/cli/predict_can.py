"""``kubelens predict can``: whether a subject may do something, by the roles and bindings of the manifests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from msgspec import to_builtins

from kubelens.cli.difference import diff_option, tell_difference
from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_snapshot
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.refusals import Refused, refused_among, tell
from kubelens.engine.workspace import Snapshot
from kubelens.kube import fields
from kubelens.kube.authorization import find_resource, groups_of
from kubelens.kube.bundle import Bundle
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.authorizer import AccessOf, Grant, Request, RulesOf, Subject
from kubelens.predict.chain.access_in_force import refused_access, with_access_in_force
from kubelens.report.places import Places

_ACCOUNT = "system:serviceaccount:"


@click.command()
@click.argument("subject", required=False)
@click.argument("question", nargs=-1)
@click.option("--namespace", "-n", default="default", show_default=True, help="Where it is asked.")
@click.option("--all-namespaces", "-A", "everywhere", is_flag=True, help="Ask for the whole cluster.")
@click.option("--name", default="", help="The object it is about.")
@click.option("--list", "listed", is_flag=True, help="List all that SUBJECT may do.")
@click.option("--filename", "-f", "paths", multiple=True, metavar="PATH", help="Manifests to read; default: here.")
@diff_option
@input_options(namespace=False)
@format_option("text", "json")
def command(
    subject: str | None,
    question: Sequence[str],
    namespace: str,
    everywhere: bool,
    name: str,
    listed: bool,
    paths: Sequence[str],
    diff: str | None,
    inputs: InputChoices,
    form: str,
) -> None:
    """Say whether SUBJECT may VERB RESOURCE, and which rule allows it or nearly does.

    SUBJECT is NAMESPACE/NAME of a ServiceAccount, user:NAME or group:NAME; the question is a verb and a resource, such as
    get pods, create pods/exec, update deployments.apps. With --diff there is neither: what every subject gains and
    loses is told. Ends with 1 where the answer is no, or something differs.
    """
    if diff is not None:
        from kubelens.plan.consequences.access import access as differing  # noqa: PLC0415 - only for a difference

        tell_difference(diff, (*([subject] if subject else ()), *question, *paths), inputs, form, (differing,))
    if subject is None:
        raise click.UsageError("give a SUBJECT, or --diff")
    who = _subject(subject, namespace)
    if listed == bool(question) or (question and len(question) < 2):
        fail("write SUBJECT VERB RESOURCE, or SUBJECT --list")
    snapshot = load_snapshot((*question[2:], *paths), inputs)
    ask, refused = _taken_in(snapshot.bundle)
    if form != "json":
        tell(refused)
    if listed:
        _list(ask(RulesOf(who)).answer, refused, snapshot, form)
        end(no=False, refused=refused)
    group, resource = _resource(question[1])
    known = find_resource((group,), resource.partition("/")[0])
    within = (
        "" if everywhere or (known is not None and not known.namespaced and resource != "namespaces") else namespace
    )
    request = Request(question[0], group, resource, within, name)
    prediction = ask(AccessOf(who, request))
    access = prediction.answer
    if form == "json":
        say_json(
            {
                "version": 1,
                "refused": to_builtins(refused),
                "subject": str(who),
                "request": str(request),
                "allowed": access.allowed,
                "by": [_record(grant, snapshot) for grant in access.grants],
                "near": [{**_record(grant, snapshot), "lacks": lack} for grant, lack in access.near],
                "assumptions": [one.text for one in prediction.assumptions],
            }
        )
    else:
        say_answer(f"{'yes' if access.allowed else 'no'}: {who} {'may' if access.allowed else 'may not'} {request}")
        for reason in prediction.reasons:
            say_answer(f"  {Places(snapshot).reason(reason)}")
        for assumption in prediction.assumptions:
            say_answer(f"  assuming: {assumption.text}")
    end(no=not access.allowed)


def _taken_in(bundle: Bundle) -> tuple[Oracle, tuple[Refused, ...]]:
    """The world without the bindings that the API server refuses, and with no rule in such roles; what is refused."""
    oracle = Oracle(bundle)
    refused = refused_access(bundle, oracle)
    if not refused:
        return oracle, ()
    return Oracle(with_access_in_force(bundle, refused)), refused_among(oracle, refused)


def _subject(text: str, namespace: str) -> Subject:
    if text.startswith(_ACCOUNT):
        space, _, name = text.removeprefix(_ACCOUNT).partition(":")
        return Subject("ServiceAccount", name, space)
    kind, colon, name = text.partition(":")
    if colon and kind in ("user", "group"):
        return Subject(kind.capitalize(), name)
    space, slash, name = text.partition("/")
    return Subject("ServiceAccount", name, space) if slash else Subject("ServiceAccount", text, namespace)


def _resource(text: str) -> tuple[str, str]:
    """(group, resource) of ``deployments.apps``, ``pods/exec`` or ``deployments``, whose group is looked up."""
    main, slash, subresource = text.partition("/")
    name, dot, group = main.partition(".")
    if not dot:
        groups = groups_of(name)
        group = groups[0] if groups else ""
    return group, f"{name}/{subresource}" if slash else name


def _list(grants: Sequence[Grant], refused: Sequence[Refused], snapshot: Snapshot, form: str) -> None:
    records = [_record(grant, snapshot) for grant in grants]
    if form == "json":
        say_json({"version": 1, "refused": to_builtins(refused), "rules": records})
        return
    if not records:
        say_answer("no binding of the manifests gives it anything")
    for grant, record in zip(grants, records, strict=True):
        where = f"in namespace '{grant.namespace}'" if grant.namespace else "everywhere"
        what = ", ".join(record["resources"] or record["urls"])
        names = f" called {', '.join(record['names'])}" if record["names"] else ""
        say_answer(f"{', '.join(record['verbs'])} {what}{names} {where}  by {record['role']}, {record['binding']}")


def _record(grant: Grant, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "binding": str(grant.binding.key),
        "role": grant.role,
        "namespace": grant.namespace,
        "groups": list(fields.texts(grant.rule, "apiGroups")),
        "resources": list(fields.texts(grant.rule, "resources")),
        "urls": list(fields.texts(grant.rule, "nonResourceURLs")),
        "names": list(fields.texts(grant.rule, "resourceNames")),
        "verbs": list(fields.texts(grant.rule, "verbs")),
        "place": Places(snapshot).line(grant.place),
    }
