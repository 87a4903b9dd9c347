"""The sample sites of vendors and public bodies: pages, sitemaps, files; and what changes later."""

from __future__ import annotations

from html import escape
from string import Template
from typing import Any
from urllib.parse import quote

from scripts.sample_site.answer import Answer, Query, page
from scripts.sample_site.content import NOTE, NOTE_ZH, content, template
from scripts.sample_site.files import OFFICE, office_file

ROBOTS = """# Sample site – invented for demonstration
User-agent: *
Disallow: /vision/en/internal/

Sitemap: {base}/vision/sitemap.xml
"""


def pages(site: str, version: int) -> list[dict[str, Any]]:
    """The pages that a site has in a version."""
    return [
        each
        for each in content("sites")["sites"][site]["pages"]
        if each.get("removed_in", version + 1) > version
    ]


def answer(query: Query) -> Answer | None:
    if query.path == "/robots.txt":
        return Answer(ROBOTS.format(base=query.base).encode(), "text/plain; charset=utf-8")
    if file := content("sites")["documents"].get(query.path):
        body = office_file(query.path, file["kind"], file)
        return Answer(body, OFFICE[file["kind"]], cacheable=True)
    site = query.path.split("/")[1]
    if site not in content("sites")["sites"]:
        return None
    if query.path == f"/{site}/sitemap.xml":
        return sitemap(query, site)
    if query.path == "/vision/en/internal/price-list.html":
        return page(
            f"<title>Internal</title><p>{NOTE}. A crawler that reads this ignores robots.txt."
        )
    for each in pages(site, query.version):
        if each["path"] == query.path:
            return page(html(site, each, query.version))
    return None


def sitemap(query: Query, site: str) -> Answer:
    entries = "".join(
        f"<url><loc>{query.base}{quote(each['path'])}</loc></url>"
        for each in pages(site, query.version)
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    )
    return Answer(body.encode(), "application/xml; charset=utf-8")


def html(site: str, data: dict[str, Any], version: int) -> str:
    chinese = data["language"] == "zh"
    blocks = data["body"] if version == 1 else data.get("changed", data["body"])
    fronts = [each["path"] for each in pages(site, 1) if each["path"].count("/") == 3]
    front = next((path for path in fronts if f"/{data['language']}/" in path), fronts[0])
    home = data["path"] == front
    # Only the front page names all others: elsewhere a name in the menu would look like a claim.
    # It keeps naming what is gone, as sites do: the change to notice is the page's own.
    menu = [each for each in pages(site, 1) if home and each["language"] == data["language"]]
    return Template(template("site.html")).substitute(
        language=data["language"],
        title=escape(data["title"]),
        name=content("sites")["sites"][site]["name_zh" if chinese else "name"],
        navigation=" ".join(link(each["path"], each["title"]) for each in menu)
        or link(front, "首页" if chinese else "Home"),
        body="\n".join(block(each) for each in blocks),
        note=NOTE_ZH if chinese else NOTE,
    )


def block(data: Any) -> str:
    """One block of a page as HTML: see content/sites.yml."""
    if isinstance(data, str):
        return f"<p>{escape(data)}</p>"
    if "h" in data:
        return f"<h2>{escape(data['h'])}</h2>"
    if "list" in data:
        return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in data["list"]) + "</ul>"
    if "table" in data:
        rows = ("".join(f"<td>{escape(str(c))}</td>" for c in row) for row in data["table"])
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    return f"<p>{link(*data['link'])}</p>"


def link(path: str, text: str) -> str:
    return f'<a href="{path}">{escape(text)}</a>'
