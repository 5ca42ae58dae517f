"""Post a plan as the one comment of a pull or merge request, in place of the one before.

    python plan_comment.py plan.md

Stands apart from the package, which opens no connection. Reads where it is from the variables that GitHub Actions and
GitLab CI set: on GitHub ``GITHUB_TOKEN`` with the right to write pull requests, on GitLab ``KUBELENS_TOKEN``, an access token
with the scope ``api``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SECONDS = 30
PAGE = 100
MAY_NOT = (401, 403)


class Host:
    """The comments of one request: ``listed`` is where they are, ``token`` the header that lets in."""

    def __init__(self, listed: str, token: Mapping[str, str], replaces: str) -> None:
        self.listed = listed
        self._headers = {**token, "Accept": "application/json", "Content-Type": "application/json"}
        self._replaces = replaces

    def comments(self) -> Iterator[dict[str, Any]]:
        """All of them, page by page."""
        page = 1
        while found := self.call("GET", f"{self.listed}?per_page={PAGE}&page={page}"):
            yield from found
            if len(found) < PAGE:
                return
            page += 1

    def put(self, text: str) -> str:
        """Replace the comment that begins with the same line, else make one; says which."""
        marker = text.split("\n", 1)[0]
        mine = next((one for one in self.comments() if str(one.get("body", "")).startswith(marker)), None)
        if mine is None:
            self.call("POST", self.listed, {"body": text})
            return "posted"
        self.call(self._replaces, self.own(mine["id"]), {"body": text})
        return "replaced"

    def own(self, number: int) -> str:
        """Where one comment is."""
        return f"{self.listed}/{number}"

    def call(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the host answers.

        Raises:
            urllib.error.URLError: it cannot be reached, or says no.
        """
        data = json.dumps(body).encode() if body is not None else None
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"{url!r} is no address of a host")
        with urlopen(Request(url, data, self._headers, method=method), timeout=SECONDS) as answer:
            return json.loads(answer.read() or b"null")


class GitHub(Host):
    """Comments of a pull request are an issue's; one alone is addressed without its number."""

    def __init__(self, api: str, repository: str, number: int, token: str) -> None:
        super().__init__(
            f"{api}/repos/{repository}/issues/{number}/comments", {"Authorization": f"Bearer {token}"}, "PATCH"
        )
        self._single = f"{api}/repos/{repository}/issues/comments"

    def own(self, number: int) -> str:
        """Where one comment is."""
        return f"{self._single}/{number}"


def host(variables: Mapping[str, str]) -> Host | None:
    """Where the comment goes; None where the job is not about a request."""
    if "GITHUB_EVENT_PATH" in variables:
        event = json.loads(Path(variables["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        number = (event.get("pull_request") or {}).get("number")
        if number is None:
            return None
        api = variables.get("GITHUB_API_URL", "https://api.github.com")
        return GitHub(api, variables["GITHUB_REPOSITORY"], int(number), variables["GITHUB_TOKEN"])
    if "CI_MERGE_REQUEST_IID" in variables:
        project = f"{variables['CI_API_V4_URL']}/projects/{variables['CI_PROJECT_ID']}"
        notes = f"{project}/merge_requests/{variables['CI_MERGE_REQUEST_IID']}/notes"
        return Host(notes, {"PRIVATE-TOKEN": variables["KUBELENS_TOKEN"]}, "PUT")
    return None


def main() -> int:
    """Post the file named on the command line; 0 where there is nothing to post to, or the token may not (a fork's)."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    where = host(os.environ)
    if where is None:
        print("not a pull or merge request: no comment")
        return 0
    try:
        print(f"comment {where.put(text)}")
    except HTTPError as refused:
        if refused.code not in MAY_NOT:
            raise
        print(f"no comment: the host answers {refused.code}, the token may not write them", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
