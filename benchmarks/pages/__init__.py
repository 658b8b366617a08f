"""Pages that know what they say: the twin's, changed on purpose, with the truth beside them."""
