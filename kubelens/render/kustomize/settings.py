"""What a kustomization file holds, as kustomize's own types name it (api ``types.Kustomization`` and below).

Text keeps its origin. Where other scalars and whole parts were written stands in ``origins``, by field.
"""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct, field

from kubelens.render.kustomize.identity import Gvk
from kubelens.render.origin import Origin


class Settings(Struct, rename="camel"):
    """One part. ``go_type``: its name in Go. ``embedded``: the embedded structs on the way to a field."""

    go_type: ClassVar[str] = ""
    embedded: ClassVar[dict[str, str]] = {}
    origins: dict[str, Origin] = field(default_factory=dict, name="(origins)")


class ObjectMeta(Settings):
    """``metadata``."""

    go_type: ClassVar[str] = "types.ObjectMeta"
    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class FieldSpecSettings(Settings):
    """A field that a transformer changes."""

    go_type: ClassVar[str] = "types.FieldSpec"
    embedded: ClassVar[dict[str, str]] = dict.fromkeys(("group", "version", "kind"), "Gvk")
    group: str = ""
    version: str = ""
    kind: str = ""
    path: str = ""
    create: bool = False


class Label(Settings):
    """Labels to set, and where beside ``metadata.labels``."""

    go_type: ClassVar[str] = "types.Label"
    pairs: dict[str, str] | None = None
    include_selectors: bool = False
    include_templates: bool = False
    fields: list[FieldSpecSettings] | None = None


class Selector(Settings):
    """Which objects; every part is a regular expression for the whole of its field."""

    go_type: ClassVar[str] = "types.Selector"
    embedded: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("group", "version", "kind"), "ResId.Gvk"),
        **dict.fromkeys(("name", "namespace"), "ResId"),
    }
    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    annotation_selector: str = ""
    label_selector: str = ""

    @property
    def gvk(self) -> Gvk:
        """The parts about the type."""
        return Gvk(str(self.group), str(self.version), str(self.kind))


class PatchArgs(Settings):
    """What a patch may change beside fields."""

    go_type: ClassVar[str] = "types.PatchArgs"
    allow_name_change: bool = False
    allow_kind_change: bool = False


class Patch(Settings):
    """A patch, written here or in a file."""

    go_type: ClassVar[str] = "types.Patch"
    path: str = ""
    patch: str = ""
    target: Selector | None = None
    options: PatchArgs | None = None


class Image(Settings):
    """What replaces an image's name, tag or digest."""

    go_type: ClassVar[str] = "types.Image"
    name: str = ""
    new_name: str = ""
    tag_suffix: str = ""
    new_tag: str = ""
    digest: str = ""


class Replica(Settings):
    """How many replicas."""

    go_type: ClassVar[str] = "types.Replica"
    name: str = ""
    count: int = 0


class FieldOptions(Settings):
    """Which part of a text, and whether a field is made."""

    go_type: ClassVar[str] = "types.FieldOptions"
    delimiter: str = ""
    index: int = 0
    encoding: str = ""
    create: bool = False


class SourceSelector(Settings):
    """Where a replacement's value comes from."""

    go_type: ClassVar[str] = "types.SourceSelector"
    embedded: ClassVar[dict[str, str]] = Selector.embedded
    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    field_path: str = ""
    options: FieldOptions | None = None


class TargetSelector(Settings):
    """Where a replacement's value goes."""

    go_type: ClassVar[str] = "types.TargetSelector"
    select: Selector | None = None
    reject: list[Selector] | None = None
    field_paths: list[str] | None = None
    options: FieldOptions | None = None


class Replacement(Settings):
    """A value to copy; ``path``: the file that says it in place of this."""

    go_type: ClassVar[str] = "types.ReplacementField"
    embedded: ClassVar[dict[str, str]] = dict.fromkeys(("source", "targets", "sourceValue"), "Replacement")
    source: SourceSelector | None = None
    targets: list[TargetSelector] | None = None
    source_value: str | None = None
    path: str = ""


class VarTarget(Settings):
    """The object a variable reads."""

    go_type: ClassVar[str] = "types.Target"
    embedded: ClassVar[dict[str, str]] = dict.fromkeys(("group", "version", "kind"), "Gvk")
    api_version: str = ""
    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


class FieldSelector(Settings):
    """The field a variable reads."""

    go_type: ClassVar[str] = "types.FieldSelector"
    field_path: str = ""


