"""The words of the site for stances, roles, states, parameters: messages of portal.language."""

from __future__ import annotations

# Order of families on the front page.
FAMILIES = {
    "biometrics": "Biometrics: who a body is",
    "sensing": "Sensing: what happens in a place",
    "profiling": "Profiling: what is known about a person",
    "interception": "Interception: what people say and read",
}

# stance → (short label, explanation)
STANCES = {
    "claims": (
        "Says it has it",
        "The vendor, or a partner in its name, says that the product has it or will have it.",
    ),
    "requires": ("Wants it", "A buyer asks for the capability in a tender or specification."),
    "supplies": ("Sold or delivered", "The capability was bought or delivered."),
    "operates": ("Uses it", "The one who speaks says that it uses the capability itself."),
    "reports": (
        "Reported by others",
        "A third party (press, researchers, a court) says that somebody has, sells or uses it.",
    ),
    "denies": (
        "Denied",
        "Somebody says that it does not exist, was not sold, was only a test or is not used.",
    ),
    "restricts": (
        "Restricted",
        "A law, ruling or company rule forbids its use or sale, or allows it only on conditions.",
    ),
    "permits": ("Permitted", "A law or an order says that it may be used."),
}

ROLES = {
    "vendor": "vendor",
    "partner": "partner",
    "buyer": "buyer",
    "operator": "operator",
    "supplier": "supplier",
    "reporter": "reporter",
    "subject": "subject",
}

STATES = {
    "live": ("Still online", "The page was there, with this content, when last visited."),
    "changed": ("Changed since", "The page still exists but no longer has this content."),
    "gone": ("Removed", "The page answered that it no longer exists."),
    "unlisted": ("Unlisted", "The page is missing from a listing that was read completely."),
}

REVIEWS = {
    "unreviewed": ("Not reviewed", "Found by the lexicon; nobody has checked it yet."),
    "confirmed": ("Confirmed", "A reviewer read the passage and agrees."),
    "rejected": ("Rejected", "A reviewer read the passage and disagrees."),
}

STAGES = {
    "planning": "Planning",
    "tender": "Tender",
    "award": "Award",
    "contract": "Contract",
    "correction": "Correction",
    "cancelled": "Cancelled",
}

REMOVALS = {
    "gone": "Page gone",
    "unlisted": "Dropped from a list",
    "catalogue": "Catalogue shrank",
}

KINDS = {"vendor": "vendor", "buyer": "buyer", "other": "other"}

PARAMETERS = {
    "crowd_sizes": "People in a crowd that raise an alert",
    "database_size": "Persons, images or templates held (at least)",
    "accuracy": "Accuracy stated",
    "quantity": "Devices or channels",
    "groups": "Groups of people named",
}

# Codes of groups of people in claims.parameters.
GROUPS = {
    "uyghur": "Uyghurs",
    "tibetan": "Tibetans",
    "hui": "Hui",
    "kazakh": "Kazakhs",
    "mongol": "Mongols",
    "han": "Han",
    "ethnic-minority": "ethnic minorities",
    "foreigner": "foreigners",
    "migrant": "migrants",
    "muslim": "Muslims",
    "falun-gong": "Falun Gong",
    "christian": "Christians",
    "petitioner": "petitioners",
    "protester": "protesters",
    "journalist": "journalists",
    "drug-user": "drug users",
    "mental-patient": "mental patients",
    "parolee": "parolees",
    "student": "students",
    "child": "children",
    "detainee": "detainees",
    "dissident": "dissidents",
    "lawyer": "lawyers",
    "lgbt": "LGBT people",
}

# Codes of the data that have a plain word: outcomes, ways of obtaining, procedures, kinds of source.
CODES = {
    "ok": "read",
    "unchanged": "unchanged",
    "gone": "gone",
    "blocked": "blocked",
    "failed": "failed",
    "too-large": "too large",
    "refused": "refused",
    "live": "live",
    "wayback": "Wayback Machine",
    "common-crawl": "Common Crawl",
    "file": "added file",
    "open": "open procedure",
    "selective": "selective procedure",
    "limited": "limited procedure",
    "direct": "direct award",
    "tender": "tenders",
    "vendor": "vendor",
    "report": "reports",
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
    "archived": "archived",
    "curated": "curated, cited",
}

# Media type → plain name.
FILE_KINDS = {
    "text/html": "Web page",
    "text/plain": "Plain text",
    "application/pdf": "PDF",
    "application/json": "JSON data",
    "application/xml": "XML data",
    "text/xml": "XML data",
    "text/csv": "CSV table",
    "application/zip": "ZIP container",
    "application/gzip": "gzip container",
    "application/msword": "Word document",
    "application/vnd.ms-excel": "Excel workbook",
    "application/vnd.ms-powerpoint": "PowerPoint slides",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint slides",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel workbook",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
}

# Language code → English name.
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish",
    "tr": "Turkish", "ug": "Uyghur", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

# Comparisons of Datasette's filters, as it displays them → in words.
COMPARISONS = {
    "=": "is", "!=": "is not", "contains": "contains", "does not contain": "does not contain",
    "ends with": "ends with", "starts with": "starts with", ">": "is more than",
    "≥": "is at least", "<": "is less than", "≤": "is at most", "like": "is like",
    "not like": "is not like", "glob": "matches", "in": "is one of", "not in": "is none of",
    "array contains": "list contains", "array does not contain": "list does not contain",
    "date": "is on the day", "is null": "is empty", "is not null": "is not empty",
    "is blank": "is blank", "is not blank": "is not blank",
}  # fmt: skip

# Kind of buyer (db.places.BUYERS) → words; what a search for purchases can do without → words.
BUYERS = {
    "police": "police",
    "prison": "prisons",
    "border": "border and customs",
    "army": "armed forces",
    "school": "schools and universities",
}
DROPPED = {
    "words": "without the words",
    "capability": "any capability",
    "year": "any year",
    "buyer": "any authority",
    "place": "any place",
}

# Endings of addresses → names of formats, the same in every language.
FORMATS = {
    "json": "JSON",
    "jsonl": "JSON Lines",
    "xlsx": "Excel",
    "parquet": "Parquet",
    "atom": "Atom",
    "csv": "CSV",
}
