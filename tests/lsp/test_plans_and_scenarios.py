"""What a change does since the last commit, the plan of the working tree, scenarios that are played where they stand."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from kubelens_lsp.completion import Asked, completions
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.scenario_results import Played, scenario_problems
from kubelens_lsp.session import Session
from kubelens_lsp.since_git import Committed, change_title, rollout_since
from lsprotocol import types
from pytest_lsp import LanguageClient

from kubelens.kube.resource import Resource
from kubelens.syntax.text import Source
from tests.lsp.conftest import opening, seen

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.27
"""
SCENARIO = """\
scenario: a node goes
cluster: {nodes: ["2x4cpu,8Gi"], zones: [a, b]}
events:
  - {at: 0, drain: node-a}
promises:
  - {fits: true}
  - min-ready: {service: web, count: 9}
---
"""
SERVICE = (
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
)


def git(folder: Path, *arguments: str) -> None:
    words = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def session_of(folder: Path, **texts: str) -> Session:
    session = Session(folders=[folder])
    session.reload()
    for name, text in texts.items():
        session.opened((folder / f"{name}.yaml").as_uri(), text, 1)
    session.refresh()
    return session


def deployment(session: Session, name: str = "web") -> Resource:
    return next(one for one in session.view.snapshot.bundle.all("Deployment") if one.name == name)


def title_of(session: Session, workload: Resource, committed: Committed) -> str:
    return change_title(session.view, committed.objects(workload.place.uri, "default"), workload)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nothing", "nothing", ""),
        ("replicas: 3", "replicas: 5", "change scales 3 -> 5"),
        ("nginx:1.27", "nginx:1.28", "change replaces its Pods: at least 3 ready, at most 4 Pods"),
        ("metadata: {name: web}\n", "metadata: {name: web, labels: {a: b}}\n", "no Pod restarts"),
        ("selector: {matchLabels: {app: web}}", "selector: {matchLabels: {app: x}}", "refuses"),
    ],
)
def test_a_change_says_what_it_does_since_the_last_commit(repository: Path, old: str, new: str, said: str) -> None:
    session = session_of(repository, web=DEPLOYMENT.replace(old, new))
    title = title_of(session, deployment(session), Committed())
    assert said in title
    assert bool(title) is bool(said)


def test_what_is_not_committed_is_new_and_comes_up(repository: Path) -> None:
    session = session_of(repository, more=DEPLOYMENT.replace("name: web}\nspec", "name: more}\nspec"))
    more = deployment(session, "more")
    assert title_of(session, more, Committed()) == "new since the last commit"
    rollout = rollout_since(session.view, Committed(), more, "default").answer
    assert rollout.timeline is not None
    assert rollout.timeline.states[0].ready == 0


def test_an_unchanged_workload_shows_how_its_next_change_rolls_out(repository: Path) -> None:
    session = session_of(repository)
    rollout = rollout_since(session.view, Committed(), deployment(session), "default").answer
    assert rollout.timeline is not None
    assert rollout.timeline.min_ready == 3


def test_a_commit_is_seen(repository: Path) -> None:
    session, committed = session_of(repository, web=DEPLOYMENT.replace("replicas: 3", "replicas: 5")), Committed()
    assert title_of(session, deployment(session), committed)
    (repository / "web.yaml").write_text(DEPLOYMENT.replace("replicas: 3", "replicas: 5"))
    git(repository, "commit", "-qam", "second")
    assert title_of(session, deployment(session), committed) == ""


def offered(session: Session, folder: Path, text: str) -> set[str]:
    source = Source(key_of(str(folder / "scene.yaml")), text)
    asked = Asked(session.view, source, to_position(source, len(text), UTF16), UTF16)
    return {item.label for item in completions(asked)}


