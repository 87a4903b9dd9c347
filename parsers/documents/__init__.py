"""Archived bytes to text: one reader per media type, each bounded.

>>> from parsers.documents import extract
>>> extract(b"<h1>Safe City</h1><p>1,200 cameras", "text/html").text
'Safe City\\n1,200 cameras'
"""

from parsers.documents.extraction import extract
from parsers.documents.limits import Limits
from parsers.records import DocumentError, DocumentTooLarge, Extraction, Member

__all__ = ["DocumentError", "DocumentTooLarge", "Extraction", "Limits", "Member", "extract"]
