"""The verbs of ``counterwatch``, one module a verb; each has a ``command``."""
