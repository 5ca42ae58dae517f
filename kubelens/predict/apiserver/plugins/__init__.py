"""Admission plugins: what other objects of the cluster change in a new object, or refuse in it."""
