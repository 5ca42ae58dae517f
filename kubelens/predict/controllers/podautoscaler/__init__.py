"""The HorizontalPodAutoscaler's controller (``pkg/controller/podautoscaler``)."""
