"""The Pod, as Pods and templates hold it: defaults, validation and warnings of each part."""
