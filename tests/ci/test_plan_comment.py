"""The comment of a plan, against a stand-in of the hosts' interfaces: one comment, replaced by the next."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

SCRIPT = Path(__file__).parents[2] / "ci" / "plan_comment.py"


class StandIn(ThreadingHTTPServer):
    """Keeps comments as GitHub and GitLab do; ``asked`` holds (method, path, token)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.comments = [{"id": number, "body": f"looks good {number}"} for number in range(130)]
        self.asked: list[tuple[str, str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: StandIn

    def _note(self) -> None:
        token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
        self.server.asked.append((self.command, urlsplit(self.path).path, token))

    def _say(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def do_GET(self) -> None:
        self._note()
        if self.headers.get("Authorization") == "Bearer of a fork":
            self.send_error(403)
            return
        asked = parse_qs(urlsplit(self.path).query)
        page, size = int(asked["page"][0]), int(asked["per_page"][0])
        self._say(self.server.comments[(page - 1) * size : page * size])

    def do_POST(self) -> None:
        self._note()
        self.server.comments.append({"id": len(self.server.comments), "body": self._body()})
        self._say({})

    def do_PATCH(self) -> None:
        self._note()
        self.server.comments[int(self.path.rpartition("/")[2])]["body"] = self._body()
        self._say({})

    do_PUT = do_PATCH

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    server = StandIn()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def post(text: str, folder: Path, variables: dict[str, str]) -> str:
    file = folder / "plan.md"
    file.write_text(text)
    command = [sys.executable, str(SCRIPT), str(file)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_github(stand_in: StandIn, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7}}')
    variables = {
        "GITHUB_API_URL": stand_in.address,
        "GITHUB_REPOSITORY": "shop/deploy",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_TOKEN": "t",
    }
    assert post("<!-- kubelens plan -->\none", tmp_path, variables) == "comment posted\n"
    assert post("<!-- kubelens plan -->\ntwo", tmp_path, variables) == "comment replaced\n"
    assert [c["body"] for c in stand_in.comments[130:]] == ["<!-- kubelens plan -->\ntwo"]
    assert stand_in.asked[-1] == ("PATCH", "/repos/shop/deploy/issues/comments/130", "Bearer t")


def test_the_token_of_a_fork_fails_no_job(stand_in: StandIn, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7, "head": {"repo": {"fork": true}}}}')
    variables = {
        "GITHUB_API_URL": stand_in.address,
        "GITHUB_REPOSITORY": "shop/deploy",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_TOKEN": "of a fork",
    }
    assert post("x", tmp_path, variables) == ""
    assert len(stand_in.comments) == 130


def test_gitlab(stand_in: StandIn, tmp_path: Path) -> None:
    variables = {
        "CI_API_V4_URL": f"{stand_in.address}/api/v4",
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "9",
        "KUBELENS_TOKEN": "t",
    }
    assert post("<!-- kubelens plan -->\none", tmp_path, variables) == "comment posted\n"
    assert post("<!-- kubelens plan -->\ntwo", tmp_path, variables) == "comment replaced\n"
    assert stand_in.asked[-1] == ("PUT", "/api/v4/projects/3/merge_requests/9/notes/130", "t")


def test_a_push_has_no_comment(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"ref": "refs/heads/main"}')
    assert "no comment" in post("x", tmp_path, {"GITHUB_EVENT_PATH": str(event)})
