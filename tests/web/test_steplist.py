"""The steps of a drawing as a list: every act without a script, each saved at once, nobody written over."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.diagram import Event, Loop, Multi, Node
from engine.drawing import read
from engine.redraw import Rename
from tests.tasks.conftest import Town
from tests.tasks.test_drafts import content, save
from tests.web.conftest import Browser
from tests.web.test_drawing import FILE, PATH, begun, send
from web import words

ROOT = Path(__file__).resolve().parents[2]
STEPS = f"{PATH}/steps"


@pytest.fixture
def olga(town: Town) -> Browser:
    """A process owner with a draft of a new process, number 1."""
    return begun(town)


def act(browser: Browser, name: str, step: str, status: int = 200, /, **fields: object) -> str:
    base = re.search(r'name="base" value="([^"]+)"', browser.get(f"{PATH}?step={step}"))
    assert base
    return browser.post(STEPS, status, act=name, step=step, **{"base": base[1], **fields})


def flows(town: Town) -> set[tuple[str, str]]:
    return {(flow.source, flow.target) for flow in read(content(town, 1, FILE), file="x").flows}


def test_a_step_is_added_with_its_form_described_moved_and_removed(town: Town, olga: Browser) -> None:
    page = act(
        olga, "add", "handle", kind="userTask", name="Soita asiakkaalle", name_sv="Ring kunden",
        name_en="Call the customer", new_form="1",
    )  # fmt: skip
    assert "Soita asiakkaalle" in page
    id = "soita_asiakkaalle"
    assert flows(town) == {("arrived", "handle"), ("handle", id), (id, "handled")}
    assert b'"title": "Soita asiakkaalle"' in content(town, 1, f"forms/{id}.json")
    assert b'sv = "Ring kunden"' in content(town, 1, "labels.toml")
    assert "Tarkistus ei löytänyt" in olga.get("/processes/drafts/1")
    act(olga, "say", id, **{"c-name": "Soita", "c-instruction": "Kerro päätöksestä", "c-basis": "HL 34 §"})
    node = read(content(town, 1, FILE), file="x").nodes[id]
    assert (node.name, node.documentation) == ("Soita", "Kerro päätöksestä")
    assert b'"x-basis": "HL 34 \xc2\xa7"' in content(town, 1, f"forms/{id}.json")
    act(olga, "move", "handle", target=id)
    assert flows(town) == {("arrived", id), (id, "handle"), ("handle", "handled")}
    act(olga, "remove", "handle")
    assert flows(town) == {("arrived", id), (id, "handled")}
    assert b"[elements.handle]" not in content(town, 1, "labels.toml")


def test_steps_are_joined_and_the_arrow_gets_its_condition(town: Town, olga: Browser) -> None:
    act(olga, "add", "handle", kind="exclusiveGateway", name="Jatketaanko?")
    act(olga, "join", "jatketaanko", target="handle")
    arrow = "jatketaanko_to_handle"
    act(olga, "say", arrow, **{"c-name": "kyllä", "c-name_sv": "ja", "c-condition": 'handle.text = "lisää"'})
    flow = next(flow for flow in read(content(town, 1, FILE), file="x").flows if flow.id == arrow)
    assert (flow.name, flow.condition) == ("kyllä", 'handle.text = "lisää"')
    assert f"[elements.{arrow}]" in content(town, 1, "labels.toml").decode()


def test_what_another_saved_first_is_not_written_over(town: Town, olga: Browser) -> None:
    page = olga.get(f"{PATH}?step=handle")
    base = re.search(r'name="base" value="([^"]+)"', page)
    assert base
    theirs = content(town, 1, FILE).replace("Käsittele asia".encode(), b"Oonan nimi")
    save(town, 1, FILE, theirs, who="oona")
    told = olga.post(STEPS, 412, act="say", step="handle", base=base[1], **{"c-name": "Olgan nimi"})
    assert "oona tallensi" in told
    assert "Oonan nimi" in told
    assert content(town, 1, FILE) == theirs


def test_the_list_waits_until_what_is_on_the_canvas_is_saved_or_dropped(town: Town, olga: Browser) -> None:
    before = content(town, 1, FILE)
    send(olga, "keep", Rename("handle", "Kesken"))
    assert "Tallenna tai hylkää" in act(olga, "say", "handle", 409, **{"c-name": "Toinen"})
    assert content(town, 1, FILE) == before


@pytest.mark.parametrize(
    ("name", "step", "fields"),
    [
        ("add", "handled", {"kind": "userTask", "name": "x"}),
        ("add", "handle", {"kind": "userTask", "name": ""}),
        ("add", "handle", {"kind": "hostile", "name": "x"}),
        ("join", "handle", {"target": "nowhere"}),
        ("move", "handle", {"target": "handle"}),
        ("remove", "nowhere", {}),
        ("say", "handle", {"c-lane": "nowhere"}),
        ("say", "handle", {"c-deadlines": "nowhere"}),
    ],
)
def test_what_cannot_be_done_gets_a_sentence_and_changes_nothing(
    town: Town,
    olga: Browser,
    name: str,
    step: str,
    fields: dict[str, str],
) -> None:
    before = content(town, 1, FILE)
    base = re.search(r'name="base" value="([^"]+)"', olga.get(f"{PATH}?step=handle"))
    assert base
    page = olga.post(STEPS, 422, act=name, step=step, base=base[1], **fields)
    assert "error-summary" in page
    assert content(town, 1, FILE) == before


def node(town: Town, id: str) -> Node:
    return read(content(town, 1, FILE), file="x").nodes[id]


def test_an_event_hangs_on_a_step_waits_for_a_time_and_leads_on(town: Town, olga: Browser) -> None:
    act(
        olga,
        "hang",
        "handle",
        kind="boundaryEvent:timer",
        name="Liian pitkään",
        name_sv="För länge",
        name_en="Too long",
    )
    hung = node(town, "liian_pitkaan")
    assert (hung.attached_to, hung.about("timer")) == ("handle", True)
    page = olga.get("/processes/drafts/1")
    assert "ajastimella ei ole tasan yhtä näistä" in page
    said = {"c-timer": "timeDuration", "c-moment": "P14D", "c-interrupting": "false"}
    act(olga, "say", "liian_pitkaan", **said)
    hung = node(town, "liian_pitkaan")
    assert (hung.event, hung.interrupting) == (Event("timer", timer="timeDuration", text="P14D"), False)
    act(
        olga,
        "add",
        "liian_pitkaan",
        kind="userTask",
        name="Kiirehdi",
        name_sv="Skynda på",
        name_en="Hurry",
        new_form="1",
    )
    assert ("liian_pitkaan", "kiirehdi") in flows(town)
    act(olga, "say", "liian_pitkaan", **{"c-timer": "timeDate", "c-moment": 'today() + duration("P1D")'})
    assert node(town, "liian_pitkaan").event == Event("timer", timer="timeDate", text='today() + duration("P1D")')
    page = olga.get("/processes/drafts/1")
    assert "Tarkistus ei löytänyt" in page


@pytest.mark.parametrize(
    ("kind", "field"), [("error", "c-error"), ("escalation", "c-escalation"), ("signal", "c-signal")]
)
def test_what_an_event_names_is_declared(town: Town, olga: Browser, kind: str, field: str) -> None:
    act(olga, "add", "handle", kind=f"endEvent:{kind}", name="Päättyy", name_sv="Slutar", name_en="Ends")
    act(olga, "say", "paattyy", **{field: "expired"})
    assert node(town, "paattyy").event == Event(kind, "expired")
    assert content(town, 1, FILE).count(f"<bpmn:{kind} ".encode()) == 1
    act(olga, "say", "paattyy", 422, **{field: "not an id"})
    act(olga, "say", "paattyy", 422, **{field: "handle"})


def test_a_step_is_repeated_and_done_once_again(town: Town, olga: Browser) -> None:
    before = content(town, 1, FILE)
    said = {"c-collection": "application.rows", "c-item": "row", "c-sequential": "true", "c-until": "row.done"}
    act(olga, "say", "handle", **said)
    assert node(town, "handle").multi == Multi("application.rows", "", "row", True, "row.done")
    page = olga.get(f"{PATH}?step=handle")
    assert "application.rows</textarea>" in page
    act(olga, "say", "handle", **{"c-collection": "", "c-cardinality": "3", "c-sequential": "", "c-until": ""})
    assert node(town, "handle").multi == Multi("", "3", "row", False, "")
    act(olga, "say", "handle", **{"c-cardinality": "", "c-item": ""})
    assert node(town, "handle").multi is None
    act(olga, "say", "handle", **{"c-while": "handle.again", "c-maximum": "4"})
    assert node(town, "handle").loop == Loop("handle.again", 4, before=False)
    act(olga, "say", "handle", **{"c-while": "", "c-maximum": ""})
    assert node(town, "handle") == read(before, file="x").nodes["handle"]


def test_what_a_table_is_handed_is_written_and_taken_away(town: Town, olga: Browser) -> None:
    table = (ROOT / "workflows/pay_subsidy").glob("*.dmn")
    source = next(iter(sorted(table)))
    save(town, 1, source.name, source.read_bytes())
    act(olga, "add", "handle", kind="businessRuleTask", name="Taulu", name_sv="Tabell", name_en="Table")
    act(olga, "say", "taulu", **{"c-decision": source.stem})
    page = olga.get(f"{PATH}?step=taulu")
    (name, *_) = re.findall(r'name="c-inputs\.([^"]+)"', page)
    act(olga, "say", "taulu", **{f"c-inputs.{name}": '"a" & b'})
    assert dict(node(town, "taulu").inputs) == {name: '"a" & b'}
    act(olga, "say", "taulu", **{f"c-inputs.{name}": ""})
    assert node(town, "taulu").inputs == ()
    assert b"extensionElements" not in content(town, 1, FILE)


def test_a_new_deadline_is_made_from_a_step_and_comes_back_chosen(town: Town, olga: Browser) -> None:
    page = olga.get(f"{PATH}?step=handle")
    assert "Tee uusi määräaika tätä varten" in page
    assert 'value="handle" checked' in olga.get(f"{PATH}/deadline?step=handle")
    act(olga, "hang", "handle", kind="boundaryEvent:timer", name="Myöhässä", name_sv="Sent", name_en="Late")
    page = olga.get(f"{PATH}/deadline?step=myohassa&timer=1")
    address = re.search(r'<form method="post" action="([^"]+)" id="form"', page)
    assert address
    answers = {
        "name_fi": "Käsittelyaika", "name_sv": "Handläggningstid", "name_en": "Handling time",
        "event_fi": "asia saapui",
        "event_sv": "ärendet kom in", "event_en": "the case arrived", "kind": "target", "starts": "own",
        "anchor": "case.arrived_on",
        "unit": "days", "direction": "after", "roll": "target", "statute": "HL 23 §", "escalate_to": "supervisor",
        "rows.0.from": "1.1.2026", "rows.0.length": "14", "binds": "authority",
    }  # fmt: skip
    page = olga.post(unescape(address[1]), act="save", base="", new="1", **answers)
    assert "deadline(&#34;myohassa_deadline&#34;)</textarea>" in page
    assert "&#34;event:moment&#34;, &#34;deadline(\\&#34;myohassa_deadline" in page  # the canvas says it, too
    assert b"[myohassa_deadline]" in content(town, 1, "deadlines.toml")
    olga.get(f"{PATH}/deadline?step=nothing", 404)


def test_what_cannot_be_saved_stays_as_it_was_typed(town: Town, olga: Browser) -> None:
    page = act(olga, "add", "handle", 422, kind="userTask", name="", name_sv="Ring kunden")
    assert ('href="#a-name"' in page, 'value="Ring kunden"' in page) == (True, True)
    assert re.search(r"<details open>\s*<summary>Lisää vaihe", page)
    theirs = content(town, 1, FILE).replace("Käsittele asia".encode(), b"Oonan nimi")
    base = re.search(r'name="base" value="([^"]+)"', olga.get(f"{PATH}?step=handle"))
    assert base
    save(town, 1, FILE, theirs, who="oona")
    said = {"c-name": "Olgan nimi", "c-instruction": "Oma ohje"}
    page = olga.post(STEPS, 412, act="say", step="handle", base=base[1], **said)
    assert ('value="Olgan nimi"' in page, "Oma ohje</textarea>" in page) == (True, True)


def test_a_step_without_words_is_told_by_the_next_one(olga: Browser) -> None:
    page = act(olga, "add", "handle", kind="exclusiveGateway", name="")
    assert "Kohta ennen: Käsitelty" in page
    assert ">exclusivegateway</a>" not in page


def test_a_step_leads_to_its_form_and_says_when_it_was_saved(olga: Browser) -> None:
    page = act(olga, "say", "handle", **{"c-name": "Hoida asia"})
    chosen = page[page.index('id="step"') :]
    assert 'href="/processes/drafts/1/forms/handle">Muokkaa lomaketta' in chosen
    assert "Tallennettu viimeksi 9.2.2026" in chosen
    assert chosen.index("Lisää vaihe tämän jälkeen") < chosen.index('id="s-name"')


def test_a_name_in_the_list_leads_to_its_step_and_the_arrow_is_called_one(olga: Browser) -> None:
    page = olga.get(PATH)
    targets = set(re.findall(r'drawing\?step=(\w+)#step"[^>]*>Käsittele asia<', page))
    assert targets == {"handle"}
    assert re.search(r'data-arrow="to_handle">nuoli<span class="unseen">, [^<]+ → Käsittele asia<', page)
    assert "conditions/to_handle" in olga.get(f"{PATH}?step=to_handle")


def test_a_new_step_stands_where_a_case_comes_to_it_in_every_list(town: Town, olga: Browser) -> None:
    act(olga, "add", "handle", kind="userTask", name="Soita", name_sv="Ring", name_en="Call", new_form="1")
    paths = [row.path for row in town.rows("SELECT path FROM draft_files WHERE draft_id = 1")]
    bundle = bundles.assemble({path: content(town, 1, path) for path in paths})
    assert list(words.nodes(bundle)) == ["arrived", "handle", "soita", "handled"]
