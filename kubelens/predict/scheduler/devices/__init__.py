"""Devices that claims ask for: what drivers publish, what is asked for, and how the scheduler allocates."""
