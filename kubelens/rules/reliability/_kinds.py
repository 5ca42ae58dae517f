"""Kinds of workloads that reliability rules are about."""

LONG_RUNNING = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "DeploymentConfig",
    "Pod",
)
"""Kinds whose Pods run until they are replaced."""
