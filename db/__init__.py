"""Records in, SQLite out: the published database, its build, and questions to it in Python."""

from db.query import NoDatabase, claims, connect

__all__ = ["NoDatabase", "claims", "connect"]
