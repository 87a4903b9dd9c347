"""TED-XML: notices of the European Union until 2024 (schemas R2.0.8 and R2.0.9, forms F01 to F25).

Format: https://op.europa.eu/en/web/eu-vocabularies/e-procurement/tedschemas. One file is one notice,
with the form in its original language and, sometimes, in others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.notices import values
from parsers.notices.ted_xml_awards import awards, money, published_elements
from parsers.notices.ted_xml_parties import block, party_of
from parsers.notices.ted_xml_text import notice_text
from parsers.notices.xml_input import (
    Element,
    XmlRefused,
    children,
    descendants,
    first,
    name,
    parse,
    text,
    value,
)
from parsers.records import Notice, NoticeFailure, NoticeItem, Party, Stage

FORMAT = "ted_xml"
ROOT = "TED_EXPORT"

_STAGE_OF_FORM: dict[str, Stage] = {
    "01": "planning",
    "02": "tender",
    "03": "award",
    "04": "planning",
    "05": "tender",
    "06": "award",
    "07": "tender",
    "08": "planning",
    "09": "tender",
    "10": "tender",
    "11": "tender",
    "12": "tender",
    "13": "award",
    "14": "correction",
    "15": "award",
    "16": "planning",
    "17": "tender",
    "18": "award",
    "19": "tender",
    "20": "contract",
    "21": "tender",
    "22": "tender",
    "23": "tender",
    "24": "tender",
    "25": "award",
}
# NOTICE/@TYPE, which decides where one form serves several stages.
_STAGE_OF_TYPE: dict[str, Stage] = {
    "PRI_ONLY": "planning",
    "PRI_REDUCING_TIME_LIMITS": "planning",
    "PRI_CALL_COMPETITION": "tender",
    "PER_ONLY": "planning",
    "PER_REDUCING_TIME_LIMITS": "planning",
    "PER_CALL_COMPETITION": "tender",
    "QSU_ONLY": "tender",
    "QSU_CALL_COMPETITION": "tender",
    "CONTRACT": "tender",
    "CONCESSION_AWARD_CONTRACT": "award",
    "AWARD_CONTRACT": "award",
    "PRI": "planning",
}
# TD_DOCUMENT_TYPE/@CODE, for forms we do not know.
_STAGE_OF_DOCUMENT: dict[str, Stage] = {
    "0": "planning",
    "2": "correction",
    "3": "tender",
    "7": "award",
    "K": "contract",
    "M": "tender",
    "P": "planning",
    "R": "award",
    "V": "award",
}
_TITLES = ("TITLE", "TITLE_CONTRACT", "TITLE_DESIGN_CONTACT_NOTICE", "NAME")
_DESCRIPTIONS = (
    "SHORT_DESCR",
    "SHORT_CONTRACT_DESCRIPTION",
    "DESCRIPTION_OF_CONTRACT",
    "DESCRIPTION",
)


def read(data: bytes, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """The notice of one TED-XML file, or a failure with its reason."""
    try:
        root = parse(data)
    except XmlRefused as error:
        yield NoticeFailure(FORMAT, str(error))
        return
    if name(root) != ROOT:
        yield NoticeFailure(FORMAT, f"root element {name(root)} is not {ROOT}")
        return
    yield _notice(root, url)


def _notice(root: Element, url: str) -> Notice | NoticeFailure:
    warnings: list[str] = []
    coded = first(root, "CODED_DATA_SECTION")
    notice_data = first(coded, "NOTICE_DATA")
    forms = [form for form in children(root, "FORM_SECTION", "*") if len(form)]
    form = _original(forms, value(notice_data, "LG_ORIG"))
    language_code = (form.get("LG") if form is not None else "") or value(notice_data, "LG_ORIG")
    title = _title(form) or _translated_title(root, language_code)
    buyer = _buyer(form, root, notice_data, language_code)
    if not title and buyer is None:
        return NoticeFailure(
            FORMAT,
            "neither title (FORM_SECTION/…/TITLE, ML_TI_DOC) nor buyer (OFFICIALNAME, AA_NAME) is given",
            root.get("DOC_ID") or "",
        )
    if form is None:
        warnings.append("FORM_SECTION is empty: only the coded data is read")
    outcome = awards(form, warnings)
    amount, currency = _value(form, notice_data, outcome.paid, warnings)
    number = (root.get("DOC_ID") or "").strip() or _number(value(notice_data, "NO_DOC_OJS"))
    region = _region(notice_data, form)
    country = values.country(
        (e.get("VALUE") if (e := first(notice_data, "ISO_COUNTRY")) is not None else "") or ""
    )
    return Notice(
        format=FORMAT,
        source_notice_id=number,
        stage=_stage(form, coded, outcome.nothing_awarded),
        title=title,
        description=_description(form),
        buyer=buyer,
        procedure=value(coded, "CODIF_DATA", "PR_PROC"),
        published=values.checked_date(value(coded, "REF_OJS", "DATE_PUB"), "DATE_PUB", warnings),
        deadline=_deadline(form, coded, warnings),
        amount=amount,
        currency=currency,
        country=country or (buyer.country if buyer else "") or values.country_of_nuts(region),
        region=region,
        url=url or _url(number),
        language=values.language(language_code),
        items=_items(notice_data, form),
        suppliers=outcome.suppliers,
        text=notice_text(root, forms, form, buyer, outcome.suppliers),
        warnings=tuple(warnings),
    )


def _original(forms: list[Element], language: str) -> Element | None:
    """The form in its original language, else the one in the notice's language, else the first."""
    for form in forms:
        if form.get("CATEGORY") == "ORIGINAL":
            return form
    for form in forms:
        if form.get("LG") == language:
            return form
    return forms[0] if forms else None


