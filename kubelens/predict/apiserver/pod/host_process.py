"""Windows host-process containers, after core ``validateWindowsHostProcessPod``."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report


def validate_host_process(spec: dict[str, Any], report: Report, path: Path) -> None:
    """All containers of a Pod are host processes or none is, and then the Pod is on the host's network."""
    of_pod = _flag(spec)
    total = processes = 0
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field, [])):
            own = _flag(container)
            total += 1
            if own is not None and of_pod is not None and own != of_pod:
                here = (*path, field, index, "securityContext", "windowsOptions", "hostProcess")
                report.invalid(here, own, f"must be {str(of_pod).lower()}, as the Pod's own hostProcess")
            processes += bool(of_pod if own is None else own)
    if not processes:
        return
    if processes != total:
        report.inconsistent(path, "must be the same for all containers: some are host processes and some are not")
    if not spec.get("hostNetwork"):
        report.invalid((*path, "hostNetwork"), False, "must be true for host processes")


def _flag(holder: dict[str, Any]) -> bool | None:
    options = (holder.get("securityContext") or {}).get("windowsOptions")
    found: bool | None = options.get("hostProcess") if options else None
    return found
