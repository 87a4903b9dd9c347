"""Tagging speed: ``python -m benchmarks.tagging [--text FILE] [--megabytes 20] [--curve]``.

Megabytes of UTF-8 per second of processor time, one thread, of the whole tagger against the bare
engine, a plain `re` alternation, spaCy's PhraseMatcher (where installed) and ``bytes.count``, on
the same text and the same lexicon. Without --text the text is generated: ordinary Chinese office
prose with a hit now and then.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.matcher import HyperscanEngine
from parsers.capabilities.tagger import Tagger

_WORDS = [
    "项目",
    "公司",
    "服务",
    "管理",
    "工程",
    "材料",
    "合同",
    "供应商",
    "投标",
    "报名",
    "资格",
    "审查",
    "办法",
    "时间",
    "地点",
    "联系",
    "预算",
    "学校",
    "医院",
    "道路",
    "绿化",
    "设备",
    "维修",
    "保养",
    "办公",
    "家具",
    "印刷",
    "食堂",
    "配送",
    "软件",
    "开发",
    "培训",
    "咨询",
    "审计",
    "保险",
    "租赁",
    "环境",
    "保护",
    "污水",
    "处理",
    "管网",
    "改造",
    "设计",
    "施工",
    "监理",
    "要求",
    "提供",
    "证明",
    "原件",
    "复印件",
    "盖章",
    "递交",
    "截止",
    "开标",
    "评审",
    "得分",
    "公示",
    "期限",
    "质疑",
    "答复",
    "采购人",
    "代理",
    "机构",
    "名称",
    "地址",
    "电话",
    "邮箱",
    "一",
    "二",
    "三",
    "本",
    "该",
    "各",
    "与",
    "及",
    "和",
    "的",
    "在",
    "为",
    "按",
    "由",
    "应",
    "须",
    "可",
    "不",
    "已",
    "将",
    "对",
    "从",
    "等",
    "中",
    "内",
    "外",
    "上",
    "下",
    "前",
    "后",
    "年",
    "月",
    "日",
]
_HITS = ("平台支持人脸识别与车牌识别。", "沿线新建高清枪机1200路。", "系统对人群聚集自动预警。")


def generated(megabytes: float, hits_per_megabyte: int = 40, seed: int = 1) -> list[str]:
    """Documents of about 4 KB of ordinary text with few hits."""
    chance = random.Random(seed)
    documents: list[str] = []
    for _ in range(int(megabytes * 250)):
        parts: list[str] = []
        length = 0
        while length < 1_330:
            sentence = "".join(chance.choice(_WORDS) for _ in range(chance.randint(8, 24)))
            sentence += chance.choice("，，。；\n")
            if chance.random() < hits_per_megabyte / 250 / 35:
                sentence += chance.choice(_HITS)
            parts.append(sentence)
            length += len(sentence)
        documents.append("".join(parts))
    return documents


def split(text: str, size: int = 1_400) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def rate(name: str, documents: Sequence[str], work: Callable[[str], int]) -> float:
    """Print and return MB per second of processor time, and what was found."""
    size = sum(len(document.encode()) for document in documents)
    work(documents[0])
    start = time.process_time()
    found = sum(work(document) for document in documents)
    seconds = max(time.process_time() - start, 1e-9)
    print(
        f"{name:<34} {size / seconds / 1e6:9.1f} MB/cpu-s   {found:8d} found in {size / 1e6:.1f} MB"
    )
    return size / seconds / 1e6


def plain_alternation(lexicon: lexicons.Lexicon) -> Callable[[str], int]:
    expression = re.compile("|".join(term.compiled.exact for term in lexicon.terms))
    return lambda text: sum(1 for _ in expression.finditer(text))


def phrase_matcher(lexicon: lexicons.Lexicon) -> Callable[[str], int] | None:
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        return None
    language = spacy.blank("zh")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    for term in lexicon.terms:
        phrase = re.sub(r"[()|*?<>.0-9]+", " ", term.compiled.source)
        matcher.add(term.id, [language.make_doc(phrase)])
    return lambda text: len(matcher(language.make_doc(text)))


def curve(documents: Sequence[str]) -> None:
    """Print how the bare engine slows as terms are added."""
    from parsers.capabilities.expressions import compile_term

    chance = random.Random(2)
    for count in (500, 2_000, 8_000, 32_000):
        terms = {"".join(chance.choice(_WORDS) for _ in range(4)) for _ in range(count)}
        engine = HyperscanEngine([compile_term(term, "zh") for term in sorted(terms)])
        rate(
            f"bare engine, {count:,} terms",
            documents,
            lambda text, e=engine: len(list(e.candidates(text))),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--text", type=Path, help="a text to scan instead of generated text")
    parser.add_argument("--megabytes", type=float, default=20.0)
    parser.add_argument("--curve", action="store_true", help="also: speed against number of terms")
    options = parser.parse_args(arguments)
    if options.text:
        text = options.text.read_text(encoding="utf-8", errors="replace")
        documents = split(text[: int(options.megabytes * 1e6)])
    else:
        documents = generated(options.megabytes)
    lexicon = lexicons.load()
    tagger = Tagger(lexicon)
    print(f"{sum(1 for _ in lexicon.terms)} terms, engine {tagger.matcher.engine.name}")
    rate("bytes.count of an absent byte", documents, lambda text: text.encode().count(b"\x01"))
    engine = tagger.matcher.engine
    rate("bare engine, candidates", documents, lambda text: len(list(engine.candidates(text))))
    rate("verified hits", documents, lambda text: len(tagger.matcher.find(text)))
    rate("whole tagger", documents, lambda text: len(tagger.tag(text, "tender", "zh")))
    few = documents[: max(1, len(documents) // 200)]
    rate("plain re alternation", few, plain_alternation(lexicon))
    phrases = phrase_matcher(lexicon)
    if phrases is None:
        print("spaCy PhraseMatcher                not installed")
    else:
        rate("spaCy PhraseMatcher", few, phrases)
    if options.curve:
        curve(documents[: len(documents) // 4])
    return 0


if __name__ == "__main__":
    sys.exit(main())
