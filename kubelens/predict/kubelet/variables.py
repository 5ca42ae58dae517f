"""The environment variables that a container sees.

Follows the kubelet's ``makeEnvironmentVariables``: ``envFrom`` in order, then ``env`` in order, each value expanded by what
was there before it and by the Services' variables; these come last and hide nothing. Commands and arguments are expanded
with all of them (``ExpandContainerCommandAndArgs``).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.gates import has
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import taken_to_run
from kubelens.predict.chain.stored import Stored
from kubelens.predict.kubelet.downward_api import container_resource, pod_field
from kubelens.predict.kubelet.exec_limits import LONGEST, MOST, PAGES, too_long, too_much
from kubelens.predict.kubelet.expansion import Expanded, expand
from kubelens.predict.kubelet.service_variables import service_values
from kubelens.syntax.pattern import pattern

_ROLES: Final = (("containers", "app"), ("initContainers", "init"))
_NAME: Final = pattern(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
"""What the kubelet took as a name before it took any (``IsEnvVarName``)."""
_ALL_KEYS: Final = "keys of any form in envFrom become variables"
_MOST_HELD: Final = 8 * MOST
_API_SERVER: Final = (("KUBERNETES_SERVICE_HOST", "<cluster IP of kubernetes>"), ("KUBERNETES_SERVICE_PORT", "443"))


class Variable(Struct, frozen=True):
    """One variable. ``value`` is None where only the cluster knows it; ``shown`` says then what it is, in ``<>``.

    ``shown`` holds no value of a Secret, ``secret`` says that ``value`` does. ``origin`` is what gives the value, in words.
    ``left``: references in it that nothing has filled in; ``hides``: what would have given the value otherwise.
    """

    name: str
    value: str | None
    shown: str
    origin: str
    secret: bool = False
    left: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    service: str = ""


class ContainerVariables(Struct, frozen=True):
    """What one container sees. ``fault``: why it is not started; then nothing else is known.

    ``role``: ``app``, ``init`` or ``sidecar``. ``command`` and ``args`` are as the container gets them, values of Secrets
    left out; ``unset``: variables that are not there, with the reason; ``skipped``: keys that are no names.
    """

    container: str
    role: str
    fault: str = ""
    variables: tuple[Variable, ...] = ()
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unset: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


class VariablesOf(Struct, frozen=True):
    """Which variables do the containers of a workload's Pods see?"""

    workload: Workload

    def answer(self, ask: Ask) -> Prediction[tuple[ContainerVariables, ...]]:
        """None where the API server lets no Pod in. Pods that are numbered are answered for by their first."""
        admitted = ask(Admitted(self.workload.resource))
        pods = admitted.answer
        if pods.pod is None or pods.made is None:
            return Prediction((), admitted.reasons, admitted.assumptions)
        numbers = pods.made.numbers
        numbered = self.workload.kind in ("Pod", "StatefulSet") and len(numbers) > 0
        pod = pods.made.one(pods.pod, numbers[0]) if len(numbers) > 0 else pods.pod
        name = fields.text(fields.mapping(pod, "metadata"), "name") if numbered else ""
        seen = _Seen(ask, pod, name if self.workload.kind != "Pod" or self.workload.name else "", pods.made.made_up)
        found = tuple(
            seen.container(container, role)
            for key, role in _ROLES
            for _, container in fields.items(fields.mapping(pod, "spec"), key)
        )
        if numbered and self.workload.kind == "StatefulSet" and len(numbers) > 1:
            seen.assume(f"said of Pod {name}; others have names of their own")
        running = taken_to_run(ask, self.workload.resource)
        return Prediction(found, (), (*running, *admitted.assumptions, *seen.assumptions))


class _Missing(Exception):
    """What keeps a container from being started (``CreateContainerConfigError``)."""


