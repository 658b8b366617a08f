"""What a listing site looks like, as data: one TOML file per source."""
