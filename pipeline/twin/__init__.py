"""A local copy of a good practices listing: a Drupal site in markup and HTTP habits, with made-up practices."""
