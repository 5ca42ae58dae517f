"""One kustomization: its resources, generators, components and transformers in kustomize's order (api ``target.KustTarget``)."""

from __future__ import annotations

from kubelens.render.go.strconv import quote
from kubelens.render.kustomize.accumulation import Accumulation
from kubelens.render.kustomize.charts import chart_objects, generated_objects, is_chart_generator
from kubelens.render.kustomize.context import Context, Missing
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.file_names import NAMES
from kubelens.render.kustomize.generators import generate, with_global
from kubelens.render.kustomize.kustomization_file import COMPONENT, WrongType, read_kustomization
from kubelens.render.kustomize.loading import CYCLE, Loader, Remote
from kubelens.render.kustomize.patch_schema import custom_schema
from kubelens.render.kustomize.plugins import first_place, is_builtin, load_generator, load_transformer
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.kustomize.track import Track
from kubelens.render.kustomize.tracking import note_change, note_origin
from kubelens.render.kustomize.transformer_config import TransformerConfig, default_config, read_config, read_crds
from kubelens.render.kustomize.transformer_list import builtin_transformers
from kubelens.render.kustomize.transformers.idle import idle_parts
from kubelens.render.kustomize.transformers.patches import inline_file
from kubelens.render.kustomize.transformers.transformer import Transformer
from kubelens.render.kustomize.transformers.variables import mark_sources, shown
from kubelens.render.kustomize.values import json_text, value_of
from kubelens.render.origin import Origin
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml


