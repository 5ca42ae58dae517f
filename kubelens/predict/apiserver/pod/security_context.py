"""Security contexts, after core ``ValidateSecurityContext`` and ``validatePodSpecSecurityContext``."""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.pod.local_path import validate_local_path
from kubelens.syntax.pattern import pattern

_ID_MAX: Final = 2**31 - 1
_NETBIOS: Final = pattern(r"""[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}\Z""")
_DNS_DOMAIN: Final = pattern(
    r"[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*\Z"
)
_PROFILES: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_WINDOWS_ONLY_FORBIDDEN_POD: Final = (
    "appArmorProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "runAsGroup",
    "runAsUser",
    "seLinuxOptions",
    "seccompProfile",
    "seLinuxChangePolicy",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "sysctls",
)
_SYSCTL: Final = pattern(r"[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?(?:[./][a-z0-9](?:[-_a-z0-9]*[a-z0-9])?)*\Z", re.ASCII)


def _id(value: Any, report: Report, path: Path) -> None:
    if value is not None and not 0 <= value <= _ID_MAX:
        report.invalid(path, value, f"must be between 0 and {_ID_MAX}")


def validate_profile(profile: dict[str, Any] | None, report: Report, path: Path, sort: str) -> None:
    """A seccomp or AppArmor profile: its type, and the file it names where it is a local one."""
    if profile is None:
        return
    if sort == "seccomp":
        _seccomp(profile, report, path)
    else:
        _app_armor(profile, report, path)


def _seccomp(profile: dict[str, Any], report: Report, path: Path) -> None:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        report.required((*path, "type"))
    elif kind not in _PROFILES:
        report.not_supported((*path, "type"), kind, _PROFILES)
    if kind == "Localhost":
        if local is None:
            report.required((*path, "localhostProfile"), "must name a profile for type Localhost")
        else:
            validate_local_path(local, report, (*path, "localhostProfile"))
    elif local is not None:
        report.invalid((*path, "localhostProfile"), local, "must not be set without type Localhost")


def _app_armor(profile: dict[str, Any], report: Report, path: Path) -> None:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    here = (*path, "localhostProfile")
    if kind == "Localhost":
        if local is None or local == "":
            report.required(here, "must name a profile for type Localhost")
            return
        if local.strip() != local:
            report.invalid(here, local, "must not begin or end with a blank")
        if len(local.encode()) > 4095:
            report.too_long(here, 4095)
    elif not kind:
        report.required((*path, "type"))
    elif kind not in _PROFILES:
        report.not_supported((*path, "type"), kind, _PROFILES)
    elif local is not None:
        report.invalid(here, local, "must not be set without type Localhost")


def validate_capabilities(context: dict[str, Any]) -> bool:
    """Whether CAP_SYS_ADMIN is added."""
    return "CAP_SYS_ADMIN" in context.get("capabilities", {}).get("add", [])


def validate_container_context(context: dict[str, Any] | None, report: Report, path: Path, *, host_users: bool) -> None:
    """One container's security context."""
    if context is None:
        return
    _id(context.get("runAsUser"), report, (*path, "runAsUser"))
    _id(context.get("runAsGroup"), report, (*path, "runAsGroup"))
    mount = context.get("procMount")
    if mount is not None:
        if mount not in ("Default", "Unmasked"):
            report.not_supported((*path, "procMount"), mount, ("Default", "Unmasked"))
        elif host_users and mount == "Unmasked":
            report.invalid((*path, "procMount"), mount, "must be Default unless hostUsers is false")
    validate_profile(context.get("seccompProfile"), report, (*path, "seccompProfile"), "seccomp")
    validate_profile(context.get("appArmorProfile"), report, (*path, "appArmorProfile"), "apparmor")
    if context.get("allowPrivilegeEscalation") is False:
        if context.get("privileged"):
            report.inconsistent(
                path, "allowPrivilegeEscalation must not be false beside privileged: true: take one out"
            )
        if validate_capabilities(context):
            report.inconsistent(
                path, "allowPrivilegeEscalation must not be false beside capability CAP_SYS_ADMIN: take one out"
            )
    validate_windows_options(context.get("windowsOptions"), report, (*path, "windowsOptions"))


def validate_windows_options(options: dict[str, Any] | None, report: Report, path: Path) -> None:
    """What only Windows knows."""
    if options is None:
        return
    name = options.get("gmsaCredentialSpecName")
    if name is not None:
        from kubelens.predict.apiserver.formats import is_dns1123_subdomain

        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "gmsaCredentialSpecName"), name, problem)
    spec = options.get("gmsaCredentialSpec")
    if spec is not None:
        if not spec:
            report.invalid((*path, "gmsaCredentialSpec"), spec, "must not be empty")
        elif len(spec) > 64 * 1024:
            report.inconsistent((*path, "gmsaCredentialSpec"), "must be at most 64 KiB")
    user = options.get("runAsUserName")
    if user is not None:
        _windows_user(user, report, (*path, "runAsUserName"))


