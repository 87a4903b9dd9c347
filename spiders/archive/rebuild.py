"""The rows of the index out of WARC files: for a lost index, and for the tail after a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from spiders.archive import fields as names
from spiders.archive.index import Index, StoredFile
from spiders.archive.manifest import manifest_of_run
from spiders.archive.members import Member, MemberError, WarcFile
from spiders.archive.runs import Listing, Run


def warc_paths(archive: Path) -> list[Path]:
    """Every WARC file of the archive, in a fixed order."""
    return sorted(archive.glob("*/*/*.warc.gz"))


def fill(index: Index, archive: Path) -> int:
    """Put everything the WARC files and manifests say into an empty index; counts captures.

    A file that is damaged or unfinished gives the records before the damage.
    """
    count = 0
    index.begin()
    for path in warc_paths(archive):
        name = path.relative_to(archive).as_posix()
        try:
            for _ in index_records(index, path, name, 0):
                count += 1
        except MemberError:
            pass  # the next start repairs it, `verify` names it
    # The clock may have been set back between two runs: the chain knows which came first. A run
    # without a manifest goes on, so it is younger than those with one.
    ended: dict[int, str] = {}
    going_on = []
    for run in index.full_runs():
        manifest = manifest_of_run(archive, run.id)
        if manifest is None:
            going_on.append(run.id)
            continue
        ended[manifest.content["number"]] = run.id
        # The end of an interrupted run stands in its manifest only.
        index.put_run(Run(**manifest.content["run"], manifest_sha256=manifest.sha256))
        for file in manifest.content["files"]:
            index.put_file(StoredFile(file["name"], run.id, file["size"], file["sha256"]))
    index.sort_captures([ended[number] for number in sorted(ended)] + going_on)
    index.commit()
    return count


def index_records(index: Index, path: Path, name: str, start: int) -> Iterator[names.Row]:
    """Index every whole record of one file from offset ``start``; gives the captures added.

    Raises MemberUnfinished or MemberDamaged where the whole records end.
    """
    with WarcFile(path) as file:
        for member in file.members(start):
            if member.fields.get("warc-type") == "warcinfo":
                _warcinfo(index, member, name)
                continue
            kind = member.fields.get(names.KIND.lower())
            if kind in ("listing", "run-end"):
                _metadata(index, member, kind)
                continue
            length = member.skip()
            row = names.from_fields(member.fields, name, member.offset, length)
            if row is not None and index.add_capture(row):
                yield row


def _warcinfo(index: Index, member: Member, name: str) -> None:
    block = b"".join(member.block()).decode("utf-8", "replace")
    for line in block.splitlines():
        key, _, value = line.partition(": ")
        if key != "counterwatch-run":
            continue
        details = json.loads(value)
        source = details["source"]
        index.add_source(source["id"], source["kind"], source["title"], details["started"])
        if index.run(details["id"]) is None:
            index.put_run(
                Run(
                    source_id=source["id"],
                    id=details["id"],
                    started=details["started"],
                    arguments=details["arguments"],
                )
            )
        if not any(file.name == name for file in index.files(details["id"])):
            index.put_file(StoredFile(name, details["id"], None, None))


def _metadata(index: Index, member: Member, kind: str) -> None:
    details = json.loads(b"".join(member.block()))
    run_id = member.fields[names.RUN.lower()]
    if kind == "listing":
        index.put_listing(
            Listing(
                run_id=run_id,
                source_id=member.fields[names.SOURCE.lower()],
                **details | {"urls": tuple(details["urls"])},
            )
        )
        return
    known = index.run(run_id)
    index.put_run(Run(**details, arguments=known.arguments if known else {}))