class Var(Settings):
    """A value for ``$(NAME)``."""

    go_type: ClassVar[str] = "types.Var"
    name: str = ""
    objref: VarTarget = field(default_factory=VarTarget)
    fieldref: FieldSelector = field(default_factory=FieldSelector)


class LegacySortOptions(Settings):
    """Kinds that come first and last."""

    go_type: ClassVar[str] = "types.LegacySortOptions"
    order_first: list[str] | None = None
    order_last: list[str] | None = None


class SortOptions(Settings):
    """The order of the output."""

    go_type: ClassVar[str] = "types.SortOptions"
    order: str = ""
    legacy_sort_options: LegacySortOptions | None = None


class GeneratorOptions(Settings):
    """What generated objects have beside their data."""

    go_type: ClassVar[str] = "types.GeneratorOptions"
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    disable_name_suffix_hash: bool = False
    immutable: bool = False


class GeneratorArgs(Settings):
    """A ConfigMap to generate."""

    go_type: ClassVar[str] = "types.ConfigMapArgs"
    embedded: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("namespace", "name", "behavior", "options"), "GeneratorArgs"),
        **dict.fromkeys(("literals", "files", "envs", "env"), "GeneratorArgs.KvPairSources"),
    }
    namespace: str = ""
    name: str = ""
    behavior: str = ""
    literals: list[str] | None = None
    files: list[str] | None = None
    envs: list[str] | None = None
    env: str = ""
    options: GeneratorOptions | None = None


class SecretArgs(GeneratorArgs):
    """A Secret to generate."""

    go_type: ClassVar[str] = "types.SecretArgs"
    type: str = ""


class HelmGlobals(Settings):
    """Where charts are."""

    go_type: ClassVar[str] = "types.HelmGlobals"
    chart_home: str = ""
    config_home: str = ""


class HelmChart(Settings):
    """A chart whose output is taken in."""

    go_type: ClassVar[str] = "types.HelmChart"
    name: str = ""
    version: str = ""
    repo: str = ""
    release_name: str = ""
    namespace: str = ""
    additional_values_files: list[str] | None = None
    values_file: str = ""
    values_inline: dict[str, Any] | None = None
    values_merge: str = ""
    include_crds: bool = field(default=False, name="includeCRDs")
    skip_hooks: bool = False
    api_versions: list[str] | None = None
    kube_version: str = ""
    name_template: str = ""
    skip_tests: bool = False
    debug: bool = False
    devel: bool = False


class HelmChartArgs(Settings):
    """A chart, as it was written before ``helmCharts``."""

    go_type: ClassVar[str] = "types.HelmChartArgs"
    chart_name: str = ""
    chart_version: str = ""
    chart_repo_url: str = ""
    chart_home: str = ""
    chart_repo_name: str = ""
    helm_bin: str = ""
    helm_home: str = ""
    values: str = ""
    values_local: dict[str, Any] | None = None
    values_merge: str = ""
    release_name: str = ""
    release_namespace: str = ""
    extra_args: list[str] | None = None


class Kustomization(Settings):
    """A kustomization file."""

    go_type: ClassVar[str] = "types.Kustomization"
    embedded: ClassVar[dict[str, str]] = dict.fromkeys(("kind", "apiVersion"), "TypeMeta")
    kind: str = ""
    api_version: str = ""
    metadata: ObjectMeta | None = None
    openapi: dict[str, str] | None = None
    name_prefix: str = ""
    name_suffix: str = ""
    namespace: str = ""
    common_labels: dict[str, str] | None = None
    labels: list[Label] | None = None
    common_annotations: dict[str, str] | None = None
    patches_strategic_merge: list[str] | None = None
    patches_json6902: list[Patch] | None = None
    patches: list[Patch] | None = None
    images: list[Image] | None = None
    image_tags: list[Image] | None = None
    replacements: list[Replacement] | None = None
    replicas: list[Replica] | None = None
    vars: list[Var] | None = None
    sort_options: SortOptions | None = None
    resources: list[str] | None = None
    components: list[str] | None = None
    crds: list[str] | None = None
    bases: list[str] | None = None
    config_map_generator: list[GeneratorArgs] | None = None
    secret_generator: list[SecretArgs] | None = None
    helm_globals: HelmGlobals | None = None
    helm_charts: list[HelmChart] | None = None
    helm_chart_inflation_generator: list[HelmChartArgs] | None = None
    generator_options: GeneratorOptions | None = None
    configurations: list[str] | None = None
    generators: list[str] | None = None
    transformers: list[str] | None = None
    validators: list[str] | None = None
    build_metadata: list[str] | None = None
