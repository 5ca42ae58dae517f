"""The virtual cluster: a clock, events, and API server, controllers, scheduler and kubelets in turn."""
