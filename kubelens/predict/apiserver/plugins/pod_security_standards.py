"""Pod Security: what the levels baseline and restricted refuse in a Pod, by release.

Follows ``k8s.io/pod-security-admission/policy``: one function for each control there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.go_int import parse_int
from kubelens.kube.selector import read_labels
from kubelens.predict.apiserver.causes import Path

LATEST: Final = 999
_LISTS: Final = ("containers", "initContainers", "ephemeralContainers")
_CAPABILITIES: Final = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split()
)
_SELINUX: Final = {"": 0, "container_t": 0, "container_init_t": 0, "container_kvm_t": 0, "container_engine_t": 31}
_SYSCTLS: Final = {
    "kernel.shm_rmid_forced": 0,
    "net.ipv4.ip_local_port_range": 0,
    "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.ping_group_range": 0,
    "net.ipv4.ip_unprivileged_port_start": 0,
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_wmem": 32,
    "net.ipv4.tcp_slow_start_after_idle": 37,
    "net.ipv4.tcp_notsent_lowat": 37,
}
_VOLUMES: Final = frozenset(
    "configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret name".split()
)
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_USER_NAMESPACES: Final = 35
"""The release from which Pods in a user namespace of their own are let off some controls."""

Spec = Mapping[str, Any]


def is_safe_sysctl(name: str, minor: int = LATEST) -> bool:
    """Whether a sysctl is one of those that a release allows everywhere, and a kubelet without being told."""
    return name in _SYSCTLS and minor >= _SYSCTLS[name]


class Violation(Struct, frozen=True):
    """One control that a Pod breaks: its name, what is wrong, and where in the Pod spec (or ``metadata``)."""

    check: str
    message: str
    path: Path


def parse_version(text: str) -> int:
    """The minor release of ``v1.30``, a large number for ``latest`` and for what is no release."""
    minor = text.removeprefix("v1.")
    number = parse_int(minor) if minor.isdigit() else None
    return LATEST if number is None else number


def violations(spec: Spec, metadata: Spec, level: str, version: str = "latest") -> list[Violation]:
    """Everything that a level refuses in a Pod; nothing for ``privileged``."""
    if level not in ("baseline", "restricted"):
        return []
    minor = parse_version(version)
    found: list[Violation] = []
    for check in _BASELINE:
        if level == "restricted" and minor >= _OVERRIDDEN_SINCE.get(check, LATEST + 1):
            continue
        # the user namespace's relief of procMount is baseline's alone (procMount_restricted)
        found.extend(check(spec, metadata, 0 if check is _proc_mount and level == "restricted" else minor))
    if level == "restricted":
        for check in _RESTRICTED:
            if minor >= _RESTRICTED_SINCE.get(check, 0):
                found.extend(check(spec, metadata, minor))
    return found


def _containers(spec: Spec) -> Iterator[tuple[Path, Spec, Spec]]:
    """(path, container, its security context) of every container."""
    for name in _LISTS:
        for index, container in fields.items(spec, name):
            yield (name, index), container, fields.mapping(container, "securityContext")


def _windows(spec: Spec) -> bool:
    return fields.text(fields.mapping(spec, "os"), "name") == "windows"


def _own_users(spec: Spec, minor: int) -> bool:
    return spec.get("hostUsers") is False and minor >= _USER_NAMESPACES


def _host_namespaces(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(name) is True:
            yield Violation("hostNamespaces", f"{name} is true", (name,))


def _privileged(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for path, container, context in _containers(spec):
        if context.get("privileged") is True:
            yield Violation(
                "privileged",
                f"container {container.get('name')!r} is privileged",
                (*path, "securityContext", "privileged"),
            )


def _capabilities_baseline(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for path, container, context in _containers(spec):
        for index, name in enumerate(fields.texts(fields.mapping(context, "capabilities"), "add")):
            if name not in _CAPABILITIES:
                where = (*path, "securityContext", "capabilities", "add", index)
                yield Violation(
                    "capabilities", f"container {container.get('name')!r} adds the capability {name}", where
                )


def _host_path(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for index, volume in fields.items(spec, "volumes"):
        if volume.get("hostPath") is not None:
            yield Violation(
                "hostPathVolumes",
                f"volume {volume.get('name')!r} is a path of the host",
                ("volumes", index, "hostPath"),
            )


def _host_ports(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for path, container, _ in _containers(spec):
        for index, port in fields.items(container, "ports"):
            if fields.integer(port, "hostPort"):
                yield Violation(
                    "hostPorts",
                    f"container {container.get('name')!r} takes host port {port['hostPort']}",
                    (*path, "ports", index, "hostPort"),
                )


def _apparmor(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    pod = fields.mapping(fields.mapping(spec, "securityContext"), "appArmorProfile")
    if pod and fields.text(pod, "type") not in ("RuntimeDefault", "Localhost"):
        yield Violation(
            "appArmor",
            f"the Pod's AppArmor profile is {pod.get('type')}",
            ("securityContext", "appArmorProfile", "type"),
        )
    for path, container, context in _containers(spec):
        profile = fields.mapping(context, "appArmorProfile")
        if profile and fields.text(profile, "type") not in ("RuntimeDefault", "Localhost"):
            where = (*path, "securityContext", "appArmorProfile", "type")
            yield Violation(
                "appArmor", f"the AppArmor profile of {container.get('name')!r} is {profile.get('type')}", where
            )
    for key, value in read_labels(metadata.get("annotations")).items():
        if key.startswith(_APPARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/"):
            yield Violation("appArmor", f"annotation {key} is {value!r}", ("metadata", "annotations", key))


def _selinux(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    contexts: list[tuple[Path, Spec]] = [(("securityContext",), fields.mapping(spec, "securityContext"))]
    contexts.extend(((*path, "securityContext"), context) for path, _, context in _containers(spec))
    for path, context in contexts:
        options = fields.mapping(context, "seLinuxOptions")
        kind = fields.text(options, "type")
        if kind not in _SELINUX or minor < _SELINUX[kind]:
            yield Violation("seLinux", f"the SELinux type {kind!r} is set", (*path, "seLinuxOptions", "type"))
        for name in ("user", "role"):
            if fields.text(options, name):
                yield Violation("seLinux", f"an SELinux {name} is set", (*path, "seLinuxOptions", name))


def _proc_mount(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if _own_users(spec, minor):
        return
    for path, container, context in _containers(spec):
        if fields.text(context, "procMount") not in ("", "Default"):
            yield Violation(
                "procMount",
                f"container {container.get('name')!r} has /proc unmasked",
                (*path, "securityContext", "procMount"),
            )


def _seccomp_baseline(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    pod = fields.mapping(fields.mapping(spec, "securityContext"), "seccompProfile")
    if fields.text(pod, "type") not in ("", "RuntimeDefault", "Localhost"):
        yield Violation(
            "seccompProfile",
            f"the Pod's seccomp profile is {pod.get('type')}",
            ("securityContext", "seccompProfile", "type"),
        )
    for path, container, context in _containers(spec):
        profile = fields.mapping(context, "seccompProfile")
        if fields.text(profile, "type") not in ("", "RuntimeDefault", "Localhost"):
            where = (*path, "securityContext", "seccompProfile", "type")
            yield Violation(
                "seccompProfile", f"the seccomp profile of {container.get('name')!r} is {profile.get('type')}", where
            )


def _sysctls(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for index, sysctl in fields.items(fields.mapping(spec, "securityContext"), "sysctls"):
        name = fields.text(sysctl, "name")
        if not is_safe_sysctl(name, minor):
            yield Violation("sysctls", f"the sysctl {name} is set", ("securityContext", "sysctls", index, "name"))


def _windows_host_process(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if fields.mapping(fields.mapping(spec, "securityContext"), "windowsOptions").get("hostProcess") is True:
        yield Violation(
            "windowsHostProcess",
            "the Pod is a process of the host",
            ("securityContext", "windowsOptions", "hostProcess"),
        )
    for path, container, context in _containers(spec):
        if fields.mapping(context, "windowsOptions").get("hostProcess") is True:
            where = (*path, "securityContext", "windowsOptions", "hostProcess")
            yield Violation(
                "windowsHostProcess", f"container {container.get('name')!r} is a process of the host", where
            )


def _probe_hosts(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if minor < 34:
        return
    for path, container, _ in _containers(spec):
        handlers: list[tuple[Path, Spec]] = [
            ((name,), fields.mapping(container, name)) for name in ("livenessProbe", "readinessProbe", "startupProbe")
        ]
        lifecycle = fields.mapping(container, "lifecycle")
        handlers.extend((("lifecycle", name), fields.mapping(lifecycle, name)) for name in ("postStart", "preStop"))
        for where, handler in handlers:
            for kind in ("httpGet", "tcpSocket"):
                if fields.text(fields.mapping(handler, kind), "host"):
                    yield Violation(
                        "hostProbesAndHostLifecycle",
                        f"container {container.get('name')!r} asks another host",
                        (*path, *where, kind, "host"),
                    )


def _volume_types(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    for index, volume in fields.items(spec, "volumes"):
        for name in volume:
            if name not in _VOLUMES and volume[name] is not None:
                yield Violation(
                    "restrictedVolumes", f"volume {volume.get('name')!r} is of type {name}", ("volumes", index, name)
                )


def _escalation(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if _windows(spec):
        return
    for path, container, context in _containers(spec):
        if context.get("allowPrivilegeEscalation") is not False:
            where = (*path, "securityContext", "allowPrivilegeEscalation")
            yield Violation(
                "allowPrivilegeEscalation",
                f"container {container.get('name')!r} does not set allowPrivilegeEscalation: false",
                where,
            )


def _run_as_non_root(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if _own_users(spec, minor):
        return
    pod = fields.mapping(spec, "securityContext").get("runAsNonRoot")
    if pod is False:
        yield Violation("runAsNonRoot", "the Pod sets runAsNonRoot: false", ("securityContext", "runAsNonRoot"))
    for path, container, context in _containers(spec):
        own = context.get("runAsNonRoot")
        if own is False or (own is None and pod is not True):
            where = (*path, "securityContext", "runAsNonRoot")
            yield Violation(
                "runAsNonRoot", f"container {container.get('name')!r} may run as root (runAsNonRoot is not true)", where
            )


def _run_as_user(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if _own_users(spec, minor):
        return
    if fields.integer(fields.mapping(spec, "securityContext"), "runAsUser") == 0:
        yield Violation("runAsUser", "the Pod runs as user 0", ("securityContext", "runAsUser"))
    for path, container, context in _containers(spec):
        if fields.integer(context, "runAsUser") == 0:
            yield Violation(
                "runAsUser",
                f"container {container.get('name')!r} runs as user 0",
                (*path, "securityContext", "runAsUser"),
            )


def _seccomp_restricted(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if _windows(spec):
        return
    good = ("RuntimeDefault", "Localhost")
    pod = fields.text(fields.mapping(fields.mapping(spec, "securityContext"), "seccompProfile"), "type")
    if pod and pod not in good:
        yield Violation(
            "seccompProfile", f"the Pod's seccomp profile is {pod}", ("securityContext", "seccompProfile", "type")
        )
    for path, container, context in _containers(spec):
        own = fields.text(fields.mapping(context, "seccompProfile"), "type")
        if (own and own not in good) or (not own and pod not in good):
            where = (*path, "securityContext", "seccompProfile", "type")
            yield Violation(
                "seccompProfile",
                f"container {container.get('name')!r} has no seccomp profile RuntimeDefault or Localhost",
                where,
            )


def _capabilities_restricted(spec: Spec, metadata: Spec, minor: int) -> Iterator[Violation]:
    if _windows(spec):
        return
    for path, container, context in _containers(spec):
        capabilities = fields.mapping(context, "capabilities")
        where = (*path, "securityContext", "capabilities")
        if "ALL" not in fields.texts(capabilities, "drop"):
            yield Violation(
                "capabilities", f"container {container.get('name')!r} does not drop ALL capabilities", (*where, "drop")
            )
        for index, name in enumerate(fields.texts(capabilities, "add")):
            if name != "NET_BIND_SERVICE":
                yield Violation(
                    "capabilities",
                    f"container {container.get('name')!r} adds the capability {name}",
                    (*where, "add", index),
                )


_Check = Callable[[Spec, Spec, int], Iterator[Violation]]
_BASELINE: Final[tuple[_Check, ...]] = (
    _apparmor,
    _capabilities_baseline,
    _host_namespaces,
    _host_path,
    _host_ports,
    _privileged,
    _probe_hosts,
    _proc_mount,
    _seccomp_baseline,
    _selinux,
    _sysctls,
    _windows_host_process,
)
_RESTRICTED: Final[tuple[_Check, ...]] = (
    _escalation,
    _capabilities_restricted,
    _volume_types,
    _run_as_non_root,
    _run_as_user,
    _seccomp_restricted,
)
_OVERRIDDEN_SINCE: Final[Mapping[object, int]] = {_seccomp_baseline: 19, _capabilities_baseline: 22}
"""The release from which a control of ``restricted`` takes the place of the one of ``baseline``."""
_RESTRICTED_SINCE: Final[Mapping[object, int]] = {
    _capabilities_restricted: 22,
    _run_as_user: 23,
    _seccomp_restricted: 19,
}
"""The first release that asks for a control (``MinimumVersion`` of the check)."""
