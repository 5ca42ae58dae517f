"""Where requests end: endpoints, names, routes, and who may connect."""
