"""Fetch and archive: everything that knows the network and the WARC files."""
