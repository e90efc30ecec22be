"""First start: open the demonstration, or make the site, its first administrators and first people."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.dialogs.enrol import NewPerson, PersonForm
from ui.language import put, say
from ui.pages.settings import SiteFacts, SiteForm

STEPS = ("welcome", "site", "first", "second", "people", "ready")


class NewSite(NamedTuple):
    """Everything the first start asked. ``second`` is None where the site has one administrator: no reset then."""

    facts: SiteFacts
    first: NewPerson
    second: NewPerson | None
    people: tuple[NewPerson, ...]


class WizardDialog(Dialog):
    """Signals: ``demonstration_chosen()`` · ``finished_with(NewSite)``; the caller answers with ``show_busy``, then
    ``accept()`` or ``show_error``."""

    demonstration_chosen = Signal()
    finished_with = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=820)
        self.step = "welcome"
        self._people: list[NewPerson] = []
        self._pages: list[QWidget] = []
        self.site = SiteForm()
        self.first = PersonForm(roles=("administrator",), columns=2)
        self.second = PersonForm(roles=("administrator",), columns=2)
        self.alone = put(QCheckBox(), "wizard.second.alone")
        self.person = PersonForm(columns=2)
        self._build_pages()
        for page in self._pages:
            self.body.addWidget(page)
        self.back = kit.key("wizard.back", big=True)
        self.back.clicked.connect(lambda: self._go(-1))
        self.key = kit.key("wizard.next", "primary", big=True, decides=True)
        self.key.setToolTip("F10")
        self.key.clicked.connect(lambda: self._go(1))
        self.skip = kit.key("wizard.people.skip", big=True)
        self.skip.clicked.connect(self._skip_person)
        kit.fill(self.foot, [self.back, None, self.skip, self.key])
        for form in (self.site, self.first, self.second, self.person):
            form.changed.connect(self.settle)
        self.alone.toggled.connect(self._alone)
        self.show_step("welcome")

    def _build_pages(self) -> None:
        self._pages.append(self._welcome())
        self._pages.append(_plain(kit.words("wizard.site.help", tone="quiet", wrap=True), self.site))
        self._pages.append(_plain(kit.words("wizard.first.help", tone="quiet", wrap=True), self.first))
        self._alone_text = kit.words("wizard.second.alone_help", tone="warn", wrap=True)
        self._alone_text.hide()
        help_text = kit.words("wizard.second.help", tone="quiet", wrap=True)
        self._pages.append(_plain(help_text, self.second, self.alone, self._alone_text))
        self._listed = kit.label(bold=True, wrap=True)
        help_text = kit.words("wizard.people.help", tone="quiet", wrap=True)
        self._pages.append(_plain(help_text, self._listed, self.person))
        self._summary = kit.label(wrap=True)
        notes = [kit.words(f"wizard.ready.{name}", wrap=True) for name in ("envelope", "disk", "backup")]
        self._pages.append(_plain(self._summary, kit.rule(), *notes))

    def _welcome(self) -> QWidget:
        make = kit.key("wizard.welcome.make", "primary", big=True)
        make.clicked.connect(lambda: self._go(1))
        demo = kit.key("wizard.welcome.demo", big=True)
        demo.clicked.connect(self.demonstration_chosen)
        return _plain(
            kit.words("wizard.welcome.make_help", wrap=True),
            make,
            kit.rule(),
            kit.words("wizard.welcome.demo_help", wrap=True),
            demo,
        )

    def show_step(self, step: str) -> None:
        """Go to a step by name (one of ``STEPS``)."""
        self.step = step
        for name, page in zip(STEPS, self._pages, strict=True):
            page.setVisible(name == step)
        self.error.hide()
        form = {"site": self.site.name_zh, "first": self.first.name, "second": self.second.name}.get(step)
        if form is not None:
            form.setFocus()
        self.retranslate()
        self.settle()
        self.scroll.verticalScrollBar().setValue(0)

    def _alone(self, alone: bool) -> None:
        self.second.setVisible(not alone)
        self._alone_text.setVisible(alone)
        self.settle()

    def _go(self, by: int) -> None:
        if self.step == "people" and by > 0:
            self._keep_person()
            self.show_step("people")
            return
        if self.step == "ready" and by > 0:
            self.finished_with.emit(self.answers())
            return
        self.show_step(STEPS[STEPS.index(self.step) + by])

    def _keep_person(self) -> None:
        self._people.append(self.person.person())
        for field in (
            self.person.ident,
            self.person.name,
            self.person.reading,
            self.person.badge,
            self.person.document,
        ):
            field.clear()
        for field in (self.person.password, self.person.again, self.person.pin):
            field.clear()
        self.person.roles.tick(())

    def _skip_person(self) -> None:
        self.show_step("ready")

    def answers(self) -> NewSite:
        """What was asked, as it stands."""
        second = None if self.alone.isChecked() else self.second.person()
        return NewSite(self.site.facts(SiteFacts()), self.first.person(), second, tuple(self._people))

    def settle(self) -> None:
        two = self.first.ident.value() != self.second.ident.value()
        ready = {
            "welcome": False,
            "site": bool(self.site.name_zh.value() and self.site.name_en.value()),
            "first": self.first.is_complete(),
            "second": self.alone.isChecked() or (self.second.is_complete() and two),
            "people": self.person.is_complete(),
            "ready": True,
        }[self.step]
        self.key.setEnabled(ready and not self._busy)
        self.back.setEnabled(not self._busy)

    def retranslate(self) -> None:
        if not hasattr(self, "skip"):
            return
        place = STEPS.index(self.step)
        self.kicker.setText(say("wizard.kicker", number=place, count=len(STEPS) - 1) if place else say("wizard.start"))
        self.title.setText(say(f"wizard.{self.step}.title"))
        self.setWindowTitle(self.title.text())
        self.back.setVisible(place > 0)
        self.key.setVisible(place > 0)
        self.skip.setVisible(self.step == "people")
        put(self.key, {"people": "wizard.people.add", "ready": "wizard.ready.make"}.get(self.step, "wizard.next"))
        names = "、".join(person.name for person in self._people)
        self._listed.setText(say("wizard.people.listed", count=len(self._people), names=names))
        self._listed.setVisible(bool(self._people))
        facts = self.site.facts(SiteFacts())
        self._summary.setText(
            say(
                "wizard.ready.summary",
                site=f"{facts.name_zh} {facts.name_en}",
                zone=facts.zone,
                admins=1 if self.alone.isChecked() else 2,
                people=len(self._people),
            )
        )
        super().retranslate()

    def reject(self) -> None:
        """Escape does not throw away what was typed: only the first page closes."""
        if self.step == "welcome":
            super().reject()


def _plain(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = kit.column(made, gap=12)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made
