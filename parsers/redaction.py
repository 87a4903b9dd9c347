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
from collections.abc import Callable, Iterator

MASK = "█"

Span = tuple[int, int]

_HAN = "一-鿿㐀-䶿"
_DASH = r"[-－—–‐‑]"

_MAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}\s?(?:[@＠]|[\[(]at[\])])\s?(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)
# Numbers that look like telephones by themselves.
_MOBILE_CN = re.compile(
    rf"(?<![A-Za-z\d.])(?<!\d{_DASH})(?:[+＋]?86{_DASH}?\s?)?1[3-9]\d(?:{_DASH}|\s)?\d{{4}}(?:{_DASH}|\s)?\d{{4}}"
    rf"(?![\dA-Za-z]|\s?[元万亿]|\.\d|{_DASH}\d)"
)
_LANDLINE_CN = re.compile(
    rf"(?<![A-Za-z\d.])(?<!\d{_DASH})(?:[+＋]?86{_DASH}?\s?)?[（(]?0(?:10|2\d|[3-9]\d{{2}})[）)]?\s?(?:{_DASH}\s?|(?<=[）)])|\s)"
    rf"\d{{7,8}}(?!\d|[A-Za-z]|\s?[元万亿])(?:\s?(?:转|{_DASH}|ext\.?)\s?\d{{1,6}})?(?![\dA-Za-z])"
)
_INTERNATIONAL = re.compile(
    r"(?<![\w+])[+＋][1-9]\d{0,2}(?:[\s().\-–/]{0,2}\d){6,13}(?![\d%]|[.,]\d|\s?(?:EUR|USD|GBP|€|£|元|万|亿))"
    r"(?:\s?(?:ext\.?|x|转)\s?\d{1,6})?"
)
_GROUPED = re.compile(
    r"(?<![\w.,/-])(?:0\d(?:[ .]\d{2}){4}|0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}"
    r"|\(0\d{2,4}\) ?\d{3,4}[ -]?\d{3,4}|(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4})(?![\w-]|[.,]\d)"
    r"(?:\s?(?:ext\.?|x)\s?\d{1,6})?"
)
_BARE_NUMBERS = (_MOBILE_CN, _LANDLINE_CN, _INTERNATIONAL, _GROUPED)

# Numbers that are telephones because a label says so, each and all of a list.
_NUMBER = r"[+＋(（]?\d(?:[\s()（）.\-－—–/]{0,2}\d){4,17}(?:\s?(?:转|ext\.?|x|доп\.?)\s?\d{1,6})?"
_LABELLED_NUMBER = re.compile(
    r"(?:电\s?话|手\s?机|联系方式|传\s?真|热线|座机|(?<![A-Za-z])(?:tel(?:ephone|efon[eo]?|\.)?|t[ée]l[ée]phone|tel[ée]fono"
    r"|phone|fax|telefax|mobile|mob\.|cell|gsm|tlf|hotline|telefonnummer|telefoon|puhelin|whatsapp)"
    r"|(?<!\w)(?:телефон\w*|тел\.?|факс|моб\.?)|τηλ(?:έφωνο|\.)?|هاتف|فاكس)"
    r"(?:号码?|[（(][^）)]{0,12}[）)]|\s?(?:no|nr|n°|№|number)\.?)*\s*[.:：/]{0,2}\s*"
    rf"({_NUMBER}(?:\s*[,，、;；/或]\s*{_NUMBER})*)(?![\d]|\s?[元万亿台路套])",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:19|20)\d{2}\s*[-–—/]\s*(?:19|20)\d{2}|\d{4}[-./]\d{1,2}[-./]\d{1,2}")

_IDENTITY_CN = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dA-Za-z])"
)
_ACCOUNT = re.compile(
    r"(?:账\s?号|帐\s?号|账户号码?|银行账户|卡\s?号|account (?:no|number|nr)\.?|Konto(?:nummer|-?Nr\.?)|"
    r"рахунок|р/р|расч[её]тный сч[её]т|hesap no|n[úu]mero de cuenta)\s*[:：.]?\s*(\d(?:[ -]?\d){7,29})",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<![A-Za-z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?![A-Za-z\d])"
)
_MESSENGER = re.compile(
    r"(?:(?<![A-Za-z])QQ(?:号码?|群号?|群)?\s*[:：]?\s*(\d{5,12})(?!\d)"
    r"|(?:微信号?|WeChat(?: ID)?|Telegram|Skype|Line ID)\s*[:：]\s*(@?[A-Za-z\d][\w.-]{4,31}))",
    re.IGNORECASE,
)

