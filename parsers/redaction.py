"""Masking of personal contact data in text that will be published.

Notices name contact persons, their telephones and mail addresses, the experts who judged the bids,
sometimes identity and account numbers. None of it says anything about surveillance, and all of it
can hurt somebody. ``redact`` masks it in a text of the same length, so that every offset stays true.

Masked is what has the form of such data, or stands after a label for it. What has neither stays:
a name in running prose cannot be told from any other word by rules, and officials named for what
they did in office are part of the record.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

MASK = "█"

Span = tuple[int, int]

_HAN = "一-鿿㐀-䶿"
_DASH = r"[-－—–‐‑]"

# White space inside a line: no match ever reaches into the next line or page.
_GAP = r"[^\S\n\f\r]"
_EXTENSION = rf"(?:{_GAP}?(?:转|{_DASH}|[*＊]|ext\.?|x|доп\.?){_GAP}?\d{{1,6}})"

_MAIL = re.compile(
    # Letters of Latin script alone: Chinese words stand right before an address.
    rf"(?<![A-Za-zÀ-ɏ\d.%+_-])[A-Za-zÀ-ɏ\d.%+_-]{{1,64}}{_GAP}?(?:[@＠]|[\[(]at[\])]){_GAP}?"
    r"(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)
# Numbers that look like telephones by themselves.
_MOBILE_CN = re.compile(
    rf"(?<![A-Za-z\d.])(?<!\d{_DASH})(?:[+＋]?86{_DASH}?{_GAP}?)?"
    rf"1[3-9]\d(?:{_DASH}|{_GAP})?\d{{4}}(?:{_DASH}|{_GAP})?\d{{4}}"
    rf"(?![\dA-Za-z]|{_GAP}?[元万亿]|\.\d|{_DASH}\d)"
)
_LANDLINE_CN = re.compile(
    rf"(?<![A-Za-z\d.])(?<!\d{_DASH})(?:[+＋]?86{_DASH}?{_GAP}?)?"
    rf"[（(]?0(?:10|2\d|[3-9]\d{{2}})[）)]?{_GAP}?(?:{_DASH}{_GAP}?|(?<=[）)])|{_GAP})"
    rf"\d{{7,8}}(?!\d|[A-Za-z]|{_GAP}?[元万亿]){_EXTENSION}?(?![\dA-Za-z])"
)
_INTERNATIONAL = re.compile(
    rf"(?<![\w+])[+＋][1-9]\d{{0,2}}(?:(?:{_GAP}|[().\-–/]){{0,2}}\d){{6,13}}"
    rf"(?![\d%]|[.,]\d|{_GAP}?(?:EUR|USD|GBP|€|£|元|万|亿)){_EXTENSION}?"
)
_GROUPED = re.compile(
    r"(?<![\w.,/-])(?:0\d(?:[ .]\d{2}){4}|0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}"
    r"|\(0\d{2,4}\) ?\d{3,4}[ -]?\d{3,4}"
    # Not "252.212-7001": points and hyphens together are a clause of a regulation.
    r"|(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}|\d{3}\.\d{3}\.\d{4})"
    rf"(?![\w-]|[.,]\d){_EXTENSION}?"
)
_BARE_NUMBERS = (_MOBILE_CN, _LANDLINE_CN, _INTERNATIONAL, _GROUPED)

# Numbers that are telephones because a label says so, each and all of a list.
_NUMBER = rf"[+＋(（]?\d(?:(?:{_GAP}|[()（）.\-－—–/]){{0,2}}\d){{4,17}}{_EXTENSION}?"
_LABELLED_NUMBER = re.compile(
    rf"(?:电{_GAP}*话|手{_GAP}*机|联系方式|传{_GAP}*真|热线|座机"
    r"|(?<![A-Za-z])(?:tel(?:ephone|efon[eo]?|\.)?|t[ée]l[ée]phone|tel[ée]fono|phone|fax|telefax"
    r"|mobile|mob\.|cell|gsm|tlf|hotline|telefonnummer|telefoon|puhelin|whatsapp)"
    r"|(?<!\w)(?:телефон\w*|тел\.?|факс|моб\.?)|τηλ(?:έφωνο|\.)?|هاتف|فاكس)"
    rf"(?:号码?|[（(][^）)\n]{{0,12}}[）)]|{_GAP}?(?:no|nr|n°|№|number)\.?)*"
    rf"{_GAP}*[.:：/]{{0,2}}{_GAP}*"
    rf"({_NUMBER}(?:{_GAP}*[,，、;；/或]{_GAP}*{_NUMBER})*)(?!\d|{_GAP}?[元万亿台路套])",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:19|20)\d{2}\s*[-–—/]\s*(?:19|20)\d{2}|\d{4}[-./]\d{1,2}[-./]\d{1,2}")

_IDENTITY_CN = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dA-Za-z])"
)
_ACCOUNT = re.compile(
    rf"(?:账{_GAP}*号|帐{_GAP}*号|账户号码?|银行账户|卡{_GAP}*号|account (?:no|number|nr)\.?"
    r"|Konto(?:nummer|-?Nr\.?)|рахунок|р/р|расч[её]тный сч[её]т|hesap no|n[úu]mero de cuenta)"
    rf"{_GAP}*[:：.]?{_GAP}*(\d(?:[ -]?\d){{7,29}})",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<![A-Za-z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?![A-Za-z\d])"
)
_MESSENGER = re.compile(
    r"(?:(?<![A-Za-z])QQ(?:号码?|群号?|群)?[ :：]{0,3}(\d{5,12})(?!\d)"
    r"|(?:微信号?|WeChat(?: ID)?|Telegram|Skype|Line ID) ?[:：] ?(@?[A-Za-z\d][\w.-]{4,31}))",
    re.IGNORECASE,
)

# One or several persons after a label. What forms have printed in the same place is no name.
_NO_NAME = (
    r"(?!详见|见附|见公告|无|同上|日期|电话|手机|性别|年龄|联系|单位|地址|签字|签名|盖章|姓名|职务|身份证"
    r"|投标人|供应商|受托人|采购人|代理|传真|邮箱|邮编|邮政|部门|签章|公章|委托|中标|成交|附件|以上|公告|本项目|年|月)"
)
_TITLE_CN = r"(?:老师|先生|女士|小姐|同志|工|经理|主任|科长|处长|主管|警官|部长)"
_HAN_NAME = rf"{_NO_NAME}[{_HAN}·•]{{1,4}}?{_TITLE_CN}?"
_NAME_END = r"(?=[\s，,；;、。（(/\d:：+]|联系|电话|手机|传真|邮箱|$)"
_NAMES_CN = (
    rf"(?:{_HAN_NAME}{_NAME_END}|[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}})"
    rf"(?:(?:{_GAP}?[、,，/]{_GAP}?|{_GAP}{{1,3}}){_NO_NAME}[{_HAN}·•]{{2,4}}?{_TITLE_CN}?{_NAME_END})*"
)
_CONTACT_CN = re.compile(
    r"(?:联\s?系\s?人|经\s?办\s?人|采购人代表|法定代表人|授权代表|委托代理人|项目负责人|负责人|收件人|接收人|业主代表)"
    r"(?:姓名|及(?:电话|联系方式|联系电话)|[（(][^）)\n]{0,10}[）)])?"
    rf"{_GAP}*[:：\t]{_GAP}*({_NAMES_CN})"
)
_MANNER_CN = re.compile(
    rf"联系方式{_GAP}*[:：\t]{_GAP}*({_NAMES_CN})(?=[\s，,；;、/]{{0,2}}(?:[\d+(（]|电话|手机|联系))"
)
# Several persons after a label, perhaps on the next line: those who judged.
_JUDGES_CN = re.compile(
    r"(?:评审专家|评审小组|评审委员会|评标委员会|评标专家|谈判小组|磋商小组|询价小组|采购小组|协商小组|论证专家|专家组|专家)"
    r"(?:[（(][^）)\n]{0,20}[）)])?(?:成员|组成人员)?(?:名单(?P<list>))?(?:[（(][^）)\n]{0,20}[）)])?"
    rf"{_GAP}*(?:[:：\t]|(?P<line>\n)){_GAP}*\n?{_GAP}*"
)
_JUDGE = re.compile(
    rf"{_GAP}*({_NO_NAME}(?:[{_HAN}·•]{{2,4}}(?![{_HAN}])|[{_HAN}](?=\n)|[A-Z][A-Za-z.' -]{{1,40}})"
    rf"(?:{_GAP}?[（(][^）)\n]{{0,14}}[）)])?)(?:{_GAP}?[、,，;；/\t]|{_GAP}(?=\S)|(?=[。.\n])|$)"
)
_WORD = (
    r"(?:(?:van|von|de|der|den|di|da|del|la|le|el|al|bin|ten) |[dDlL]['’])*"
    r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯІЇЄҐЁΑ-ΩŞĞİÇ][\w'’.-]*"
)
_HONORIFIC = (
    r"(?:(?:[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Hh]err|[Ff]rau|Mme|M|Mag|Ing|[Пп]ан|[Пп]ані)\.? )*"
)
_CONTACT = re.compile(
    r"(?<!\w)(?i:contact (?:person|point|name|officer)|point of contact|contact"
    r"|for the attention of|attention|attn\.?|Ansprechpartner(?:in)?|Kontaktperson|Kontaktstelle"
    r"|zu H[äa]nden(?: von)?|personne à contacter|à l['’]attention de|interlocuteur"
    r"|persona de contacto|pessoa de contac?to|persona di contatto|contactpersoon"
    r"|osoba do kontakt[óu]w?|kontaktn[ií] osoba|kontaktná osoba|kapcsolattartó|контактна особа"
    r"|контактное лицо|контактна персона|лице за контакт|yetkili kişi|irtibat(?: kişisi)?"
    rf"|الشخص المسؤول){_GAP}*(?:\([^)\n]{{0,20}}\))?{_GAP}*[:：\t]{_GAP}*"
    rf"({_HONORIFIC}{_WORD}(?:[ \t]{_WORD}){{0,4}})"
)

# Numbers after these labels, or of machines, are no telephones whatever their form.
_PROTECTED = re.compile(
    r"(?:编号|编码|代码|文号|批准文号|备案号|(?:project|notice|tender|contract|procurement|lot|document|reference|file)"
    r"(?: (?:no|nr|number|code|id|reference))?|ref|ocid|CPV|Az|Aktenzeichen|Vergabenummer)\.?\s?[:：#]\s*[^\s，,；;。]{1,60}"
    r"|(?:\d{1,3}\.){3}\d{1,3}",
    re.IGNORECASE,
)
_PAGE_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s一-鿿，。；）]{1,400}", re.IGNORECASE)


def redact(text: str) -> str:
    """The text with personal contact data masked by █, one for each character but white space.

    The result has exactly as many code points as the text, with line and page breaks where they
    were, so spans of the one are spans of the other.
    """
    masked: list[Span] = list(_mails(text))
    if re.search(r"\d{2}", text):
        for finder in (_bare_numbers, _labelled_numbers, _identities, _accounts, _messengers):
            masked.extend(finder(text))
    if re.search(r"[:：\t\n]", text):
        for finder in (_contacts, _judges, _messengers):
            masked.extend(finder(text))
    if not masked:
        return text
    characters = list(text)
    for start, end in masked:
        for index in range(start, end):
            if not characters[index].isspace():
                characters[index] = MASK
    return "".join(characters)


def _mails(text: str) -> Iterator[Span]:
    if "@" in text or "＠" in text or "at]" in text or "at)" in text:
        yield from (match.span() for match in _MAIL.finditer(text))


def _bare_numbers(text: str) -> Iterator[Span]:
    found = [
        match.span()
        for pattern in _BARE_NUMBERS
        for match in pattern.finditer(text)
        if _is_telephone(pattern, match)
    ]
    if not found:
        return
    yield from _outside(found, text, _PROTECTED, _PAGE_ADDRESS)


def _outside(found: list[Span], text: str, *kinds: re.Pattern[str]) -> Iterator[Span]:
    """Those of the spans that do not overlap a match of any of the patterns."""
    for kind in kinds:
        # Matches of one pattern follow each other: only the last that begins before a span's end counts.
        protected = [match.span() for match in kind.finditer(text)]
        starts = [start for start, _ in protected]
        found = [
            (start, end)
            for start, end in found
            if not (index := bisect_left(starts, end)) or protected[index - 1][1] <= start
        ]
    yield from found


def _is_telephone(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """What the form alone does not decide."""
    if pattern is _INTERNATIONAL:
        return sum(character.isdigit() for character in match.group()) >= 9
    if pattern is _MOBILE_CN:
        # Eleven digits are a mobile number among Chinese words; elsewhere a contract's number.
        around = match.string[max(0, match.start() - 200) : match.end() + 200]
        return re.search(f"[{_HAN}]", around) is not None
    return True


def _labelled_numbers(text: str) -> Iterator[Span]:
    found = [
        match.span(1)
        for match in _LABELLED_NUMBER.finditer(text)
        if sum(character.isdigit() for character in match.group(1)) >= 6
        and not _YEARS.fullmatch(match.group(1).strip())
    ]
    yield from _outside(found, text, _PAGE_ADDRESS) if found else ()


def _identities(text: str) -> Iterator[Span]:
    for match in _IDENTITY_CN.finditer(text):
        if _is_identity(match.group()):
            yield match.span()


def _is_identity(number: str) -> bool:
    """The check digit of Chinese identity numbers (ISO 7064, mod 11-2)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def _accounts(text: str) -> Iterator[Span]:
    yield from (match.span(1) for match in _ACCOUNT.finditer(text))
    for match in _IBAN.finditer(text):
        compact = match.group().replace(" ", "")
        digits = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
        if 15 <= len(compact) <= 34 and int(digits) % 97 == 1:
            yield match.span()


def _messengers(text: str) -> Iterator[Span]:
    for match in _MESSENGER.finditer(text):
        yield match.span(match.lastindex or 0)


def _contacts(text: str) -> Iterator[Span]:
    for pattern in (_CONTACT_CN, _MANNER_CN, _CONTACT):
        yield from (match.span(1) for match in pattern.finditer(text))


def _judges(text: str) -> Iterator[Span]:
    for label in _JUDGES_CN.finditer(text):
        if label["line"] is not None and label["list"] is None:
            continue  # a line that merely ends in "评审小组"
        position = label.end()
        while name := _JUDGE.match(text, position):
            yield name.span(1)
            position = name.end()