def _first_block(place: Element | None, names: tuple[str, ...]) -> str:
    """The first non-empty block by the order of names, not of the document."""
    for wanted in names:
        for found in descendants(place, wanted):
            if written := block(found):
                return written
    return ""


def _title(form: Element | None) -> str:
    own = block(first(form, "OBJECT_CONTRACT", "TITLE"))
    return own or _first_block(form, _TITLES)


def _translated_title(root: Element, language: str) -> str:
    titles = children(root, "TRANSLATION_SECTION", "ML_TITLES", "ML_TI_DOC")
    titles.sort(key=lambda found: found.get("LG") != language)
    return next((t for found in titles if (t := block(first(found, "TI_TEXT")))), "")


def _description(form: Element | None) -> str:
    own = block(first(form, "OBJECT_CONTRACT", "SHORT_DESCR"))
    return own or _first_block(form, _DESCRIPTIONS)


def _buyer(
    form: Element | None, root: Element, notice_data: Element | None, language: str
) -> Party | None:
    for kind in ("ADDRESS_CONTRACTING_BODY", "CA_CE_CONCESSIONAIRE_PROFILE"):
        for address in descendants(form, kind):
            if party := party_of(address):
                return party
    names = children(root, "TRANSLATION_SECTION", "ML_AA_NAMES", "AA_NAME")
    names.sort(key=lambda found: found.get("LG") != language)
    title = next((t for found in names if (t := block(found))), "")
    country = first(notice_data, "ISO_COUNTRY")
    code = values.country(country.get("VALUE")) if country is not None else ""
    return Party(title, country=code) if title else None


def _stage(form: Element | None, coded: Element | None, nothing_awarded: bool) -> Stage:
    if nothing_awarded:
        return "cancelled"
    kind = first(form, "NOTICE")
    if kind is not None and (stage := _STAGE_OF_TYPE.get(kind.get("TYPE") or "")):
        return stage
    number = re.search(r"\d+", (form.get("FORM") or "") if form is not None else "")
    if number and (stage := _STAGE_OF_FORM.get(number.group().zfill(2))):
        return stage
    document = first(coded, "CODIF_DATA", "TD_DOCUMENT_TYPE")
    code = (document.get("CODE") or "") if document is not None else ""
    return _STAGE_OF_DOCUMENT.get(code, "tender")


