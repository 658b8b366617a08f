"""raw/: one folder per crawl, `pages.warc.gz` with every page, and `crawl.json`, which is written last."""
