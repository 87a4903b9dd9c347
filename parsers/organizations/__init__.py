"""Names to organisations: the register, who is named in a text, whom a claim is about."""

from parsers.organizations.actors import actors
from parsers.organizations.mentions import find, resolve
from parsers.organizations.names import normalised, unregistered_id
from parsers.organizations.register import (
    Listing,
    Name,
    Organization,
    RegisterError,
    load_register,
)
from parsers.organizations.reported import ReportedClaim, ReportedSystem, load_reported

__all__ = [
    "Listing",
    "Name",
    "Organization",
    "RegisterError",
    "ReportedClaim",
    "ReportedSystem",
    "actors",
    "find",
    "load_register",
    "load_reported",
    "normalised",
    "resolve",
    "unregistered_id",
]
