"""Which rules, over which snapshot: loading, configuration, running, fixing."""
