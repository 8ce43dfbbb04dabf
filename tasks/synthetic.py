"""People and companies that do not exist, and look it: for the demo, for stories and for measuring.

Personal identity codes use individual numbers 900–999, which are never issued; business ids begin with 9, which the
register has not reached.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_NAMES = (
    "Aino", "Aleksi", "Anneli", "Antti", "Armas", "Eeva", "Eino", "Elina", "Emma", "Hanna", "Heikki", "Helmi", "Iiris",
    "Ilmari", "Inkeri", "Jari", "Johanna", "Juho", "Kaisa", "Kalle", "Katri", "Lauri", "Leena", "Liisa", "Maija",
    "Matti", "Minna", "Niilo", "Oona", "Otso", "Paavo", "Pirjo", "Reino", "Riitta", "Saara", "Sami", "Sanna", "Sofia",
    "Taavi", "Tuomas", "Tyyne", "Urho", "Vappu", "Veikko", "Viola", "Väinö", "Åsa", "Ässä",
)  # fmt: skip
SURNAMES = (
    "Esimerkki", "Mallikas", "Koepalo", "Testinen", "Näytelä", "Harjoitus", "Keksitty", "Tarina", "Olematon",
    "Mielikuva", "Sepite", "Kuvitelma", "Luonnos", "Vedos", "Kokeilu", "Exempel", "Påhitt",
)  # fmt: skip
TRADES = (
    "Leipomo", "Konepaja", "Kahvila", "Siivous", "Rakennus", "Taimisto", "Kirjapaino", "Puusepänliike", "Kuljetus",
    "Hoiva", "Verstas", "Kutomo", "Pesula", "Varasto", "Ravintola", "Saneeraus",
)  # fmt: skip
ENDINGS = ("Esimerkki Oy", "Mallila Oy", "Tarina Oy", "Olematon Ky", "Kuvitelma Oy", "Exempel Ab")
STREETS = ("Esimerkkikatu", "Mallitie", "Harjoituskuja", "Tarinapolku", "Keksintie")
TOWNS = (("99901", "KEKSILÄ"), ("99902", "MALLILA"), ("99903", "TARINALA"))
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
APART = 500
"""People whose codes end in the same number are born on days that differ by this, so that 50,000 have codes of their
own on whatever day they are made."""


@dataclass(frozen=True, slots=True)
class Example:
    """One made-up customer, ready for create_customer."""

    kind: str
    name: str
    identity_code: str
    business_id: str
    address: str
    language: str


def identity_code(birth: date, number: int) -> str:
    """A personal identity code from the never-issued range; `number` 0–99 becomes 900–999."""
    sign = "A" if birth.year >= 2000 else "-"
    digits = f"{birth:%d%m%y}{900 + number % 100}"
    return f"{digits[:6]}{sign}{digits[6:]}{CHECK_CHARACTERS[int(digits) % 31]}"


def business_id(number: int) -> str:
    """A business id beginning with 9, with its check digit; numbers without one are skipped over."""
    while True:
        digits = f"9{number % 1_000_000:06d}"
        rest = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11
        if rest != 1:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"
        number += 1


def example(kind: str, number: int, *, seed: int = 0, today: date = date(2026, 1, 1)) -> Example:
    """The `number`th made-up customer of a kind; the same arguments give the same customer."""
    chance = random.Random(f"{seed}/{kind}/{number}")
    street = f"{chance.choice(STREETS)} {chance.randint(1, 99)}, {' '.join(chance.choice(TOWNS))}"
    if kind == "organisation":
        name = f"{chance.choice(TRADES)} {chance.choice(ENDINGS)}"
        language = "sv" if name.endswith("Ab") else "fi"
        return Example(kind, name, "", business_id(number * 7 + seed * 1000), street, language)
    birth = today - timedelta(days=chance.randint(19 * 366, 63 * 365))
    birth -= timedelta(days=(birth.toordinal() - number // 100) % APART)
    surname = SURNAMES[number % len(SURNAMES)]
    name = f"{chance.choice(FIRST_NAMES)} {surname}"
    language = "sv" if surname in ("Exempel", "Påhitt") else "fi"
    return Example(kind, name, identity_code(birth, number), "", street, language)
