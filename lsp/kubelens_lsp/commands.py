"""The server's commands: predictions and pages that code lenses and actions open.

Each answers its text or page. A client that shows answers itself says so with ``{"showsAnswers": true}`` among its
initialization options; any other is asked to open the text as a document, or gets it as a message.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from lsprotocol import types

from kubelens_lsp import rendered, shown
from kubelens_lsp.convert import key_of
from kubelens_lsp.errands import ErrandFailed, told_by
from kubelens_lsp.kubelens_server import KubelensServer, Refused
from kubelens_lsp.scenario_results import Played, in_words
from kubelens_lsp.session import ROOT

_AGAINST: Final = ("HEAD", "--fail-on", "never")
MOST: Final = 2000
"""How many characters a message can hold."""


async def _open(ls: KubelensServer, name: str, text: str) -> str:
    """Have the client show an answer that it does not show by itself; gives the answer."""
    if not text or ls.options.get("showsAnswers"):
        return text
    if ls.can("window", "show_document", "support"):
        if not ls.shelf:
            ls.shelf = tempfile.mkdtemp(prefix="kubelens-")
        file = Path(ls.shelf, "".join(c if c.isalnum() or c in "-." else "-" for c in name))
        file.write_text(text, encoding="utf-8")
        browser = file.suffix == ".html"
        params = types.ShowDocumentParams(file.as_uri(), external=browser, take_focus=not browser)
        ls.background(ls.window_show_document_async(params))
    else:
        cut = text if len(text) <= MOST else text[:MOST] + "\n..."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, cut))
    return text


def add_commands(server: KubelensServer) -> None:
    """Register the commands."""

    @server.command("kubelens.explain")
    async def explain(ls: KubelensServer, rule: str) -> str:
        from kubelens.report.rule_page import page  # noqa: PLC0415 - only when asked

        found = next((r for r in ls.session.plugins.rules() if r.name == rule), None)
        return await _open(ls, f"{rule}.md", page(found) if found is not None else "")

    @server.command("kubelens.showRollout")
    async def show_rollout(ls: KubelensServer, key: str, kind: str, name: str) -> str:
        view = await ls.current()
        return await _open(
            ls,
            f"rollout-{kind}-{name}.txt",
            await ls.compute(shown.rollout_text, view, ls.committed, ls.session.config.namespace, key, kind, name),
        )

    @server.command("kubelens.rolloutPage")
    async def rollout_page(ls: KubelensServer, key: str, kind: str, name: str) -> str:
        view = await ls.current()
        namespace = ls.session.config.namespace
        page = await ls.compute(shown.rollout_page, view, ls.committed, namespace, key, kind, name)
        return await _open(ls, f"rollout-{kind}-{name}.html", page)

    @server.command("kubelens.topologyPage")
    async def topology_page(ls: KubelensServer, uri: str) -> str:
        view = await ls.current()
        return await _open(ls, "topology.html", await ls.compute(shown.topology_page, view, key_of(uri) if uri else ""))

    @server.command("kubelens.showRoute")
    async def show_route(ls: KubelensServer, key: str, name: str) -> str:
        view = await ls.current()
        return await _open(ls, f"routes-{name}.txt", await ls.compute(shown.route_text, view, key, name))

    @server.command("kubelens.showRendered")
    async def show_rendered(ls: KubelensServer, key: str) -> str:
        await ls.sets.settled()
        key = key_of(key)
        text = await ls.read(rendered.rendered_text, ls.session.view, key)
        return await _open(ls, f"rendered-{key.rpartition('/')[2]}", text)

    @server.command("kubelens.references")
    async def references(ls: KubelensServer, key: str, name: str, *place: object) -> str:
        view = await ls.current()
        return await _open(ls, f"references-{name}.txt", await ls.compute(shown.references_text, view, key, name))

    _planning(server)

    @server.command("kubelens.stats")
    async def stats(ls: KubelensServer) -> dict[str, int]:
        await ls.current()
        return {"parsed_files": ls.session.parsed_files, "checks": ls.session.checks}


def _planning(server: KubelensServer) -> None:
    @server.command("kubelens.planPage")
    async def plan_page(ls: KubelensServer, uri: str) -> str:
        return await _open(ls, "plan.html", await _told(ls, ("plan", *_AGAINST, "--format", "html"), _folder(ls, uri)))

    @server.command("kubelens.showPlan")
    async def show_plan(ls: KubelensServer, uri: str) -> str:
        return await _open(ls, "plan.txt", await _told(ls, ("plan", *_AGAINST), _folder(ls, uri)))

    @server.command("kubelens.playScenario")
    async def play_scenario(ls: KubelensServer, key: str) -> str:
        return await _open(ls, "scenario.txt", await play(ls, key_of(key)))

    @server.command("kubelens.scenarioPage")
    async def scenario_page(ls: KubelensServer, key: str) -> str:
        file = ROOT / key_of(key)
        page = await _told(ls, ("simulate", file.name, "--format", "html"), file.parent)
        return await _open(ls, f"{file.stem}.html", page)


async def play(ls: KubelensServer, key: str) -> str:
    """Play a scenario as it is saved; its promises that are broken stand in it from then on."""
    source = (await ls.current()).snapshot.source(key)
    file = ROOT / key
    told = await _told(ls, ("test", file.name, "--format", "json"), file.parent)
    if source is not None:
        ls.played[key] = Played(source.text, told)
        await ls.said_of_scenario(key)
    return in_words(told)


def _folder(ls: KubelensServer, uri: str) -> Path:
    if uri and (ROOT / key_of(uri)).is_dir():
        return ROOT / key_of(uri)
    return ls.session.folders[0] if ls.session.folders else Path.cwd()


async def _told(ls: KubelensServer, arguments: tuple[str, ...], folder: Path) -> str:
    try:
        return await told_by(arguments, folder)
    except ErrandFailed as error:
        raise Refused(str(error)) from None
