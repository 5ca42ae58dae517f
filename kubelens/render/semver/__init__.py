"""Semantic versions and constraints as Helm reads them (Masterminds/semver v3)."""
