"""Files that nothing is made from whatever folder they lie in: what people read, and what other tools of a repository do."""

from __future__ import annotations

from typing import Final

_ENDINGS: Final = (".md", ".rst", ".adoc", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".md.gotmpl")
_NAMES: Final = frozenset(
    {
        *("LICENSE", "NOTICE", "OWNERS", "OWNERS_ALIASES", "CODEOWNERS", "Makefile", "Dockerfile", ".gitignore"),
        *(".gitattributes", ".editorconfig", ".helmdocsignore", "renovate.json", "renovate.json5", ".renovaterc"),
        *(".renovaterc.json", ".renovaterc.json5", ".pre-commit-config.yaml", ".yamllint", ".yamllint.yaml"),
        *(
            ".gitlab-ci.yml",
            ".travis.yml",
            ".readthedocs.yaml",
            ".readthedocs.yml",
            "mkdocs.yml",
            "mkdocs.yaml",
            ".goreleaser.yml",
            ".goreleaser.yaml",
        ),
        *("dependabot.yml", "Taskfile.yml", "Taskfile.yaml", "justfile", "go.mod", "go.sum", ".mise.toml", "mise.toml"),
    }
)
_FOLDERS: Final = frozenset({".github", ".circleci", ".vscode", ".idea", ".devcontainer", ".husky"})


def is_inert(path: str) -> bool:
    """Whether nothing is made from a file, by its name and those of the folders that it lies in."""
    *folders, name = path.split("/")
    return name in _NAMES or name.lower().endswith(_ENDINGS) or not _FOLDERS.isdisjoint(folders)
