"""Datasette, dressed: the plugin, templates and static files of the public site. It only reads."""
