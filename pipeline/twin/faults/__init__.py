"""Everything that a listing site can do wrong, by name: `catalogue.csv` says what, the modules beside it do it."""
