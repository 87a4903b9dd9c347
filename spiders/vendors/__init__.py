"""Vendor sites and partner catalogues: one spider, many source files."""