@pytest.mark.parametrize(
    ("written", "some"),
    [
        ("scenario: a\nev", {"events", "promises", "cluster", "play"}),
        ("scenario: a\nevents:\n  - at: 0\n    ", {"rollout", "drain", "scale"}),
        ("scenario: a\nevents:\n  - rollout: ", {"Deployment default/web"}),
        ("scenario: a\nevents:\n  - scale: {target: ", {"Deployment default/web"}),
        ('scenario: a\ncluster: {nodes: ["2x4cpu,8Gi"]}\nevents:\n  - drain: ', {"node-a", "node-b"}),
        ("scenario: a\nplay: ", {"upgrade-nodes", "drain-all"}),
        ("scenario: a\nevents:\n  - taint:\n      effect: ", {"NoSchedule", "NoExecute"}),
    ],
)
def test_scenario_files_are_completed(repository: Path, written: str, some: set[str]) -> None:
    assert some <= offered(session_of(repository), repository, written)


@pytest.mark.parametrize(
    ("old", "new", "said", "line"),
    [
        ("fits: true", "fit: true", "no field 'fit'", 5),
        ("{at: 0, drain: node-a}", "{at: soon}", "Expected `int", 3),
        ("{fits: true}", '{always: "1 +"}', "no condition", 5),
    ],
)
def test_what_a_scenario_may_not_say_is_told_where_it_stands(
    repository: Path, old: str, new: str, said: str, line: int
) -> None:
    session = session_of(repository, scene=f"{SCENARIO.replace(old, new)}{DEPLOYMENT}")
    (found,) = scenario_problems(session.view, key_of(str(repository / "scene.yaml")), None, UTF16)
    assert said in found.message
    assert found.range.start.line == line


def test_results_are_those_of_the_text_that_was_played(repository: Path) -> None:
    text = f"{SCENARIO}{DEPLOYMENT}"
    session, key = session_of(repository, scene=text), key_of(str(repository / "scene.yaml"))
    told = '{"scenarios": [{"name": "a", "holds": false, "fault": "", "simulation": {"runs": [{"seed": 0, "promises": [{"name": "fits", "holds": false, "broken": {"second": 10, "why": "no room"}}]}]}}]}'
    (found,) = scenario_problems(session.view, key, Played(text, told), UTF16)
    assert (found.range.start.line, "no room" in found.message) == (5, True)
    assert scenario_problems(session.view, key, Played(f"{text}#", told), UTF16) == []


def test_promises_about_objects_of_other_namespaces_are_told_where_they_stand(repository: Path) -> None:
    text = f"{SCENARIO}{DEPLOYMENT}"
    session, key = session_of(repository, scene=text), key_of(str(repository / "scene.yaml"))
    promises = (
        '{"name": "fits", "broken": null}, '
        '{"name": "shop/web has at least 9 ready endpoints", "broken": {"second": 10, "why": "8 are left"}}'
    )
    runs = ", ".join(f'{{"seed": {seed}, "promises": [{promises}]}}' for seed in (0, 1))
    told = f'{{"scenarios": [{{"name": "a", "holds": false, "fault": "", "simulation": {{"runs": [{runs}]}}}}]}}'
    (found,) = scenario_problems(session.view, key, Played(text, told), UTF16)
    assert (found.range.start.line, "8 are left" in found.message) == (6, True)


@pytest.mark.asyncio
async def test_a_scenario_is_played_and_the_plan_is_shown(client: LanguageClient, folder: Path) -> None:
    scene = folder / "scene.yaml"
    scene.write_text(f"{SCENARIO}{DEPLOYMENT}{SERVICE}")
    client.text_document_did_open(opening(scene))
    for name in ("window/showDocument", "window/showMessage"):
        if name not in client.protocol.fm.features:
            client.feature(name)(_shown)
    told = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("kubelens.playScenario", [scene.as_uri()])
    )
    assert isinstance(told, str)
    assert "broken  default/web has at least 9 ready endpoints" in told
    found = [one for one in await seen(client, scene.as_uri()) if one.code == "scenario"]
    assert [one.range.start.line for one in found] == [6]
    git(folder, "init", "-q")
    git(folder, "commit", "-qm", "nothing", "--allow-empty")
    page = await client.workspace_execute_command_async(types.ExecuteCommandParams("kubelens.planPage", [""]))
    assert isinstance(page, str)
    assert "kubelens plan" in page


def _shown(*given: object) -> types.ShowDocumentResult | None:
    return types.ShowDocumentResult(success=True) if isinstance(given[-1], types.ShowDocumentParams) else None
