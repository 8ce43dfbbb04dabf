"""Registered numbers and addresses: identity code, business id, account, e-mail, phone, attachment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from stdnum import iban
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import hetu, ytunnus

from forms.kinds.text import SPACES, Value, refuse


class Identity(Value):
    """A Finnish personal identity code; 900–999 is a temporary one and accepted."""

    kind = "hetu"
    example = "131052-308T"

    def read(self, value: Any) -> Any:
        return _number(value, lambda text: hetu.validate(text, allow_temporary=True), "hetu")


class BusinessId(Value):
    """A Finnish business ID (Y-tunnus), stored as 1234567-8."""

    kind = "business_id"
    example = "2077474-0"

    def read(self, value: Any) -> Any:
        return ytunnus.format(_number(value, ytunnus.validate, "business_id"))


class Iban(Value):
    """An account number, stored without spaces."""

    kind = "iban"
    example = "FI21 1234 5600 0007 85"

    def read(self, value: Any) -> Any:
        return _number(value, iban.validate, "iban")

    def show(self, value: Any, language: str) -> str:
        return str(iban.format(value))


class Email(Value):
    """An e-mail address; only its form is judged."""

    kind = "email"
    example = "nimi@esimerkki.fi"
    pattern = re.compile(r"[^\s@<>,;\"()]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,63}")

    def read(self, value: Any) -> Any:
        text = value.strip() if isinstance(value, str) else ""
        if len(text) > 254 or not self.pattern.fullmatch(text):
            refuse("email")
        return text


class Phone(Value):
    """A phone number, stored without spaces: national (0…) or international (+…, at most 15 digits, E.164)."""

    kind = "phone"
    example = "040 123 4567"
    pattern = re.compile(r"(?:\+[1-9]\d{5,14}|0\d{4,14})")

    def read(self, value: Any) -> Any:
        text = value.translate(SPACES).replace("-", "") if isinstance(value, str) and len(value) < 40 else ""
        if not self.pattern.fullmatch(text):
            refuse("phone")
        return text


class File(Value):
    """A reference to an attachment of the case."""

    kind = "file"
    pattern = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
    example = "1"

    def read(self, value: Any) -> Any:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not self.pattern.fullmatch(text):
            refuse("file")
        return text


def _number(value: Any, validate: Callable[[str], str], code: str) -> str:
    """A registered number by its library's check; refuses with `code`, never repeating the number."""
    if isinstance(value, str) and len(value) <= 60:
        try:
            return str(validate(value))
        except NumberError:
            pass
    refuse(code)
