"""The changes that a kustomization asks for, one kind a file (api ``internal/builtins`` and ``filters``)."""
