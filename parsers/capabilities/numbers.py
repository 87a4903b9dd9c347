"""Numbers as people write them: digits, words, 万 and 亿, lakh, "tens of millions".

A vague number gives its lower bound: "tens of millions" and 千万级 are 10,000,000.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; ``percent``: a percent sign or word follows; ``money``: an amount."""

    start: int
    end: int
    value: float
    percent: bool = False
    money: bool = False


_MULTIPLIERS = {
    100: "hundred cent cien cento hundert сто yüz",
    1_000: "k thousand thousands mil mille milliers millier tausend тысяча тысячи тысяч тыс bin ألف "
    "آلاف miles milhares",
    100_000: "lakh lakhs lac",
    1_000_000: "m mn million millions millón millones milhão milhões millionen mio миллион миллиона "
    "миллионов млн milyon مليون ملايين",
    10_000_000: "crore crores",
    1_000_000_000: "bn billion billions milliard milliards milliarde milliarden mrd миллиард "
    "миллиарда миллиардов млрд bilhão bilhões milyar مليار مليارات",
}
_FACTOR = {word: factor for factor, words in _MULTIPLIERS.items() for word in words.split()}
_WORDS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf",
    "pt": "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
    "dezesseis dezessete dezoito dezenove",
    "de": "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn",
    "ru": "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
    "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
    "tr": "bir iki üç dört beş altı yedi sekiz dokuz on",
    "ar": "واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "ru": "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
    "tr": "yirmi otuz kırk elli altmış yetmiş seksen doksan",
    "ar": "عشرين ثلاثين أربعين خمسين ستين سبعين ثمانين تسعين",
}
_UNITS = {word: n for words in _WORDS.values() for n, word in enumerate(words.split(), 1)}
_UNITS |= {"dozen": 12, "douzaine": 12, "docena": 12, "dúzia": 12, "dutzend": 12, "дюжина": 12}
_UNITS |= {word: 10 * n for words in _TENS.values() for n, word in enumerate(words.split(), 2)}
_UNITS |= {"hundred": 100, "hundert": 100, "cien": 100, "сто": 100, "yüz": 100, "cem": 100}
_VAGUE = {
    10: "tens of|decenas de|dizaines de|dezenas de|десятки|десятков|on|عشرات|zehn",
    12: "dozens of|docenas de|dúzias de|dutzende",
    100: "hundreds of|cientos de|centenares de|centaines de|centenas de|сотни|сотен|yüz|مئات|hundert",
    1_000: "thousands of|miles de|milliers de|milhares de|тысячи|binlerce|آلاف|tausende",
    1_000_000: "millions of|millones de|millions de|milhões de|миллионы|milyonlarca|ملايين",
}
_VAGUE_MULTIPLIER = (
    "thousands|thousand|millions|million|billions|billion|miles|millones|milliers|millions|milliards|"
    "milhares|milhões|bilhões|тысяч|миллионов|миллиардов|binlerce|milyonlarca|الآلاف|الملايين|آلاف|"
    "ملايين|tausende|tausend|millionen|milliarden"
)
_VAGUE_FACTOR = {
    "thousand": 1e3, "thousands": 1e3, "miles": 1e3, "milliers": 1e3, "milhares": 1e3, "тысяч": 1e3,
    "binlerce": 1e3, "الآلاف": 1e3, "آلاف": 1e3, "tausende": 1e3, "tausend": 1e3,
    "million": 1e6, "millions": 1e6, "millones": 1e6, "milhões": 1e6, "миллионов": 1e6,
    "milyonlarca": 1e6, "الملايين": 1e6, "ملايين": 1e6, "millionen": 1e6,
    "billion": 1e9, "billions": 1e9, "milliards": 1e9, "bilhões": 1e9, "миллиардов": 1e9,
    "milliarden": 1e9,
}  # fmt: skip
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．％", "0123456789,.%")

LETTER = "[^\\W_\u3400-\u9fff]"  # of the scripts that put spaces between words
_DIGITS = (
    r"[0-9０-９]{1,3}(?:[,.\u00a0\u202f' ’][0-9]{3})+(?:[.,][0-9]{1,2})?(?![0-9])"
    r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9])"
    r"|[0-9０-９]+(?:[.,．][0-9０-９]+)?"
)


