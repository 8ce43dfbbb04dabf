"""Made-up people are valid in form and cannot be anybody."""

from __future__ import annotations

from datetime import date

from stdnum.fi import hetu, ytunnus

from tasks.synthetic import business_id, example, identity_code


def test_identity_codes_are_valid_and_from_the_range_that_is_never_issued() -> None:
    codes = [identity_code(date(1970 + n % 40, 1 + n % 12, 1 + n % 28), n) for n in range(200)]
    assert all(hetu.is_valid(code, allow_temporary=True) and not hetu.is_valid(code) for code in codes)


def test_business_ids_are_valid_in_form() -> None:
    assert all(ytunnus.is_valid(business_id(n)) and business_id(n).startswith("9") for n in range(500))


def test_the_same_number_gives_the_same_customer() -> None:
    assert example("person", 7) == example("person", 7) != example("person", 8)


def test_fifty_thousand_people_have_codes_of_their_own_whenever_they_are_made() -> None:
    days = (date(2026, 1, 1), date(2026, 11, 29), date(2028, 2, 29))
    assert len({example("person", n, today=days[n % 7 % 3]).identity_code for n in range(50_000)}) == 50_000
