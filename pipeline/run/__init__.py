"""Hand the output of one stage to the next. Commands and flows both run what is here, and nothing else.

ingest   fetch + archive: talks to a site, writes only raw/
build    parse, normalize, dedupe, curate, publish: reads only raw/ and the vocabularies, needs no network and no clock
refresh  ingest, then build
"""