# One person after a label; the name ends where punctuation or another label begins.
_HAN_NAME = (
    rf"[{_HAN}·•]{{1,4}}?(?:老\s?师|先生|女士|小姐|同志|工|经理|主任|科长|处长|主管|警官|部长)?"
)
_CONTACT_CN = re.compile(
    r"(?:联\s?系\s?人|经\s?办\s?人|采购人代表|法定代表人|授权代表|委托代理人|项目负责人|负责人|收件人|接收人|质疑联系人|业主代表)"
    r"(?:姓名|及(?:电话|联系方式|联系电话)|[（(][^）)]{0,10}[）)])?\s*[:：\t]\s*"
    rf"((?!详见|见|无|同上)(?:{_HAN_NAME}|[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}})(?:\s?[、,，/]\s?{_HAN_NAME})*?)"
    rf"(?=[\s，,；;。（(\d:：+]|联系|电话|手机|传真|邮箱|$)"
)
_MANNER_CN = re.compile(
    rf"(?:联系方式)\s*[:：\t]\s*((?!详见|见|无|同上){_HAN_NAME})(?=[\s，,；;、/]{{0,2}}(?:\d|电话|手机|联系))"
)
# Several persons after a label, perhaps on the next line: those who judged.
_JUDGES_CN = re.compile(
    r"(?:评审专家|评审小组|评审委员会|评标委员会|评标专家|谈判小组|磋商小组|询价小组|采购小组|协商小组|论证专家|专家组)"
    r"(?:[（(][^）)]{0,20}[）)])?(?:成员|组成人员)?(?:名单)?(?:[（(][^）)]{0,20}[）)])?\s*[:：\t\n]\s*"
)
_JUDGE = re.compile(
    rf"\s*(?!详见|附件|无|以上|公告|代理|采购人信息|本项目|中标|成交)(?:[{_HAN}·•]{{2,4}}(?![{_HAN}])|[A-Z][A-Za-z.' -]{{1,40}}|[{_HAN}](?![{_HAN}]))"
    r"(?:\s?[（(][^）)\n]{0,14}[）)])?\s?(?:[、,，;；/\t]|\s(?=\S)|[。.]|$|(?=\n))",
    re.MULTILINE,
)
_WORD = r"(?:(?:van|von|de|der|den|di|da|del|la|le|el|al|bin|ten)\s|[dDlL]['’])*[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯІЇЄҐЁΑ-ΩŞĞİÇ][\w'’.-]*"
_CONTACT = re.compile(
    r"(?<!\w)(?:contact (?:person|point|name|officer)|point of contact|contact|for the attention of|attention|attn\.?"
    r"|Ansprechpartner(?:in)?|Kontaktperson|Kontaktstelle|zu H[äa]nden(?: von)?|personne à contacter|à l['’]attention de"
    r"|interlocuteur|persona de contacto|pessoa de contac?to|persona di contatto|contactpersoon|osoba do kontakt[óu]w?"
    r"|kontaktn[ií] osoba|kontaktná osoba|kapcsolattartó|контактна особа|контактное лицо|контактна персона|лице за контакт"
    r"|yetkili kişi|irtibat(?: kişisi)?|الشخص المسؤول)\s*(?:\([^)]{0,20}\))?\s*[:：\t]\s*"
    rf"((?:(?i:mr|mrs|ms|dr|prof|herr|frau|mme|m|mag|ing|пан|пані)\.? )*{_WORD}(?:[ \t]{_WORD}){{0,4}})",
    re.IGNORECASE,
)

# Numbers after these labels, and addresses of pages, are no telephones whatever their form.
_PROTECTED = re.compile(
    r"(?:编号|编码|代码|文号|批准文号|备案号|(?:project|notice|tender|contract|procurement|lot|document|reference|file)"
    r"(?: (?:no|nr|number|code|id|reference))?|ref|ocid|CPV|Az|Aktenzeichen|Vergabenummer)\.?\s?[:：#]\s*[^\s，,；;。]{1,60}"
    r"|(?:https?://|www\.)[^\s一-鿿，。；）]{1,400}|(?:\d{1,3}\.){3}\d{1,3}",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text with personal contact data masked by █, one for each character but white space.

    The result has exactly as many code points as the text, with line and page breaks where they
    were, so spans of the one are spans of the other.
    """
    masked: list[Span] = []
    for finder in _FINDERS:
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
    found = [match.span() for pattern in _BARE_NUMBERS for match in pattern.finditer(text)]
    if not found:
        return
    protected = [match.span() for match in _PROTECTED.finditer(text)]
    for start, end in found:
        if not any(first < end and start < last for first, last in protected):
            yield start, end


def _labelled_numbers(text: str) -> Iterator[Span]:
    for match in _LABELLED_NUMBER.finditer(text):
        digits = sum(character.isdigit() for character in match.group(1))
        if digits >= 6 and not _YEARS.fullmatch(match.group(1).strip()):
            yield match.span(1)


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
    for pattern in (_CONTACT_CN, _MANNER_CN):
        yield from (match.span(1) for match in pattern.finditer(text))
    for match in _CONTACT.finditer(text):
        # The flag that makes labels match in any case does so for names too: look again.
        if re.match(
            rf"(?:(?i:mr|mrs|ms|dr|prof|herr|frau|mme|m|mag|ing|пан|пані)\.? )*{_WORD}",
            match.group(1),
        ):
            yield match.span(1)


def _judges(text: str) -> Iterator[Span]:
    for label in _JUDGES_CN.finditer(text):
        position = label.end()
        while name := _JUDGE.match(text, position):
            if name.end() == position:
                break
            yield name.span()
            position = name.end()


_FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    _mails,
    _bare_numbers,
    _labelled_numbers,
    _identities,
    _accounts,
    _messengers,
    _contacts,
    _judges,
)