def _deadline(form: Element | None, coded: Element | None, warnings: list[str]) -> str:
    date = value(form, "PROCEDURE", "DATE_RECEIPT_TENDERS")
    if date:
        return values.with_time(date, value(form, "PROCEDURE", "TIME_RECEIPT_TENDERS"))
    for field in ("DT_DATE_FOR_SUBMISSION", "DD_DATE_REQUEST_DOCUMENT"):
        if written := value(coded, "CODIF_DATA", field):
            return values.checked_date(written, field, warnings)
    return ""


def _value(
    form: Element | None,
    notice_data: Element | None,
    paid: tuple[tuple[float | None, str], ...],
    warnings: list[str],
) -> tuple[float | None, str]:
    """The notice's value: final total, else what was awarded, else the estimate."""
    objects = published_elements(form, "OBJECT_CONTRACT")
    candidates = [e for place in objects for e in children(place, "VAL_TOTAL")]
    candidates += list(published_elements(form, "VAL_TOTAL_AFTER"))
    for found in candidates:
        if (read := money(found, warnings))[0] is not None:
            return read
    modified = [
        m
        for p in published_elements(form, "DESCRIPTION_PROCUREMENT")
        for m in descendants(p, "VAL_TOTAL")
    ]
    for found in modified:
        if (read := money(found, warnings))[0] is not None:
            return read
    for total in published_elements(form, "TOTAL_FINAL_VALUE"):
        for found in descendants(total, "VALUE_COST"):
            if (read := money(found, warnings))[0] is not None:
                return read
    coded = {found.get("TYPE"): found for found in children(notice_data, "VALUES", "VALUE")}
    final = coded.pop("PROCUREMENT_TOTAL", None)
    if final is not None and (read := money(final, warnings))[0] is not None:
        return read
    awarded = values.total_of_all(paid, "AWARDED_CONTRACT", warnings)
    if awarded[0] is not None:
        return awarded
    for found in coded.values():
        if (read := money(found, warnings))[0] is not None:
            return read
    for kind in ("VAL_ESTIMATED_TOTAL", "VAL_RANGE_TOTAL"):
        for place in objects:
            for found in children(place, kind):
                if (read := money(found, warnings))[0] is not None:
                    return read
    return values.total(money(e, warnings) for e in published_elements(form, "VAL_OBJECT"))


def _region(notice_data: Element | None, form: Element | None) -> str:
    for kind in ("PERFORMANCE_NUTS", "CA_CE_NUTS", "ORIGINAL_NUTS"):
        for found in children(notice_data, kind):
            if code := found.get("CODE"):
                return code
    return next((code for found in descendants(form, "NUTS") if (code := found.get("CODE"))), "")


def _items(notice_data: Element | None, form: Element | None) -> tuple[NoticeItem, ...]:
    codes: dict[str, str] = {}
    for found in children(notice_data, "ORIGINAL_CPV"):
        if code := found.get("CODE"):
            codes[code.partition("-")[0]] = values.clean(text(found))
    for found in descendants(form, "CPV_CODE"):
        if code := found.get("CODE"):
            codes.setdefault(code.partition("-")[0], "")
    return tuple(NoticeItem("CPV", code, title) for code, title in codes.items())


def _number(document: str) -> str:
    """ "2022/S 001-001842" → "001842-2022"."""
    match = re.fullmatch(r"(\d{4})/S \d+-(\d+)", document.strip())
    return f"{match.group(2)}-{match.group(1)}" if match else document.strip()


def _url(number: str) -> str:
    match = re.fullmatch(r"0*(\d+)-(\d{4})", number)
    return (
        f"https://ted.europa.eu/en/notice/-/detail/{match.group(1)}-{match.group(2)}"
        if match
        else ""
    )
