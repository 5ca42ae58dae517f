"""One behaviour of the scheduler in each module, under its upstream name."""
