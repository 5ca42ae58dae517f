"""TOML as the library that Helm uses writes and reads it (BurntSushi/toml)."""
