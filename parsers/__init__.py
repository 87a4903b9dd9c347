"""Archived bytes in, records out: pure functions that know neither network nor database."""