class Target:
    """A kustomization under way. ``track``: where it is, if that is to be noted at objects."""

    def __init__(self, loader: Loader, context: Context, track: Track | None = None) -> None:
        self.loader = loader
        self.context = context
        self.track = track
        self.settings = Kustomization()
        self.file = NAMES[0]
        self.chart_namespace = ""
        self.metadata_wanted = False

    def load(self) -> None:
        """Find and read the kustomization file.

        Raises:
            BuildFault: there is none, or more than one, or it is none.
        """
        found: list[str] = []
        for name in NAMES:
            try:
                self.loader.path(name)
            except BuildFault:
                continue
            found.append(name)
        if not found:
            raise BuildFault(
                f"unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' "
                f"in directory '{self.loader.shown_root}'"
            )
        self.file = found[-1]
        path = self.loader.path(self.file)
        if len(found) > 1:
            raise BuildFault(
                f"Found multiple kustomization files under: {self.loader.shown_root}\n", Origin(path, 0, 0)
            )
        try:
            self.settings, warnings = read_kustomization(path, self.loader.files.text(path) or "")
        except WrongType as fault:
            fault.message = f"Failed to read kustomization file under {self.loader.shown_root}:\n{fault.message}"
            raise
        self.context.warnings.extend(warnings)
        if self.settings.build_metadata and self.track is None:
            self.track = Track()

    def use_schema(self, *, below: bool = False) -> None:
        """Go by the schema that ``openapi`` names; one that is ``below`` another only if there is none yet."""
        openapi = self.settings.openapi or {}
        text = None
        if "path" in openapi:
            try:
                text = self.loader.load(openapi["path"])
            except BuildFault as fault:
                raise fault.at(openapi["path"]) from None
        if below and self.context.world.is_set:
            return
        version = openapi.get("version")
        if text is not None:
            if version is not None:
                raise BuildFault("builtin version and custom schema provided, cannot use both").at(version)
            try:
                document = read_yaml(text, exact_numbers=True)
            except YamlFault as fault:
                raise BuildFault(f"invalid schema file: {fault}").at(openapi["path"]) from None
            self.context.world.use(custom_schema(document if isinstance(document, dict) else {}))
        elif version and version != "v1.21.2":
            raise BuildFault("the specified OpenAPI version is not built in").at(version)

    def accumulate(self, gathered: Accumulation | None = None) -> Accumulation:
        """All that the kustomization makes; a component adds to what its parent has ``gathered``."""
        settings = self.settings
        gathered = gathered if gathered is not None else Accumulation()
        try:
            gathered = self._resources(gathered, settings.resources or [])
        except BuildFault as fault:
            raise fault.within("accumulating resources") from None
        config = default_config()
        if settings.configurations:
            more = read_config(settings.configurations, self.loader)
            config = TransformerConfig().merge(config.merge(more))
        gathered.config = gathered.config.merge(config) if any(gathered.config) else config
        if settings.crds:
            try:
                gathered.config = gathered.config.merge(read_crds(settings.crds, self.loader))
            except BuildFault as fault:
                raise fault.within(f"loading CRDs [{' '.join(settings.crds)}]") from None
        self._generate(gathered)
        try:
            gathered = self._components(gathered)
        except BuildFault as fault:
            raise fault.within("accumulating components") from None
        self.context.take(len(gathered.objects))
        self._transform(gathered)
        self._validate(gathered)
        variables = settings.vars or []
        words = f"merging vars [{' '.join(map(shown, variables))}]" if variables else ""
        try:
            mark_sources(variables, gathered.objects)
            gathered.variables.merge(variables)
        except BuildFault as fault:
            raise fault.within(words) from None
        return gathered

    def _resources(self, gathered: Accumulation, paths: list[str]) -> Accumulation:
        for path in paths:
            try:
                gathered = self._resource(gathered, path)
            except Remote as remote:
                self.context.missing.append(Missing(remote.message, remote.at(path).origin, remote.above))
            except BuildFault as fault:
                raise fault.at(path) from None
        return gathered

    def _resource(self, gathered: Accumulation, path: str) -> Accumulation:
        try:
            self._add_file(gathered, path)
        except Remote:
            raise
        except BuildFault as fault:
            try:
                below = self.loader.enter(path)
            except Remote:
                raise
            except BuildFault as other:
                if fault.malformed:
                    raise fault from None
                other.origin = fault.origin or other.origin
                if not other.reason.startswith(CYCLE):
                    other.reason = fault.reason
                raise other.within(f"accumulation err='{fault.message}'") from None
            try:
                return self._enter(gathered, below, path, is_component=False)
            except Remote:
                raise
            except BuildFault as other:
                raise other.within(f"accumulation err='{fault.message}'") from None
        return gathered

    def _add_file(self, gathered: Accumulation, path: str) -> None:
        try:
            found = ResourceList()
            found.append(self._read(path))
        except Remote:
            raise
        except BuildFault as fault:
            raise fault.within(f"accumulating resources from '{path}'") from None
        self.context.placeholders |= not found.resources
        if self.track is not None:
            for resource in found:
                resource.tracked = self.track.below(path)
        try:
            gathered.objects.append(found)
        except BuildFault as fault:
            raise fault.within(f"merging resources from '{path}'") from None

    def _read(self, path: str) -> list[Resource]:
        try:
            nodes = self.loader.objects(path).objects()
        except BuildFault as fault:
            if fault.malformed:
                fault.message = f"{fault.message} in File: {path}"
            raise
        return [Resource(node, self.context.world) for node in nodes]

    def _enter(self, gathered: Accumulation, loader: Loader, path: str, *, is_component: bool) -> Accumulation:
        """Build another folder and add what it makes (``accumulateDirectory``)."""
        below = Target(loader, self.context, self.track.below(path) if self.track is not None else None)
        try:
            below.load()
        except BuildFault as fault:
            raise fault.within(f"couldn't make target for path '{loader.shown_root}'") from None
        if self.track is None:
            below.track = None
        below.chart_namespace = str(self.settings.namespace) or self.chart_namespace
        below.use_schema(below=True)
        kind = below.settings.kind
        if is_component and kind != COMPONENT:
            raise BuildFault(f"expected kind '{COMPONENT}' for path '{loader.shown_root}' but got '{kind}'")
        if not is_component and kind == COMPONENT:
            raise BuildFault(f"expected kind != '{COMPONENT}' for path '{loader.shown_root}'")
        try:
            made = below.accumulate(gathered if is_component else None)
        except BuildFault as fault:
            raise fault.within(f"recursed accumulation of path '{loader.shown_root}'") from None
        try:
            target = Accumulation() if is_component else gathered
            target.take_in(made)
        except BuildFault as fault:
            raise fault.within(f"recursed merging from path '{loader.shown_root}'") from None
        return target

    def _components(self, gathered: Accumulation) -> Accumulation:
        for path in self.settings.components or ():
            try:
                loader = self.loader.enter(path)
            except Remote as remote:
                self.context.missing.append(Missing(remote.message, remote.at(path).origin, remote.above))
                continue
            except BuildFault as fault:
                raise _quoted(fault, "loader.New").at(path) from None
            try:
                gathered = self._enter(gathered, loader, path, is_component=True)
            except BuildFault as fault:
                raise _quoted(fault, "accumulateDirectory:").at(path) from None
        return gathered

    def _generate(self, gathered: Accumulation) -> None:
        settings = self.settings
        made: list[tuple[list[Resource], Track | None]] = []
        for kind, several in (
            ("ConfigMapGenerator", settings.config_map_generator),
            ("SecretGenerator", settings.secret_generator),
        ):
            for args in several or ():
                args.options = with_global(args.options, settings.generator_options)
                made.append(([generate(args, self.loader, self.context.world)], self._builtin(kind)))
        track = self._builtin("HelmChartInflationGenerator")
        namespace = str(settings.namespace) or self.chart_namespace
        for chart in settings.helm_charts or ():
            found = chart_objects(self.context, self.loader, chart, settings.helm_globals, namespace)
            made += [(found, track)]
        for resource in self._plugins(settings.generators or [], "loading generator plugins"):
            if is_chart_generator(resource):
                made.append((generated_objects(self.context, self.loader, resource), _plugin_track(resource)))
                continue
            if self.context.helm and not is_builtin(resource):
                self.context.missing.append(Missing(f"what plugin '{resource.kind}' makes", first_place(resource)))
                continue
            try:
                generator = load_generator(resource, self.loader, self.context.world)
            except BuildFault as fault:
                raise fault.within("loading generator plugins: failed to load generator") from None
            made.append(([generator()], _plugin_track(resource)))
        for resources, track in made:
            if track is not None:
                note_origin(resources, track)
            for resource in resources:
                try:
                    gathered.objects.absorb(resource)
                except BuildFault as fault:
                    place = resource.tree.origins
                    self._forgive(fault.within("merging from generator &{0x0 <nil>}", place[0] if place else None))

    def _builtin(self, kind: str) -> Track | None:
        return None if self.track is None else self.track.builtin(self.file, kind)

    def _plugins(self, entries: list[str], words: str = "") -> list[Resource]:
        """The objects that configure plugins, written here or in files."""
        gathered = Accumulation()
        paths: list[str] = []
        try:
            for entry in entries:
                try:
                    found = [Resource(node, self.context.world) for node in inline_file(entry).objects()]
                except BuildFault:
                    paths.append(entry)
                    continue
                for resource in found:
                    resource.tracked = None if self.track is None else self.track.below(self.file)
                gathered.objects.append(found)
            return list(self._resources(gathered, paths).objects)
        except BuildFault as fault:
            raise (fault.within(words) if words else fault) from None

    def _external(self, entries: list[str]) -> list[tuple[Transformer, Track | None]]:
        resources = self._plugins(entries)
        return [(load_transformer(one, self.loader, self.context.world), _plugin_track(one)) for one in resources]

    def _transform(self, gathered: Accumulation) -> None:
        transformers = builtin_transformers(self.settings, gathered.config, self.loader, self.context.world)
        for kind, transformer in transformers:
            self._apply(transformer, gathered)
            if self.settings.kind != COMPONENT:  # what a component asks for is there in some of its parents
                self.context.idle.extend(idle_parts(transformer))
            if self.track is not None:
                note_change(gathered.objects, self.track.builtin(self.file, kind))
            gathered.objects.drop_empty()
        for transformer, track in self._external(self.settings.transformers or []):
            self._apply(transformer, gathered)
            if track is not None:
                note_change(gathered.objects, track)
            gathered.objects.drop_empty()

    def _apply(self, transformer: Transformer, gathered: Accumulation) -> None:
        """Run a transformer; what it does not find may stand in what is missing."""
        try:
            transformer.transform(gathered.objects)
        except BuildFault as fault:
            self._forgive(fault)

    def _forgive(self, fault: BuildFault) -> None:
        if not self.context.missing:
            raise fault
        self.context.missing.append(Missing(fault.message, fault.origin))

    def _validate(self, gathered: Accumulation) -> None:
        if not self.settings.validators:
            return
        for validator, _ in self._external(self.settings.validators):
            before = {id(resource): json_text(value_of(resource.tree, top=True)) for resource in gathered.objects}
            validator.transform(gathered.objects)
            for resource in gathered.objects:
                after = json_text(value_of(resource.tree, top=True))
                if before.get(id(resource)) != after:
                    raise BuildFault(
                        "validator shouldn't modify the resource map: nodes unequal: \n"
                        f" -- {before.get(id(resource))},\n -- {after}\n\n--\n"
                    )


def _plugin_track(resource: Resource) -> Track | None:
    return None if resource.tracked is None else resource.tracked.plugin(resource.current_id)


def _quoted(fault: BuildFault, words: str) -> BuildFault:
    """The fault with its words in quotes behind others."""
    fault.message = f"{words} {quote(fault.message)}"
    return fault
