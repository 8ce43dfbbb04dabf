"""Customers, attachments, comments and the record of views."""

from __future__ import annotations

import io
import zipfile

import pytest

from tasks.casefile import read_json
from tasks.commands import customers, remarks
from tasks.errors import Forbidden, InvalidValue, NotFound, Stale

PDF = b"%PDF-1.7\n..."


def add(town, **values) -> int:
    given = {"kind": "person", "name": "Aino Malli", "now": town.now} | values
    return customers.create_customer(town.database, town.user("vilma"), **given)


@pytest.mark.parametrize("code", ["010594Y9032", "010594Y9021"])
def test_identity_codes_are_checked(town, code) -> None:
    assert add(town, identity_code=code) > 0


def test_a_wrong_identity_code_is_refused_without_repeating_it(town) -> None:
    with pytest.raises(InvalidValue) as refused:
        add(town, identity_code="131052-308X")
    assert "131052" not in str(refused.value)


def test_one_identity_code_is_one_customer(town) -> None:
    with pytest.raises(InvalidValue, match="already"):
        add(town, identity_code="131052-308T")


def test_a_business_id_is_checked(town) -> None:
    with pytest.raises(InvalidValue, match="business id"):
        add(town, kind="organisation", business_id="1234567-2")


def test_two_who_change_a_customer_at_once_do_not_overwrite_each_other(town) -> None:
    vilma, customer = town.user("vilma"), town.customer
    customers.update_customer(town.database, vilma, customer, changes={"protected": True}, version=1, now=town.now)
    with pytest.raises(Stale):
        customers.update_customer(town.database, vilma, customer, changes={"phone": "1"}, version=1, now=town.now)
    with pytest.raises(NotFound):
        customers.update_customer(town.database, vilma, 999, changes={"phone": "1"}, now=town.now)


def test_a_party_is_added_in_a_role_that_fits(town) -> None:
    case, company = town.start().case_id, add(town, kind="organisation", name="Kuituri Oy", business_id="2077474-0")
    args = (town.database, town.user("vilma"), case)
    customers.add_party(*args, role="employer", customer_id=company, now=town.now)
    with pytest.raises(InvalidValue, match="expected a person"):
        customers.add_party(*args, role="applicant", customer_id=company, now=town.now)
    assert town.value("SELECT count(*) FROM parties") == 2


def office(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (office({"[Content_Types].xml": b"", "word/document.xml": b""}), remarks.DOCX),
        (office({"mimetype": remarks.ODT.encode()}), remarks.ODT),
        (office({"evil.exe": b"MZ"}), None),
        (b"<html>", None),
        (b"PK\x03\x04broken", None),
        (b"", None),
    ],
)
def test_the_type_of_a_file_is_told_by_its_content(content, media_type) -> None:
    assert remarks.told_type(content) == media_type


def test_an_attachment_is_kept_with_its_hash_and_a_safe_name(town) -> None:
    case = town.start().case_id
    remarks.add_attachment(
        town.database, town.user("vilma"), case, content=PDF, filename="C:\\docs\\../liite\n.pdf", now=town.now
    )
    row = town.rows("SELECT filename, media_type, size, content FROM attachments")[0]
    assert (row.filename, row.media_type, row.size, bytes(row.content)) == ("liite.pdf", "application/pdf", 12, PDF)


def test_a_file_of_an_unknown_kind_or_size_is_refused(town) -> None:
    case = town.start().case_id
    for content in (b"MZ", b"", PDF + b"x" * remarks.LARGEST):
        with pytest.raises(InvalidValue):
            remarks.add_attachment(
                town.database, town.user("vilma"), case, content=content, filename="a.pdf", now=town.now
            )


def test_a_comment_is_for_those_who_see_the_case(town) -> None:
    case = town.start().case_id
    remarks.comment(town.database, town.user("kalle"), case, text="Soitin hakijalle.", now=town.now)
    with pytest.raises(Forbidden):
        remarks.comment(town.database, town.user("saara"), case, text="Utelen.", now=town.now)
    assert town.value("SELECT count(*) FROM comments") == 1


def test_a_text_with_a_nul_character_is_refused_on_both_databases(town) -> None:
    case = town.start().case_id
    with pytest.raises(InvalidValue):
        remarks.comment(town.database, town.user("kalle"), case, text="a\0b", now=town.now)


def test_every_view_is_a_row(town) -> None:
    remarks.record_view(
        town.database, town.user("vilma"), what="customer", why="role_in_unit", customer_id=town.customer, now=town.now
    )
    row = town.rows("SELECT user_name, what, why FROM views")[0]
    assert tuple(row) == ("vilma", "customer", "role_in_unit")


def test_only_those_who_do_casework_touch_customers(town) -> None:
    with pytest.raises(Forbidden, match="no_access_role"):
        customers.create_customer(town.database, town.user("outi"), kind="person", name="Aino", now=town.now)
    with pytest.raises(Forbidden):
        customers.update_customer(town.database, town.user("olga"), town.customer, changes={"phone": "1"}, now=town.now)


def trail_of(town) -> list:
    return town.rows("SELECT user_name, kind, why, old, new FROM audit ORDER BY id")


def test_a_change_of_a_customer_leaves_who_what_and_why(town) -> None:
    args = (town.database, town.user("vilma"), town.customer)
    customers.update_customer(*args, changes={"phone": "0401", "name": "Sami Esimerkki"}, why="soitti", now=town.now)
    row = trail_of(town)[-1]
    assert (row.user_name, row.kind, row.why) == ("vilma", "customer_changed", "soitti")
    assert [read_json(row.old), read_json(row.new)] == [{"phone": None}, {"phone": "0401"}]


def test_protection_hides_the_whereabouts_from_the_trail_the_earlier_ones_too(town) -> None:
    args = (town.database, town.user("vilma"), town.customer)
    address = {"street": "Piilotie 7", "postal_code": "00100", "city": "Helsinki"}
    customers.update_customer(*args, changes={"address": address, "phone": "0409876"}, now=town.now)
    customers.update_customer(*args, changes={"protected": True}, now=town.now)
    customers.update_customer(*args, changes={"address": address | {"street": "Piilotie 9"}}, now=town.now)
    told = str([tuple(row) for row in trail_of(town)])
    assert "hidden" in told
    assert not any(secret in told for secret in ("Piilotie", "Salakuja", "0409876"))


@pytest.mark.parametrize(
    "changes", [{"phone": "a\0b"}, {"email": "x" * 201}, {"address": "Katu 1"}, {"address": {"street": 1}},
                {"protected": "yes"}, {"language": None}, {"name": ["a"]}, {"phone": {"a": 1}}],
)  # fmt: skip
def test_a_customer_takes_no_value_of_another_kind(town, changes) -> None:
    with pytest.raises(InvalidValue):
        customers.update_customer(town.database, town.user("vilma"), town.customer, changes=changes, now=town.now)