def _windows_user(user: str, report: Report, path: Path) -> None:
    if not user:
        report.invalid(path, user, "must not be empty")
        return
    if any(ord(c) < 32 or ord(c) == 127 for c in user):
        report.invalid(path, user, "must hold no control characters")
    if user.count("\\") > 1:
        report.invalid(path, user, "must hold one backslash at most")
        return
    domain, slash, name = user.rpartition("\\")
    if slash:
        if not domain:
            report.invalid(path, user, "must name a domain before the backslash")
        elif len(domain.encode()) >= 256:
            report.invalid(path, user, "must have at most 255 characters of the domain")
        elif not (_NETBIOS.match(domain) or _DNS_DOMAIN.match(domain)):
            report.invalid(path, user, "must have a domain that is a NetBIOS or a DNS name")
    if not name:
        report.invalid(path, user, "must name a user")
    elif len(name.encode()) > 104:
        report.invalid(path, user, "must have at most 104 characters of the user")
    elif not name.strip(". "):
        report.invalid(path, user, "must name a user that is more than dots and blanks")
    elif any(c in '"/\\[]:;|=,+*?<>@' for c in name):
        report.invalid(path, user, "must name a user by characters that Windows allows")


def validate_pod_context(spec: dict[str, Any], report: Report, path: Path) -> None:
    """The Pod's own security context, and its use of the host's namespaces."""
    context = spec.get("securityContext") or {}
    here = (*path, "securityContext")
    _id(context.get("fsGroup"), report, (*here, "fsGroup"))
    _id(context.get("runAsUser"), report, (*here, "runAsUser"))
    _id(context.get("runAsGroup"), report, (*here, "runAsGroup"))
    for index, group in enumerate(context.get("supplementalGroups", [])):
        _id(group, report, (*here, "supplementalGroups", index))
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        report.add(
            (*path, "shareProcessNamespace"),
            CauseReason.INVALID,
            "must be false beside hostPID: true, is true: all Pods of the node share their processes then",
            field_notation((*here, "shareProcessNamespace")),
        )
    _sysctls(context.get("sysctls", []), spec, report, (*here, "sysctls"))
    policy = context.get("fsGroupChangePolicy")
    if policy is not None and policy not in ("Always", "OnRootMismatch"):
        report.not_supported((*here, "fsGroupChangePolicy"), policy, ("Always", "OnRootMismatch"))
    validate_profile(context.get("seccompProfile"), report, (*here, "seccompProfile"), "seccomp")
    validate_profile(context.get("appArmorProfile"), report, (*here, "appArmorProfile"), "apparmor")
    validate_windows_options(context.get("windowsOptions"), report, (*here, "windowsOptions"))
    policy = context.get("supplementalGroupsPolicy")
    if policy is not None and policy not in ("Merge", "Strict"):
        report.not_supported((*here, "supplementalGroupsPolicy"), policy, ("Merge", "Strict"))
    policy = context.get("seLinuxChangePolicy")
    if policy is not None and policy != "Recursive":
        report.not_supported((*here, "seLinuxChangePolicy"), policy, ("Recursive",))


def _sysctls(sysctls: list[dict[str, Any]], spec: dict[str, Any], report: Report, path: Path) -> None:
    seen: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        name = sysctl.get("name", "")
        here = (*path, index, "name")
        if not name:
            report.required(here)
        elif len(name) > 253 or not _SYSCTL.match(name):
            report.invalid(here, name, "must be names joined by '.' or '/'")
        elif name in seen:
            report.duplicate(here, name)
        if name:
            dotted = name.replace("/", ".")
            if spec.get("hostNetwork") and dotted.startswith("net."):
                report.invalid(here, name, "must not be set on the host's network")
            if spec.get("hostIPC") and (
                dotted.startswith(("fs.mqueue.", "kernel.shm", "kernel.msg")) or dotted == "kernel.sem"
            ):
                report.invalid(here, name, "must not be set with the host's IPC namespace")
        seen.add(name)


def validate_operating_system(spec: dict[str, Any], report: Report, path: Path) -> None:
    """What a Pod for Windows or Linux cannot say, after ``validateWindows`` and ``validateLinux``."""
    system = spec.get("os")
    if system is None:
        return
    name = system.get("name", "")
    if not name:
        report.required((*path, "os", "name"))
        return
    if name not in ("linux", "windows"):
        report.add(
            (*path, "os", "name"),
            CauseReason.NOT_SUPPORTED,
            f"must be one of linux, windows, is '{name}'",
            field_notation((*path, "os")),
        )
        return
    context = spec.get("securityContext") or {}
    if name == "linux":
        if "windowsOptions" in context:
            report.forbidden((*path, "securityContext", "windowsOptions"), "must not be set for a Pod on Linux")
    else:
        for field in ("hostPID", "hostIPC"):
            if spec.get(field):
                report.forbidden((*path, field), "must not be set for a Pod on Windows")
        if spec.get("resources") is not None:
            report.forbidden((*path, "resources"), "must not be set for a Pod on Windows")
        if spec.get("hostUsers") is not None:
            report.forbidden((*path, "hostUsers"), "must not be set for a Pod on Windows")
        if spec.get("shareProcessNamespace") is not None:
            report.forbidden((*path, "shareProcessNamespace"), "must not be set for a Pod on Windows")
        for field in _WINDOWS_ONLY_FORBIDDEN_POD:
            if field in context and (field != "sysctls" or context[field]):
                report.forbidden((*path, "securityContext", field), "must not be set for a Pod on Windows")
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field, [])):
            own = container.get("securityContext")
            if own is None:
                continue
            here = (*path, field, index, "securityContext")
            if name == "linux":
                if "windowsOptions" in own:
                    report.forbidden((*here, "windowsOptions"), "must not be set for a Pod on Linux")
                continue
            for key in (
                "appArmorProfile",
                "seLinuxOptions",
                "seccompProfile",
                "capabilities",
                "readOnlyRootFilesystem",
                "privileged",
                "allowPrivilegeEscalation",
                "procMount",
                "runAsUser",
                "runAsGroup",
            ):
                if key in own:
                    report.forbidden((*here, key), "must not be set for a Pod on Windows")