class _Seen:
    """What the containers of one Pod see."""

    def __init__(self, ask: Ask, pod: Mapping[str, Any], name: str, made_up: frozenset[str]) -> None:
        self._ask = ask
        self._pod = pod
        self._name = name
        self._made_up = made_up
        self._spec = fields.mapping(pod, "spec")
        self._linux = fields.text(fields.mapping(self._spec, "os"), "name") != "windows"
        self._namespace = fields.text(fields.mapping(pod, "metadata"), "namespace") or "default"
        self._assumed: dict[str, None] = {}
        self._services = {one.name: one for one in self._of_services()}

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What was taken for granted so far."""
        return tuple(Assumption(text) for text in self._assumed)

    def assume(self, text: str) -> None:
        """Take something for granted."""
        self._assumed.setdefault(text)

    def container(self, container: Mapping[str, Any], role: str) -> ContainerVariables:
        """What one container sees."""
        name = fields.text(container, "name")
        if role == "init" and container.get("restartPolicy") == "Always":
            role = "sidecar"
        scope = _Scope(self._services)
        try:
            for _, source in fields.items(container, "envFrom"):
                self._take_all(source, scope)
            for _, entry in fields.items(container, "env"):
                self._take(entry, container, scope)
            command, args = (scope.every(fields.texts(container, key)) for key in ("command", "args"))
        except _Missing as fault:
            return ContainerVariables(name, role, str(fault))
        variables = scope.result()
        if self._linux and (heavy := _too_large(variables, scope.known([*command, *args]))):
            self.assume(PAGES)
            return ContainerVariables(name, role, heavy)
        left = dict.fromkeys(name for one in (*command, *args) for name in one.left)
        self.assume("the image's own variables stand below these; HOSTNAME comes from the runtime")
        return ContainerVariables(
            name,
            role,
            "",
            variables,
            tuple(one.text for one in command),
            tuple(one.text for one in args),
            tuple(left),
            tuple(scope.unset.items()),
            tuple(scope.skipped),
        )

    def _of_services(self) -> Iterator[Variable]:
        if fields.boolean(self._spec, "enableServiceLinks") is not False:
            self.assume("the Services are there before the Pod starts: later ones give it no variable")
            for resource in self._ask.bundle.all("Service", self._namespace, group=""):
                service = read_service(resource) if not resource.partial else None
                if service is None or self._ask(Stored(resource)).answer.denial is not None:
                    continue
                for name, value in service_values(service).items():
                    known = None if "<" in value else value
                    yield Variable(name, known, value, f"Service {service.name}", service=service.name)
        for name, value in _API_SERVER:
            yield Variable(name, None if "<" in value else value, value, "the API server", service="kubernetes")

    def _take_all(self, source: Mapping[str, Any], scope: _Scope) -> None:
        prefix = fields.text(source, "prefix")
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = fields.optional_mapping(source, field)
            if reference is None:
                continue
            name = fields.text(reference, "name")
            data = self._data(kind, name)
            if data is None:
                if fields.boolean(reference, "optional"):
                    scope.open = True
                    self.assume(f"{kind} {name!r} is optional and not among the files: it is taken to be absent")
                else:
                    scope.open = True
                    self.assume(f"{kind} {name!r} exists: which variables it brings is not known")
                continue
            for key, value in data.items():
                variable = f"{prefix}{key}"
                if not _NAME.fullmatch(variable) and not has(_ALL_KEYS, self._ask.bundle.release):
                    scope.skipped.append((key, f"{kind} {name}: {variable!r} is no name for this release's kubelet"))
                    continue
                scope.set(_of_data(variable, value, kind, name, key))

    def _take(self, entry: Mapping[str, Any], container: Mapping[str, Any], scope: _Scope) -> None:
        name, value = fields.text(entry, "name"), fields.text(entry, "value")
        source = fields.optional_mapping(entry, "valueFrom")
        if value or source is None:
            scope.set(scope.variable(name, value))
            return
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            if (reference := fields.optional_mapping(source, field)) is not None:
                self._take_key(name, kind, reference, scope)
                return
        if (reference := fields.optional_mapping(source, "fieldRef")) is not None:
            known, what = pod_field(self._pod, fields.text(reference, "fieldPath"), self._name, self._made_up)
            scope.set(Variable(name, known, f"<{what}>" if known is None else known, what))
        elif (reference := fields.optional_mapping(source, "resourceFieldRef")) is not None:
            of = self._named(fields.text(reference, "containerName"), container)
            resource, divisor = fields.text(reference, "resource"), reference.get("divisor")
            known, what = container_resource(of, resource, divisor)
            scope.set(Variable(name, known, f"<{what}>" if known is None else known, what))
        elif (reference := fields.optional_mapping(source, "fileKeyRef")) is not None:
            what = f"key {fields.text(reference, 'key')} of file {fields.text(reference, 'path')}"
            scope.set(Variable(name, None, f"<{what}>", f"{what} in volume {fields.text(reference, 'volumeName')}"))

    def _take_key(self, variable: str, kind: str, reference: Mapping[str, Any], scope: _Scope) -> None:
        name, key = fields.text(reference, "name"), fields.text(reference, "key")
        optional = fields.boolean(reference, "optional") is True
        data = self._data(kind, name)
        if data is None:
            if optional:
                scope.unset[variable] = f"{kind} {name!r} is optional and not among the files"
                self.assume(f"{kind} {name!r} is optional and not among the files: it is taken to be absent")
                return
            self.assume(f"{kind} {name!r} exists and has key {key!r}")
            what = f"key {key} of {kind} {name}"
            scope.set(Variable(variable, None, f"<{what}>", what, secret=kind == "Secret"))
        elif key in data:
            scope.set(_of_data(variable, data[key], kind, name, key))
        elif optional:
            scope.unset[variable] = f"{kind} {name!r} has no key {key!r}, which is optional"
        else:
            raise _Missing(f"variable {variable}: couldn't find key {key} in {kind} {self._namespace}/{name}")

    def _named(self, name: str, own: Mapping[str, Any]) -> Mapping[str, Any]:
        """The container of a name, this one where none is given."""
        if not name:
            return own
        every = (one for key, _ in _ROLES for _, one in fields.items(self._spec, key))
        return next((one for one in every if fields.text(one, "name") == name), {"name": name})

    def _data(self, kind: str, name: str) -> dict[str, str | None] | None:
        """The keys of a ConfigMap or Secret; a value is None where it is no text; None where it is not among the files."""
        held = self._ask.bundle.get(kind, self._namespace, name, group="")
        if held is None or held.partial:
            return None
        if (denial := self._ask(Stored(held)).answer.denial) is not None:
            raise _Missing(f"{kind} {name!r} is refused by the API server: {denial.sentence}")
        if kind == "ConfigMap":
            data = fields.mapping(held.value, "data")
            return {key: value for key, value in data.items() if isinstance(value, str)}
        return dict(_secret_data(held))


def _secret_data(secret: Resource) -> Iterator[tuple[str, str | None]]:
    for key, value in fields.mapping(secret.value, "data").items():
        try:
            yield key, base64.b64decode(str(value), validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            yield key, None
    yield from ((k, v) for k, v in fields.mapping(secret.value, "stringData").items() if isinstance(v, str))


def _of_data(variable: str, value: str | None, kind: str, name: str, key: str) -> Variable:
    origin = f"key {key} of {kind} {name}"
    secret = kind == "Secret"
    return Variable(variable, value, f"<{origin}>" if secret or value is None else value, origin, secret=secret)


def _too_large(variables: Iterable[Variable], words: Iterable[str]) -> str:
    """Why Linux starts no program with these, ``""`` where it may; values that only the cluster knows count for nothing."""
    texts: list[str] = []
    for one in variables:
        if one.value is not None:
            texts.append(f"{one.name}={one.value}")
            if heavy := too_long(f"variable {one.name}", texts[-1]):
                return heavy
    for word in words:
        texts.append(word)
        if heavy := too_long("a word of the command or its arguments", word):
            return heavy
    return too_much(texts)


class _Scope:
    """The variables of one container while they are set, one after the other."""

    def __init__(self, services: Mapping[str, Variable]) -> None:
        self._services = services
        self._own: dict[str, Variable] = {}
        self._held = 0
        self.open = False
        """Whether something not known brings further variables."""
        self.unset: dict[str, str] = {}
        self.skipped: list[tuple[str, str]] = []

    def set(self, variable: Variable) -> None:
        """Set a variable; one of the same name is hidden."""
        before = self._own.get(variable.name) or self._services.get(variable.name)
        if before is not None:
            hides = (*before.hides, before.origin)
            variable = Variable(
                variable.name, variable.value, variable.shown, variable.origin, variable.secret, variable.left, hides
            )
        self.unset.pop(variable.name, None)
        self._own[variable.name] = variable
        self._count(max(len(variable.value or ""), len(variable.shown)))

    def variable(self, name: str, text: str) -> Variable:
        """A variable that is written out, its references filled in."""
        shown = self.expanded(text)
        parts = [self._own.get(one) or self._services[one] for one in shown.used]
        known: str | None = None
        if all(part.value is not None for part in parts) and not (shown.left and self.open):
            known = expand(text, {part.name: part.value for part in parts if part.value is not None}, LONGEST).text
        secret = any(part.secret for part in parts)
        return Variable(name, known, shown.text, "env", secret, shown.left)

    def expanded(self, text: str) -> Expanded:
        """A text with what is set so far, as it is shown."""
        return expand(text, {name: one.shown for name, one in {**self._services, **self._own}.items()}, LONGEST)

    def every(self, texts: Iterable[str]) -> list[Expanded]:
        """Texts of a command or its arguments, each with what is set so far."""
        found: list[Expanded] = []
        for text in texts:
            found.append(self.expanded(text))
            self._count(len(found[-1].text))
        return found

    def known(self, texts: Iterable[Expanded]) -> Iterator[str]:
        """Those in which nothing stands for a value that is not shown or not known."""
        for one in texts:
            parts = (self._own.get(name) or self._services[name] for name in one.used)
            if all(part.shown == part.value for part in parts):
                yield one.text

    def _count(self, characters: int) -> None:
        """What is held so far: far more than any program starts with is not put together."""
        self._held += characters
        if self._held > _MOST_HELD:
            raise _Missing(f"variables, command and arguments come to more than {_MOST_HELD:,} characters together")

    def result(self) -> tuple[Variable, ...]:
        """All of them: the container's own first, then those of Services that it does not set itself."""
        return (*self._own.values(), *(one for name, one in self._services.items() if name not in self._own))
