"""What the event log of an export calls things: the words of the pages, in one language, each found once."""

from __future__ import annotations

from engine.bundle import Bundle
from engine.law import LAW
from tasks.errors import NotFound
from tasks.exporting.kinds import OF_DEADLINE, OF_LETTER, OF_TASK
from tasks.exporting.log import CaseRow, Place, Step
from tasks.published import Published
from web import i18n, words


class Words:
    """The names of steps, deadlines, letters and messages of the published versions."""

    def __init__(self, published: Published, language: str) -> None:
        self._published = published
        self._language = language
        self._places: dict[tuple[str, int, str | None], Place] = {}
        self._activities: dict[tuple[str, Place, str, str], str] = {}

    def place(self, case: CaseRow, path: str | None) -> Place:
        """Where an element path of a case leads."""
        key = (case.process, case.version, path)
        if key not in self._places:
            process = words.process_at(self._published, case.process, case.version, path, inner=True)
            version = self._published.number_of(case.process, case.version, process)
            element = (path or "").rsplit("/", 1)[-1].split("[", 1)[0]
            self._places[key] = Place(process, version, element)
        return self._places[key]

    def activity(self, step: Step, place: Place, deadline_of: str) -> str:
        """What happened: the step itself for its tasks, else what kind of event it was and what it was about."""
        key = (step.kind, place, step.subject, deadline_of)
        if key not in self._activities:
            self._activities[key] = self._activity(step, place, deadline_of)
        return self._activities[key]

    def _activity(self, step: Step, place: Place, deadline_of: str) -> str:
        about = self._about(step, place, deadline_of)
        if step.kind in OF_TASK and about:
            return about
        told = i18n.translate(f"event.{step.kind}", self._language)
        return f"{told}: {about}" if about else told

    def _about(self, step: Step, place: Place, deadline_of: str) -> str:
        bundle = self._folder(place)
        if step.kind in OF_DEADLINE:
            return self._deadline(deadline_of, step.subject)
        if bundle is None or not place.element:
            return place.element
        if step.kind in OF_LETTER:
            return words.letter(bundle, place.element, self._language)
        if step.message:
            return self._message(bundle, place, step.message)
        return words.element(bundle, place.element, self._language)

    def _folder(self, place: Place) -> Bundle | None:
        try:
            return self._published.bundle(place.process, place.version)
        except NotFound:
            return None

    def _deadline(self, process: str, name: str) -> str:
        """Its newest name: one deadline is one activity, whatever its rule was called on other days."""
        for folder in (process, LAW):
            newest = self._published.law.newest(folder)
            if newest is not None and name in newest.deadlines:
                return i18n.pick(newest.deadlines[name].names, self._language)
        return name

    def _message(self, bundle: Bundle, place: Place, name: str) -> str:
        if name in bundle.labels.messages:
            return words.label(bundle, "messages", name, self._language)
        form = self._published.form(place.process, place.version, name)
        return form.title(self._language) if form else name