@functools.cache
def _expression() -> re.Pattern[str]:
    def words(items: object) -> str:
        return "|".join(sorted(map(re.escape, items), key=len, reverse=True))  # type: ignore[call-overload]

    factors = f"(?:{words(_FACTOR)})"
    vague = "|".join(f"(?P<v{factor}>{options})" for factor, options in _VAGUE.items())
    return re.compile(
        f"(?<!{LETTER})(?<!\\.)(?:{vague})(?:\\s*(?:de |d'|von )?\\s*(?P<vm>{_VAGUE_MULTIPLIER}))?(?!{LETTER})"
        f"|(?P<vagueword>(?<!{LETTER})(?:zehntausende|hunderttausende|on binlerce|yüz binlerce)"
        f"(?!{LETTER}))"
        "|(?P<han>(?:(?P<handigits>[0-9０-９][0-9０-９,，]*(?:[.．][0-9０-９]+)?)|"
        "(?P<hanwords>[零〇一二两兩三四五六七八九十百千]+)|[数數几幾上近])?\\s?[余餘多来來]?\\s?"
        "(?P<hanten>[十百千]?)[余餘多]?(?P<hanbig>[万萬亿億]{1,2})(?:[余餘多]|[级級])?)"
        "|(?P<hansmall>[一二两兩三四五六七八九十百千]+)(?=[余多]?[台套路个只部架辆枚支名人张条份])"
        f"|(?<!{LETTER})(?<![.,#/])(?P<digits>{_DIGITS})"
        f"(?P<factors>(?:[\\s\u00a0-]?{factors}(?!{LETTER})\\.?){{0,2}})"
        f"|(?<!{LETTER})(?P<words>(?:{words(_UNITS)})(?:[- ](?:{words(_UNITS)}))?)"
        f"(?P<wordfactors>(?:\\s{factors}(?!{LETTER})){{0,2}})(?!{LETTER})",
        re.IGNORECASE,
    )


_PERCENT = re.compile(
    r"\s?(?:[%％٪]|percent\b|per cent\b|por ciento|por cento|pour cent|Prozent|процент)"
)
_MONEY_BEFORE = re.compile(
    r"(?:[$€£¥₹]|\b(?:Rs|INR|USD|EUR|RMB|US|R)\.?|金额|预算|单价|總價|总价|价|人民币)[\s:：]{0,2}$"
)
_MONEY_AFTER = re.compile(
    r"\s{0,2}(?:元|圆|圓|美元|欧元|港元|块|€|\$|£|₽|dollar|euro|pounds|yuan|rupee|rubl|рубл|руб|"
    r"real|reais|lira|TL\b|USD|EUR|RMB|dólares|dolares|крон|درهم|دولار|ريال)"
)


def _plain(digits: str, language: str) -> float:
    """Digits with separators: "1,200", "1.200" (not in English), "2 386,5", "12,50,000"."""
    digits = digits.translate(_FULL_WIDTH)
    compact = re.sub(r"[\u00a0\u202f' ’]", "", digits)
    commas, points = compact.count(","), compact.count(".")
    if commas and points:
        decimal = "," if compact.rfind(",") > compact.rfind(".") else "."
        compact = compact.replace("." if decimal == "," else ",", "").replace(",", ".")
    elif commas:
        grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}", compact)
        compact = compact.replace(",", "" if grouped else ".")
    elif points:
        grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", compact)
        if grouped and (points > 1 or language not in ("en", "zh", "")):
            compact = compact.replace(".", "")
    try:
        return float(compact)
    except ValueError:
        return 0.0


def _han_words(words: str) -> float:
    total = digit = 0
    for character in words:
        if character in _HAN_TENS:
            total += (digit or 1) * _HAN_TENS[character]
            digit = 0
        else:
            digit = digit * 10 + _HAN_DIGITS.get(character, 0)
    return float(total + digit)


def _factor(words: str) -> float:
    factor = 1.0
    for word in re.findall(f"{LETTER}+", words.lower()):
        factor *= _FACTOR.get(word, 1)
    return factor


def _value(match: re.Match[str], language: str) -> float:
    groups = match.groupdict()
    for factor in _VAGUE:
        if groups[f"v{factor}"]:
            return factor * _VAGUE_FACTOR.get((groups["vm"] or "").lower(), 1)
    if groups["vagueword"]:
        word = groups["vagueword"].lower()
        return 1e5 if word.startswith(("hundert", "yüz")) else 1e4
    if groups["han"]:
        base = 1.0
        if groups["handigits"]:
            base = _plain(groups["handigits"].replace("，", ","), "zh")
        elif groups["hanwords"]:
            base = _han_words(groups["hanwords"])
        base *= _HAN_TENS.get(groups["hanten"] or "", 1)
        for character in groups["hanbig"]:
            base *= 1e4 if character in "万萬" else 1e8
        return base
    if groups["hansmall"]:
        return _han_words(groups["hansmall"])
    if groups["digits"]:
        return _plain(groups["digits"], language) * _factor(groups["factors"] or "")
    parts = re.split(r"[- ]", groups["words"].lower())
    value = 0.0
    for part in parts:
        unit = _UNITS.get(part, 0)
        value = value * unit if unit == 100 and 0 < value < 100 else value + unit
    return value * _factor(groups["wordfactors"] or "")


def numbers(text: str, start: int = 0, end: int | None = None, language: str = "") -> list[Number]:
    """All numbers in ``text[start:end]``, in order."""
    found: list[Number] = []
    stop = len(text) if end is None else end
    for match in _expression().finditer(text, start, stop):
        value = _value(match, language)
        first, last = match.span()
        while last > first and text[last - 1].isspace():
            last -= 1
        percent = _PERCENT.match(text, last, min(last + 12, stop)) is not None
        money = (
            _MONEY_BEFORE.search(text, max(first - 6, start), first) is not None
            or _MONEY_AFTER.match(text, last, min(last + 10, stop)) is not None
        )
        found.append(Number(first, last, value, percent, money))
    return found
