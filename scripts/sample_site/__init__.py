"""A site on loopback that answers as the real sources do, with invented content.

``with SampleSite() as site: print(site.base)``. What it says stands in ``content/``, how it
looks in ``templates/``; nothing of it is real, and every page says so.
"""

from scripts.sample_site.server import SampleSite

__all__ = ["SampleSite"]
