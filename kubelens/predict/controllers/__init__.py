"""The controllers: what each makes of the objects that are stored, one upstream controller per file."""
