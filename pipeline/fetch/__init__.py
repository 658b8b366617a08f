"""Ask a site politely and within bounds, walk its listing, certify what was seen. Nothing else touches the network."""
