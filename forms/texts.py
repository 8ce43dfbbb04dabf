"""The sentences that tell people what a form expected, in Finnish, Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("fi", "sv", "en")

# code -> (fi, sv, en); a code may be made narrower by its kind: "missing.date" before "missing"
SENTENCES: dict[str, tuple[str, str, str]] = {
    "missing": ("Täytä tämä kohta.", "Fyll i den här punkten.", "Fill in this field."),
    "missing.yes_no": ("Valitse kyllä tai ei.", "Välj ja eller nej.", "Choose yes or no."),
    "missing.choice": ("Valitse yksi vaihtoehto.", "Välj ett alternativ.", "Choose one option."),
    "missing.many": ("Valitse vähintään yksi vaihtoehto.", "Välj minst ett alternativ.", "Choose at least one option."),
    "missing.date": (
        "Anna päivä muodossa 5.1.2027.",
        "Ange datumet i formen 5.1.2027.",
        "Enter the date in the form 5.1.2027.",
    ),
    "missing.group": ("Lisää vähintään yksi rivi.", "Lägg till minst en rad.", "Add at least one row."),
    "missing.file": ("Liitä tiedosto.", "Bifoga en fil.", "Attach a file."),
    "text": ("Kirjoita vastaus tekstinä.", "Skriv svaret som text.", "Write the answer as text."),
    "one_line": (
        "Kirjoita vastaus yhdelle riville ilman rivinvaihtoja.",
        "Skriv svaret på en rad utan radbrytningar.",
        "Write the answer on one line without line breaks.",
    ),
    "characters": (
        "Poista tekstistä merkit, joita ei voi tulostaa.",
        "Ta bort de tecken som inte kan skrivas ut ur texten.",
        "Remove the characters that cannot be printed from the text.",
    ),
    "too_long": (
        "Lyhennä teksti enintään {limit} merkkiin. Nyt merkkejä on {length}.",
        "Korta ner texten till högst {limit} tecken. Nu är den {length} tecken.",
        "Shorten the text to at most {limit} characters. It now has {length}.",
    ),
    "too_short": (
        "Kirjoita vähintään {limit} merkkiä. Nyt merkkejä on {length}.",
        "Skriv minst {limit} tecken. Nu är texten {length} tecken.",
        "Write at least {limit} characters. The text now has {length}.",
    ),
    "integer": (
        "Anna kokonaisluku, esimerkiksi 12.",
        "Ange ett heltal, till exempel 12.",
        "Enter a whole number, for example 12.",
    ),
    "number": (
        "Anna luku, esimerkiksi 37,5.",
        "Ange ett tal, till exempel 37,5.",
        "Enter a number, for example 37,5.",
    ),
    "money": (
        "Anna euromäärä muodossa 1 260,00.",
        "Ange beloppet i euro i formen 1 260,00.",
        "Enter the amount in euros in the form 1 260,00.",
    ),
    "cents": (
        "Euromäärässä on enintään kaksi desimaalia, esimerkiksi 1 260,50.",
        "Ett belopp i euro har högst två decimaler, till exempel 1 260,50.",
        "An amount in euros has at most two decimals, for example 1 260,50.",
    ),
    "file_size": (
        "Tiedosto {name} on tyhjä tai liian suuri. Koko saa olla enintään 20 Mt.",
        "Filen {name} är tom eller för stor. Den får vara högst 20 MB.",
        "The file {name} is empty or too large. It may have at most 20 MB.",
    ),
    "file_type": (
        "Tiedosto {name} ei ole sisällöltään PDF, PNG, JPEG, DOCX tai ODT.",
        "Filen {name} är till sitt innehåll inte PDF, PNG, JPEG, DOCX eller ODT.",
        "By its content the file {name} is not a PDF, PNG, JPEG, DOCX or ODT.",
    ),
    "too_small": ("Anna vähintään {limit}.", "Ange minst {limit}.", "Enter at least {limit}."),
    "too_large": ("Anna enintään {limit}.", "Ange högst {limit}.", "Enter at most {limit}."),
    "date": (
        "Anna päivä muodossa 5.1.2027.",
        "Ange datumet i formen 5.1.2027.",
        "Enter the date in the form 5.1.2027.",
    ),
    "no_such_day": (
        "Tätä päivää ei ole kalenterissa. Anna päivä muodossa 5.1.2027.",
        "Den här dagen finns inte i kalendern. Ange datumet i formen 5.1.2027.",
        "There is no such day in the calendar. Enter the date in the form 5.1.2027.",
    ),
    "date_range": (
        "Tarkista vuosi: anna päivä vuosilta {first}–{last}.",
        "Kontrollera året: ange en dag från åren {first}–{last}.",
        "Check the year: enter a day between the years {first} and {last}.",
    ),
    "datetime": (
        "Anna päivä ja kellonaika muodossa 5.1.2027 14.30.",
        "Ange dag och klockslag i formen 5.1.2027 14.30.",
        "Enter the day and time in the form 5.1.2027 14.30.",
    ),
    "no_such_moment": (
        "Tätä kellonaikaa ei ole, koska kelloja siirretään silloin kesäaikaan.",
        "Det här klockslaget finns inte, eftersom klockan då ställs om till sommartid.",
        "There is no such time, because the clocks move to summer time then.",
    ),
    "yes_no": ("Valitse kyllä tai ei.", "Välj ja eller nej.", "Choose yes or no."),
    "choice": (
        "Valitse jokin näistä: {options}.",
        "Välj något av dessa: {options}.",
        "Choose one of these: {options}.",
    ),
    "not_in_force": (
        "Tämä vaihtoehto ei ole enää voimassa. Valitse toinen.",
        "Det här alternativet gäller inte längre. Välj ett annat.",
        "This option is no longer in force. Choose another.",
    ),
    "too_few_items": (
        "Anna vähintään {limit} kohtaa. Nyt niitä on {length}.",
        "Ange minst {limit} punkter. Nu finns det {length}.",
        "Give at least {limit} items. There are now {length}.",
    ),
    "too_many_items": (
        "Anna enintään {limit} kohtaa. Nyt niitä on {length}.",
        "Ange högst {limit} punkter. Nu finns det {length}.",
        "Give at most {limit} items. There are now {length}.",
    ),
    "hetu": (
        "Tarkista henkilötunnus. Sen muoto on esimerkiksi 131052-308T.",
        "Kontrollera personbeteckningen. Den har till exempel formen 131052-308T.",
        "Check the personal identity code. Its form is for example 131052-308T.",
    ),
    "business_id": (
        "Tarkista Y-tunnus. Sen muoto on esimerkiksi 2077474-0.",
        "Kontrollera FO-numret. Det har till exempel formen 2077474-0.",
        "Check the business ID. Its form is for example 2077474-0.",
    ),
    "iban": (
        "Tarkista tilinumero. Sen muoto on esimerkiksi FI21 1234 5600 0007 85.",
        "Kontrollera kontonumret. Det har till exempel formen FI21 1234 5600 0007 85.",
        "Check the account number. Its form is for example FI21 1234 5600 0007 85.",
    ),
    "email": (
        "Anna sähköpostiosoite muodossa nimi@esimerkki.fi.",
        "Ange e-postadressen i formen namn@exempel.fi.",
        "Enter the e-mail address in the form name@example.fi.",
    ),
    "phone": (
        "Anna puhelinnumero, esimerkiksi 040 123 4567 tai +358 40 123 4567.",
        "Ange telefonnumret, till exempel 040 123 4567 eller +358 40 123 4567.",
        "Enter the phone number, for example 040 123 4567 or +358 40 123 4567.",
    ),
    "file": ("Valitse asian liite.", "Välj en bilaga i ärendet.", "Choose an attachment of the case."),
    "group": ("Anna rivit luettelona.", "Ange raderna som en lista.", "Give the rows as a list."),
    "object": ("Anna tiedot kenttinä.", "Ange uppgifterna som fält.", "Give the answers as fields."),
    "unknown": (
        "Lomakkeella ei ole tällaista kohtaa. Kohdat ovat: {names}.",
        "Blanketten har ingen sådan punkt. Punkterna är: {names}.",
        "The form has no such field. Its fields are: {names}.",
    ),
}


def remark(said: object) -> dict[str, str]:
    """A remark that a file makes, by language; a text alone is Finnish, nothing is an empty remark."""
    texts = said if isinstance(said, Mapping) else {"fi": said}
    return {str(language): text for language, text in texts.items() if isinstance(text, str) and text.strip()}


def sentence(code: str, params: Mapping[str, object], language: str) -> str:
    """The sentence of an error code; a rule of the form file itself brings its own texts in `params["texts"]`."""
    own = params.get("texts")
    if isinstance(own, Mapping):
        return str(own.get(language) or own["fi"]).replace("{value}", str(params.get("value", "")))
    texts = SENTENCES.get(f"{code}.{params.get('kind')}") or SENTENCES[code]
    text = texts[LANGUAGES.index(language) if language in LANGUAGES else 0]
    return text.format(**{name: _word(value, language) for name, value in params.items()})


def _word(value: object, language: str) -> object:
    """A parameter in the reader's language: a mapping of languages gives its text, a list its members with commas."""
    if isinstance(value, Mapping):
        return value.get(language) or value.get("fi", "")
    if isinstance(value, list | tuple):
        return ", ".join(str(_word(member, language)) for member in value)
    return value
