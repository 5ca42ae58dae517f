"""Workloads and how they change."""
