"""The dressed pages: address → function. Each reads the database and renders one template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from datasette.utils.asgi import Response

from portal.pages import (
    archived,
    bought,
    capability,
    claim,
    compare,
    difference,
    document,
    downloads,
    front,
    notice,
    organization,
    prose,
    removed,
    search,
    world,
)
from portal.reader import Reader

ROUTES: list[tuple[str, Callable[..., Awaitable[Response]]]] = [
    (r"^/$", front.show),
    (r"^/who-sells$", front.who_sells),
    (r"^/search$", search.show),
    (r"^/capability/(?P<code>[^/]+)$", capability.show),
    (r"^/organization/(?P<id>[^/]+)$", organization.show),
    (r"^/notice/(?P<id>[^/]+)$", notice.show),
    (r"^/document/(?P<id>[^/]+)$", document.show),
    (r"^/claim/(?P<id>[^/]+)$", claim.show),
    (r"^/claim/(?P<id>[^/]+)/cite\.(?P<format>txt|bib|json)$", claim.cite),
    (r"^/archived/(?P<id>[^/]+)$", archived.show),
    (r"^/archived/(?P<id>[^/]+)/text$", archived.frame),
    (r"^/archived/(?P<id>[^/]+)/bytes$", archived.download),
    (r"^/difference/(?P<old>[^/]+)/(?P<new>[^/]+)$", difference.show),
    (r"^/downloads$", downloads.show),
    (r"^/removed$", removed.show),
    (r"^/bought$", bought.show),
    (r"^/map$", world.show_map),
    (r"^/country/(?P<code>[^/]+)$", world.show_country),
    (r"^/timeline$", world.show_timeline),
    (r"^/compare$", compare.show),
    (r"^/about$", prose.about),
    (r"^/methodology$", prose.methodology),
    (r"^/codebook$", prose.codebook),
    (r"^/languages$", prose.languages),
    (r"^/robots\.txt$", prose.robots),
]

__all__ = ["ROUTES", "Reader"]
