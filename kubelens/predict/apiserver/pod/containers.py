"""Containers of every sort, after core ``validateContainers`` and its like for init and ephemeral containers."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_label, is_valid_port_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.env import validate_env, validate_env_from
from kubelens.predict.apiserver.pod.local_path import validate_local_path
from kubelens.predict.apiserver.pod.probes import validate_lifecycle, validate_probe
from kubelens.predict.apiserver.pod.resources import validate_requirements
from kubelens.predict.apiserver.pod.security_context import validate_container_context

_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_PULL: Final = ("Always", "IfNotPresent", "Never")
_MESSAGES: Final = ("FallbackToLogsOnError", "File")
_EPHEMERAL_FIELDS: Final = frozenset(
    [
        "name",
        "image",
        "command",
        "args",
        "workingDir",
        "envFrom",
        "env",
        "volumeMounts",
        "volumeDevices",
        "imagePullPolicy",
        "securityContext",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "stdin",
        "stdinOnce",
        "tty",
        "resources",
        "targetContainerName",
    ]
)


class Surroundings(Struct, frozen=True):
    """What of the Pod its containers depend on."""

    volumes: dict[str, dict[str, Any]]
    claims: frozenset[str]
    grace: int | None
    restart_policy: str
    host_network: bool
    host_users: bool
    is_pod: bool
    options: Options


def validate_all(spec: dict[str, Any], around: Surroundings, report: Report, path: Path) -> None:
    """Containers, init containers and ephemeral containers of a Pod."""
    names: set[str] = set()
    containers = spec.get("containers", [])
    if not containers:
        report.required((*path, "containers"), "must have at least one container")
    for index, container in enumerate(containers):
        here = (*path, "containers", index)
        _common(container, around, report, here)
        _unique(container, names, report, here)
        _main(container, around, report, here)
        _probes(container, report, here, around.grace)
        _restart(container, around, report, here, init=False)
    _host_ports(containers, report, (*path, "containers"))
    if around.host_network:
        _host_network_ports(containers, around, report, (*path, "containers"))
    _init(spec.get("initContainers", []), around, names, report, (*path, "initContainers"))
    _ephemeral(spec, around, names, report, (*path, "ephemeralContainers"))


def _init(containers: list[dict[str, Any]], around: Surroundings, names: set[str], report: Report, path: Path) -> None:
    for index, container in enumerate(containers):
        here = (*path, index)
        _common(container, around, report, here)
        _unique(container, names, report, here, nameless=False)
        sidecar = container.get("restartPolicy") == "Always"
        _main(container, around, report, here, lifecycle=sidecar)
        _restart(container, around, report, here, init=True)
        if sidecar:
            _probes(container, report, here, around.grace)
        else:
            if "lifecycle" in container:
                report.forbidden((*here, "lifecycle"), "must not be set for an init container that ends")
            for name in ("livenessProbe", "readinessProbe", "startupProbe"):
                if name in container:
                    report.forbidden(
                        (*here, name),
                        "must not be set for an init container that ends: only sidecars (restartPolicy: Always) are probed",
                    )
        _host_ports([container], report, path, at=index)


def _restart(container: dict[str, Any], around: Surroundings, report: Report, path: Path, *, init: bool) -> None:
    policy = container.get("restartPolicy")
    if not around.options.has("ContainerRestartRules"):
        if policy is not None and not init:
            report.forbidden(
                (*path, "restartPolicy"), "must not be set before Kubernetes 1.35, except for init containers"
            )
        elif policy not in (None, "Always"):
            report.not_supported((*path, "restartPolicy"), policy, ("Always",))
        return
    rules = container.get("restartPolicyRules", [])
    everything = around.options.has("RestartAllContainersOnContainerExits")
    actions = ("Restart", "RestartAllContainers") if everything else ("Restart",)
    if policy is not None and policy not in ("Always", "OnFailure", "Never"):
        report.not_supported((*path, "restartPolicy"), policy, ("Always", "OnFailure", "Never"))
    if rules and policy is None:
        report.required((*path, "restartPolicy"), "must be given beside restartPolicyRules")
    if rules and init and policy == "Always":
        report.forbidden((*path, "restartPolicyRules"), "must not be set for a sidecar")
    if len(rules) > 20:
        report.too_many((*path, "restartPolicyRules"), len(rules), 20)
    for index, rule in enumerate(rules):
        here = (*path, "restartPolicyRules", index)
        if rule.get("action") not in actions:
            report.not_supported((*here, "action"), rule.get("action"), actions)
        codes = rule.get("exitCodes")
        if codes is None:
            report.required((*here, "exitCodes"))
            continue
        if codes.get("operator") not in ("In", "NotIn"):
            report.not_supported((*here, "exitCodes", "operator"), codes.get("operator"), ("In", "NotIn"))
        if len(values := codes.get("values", [])) > 255:
            report.too_many((*here, "exitCodes", "values"), len(values), 255)


def _ephemeral(spec: dict[str, Any], around: Surroundings, names: set[str], report: Report, path: Path) -> None:
    others = {c.get("name", "") for f in ("containers", "initContainers") for c in spec.get(f, [])}
    for index, container in enumerate(spec.get("ephemeralContainers", [])):
        here = (*path, index)
        _common(container, around, report, here)
        _unique(container, names, report, here)
        for number, mount in enumerate(container.get("volumeMounts", [])):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    report.forbidden(
                        (*here, "volumeMounts", number, field), "must not be set for an ephemeral container"
                    )
        target = container.get("targetContainerName", "")
        if target and target not in others:
            report.not_found((*here, "targetContainerName"), "container", target, sorted(others))
        for name in container:
            if name not in _EPHEMERAL_FIELDS:
                report.forbidden((*here, name), "must not be set for an ephemeral container")
        if container.get("resources"):
            report.forbidden((*here, "resources"), "must not be set for an ephemeral container")


def _unique(container: dict[str, Any], names: set[str], report: Report, path: Path, *, nameless: bool = True) -> None:
    """No two containers have one name; ``nameless``: nor do two have none."""
    name = container.get("name", "")
    if name in names:
        report.duplicate((*path, "name"), name)
    elif name or nameless:
        names.add(name)


def _common(container: dict[str, Any], around: Surroundings, report: Report, path: Path) -> None:
    name = container.get("name", "")
    if not name:
        report.required((*path, "name"))
    else:
        for problem in is_dns1123_label(name):
            report.invalid((*path, "name"), name, problem)
    image = container.get("image", "")
    if not image:
        report.required((*path, "image"))
    elif around.is_pod and image != image.strip():
        report.invalid((*path, "image"), image, "must not begin or end with a blank")
    policy = container.get("terminationMessagePolicy", "")
    if not policy:
        report.required((*path, "terminationMessagePolicy"))
    elif policy not in _MESSAGES:
        report.not_supported((*path, "terminationMessagePolicy"), policy, _MESSAGES)
    ports(container.get("ports", []), report, (*path, "ports"))
    validate_env(
        container.get("env", []),
        around.volumes,
        report,
        (*path, "env"),
        relaxed=around.options.has("RelaxedEnvironmentVariableValidation"),
    )
    validate_env_from(container.get("envFrom", []), report, (*path, "envFrom"))
    _devices(container, around, report, path)
    _mounts(container, around, report, path)
    policy = container.get("imagePullPolicy", "")
    if not policy:
        report.required((*path, "imagePullPolicy"))
    elif policy not in _PULL:
        report.not_supported((*path, "imagePullPolicy"), policy, _PULL)
    validate_requirements(container.get("resources", {}), report, (*path, "resources"), around.claims)
    _resize(container.get("resizePolicy", []), around, report, (*path, "resizePolicy"))
    validate_container_context(
        container.get("securityContext"), report, (*path, "securityContext"), host_users=around.host_users
    )


def _main(
    container: dict[str, Any], around: Surroundings, report: Report, path: Path, *, lifecycle: bool = True
) -> None:
    if lifecycle:
        validate_lifecycle(container.get("lifecycle"), report, (*path, "lifecycle"), around.grace)


def _probes(container: dict[str, Any], report: Report, path: Path, grace: int | None) -> None:
    validate_probe(container.get("livenessProbe"), report, (*path, "livenessProbe"), one_success=True, grace=grace)
    readiness = container.get("readinessProbe")
    validate_probe(readiness, report, (*path, "readinessProbe"), one_success=False, grace=grace)
    if readiness and readiness.get("terminationGracePeriodSeconds") is not None:
        report.invalid(
            (*path, "readinessProbe", "terminationGracePeriodSeconds"),
            readiness["terminationGracePeriodSeconds"],
            "must not be set for readiness probes",
        )
    validate_probe(container.get("startupProbe"), report, (*path, "startupProbe"), one_success=True, grace=grace)


def ports(items: list[dict[str, Any]], report: Report, path: Path) -> None:
    """Ports of a container."""
    names: set[str] = set()
    for index, port in enumerate(items):
        here = (*path, index)
        name = port.get("name", "")
        if name:
            problems = is_valid_port_name(name)
            for problem in problems:
                report.invalid((*here, "name"), name, problem)
            if not problems:
                if name in names:
                    report.duplicate((*here, "name"), name)
                names.add(name)
        number = port.get("containerPort", 0)
        if number == 0:
            report.required((*here, "containerPort"))
        elif not 1 <= number <= 65535:
            report.invalid((*here, "containerPort"), number, "must be between 1 and 65535")
        host = port.get("hostPort", 0)
        if host != 0 and not 1 <= host <= 65535:
            report.invalid((*here, "hostPort"), host, "must be between 1 and 65535")
        protocol = port.get("protocol", "")
        if not protocol:
            report.required((*here, "protocol"))
        elif protocol not in _PROTOCOLS:
            report.not_supported((*here, "protocol"), protocol, _PROTOCOLS)


def _host_ports(containers: list[dict[str, Any]], report: Report, path: Path, at: int = 0) -> None:
    seen: set[tuple[int, str, str]] = set()
    for number, container in enumerate(containers):
        for index, port in enumerate(container.get("ports", [])):
            host = port.get("hostPort", 0)
            if not host:
                continue
            key = (host, port.get("hostIP", ""), port.get("protocol", ""))
            if key in seen:
                report.duplicate((*path, number + at, "ports", index, "hostPort"), f"{key[2]}/{key[1]}/{host}")
            seen.add(key)


def _host_network_ports(containers: list[dict[str, Any]], around: Surroundings, report: Report, path: Path) -> None:
    for number, container in enumerate(containers):
        for index, port in enumerate(container.get("ports", [])):
            host = port.get("hostPort", 0)
            if (around.is_pod or host) and host != port.get("containerPort", 0):
                report.invalid(
                    (*path, number, "ports", index, "hostPort"),
                    host,
                    "must be the containerPort, as the Pod is on the host's network",
                )


def _mounts(container: dict[str, Any], around: Surroundings, report: Report, path: Path) -> None:
    points: set[str] = set()
    devices = {d.get("name", ""): d.get("devicePath", "") for d in container.get("volumeDevices", [])}
    for index, mount in enumerate(container.get("volumeMounts", [])):
        here = (*path, "volumeMounts", index)
        name, point = mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            report.required((*here, "name"))
        if name not in around.volumes:
            report.not_found((*here, "name"), "volume of the Pod", name, around.volumes)
        if not point:
            report.required((*here, "mountPath"))
        if point in points:
            report.invalid((*here, "mountPath"), point, "must be the path of one mount alone")
        points.add(point)
        if name in devices:
            report.invalid((*here, "name"), name, "must not be in volumeDevices too")
        if point in devices.values():
            report.invalid((*here, "mountPath"), point, "must not be the path of a device too")
        sub = mount.get("subPath", "")
        if sub:
            validate_local_path(sub, report, (*here, "subPath"), field_notation((*path, "volumeMounts", "subPath")))
        expression = mount.get("subPathExpr", "")
        if expression:
            if sub:
                report.invalid((*here, "subPathExpr"), expression, "must be empty beside subPath")
            validate_local_path(
                expression, report, (*here, "subPathExpr"), field_notation((*path, "volumeMounts", "subPathExpr"))
            )
        _propagation(mount, container, report, here)
        _recursive(mount, report, here)


def _propagation(mount: dict[str, Any], container: dict[str, Any], report: Report, path: Path) -> None:
    mode = mount.get("mountPropagation")
    if mode is None:
        return
    field = field_notation((*path[:-1], "mountPropagation"))
    if mode not in ("Bidirectional", "HostToContainer", "None"):
        said = f"must be one of Bidirectional, HostToContainer, None, is '{mode}'"
        report.add((*path, "mountPropagation"), CauseReason.NOT_SUPPORTED, said, field)
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        report.add(
            (*path, "mountPropagation"),
            CauseReason.FORBIDDEN,
            "must not be Bidirectional where the container is not privileged",
            field,
        )


def _recursive(mount: dict[str, Any], report: Report, path: Path) -> None:
    value = mount.get("recursiveReadOnly")
    if value is None:
        return
    field = field_notation((*path[:-1], "recursiveReadOnly"))
    here = (*path, "recursiveReadOnly")
    if value not in ("Disabled", "Enabled", "IfPossible"):
        report.add(
            here, CauseReason.NOT_SUPPORTED, f"must be one of Disabled, Enabled, IfPossible, is '{value}'", field
        )
    elif value != "Disabled":
        if not mount.get("readOnly"):
            report.add(here, CauseReason.FORBIDDEN, f"must be Disabled without readOnly: true, is {value}", field)
        if mount.get("mountPropagation") not in (None, "None"):
            report.add(here, CauseReason.FORBIDDEN, f"must be Disabled beside mountPropagation, is {value}", field)


def _devices(container: dict[str, Any], around: Surroundings, report: Report, path: Path) -> None:
    names: set[str] = set()
    places: set[str] = set()
    mounts = {m.get("name", ""): m.get("mountPath", "") for m in container.get("volumeMounts", [])}
    for index, device in enumerate(container.get("volumeDevices", [])):
        here = (*path, "volumeDevices", index)
        name, place = device.get("name", ""), device.get("devicePath", "")
        if not name:
            report.required((*here, "name"))
        if name in names:
            report.invalid((*here, "name"), name, "must be unique")
        volume = around.volumes.get(name)
        if volume is not None and not {"persistentVolumeClaim", "ephemeral"} & set(volume):
            report.invalid((*here, "name"), name, "must be a claim to be a block device")
        if volume is None:
            report.not_found((*here, "name"), "volume of the Pod", name, around.volumes)
        if not place:
            report.required((*here, "devicePath"))
        if place in places:
            report.invalid((*here, "devicePath"), place, "must be unique")
        if place and ".." in place.split("/"):
            report.invalid((*here, "devicePath"), place, "must not hold '..'")
        else:
            places.add(place)
        if name in mounts:
            report.invalid((*here, "name"), name, "must not be in volumeMounts too")
        if place in mounts.values():
            report.invalid((*here, "devicePath"), place, "must not be the path of a mount too")
        names.add(name)


def _resize(policies: list[dict[str, Any]], around: Surroundings, report: Report, path: Path) -> None:
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        name = policy.get("resourceName", "")
        if name in seen:
            report.duplicate((*path, index), name)
        seen.add(name)
        if name not in ("cpu", "memory"):
            if name:
                report.not_supported(path, name, ("cpu", "memory"))
            else:
                report.required(path)
        restart = policy.get("restartPolicy", "")
        if restart not in ("NotRequired", "RestartContainer"):
            if restart:
                report.not_supported(path, restart, ("NotRequired", "RestartContainer"))
            else:
                report.required(path)
        if around.restart_policy == "Never" and restart != "NotRequired":
            report.invalid(path, restart, "must be NotRequired where the Pod's restartPolicy is Never")
