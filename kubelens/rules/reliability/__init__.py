"""What a reviewer would ask for so that a workload stays up; opinions, none in ``default``."""
