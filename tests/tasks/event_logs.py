"""Event logs in tests: a town with secrets, an export of it under known keys, and what the formats' schemas ask."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from tasks import exporting
from tasks.commands import cases, customers, remarks, work
from tasks.commands.exporting import record_export
from tasks.exporting.extent import Asked
from tasks.exporting.keys import Pseudonyms
from tasks.published import published
from tests.tasks.conftest import Town
from web.eventlog import Words

DIAGNOSIS = "Kilpirauhasen vajaatoiminta"
SECRETS = (
    DIAGNOSIS, "131052-308T", "Sami", "Esimerkki", "Salakuja", "Kuituri", "2345678-0", "Vilma", "soitettava-ensin",
    "odottaa-lausuntoa", "perui-itse", "liite-nimi",
)  # fmt: skip
"""What was planted: health, identity codes, names, an address, and free text of every kind."""
NUMBER = re.compile(r"LU/\d+/2026")


def live(town: Town) -> list[int]:
    """Three cases: one decided with a letter, one called off, one on hold; gives their ids."""
    vilma = (town.database, town.user("vilma"))
    company = customers.create_customer(
        *vilma, kind="organisation", name="Kuituri Oy", business_id="2345678-0", now=town.now
    )
    decided = town.start(DIAGNOSIS, parties={"applicant": town.customer, "employer": company})
    remarks.comment(*vilma, decided.case_id, text="soitettava-ensin", now=town.now)
    remarks.add_attachment(*vilma, decided.case_id, content=b"%PDF-1.7", filename="liite-nimi.pdf", now=town.now)
    work.claim(*vilma, decided.task_ids[0], now=town.now)
    town.pass_time(hours=3)
    opened = town.complete("vilma", decided.task_ids[0], {"complete": True}).opened
    town.pass_time(days=1)
    town.complete("pauli", opened[0], {"approved": True})
    off, held = town.start(DIAGNOSIS), town.start(DIAGNOSIS)
    cases.cancel_case(*vilma, off.case_id, reason="perui-itse", now=town.now)
    until = (town.now + timedelta(days=5)).date()
    work.hold(*vilma, held.task_ids[0], until=until, reason="odottaa-lausuntoa", now=town.now)
    return [decided.case_id, off.case_id, held.case_id]


def written(
    town: Town, format: str, *, who: str = "esko", asked: Asked | None = None, secret: bytes | None = b"k",
    language: str = "fi", **order: Any,
) -> str:  # fmt: skip
    """The file that a person gets; `secret` None lets the export make its own."""
    extent = record_export(
        town.database, town.user(who), asked or Asked(), format=format, now=town.now, **order
    )  # fmt: skip
    with town.database.read() as connection:
        names = Words(published(town.database).refresh(connection), language)
    keys = None if secret is None or extent.plain else Pseudonyms(secret)
    return "".join(exporting.write(town.database, extent, format, names, keys=keys))


# what xes-ieee-1849-2016 asks of a document

XES = "{http://www.xes-standard.org/}"
NAME = re.compile(r"[A-Za-z_:][\w.:-]*")
NC_NAME = re.compile(r"[A-Za-z_][\w.-]*")
VALUES = {
    "string": str, "int": int, "float": float, "id": str, "date": datetime.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}  # fmt: skip
ORDER = ("extension", "global", "classifier", "attribute", "trace", "event")


def check_xes(text: str) -> ElementTree.Element:
    """The root of a document that keeps to the schema's content models; AssertionError."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{XES}log"
    assert float(root.attrib["xes.version"]) == 1849.2016
    kinds = [_kind(child) for child in root]
    assert kinds == sorted(kinds, key=ORDER.index)
    defined = {extension.attrib["prefix"] for extension in root.iter(f"{XES}extension")}
    for extension in root.iter(f"{XES}extension"):
        assert set(extension.attrib) == {"name", "prefix", "uri"}
        assert NC_NAME.fullmatch(extension.attrib["name"])
    globals_ = {each.attrib["scope"]: {a.attrib["key"] for a in each} for each in root.iter(f"{XES}global")}
    for classifier in root.iter(f"{XES}classifier"):
        assert NC_NAME.fullmatch(classifier.attrib["name"])
        assert set(classifier.attrib["keys"].split(" ")) <= globals_["event"]
    for element in root.iter():
        if _kind(element) == "attribute":
            assert NAME.fullmatch(element.attrib["key"])
            assert set(element.attrib) == {"key", "value"}
            VALUES[element.tag.removeprefix(XES)](element.attrib["value"])  # type: ignore[operator]
            prefix, colon, _ = element.attrib["key"].partition(":")
            assert not colon or prefix in defined
    for scope in ("trace", "event"):
        for each in root.iter(f"{XES}{scope}"):
            own = [child.attrib["key"] for child in each if _kind(child) == "attribute"]
            assert len(own) == len(set(own))
            assert globals_[scope] <= set(own)
            inner = [_kind(child) for child in each]
            assert inner == sorted(inner, key=ORDER.index)
    return root


def _kind(element: ElementTree.Element) -> str:
    name = element.tag.removeprefix(XES)
    assert name in (*ORDER, *VALUES, "log"), name
    return "attribute" if name in VALUES else name


# what the published JSON schema of OCEL 2.0 asks, and that nothing is related to what is not there

OCEL_TYPES = {"string", "time", "integer", "float", "boolean"}


def check_ocel(document: Any) -> None:
    """The document keeps to the schema; AssertionError."""
    assert set(document) == {"objectTypes", "eventTypes", "objects", "events"}
    for rows, types, keys in (
        ("objects", "objectTypes", {"name", "value", "time"}),
        ("events", "eventTypes", {"name", "value"}),
    ):
        declared = {
            each["name"]: {attribute["name"]: attribute["type"] for attribute in each["attributes"]}
            for each in document[types]
        }
        assert len(declared) == len(document[types])
        assert {kind for attributes in declared.values() for kind in attributes.values()} <= OCEL_TYPES
        assert len({row["id"] for row in document[rows]}) == len(document[rows])
        for row in document[rows]:
            assert set(row) == {"id", "type", "attributes", "relationships"} | ({"time"} if rows == "events" else set())
            if "time" in row:
                datetime.fromisoformat(row["time"])
            for attribute in row["attributes"]:
                assert set(attribute) == keys
                _check_value(declared[row["type"]][attribute["name"]], attribute["value"])
    there = {row["id"] for row in document["objects"]}
    for row in (*document["objects"], *document["events"]):
        for relation in row["relationships"]:
            assert set(relation) == {"objectId", "qualifier"}
            assert relation["objectId"] in there, relation


def _check_value(kind: str, value: Any) -> None:
    assert isinstance(value, str)
    if kind == "integer":
        int(value)
    if kind == "time":
        assert datetime.fromisoformat(value).tzinfo is not None


def days(first: str, last: str) -> Asked:
    """Cases that arrived within these days."""
    return Asked(from_on=date.fromisoformat(first), to_on=date.fromisoformat(last))
