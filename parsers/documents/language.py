"""Which language a text is in: by script where the script decides, else by a model."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

# Fewer letters than this say nothing reliable in scripts that many languages share.
_MINIMUM_LETTERS = 20
_MINIMUM_HAN = 4
_SAMPLE = 20_000

_SCRIPTS = {
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"),
    "kana": re.compile("[\u3041-\u30ff]"),
    "hangul": re.compile("[\uac00-\ud7af\u1100-\u11ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "arabic": re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "georgian": re.compile("[\u10a0-\u10ff]"),
    "armenian": re.compile("[\u0530-\u058f]"),
    "khmer": re.compile("[\u1780-\u17ff]"),
    "lao": re.compile("[\u0e80-\u0eff]"),
    "burmese": re.compile("[\u1000-\u109f]"),
    "tibetan": re.compile("[\u0f00-\u0fff]"),
    "bengali": re.compile("[\u0980-\u09ff]"),
    "tamil": re.compile("[\u0b80-\u0bff]"),
    "ethiopic": re.compile("[\u1200-\u137f]"),
    "mongolian": re.compile("[\u1800-\u18af]"),
}
_DECIDED_BY_SCRIPT = {
    "kana": "ja",
    "hangul": "ko",
    "greek": "el",
    "hebrew": "he",
    "thai": "th",
    "georgian": "ka",
    "armenian": "hy",
    "khmer": "km",
    "lao": "lo",
    "burmese": "my",
    "tibetan": "bo",
    "bengali": "bn",
    "tamil": "ta",
    "ethiopic": "am",
    "mongolian": "mn",
}
# The languages a tender, a vendor or a report of our sources can be in, by script: a model of
# a hundred languages answers Latin or Luxembourgish to short texts.
_CANDIDATES = {
    "latin": [
        *("en", "es", "fr", "pt", "de", "it", "nl", "tr", "pl", "cs", "sk", "hu", "ro", "sv", "da"),
        *("no", "fi", "et", "lv", "lt", "sl", "hr", "bs", "sq", "az", "uz", "id", "ms", "vi", "tl"),
        *("sw", "ca", "eu", "gl", "ga", "mt", "is"),
    ],
    "cyrillic": ["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "ug"],
    "arabic": ["ar", "fa", "ur", "ug", "ps", "ku"],
    "devanagari": ["hi", "mr", "ne"],
}
# Numbers, addresses, identifiers and file names are in no language.
_CODE = re.compile(r"[!-~]*(?:[0-9@_]|://|www\.|[!-~]\.[!-~])[!-~]*")
# A Han character carries about as much as two or three letters.
_HAN_WEIGHT = 2.5


def detect(text: str) -> str:
    """ISO 639-1 code of the language most of ``text`` is in, "" where it is too short to say."""
    sample = _CODE.sub(" ", text[:_SAMPLE])
    if sample.isascii():
        counts = Counter(latin=len(_SCRIPTS["latin"].findall(sample)))
    else:
        counts = Counter({name: len(p.findall(sample)) for name, p in _SCRIPTS.items()})
    if counts["kana"] * 10 > counts["han"] + counts["kana"] > 0:
        counts["kana"] += counts.pop("han")
    weights = Counter(
        {
            name: count * (_HAN_WEIGHT if name in ("han", "kana", "hangul") else 1)
            for name, count in counts.items()
        }
    )
    script, weight = weights.most_common(1)[0]
    if weight == 0:
        return ""
    if script == "han":
        return "zh" if counts["han"] >= _MINIMUM_HAN else ""
    if script in _DECIDED_BY_SCRIPT:
        return _DECIDED_BY_SCRIPT[script] if counts[script] >= _MINIMUM_HAN else ""
    if counts[script] < _MINIMUM_LETTERS:
        return ""
    language = str(_model(script).classify(sample[:4_000])[0])
    return "no" if language in ("nb", "nn") else language


@cache
def _model(script: str) -> Any:
    # Imported late: the model takes half a second, and Chinese documents never need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = set(model.labels)
    model.set_languages([code for code in _CANDIDATES[script] if code in known])
    return model
