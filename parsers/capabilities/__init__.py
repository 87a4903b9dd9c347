"""Capabilities: text in, claims out.

``tag(text, kind, language)`` is the whole tagger; ``lexicon.load()`` gives the vocabulary it
tags with. Both are pure functions of their input and of the YAML files in ``lexicon/``.
"""

from __future__ import annotations

from parsers.capabilities.quotes import strongest
from parsers.capabilities.tagger import tag

__all__ = ["strongest", "tag"]
