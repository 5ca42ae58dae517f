"""Objects as they were committed last, to show what a change of one does."""

from __future__ import annotations

import os
from collections.abc import Mapping

from kubelens.engine.git import GitError, Repository, repository_around
from kubelens.engine.loader import Loaded
from kubelens.engine.workspace import Workspace
from kubelens.kube.resource import Resource
from kubelens.predict.api import Prediction
from kubelens.predict.controllers.fields import count
from kubelens.predict.controllers.rollout.rollout import NextRollout, Rollout, RolloutOf
from kubelens.syntax.text import Source, UnreadableText, decode_bytes
from kubelens_lsp.session import ROOT
from kubelens_lsp.view import View

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
_MOST_BYTES = 4 * 1024 * 1024
_Slot = tuple[object, ...]


class Committed:
    """The objects of files in the last commit, read through git when they are asked for, once for each commit."""

    def __init__(self) -> None:
        self._repositories: dict[str, Repository | None] = {}
        self._known: dict[str, tuple[bytes, dict[_Slot, Resource]]] = {}

    def objects(self, key: str, namespace: str) -> Mapping[_Slot, Resource] | None:
        """What a file held in the last commit; None where it is in no repository with a commit, or git does not answer."""
        repository = self._around(key)
        if repository is None:
            return None
        try:
            head = repository.call("rev-parse", "--verify", "--quiet", "HEAD")
            if head.code != 0:
                return None
            known = self._known.get(key)
            if known is None or known[0] != head.output:
                known = self._known[key] = head.output, self._read(repository, key, namespace)
        except GitError:
            return None
        return known[1]

    def _around(self, key: str) -> Repository | None:
        folder = os.path.dirname(f"/{key}")
        if folder not in self._repositories:
            self._repositories[folder] = repository_around(folder) if os.path.isdir(folder) else None
        return self._repositories[folder]

    def _read(self, repository: Repository, key: str, namespace: str) -> dict[_Slot, Resource]:
        path = os.path.relpath(os.path.realpath(ROOT / key), repository.top).replace(os.sep, "/")
        told = repository.call("cat-file", "blob", f"HEAD:{path}")
        if told.code != 0 or len(told.output) > _MOST_BYTES:
            return {}
        try:
            text, _ = decode_bytes(told.output)
        except UnreadableText:
            return {}
        workspace = Workspace(namespace=namespace)
        workspace.fill([Loaded(key, Source(key, text))])
        return {one.key.slot: one for one in workspace.snapshot().bundle}


def rollout_since(view: View, committed: Committed, resource: Resource, namespace: str) -> Prediction[Rollout]:
    """How the change of a workload since the last commit rolls out; without one, how its next change would.

    Of a workload that the last commit does not hold: how it comes up.
    """
    before = committed.objects(resource.place.uri, namespace)
    old = before.get(resource.key.slot) if before is not None else None
    if old is not None and old.value != resource.value:
        return view.oracle(RolloutOf(resource, old))
    if before is not None and old is None:
        return view.oracle(RolloutOf(resource))
    return view.oracle(NextRollout(resource))


def change_title(view: View, before: Mapping[_Slot, Resource] | None, resource: Resource) -> str:
    """What the change of a workload since the last commit does, in a few words; ``""`` where there is none.

    ``before``: what its file held there, as :meth:`Committed.objects` gives it.
    """
    if before is None or resource.partial:
        return ""
    old = before.get(resource.key.slot)
    if old is not None and (old.partial or old.value == resource.value):
        return ""
    if old is None:
        return "new since the last commit"
    rollout = view.oracle(RolloutOf(resource, old)).answer
    if rollout.refusal:
        return "changed since the last commit: the API server refuses the update"
    if rollout.timeline is not None and rollout.change is not None and rollout.change.rolls_out:
        ready, most = rollout.timeline.min_ready, rollout.timeline.max_pods
        return f"change replaces its Pods: at least {ready} ready, at most {most} Pods"
    was, now = count(old.spec, "replicas", 1), count(resource.spec, "replicas", 1)
    if resource.kind != "DaemonSet" and was != now:
        return f"change scales {was} -> {now}"
    return "changed since the last commit: no Pod restarts"
