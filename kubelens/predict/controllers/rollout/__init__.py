"""How a change of a workload rolls out, and what holds it back."""
