"""The Products page: profiles and their files, verification by two, site limits by two."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QObject

from cellguide import products as domain
from cellguide.acts import products, site_limits, staff
from cellguide.acts.products import Standing
from cellguide.facts import MISSING, Unknown
from cellguide.people import may
from cellguide.products import Profile, schema, show
from cellguide.products.site_limits import Proposal, proposals
from cellguide.refusal import Refusal
from ui.dialogs.profile import Changed, CompareDialog, LimitRequest, SiteLimitDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.verify_profile import FieldToProve, VerifyProfileDialog, VerifyRequest
from ui.forms import Choice, number_of
from ui.kit import Mark
from ui.language import language, say
from ui.pages.panel import Detail, Fact, Note, Section
from ui.pages.products import LimitLine, ProductLine, ProductsPage
from ui.station import Station, sentence
from ui.wiring.in_dialog import act_in

TONES = {"draft": "", "verified": "ok", "waiting": "info", "under_review": "warn", "retired": ""}


class ProductsWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = ProductsPage()
        page = self.page
        page.picked.connect(self._show)
        page.limit_picked.connect(self._show_limit)
        page.act_asked.connect(self._do)
        page.bring_in_asked.connect(lambda: self._choose_file(""))
        page.confirm_asked.connect(self._confirm)
        station.changed.connect(self.refresh)
        station.entered.connect(self.refresh)
        language.changed.connect(lambda _lang: self.refresh())
        self.dialog: object = None
        self.refresh()

    # --- what is shown

    def refresh(self) -> None:
        """Read what is shown anew."""
        desk = self.station.desk
        page = self.page
        page.allow([name for name, act in _PERMISSION.items() if self._may(act)])
        page.show_rows([line(one) for one in products.listed(desk)])
        confirmed = site_limits.confirmed(desk)
        page.show_limits([limit_line(proposal, confirmed.get(name)) for name, proposal in proposals().items()])
        if page.ident:
            self._show(page.ident)
        if page.limit:
            self._show_limit(page.limit)

    def _may(self, act: str) -> bool:
        session = self.station.desk.session
        return session is not None and may(session.role, act)

    def _show(self, id: str) -> None:
        standing = products.profile_state(self.station.desk, id)
        people = {person: self._name(person) for person in (*standing.verified_by, standing.first) if person}
        detail = detail_of(standing, people, demo=bool(self.station.desk.site.get("demo")))
        acts = [act for act in offered(standing) if self._may(_PERMISSION.get(act, "view_record"))]
        self.page.show_detail(id, detail, acts)

    def _name(self, person: str) -> str:
        try:
            return self.station.desk.person(person).name
        except Refusal:
            return person

    def _show_limit(self, name: str) -> None:
        desk = self.station.desk
        held = desk.store.get("site_limit", name)
        doc = held.doc if held is not None else {}
        signed_by = "、".join(self._name(person) for person in doc.get("by", ()))
        limit = site_limits.confirmed(desk).get(name)
        self.page.show_limit(name, limit_detail(proposals()[name], limit, signed_by, str(doc.get("confirmed_at", ""))))

    # --- acts

    def _do(self, act: str, id: str) -> None:
        {
            "adopt": self._adopt,
            "bring_in": self._choose_file,
            "export": self._export,
            "compare": self._compare,
            "verify": self.verify,
            "review": self._review,
            "retire": self._retire,
        }[act](id)

    def _adopt(self, id: str) -> None:
        desk = self.station.desk
        if self.station.act(lambda: products.adopt_profile(desk, id, domain.packaged_text(id))):
            self.station.say_done("products_page.adopted", id=id)

    def _choose_file(self, _id: str) -> None:
        from PySide6.QtWidgets import QFileDialog

        chooser = QFileDialog(self.station.frame, say("products_page.bring_in"), "", "TOML (*.toml)")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.bring_in(Path(name)))
        chooser.open()

    def bring_in(self, path: Path) -> None:
        """Read a completed file and adopt it; a mistake is named with its line."""
        desk = self.station.desk

        def work() -> Standing:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as fault:
                raise Refusal("profile.unreadable", path=str(path), reason=str(fault)) from fault
            return products.adopt_profile(desk, domain.load(text, path.name).id, text)

        standing = self.station.act(work)
        if standing is not None:
            newest = standing.to_verify or standing.profile
            self.station.say_done("products_page.brought_in", id=standing.id, revision=newest.revision)

    def _export(self, id: str) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self.station.frame, say("products_page.act.export"), f"{id}.toml")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.fileSelected.connect(lambda name: self.export_to(id, Path(name)))
        dialog.open()

    def export_to(self, id: str, path: Path) -> None:
        """Write the newest file of a profile, to be completed from the insert."""
        try:
            path.write_bytes(products.file_of(self.station.desk, id))
        except OSError as fault:
            self.station.frame.tell("warn", say("station.file_not_written", path=str(path), reason=fault.strerror))
            return
        self.station.say_done("products_page.exported", path=str(path))

    def _compare(self, id: str) -> None:
        standing = products.profile_state(self.station.desk, id)
        versions = versions_of(standing)
        new = standing.waiting or standing.profile
        rest = [one.profile for one in products.listed(self.station.desk) if one.id != id]
        rest.sort(key=lambda other: name_of(other) != name_of(new))  # the same medicine in other countries first
        others = {f"profile:{other.id}": other for other in rest}
        choices = [Choice(key, text) for key, text, _ in versions]
        choices += [Choice(key, _other_words(profile)) for key, profile in others.items()]
        known = {key: profile for key, _, profile in versions} | others
        dialog = CompareDialog(self.station.frame)
        dialog.with_chosen.connect(lambda key: dialog.show_changes(changes(known[key], new) if key in known else ()))
        dialog.show_choices(name_of(new), choices)
        self.dialog = dialog
        dialog.open()

    def verify(self, id: str) -> None:
        """Ask one pharmacist for their word on the file that waits."""
        standing = products.profile_state(self.station.desk, id)
        try:
            if standing.to_verify is None:
                raise Refusal("profile.nothing_to_verify", id=id, state=standing.state)
            products.check_verifiable(self.station.desk, standing.to_verify)
        except Refusal as refusal:
            self.station.refuse(refusal)
            return
        profile = standing.to_verify
        session = self.station.desk.session
        dialog = VerifyProfileDialog(self.station.frame)
        person = session.person if session is not None and session.person != standing.first else ""
        dialog.show_request(self._verify_request(standing, profile, person))
        dialog.signed.connect(lambda who, password: self._verify(id, profile, dialog, who, password))
        self.dialog = dialog
        dialog.open()

    def _verify_request(self, standing: Standing, profile: Profile, person: str) -> VerifyRequest:
        needed = products.photographs_needed(profile)
        fields = tuple(field_to_prove(profile, name) for name in needed)
        pages: dict[str, list[str]] = {}
        if standing.first:
            for name, hashes in standing.photos.items():
                for sha256 in hashes:
                    pages.setdefault(sha256, []).append(name)
        photos = tuple((self.station.desk.store.blob(sha256), tuple(names)) for sha256, names in pages.items())
        before = standing.profile if standing.waiting is not None else None
        found = changes(before, profile) if before is not None else []
        lines = tuple(f"{one.field}: {one.old} → {one.new}" for one in found)
        number = 2 if standing.first else 1
        return VerifyRequest(name_of(profile), profile.revision, profile.sha256, number, fields, lines, photos, person)

    def _verify(self, id: str, profile: Profile, dialog: VerifyProfileDialog, person: str, password: str) -> None:
        photos = [products.Photo(fields, data) for fields, data in dialog.photos()]
        dialog.show_busy(say("products_page.verify.busy"))

        def proved(proof: staff.Proof) -> None:
            desk = self.station.desk
            done = act_in(
                self.station, dialog, lambda: products.verify_profile(desk, id, profile.sha256, proof, photos)
            )
            if done is not None:
                self.station.say_done(f"products_page.{'word_given' if done.first else 'verified_now'}", id=id)

        self.station.prove(person, password, proved, lambda refusal: dialog.show_error(sentence(refusal)))

    def _review(self, id: str) -> None:
        presets = tuple(say(f"products_page.review_preset_{name}") for name in ("label", "holder"))
        self._ask_reason("products_page.review_title", id, presets, products.put_under_review, "reviewed_now")

    def _retire(self, id: str) -> None:
        presets = (say("products_page.retire_preset"),)
        self._ask_reason("products_page.retire_title", id, presets, products.retire_profile, "retired_now")

    def _ask_reason(self, title: str, id: str, presets: tuple[str, ...], act: object, done: str) -> None:
        dialog = ReasonDialog(self.station.frame)
        dialog.show_request(say(title, name=id), presets)

        def given(reason: str) -> None:
            if act_in(self.station, dialog, lambda: act(self.station.desk, id, reason)):  # type: ignore[operator]
                self.station.say_done(f"products_page.{done}", id=id)

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()

    # --- site limits

    def _confirm(self, name: str) -> None:
        desk = self.station.desk
        proposal, limit = proposals()[name], site_limits.confirmed(desk).get(name)
        assert desk.session is not None
        first = desk.session.person
        note = "" if proposal.read else say("products_page.proposal_unread")
        low, high = proposal.allowed
        span = f"{say('products_page.allowed')}: {low}–{high} {proposal.unit}"
        request = LimitRequest(
            proposal.label.say(language.now),
            proposal.unit,
            str(limit.value if limit is not None else proposal.value),
            limit.source if limit is not None else proposal.source if proposal.read else "",
            " · ".join(part for part in (span, note) if part),
            self._name(first),
            limit is not None,
        )
        dialog = SiteLimitDialog(self.station.frame)
        dialog.show_request(request)
        dialog.signed.connect(lambda given: self._sign_limit(name, first, dialog, given))
        self.dialog = dialog
        dialog.open()

    def _sign_limit(self, name: str, first: str, dialog: SiteLimitDialog, given: dict[str, str]) -> None:
        value = number_of(given["value"])
        if value is None:
            dialog.show_error(say("refusal_site_limit.not_a_number", typed=given["value"]))
            return
        dialog.show_busy(say("products_page.verify.busy"))

        def failed(refusal: Refusal) -> None:
            dialog.show_error(sentence(refusal))

        def one(proof: staff.Proof) -> None:
            def two(second: staff.Proof) -> None:
                self._signed_limit(name, value, given, proof, second, dialog)

            self.station.prove(given["second"], given["second_password"], two, failed)

        self.station.prove(first, given["first_password"], one, failed)

    def _signed_limit(
        self,
        name: str,
        value: Decimal,
        given: dict[str, str],
        first: staff.Proof,
        second: staff.Proof,
        dialog: SiteLimitDialog,
    ) -> None:
        def work() -> object:
            return site_limits.confirm_site_limit(
                self.station.desk, name, value, given["source"], first, second, given["reason"]
            )

        if act_in(self.station, dialog, work):
            self.station.say_done("products_page.limit_now", name=proposals()[name].label.say(language.now))


_PERMISSION = {
    "adopt": "adopt_profile",
    "bring_in": "adopt_profile",
    "verify": "verify_profile",
    "review": "review_profile",
    "retire": "retire_profile",
    "confirm": "confirm_site_limit",
}


# --- from the domain to what is read ----------------------------------------------------------------------------------


def offered(standing: Standing) -> list[str]:
    """What may be done with it, the one clear action first."""
    waiting = standing.to_verify
    acts = []
    if waiting is not None and domain.readiness(waiting).complete and not products.unproven(waiting):
        acts.append("verify")
    if not standing.adopted or standing.state == products.RETIRED:
        acts.append("adopt")
    acts += ["compare"] if standing.verified and not acts else ["bring_in", "compare"]
    if "bring_in" not in acts:
        acts.append("bring_in")
    acts.append("export")
    if standing.state == products.VERIFIED:
        acts.append("review")
    if standing.adopted and standing.state != products.RETIRED:
        acts.append("retire")
    return acts


def name_of(profile: Profile) -> str:
    """The medicine's name in the language of the moment."""
    return dict(zip(("zh", "en"), products.names(profile), strict=True))[language.now]


def state_of(standing: Standing) -> str:
    """The state by which the page filters; a file that waits counts as such."""
    if standing.adopted and standing.to_verify is not None and standing.state in (products.DRAFT, products.VERIFIED):
        return "waiting" if domain.readiness(standing.to_verify).complete else standing.state
    return standing.state


def _mark(standing: Standing) -> Mark:
    if not standing.adopted:
        return Mark(say("products_page.not_adopted"))
    state = standing.state if standing.state == products.VERIFIED else state_of(standing)
    return Mark(say(f"products_page.state.{state}"), TONES[state])


def line(standing: Standing) -> ProductLine:
    """One row of the list."""
    profile = standing.profile
    label = products.label_of(profile)
    missing = len(domain.readiness(standing.to_verify or profile).missing)
    count = say("products_page.missing_count", count=missing) if missing else say("products_page.missing_none")
    generic = profile.look("generic_name").value
    stated = label.label_date if label is not None else schema.NOT_STATED
    return ProductLine(
        standing.id,
        name_of(profile),
        generic.say(language.now) if isinstance(generic, domain.Text) else "—",
        profile.jurisdiction,
        "—" if stated == schema.NOT_STATED else stated,
        count,
        {"under_review": "review"}.get(state_of(standing), state_of(standing)),
        _mark(standing),
    )


def detail_of(standing: Standing, people: dict[str, str], *, demo: bool) -> Detail:
    """The panel: what stands in the way, every field with its source, the sources whole."""
    profile = standing.waiting or standing.profile
    facts = {"revision": profile.revision, "hash": profile.sha256[:8]}
    jurisdiction = say(f"product.jurisdiction.{profile.jurisdiction}")
    sections = [_group(profile, group) for group in schema.GROUPS]
    sections.append(_sources(profile))
    generic = show(profile, "generic_name", language.now)
    return Detail(
        name_of(profile),
        _mark(standing),
        f"{standing.id} · {generic}",
        say("products_page.revision", jurisdiction=jurisdiction, **facts),
        tuple(_notes(standing, profile, people, demo)),
        tuple(sections),
    )


def _notes(standing: Standing, profile: Profile, people: dict[str, str], demo: bool) -> list[Note]:
    notes = []
    ready = domain.readiness(profile)
    resting = products.unproven(profile)
    if standing.state == products.UNDER_REVIEW:
        notes.append(Note("warn", say("products_page.review_note"), (standing.reason,)))
    if standing.state == products.RETIRED:
        notes.append(Note("", say("products_page.retired_note"), (standing.reason,)))
    if standing.state == products.DRAFT:
        notes.append(Note("info", say("products_page.draft_note")))
    if standing.verified_by and standing.state in (products.VERIFIED, products.UNDER_REVIEW):
        pair = [people[person] for person in standing.verified_by]
        at = standing.verified_at[:16].replace("T", " ")
        notes.append(Note("ok", say("products_page.verified_by", first=pair[0], second=pair[1], at=at)))
    if standing.waiting is not None:
        notes.append(Note("info", say("products_page.waiting", revision=standing.waiting.revision)))
    if standing.first:
        notes.append(Note("info", say("products_page.first_word", person=people[standing.first])))
    if ready.missing:
        lines = tuple(_missing_line(profile, name) for name in ready.missing)
        notes.append(Note("warn", say("products_page.incomplete", count=len(ready.missing)), lines))
    elif resting:
        lines = tuple(say(f"product.field.{name}") for name in resting)
        notes.append(Note("warn", say("products_page.unproven", count=len(resting)), lines))
    elif standing.to_verify is not None and not standing.first:
        notes.append(Note("ok", say("products_page.ready")))
    if profile.demonstration:
        notes.append(Note("", say("products_page.demo_note")))
    elif demo:
        notes.append(Note("", say("products_page.real_here_note")))
    return notes


def _missing_line(profile: Profile, name: str) -> str:
    note = profile.look(name).note
    text = say(f"product.field.{name}")
    return f"{text}: {note.say(language.now)}" if note is not None else text


def _group(profile: Profile, group: str) -> Section:
    names = [name for name, field in schema.FIELDS.items() if field.group == group]
    return Section(say(f"product.group.{group}"), tuple(_field(profile, name) for name in names))


def _field(profile: Profile, name: str) -> Fact:
    fact = profile.look(name)
    small = " · ".join(dict.fromkeys(_short(source) for source in fact.sources))
    if fact.note is not None:
        small = " · ".join(part for part in (small, fact.note.say(language.now)) if part)
    tone = ""
    if fact.value is MISSING or fact.partial:
        tone = "warn" if name in schema.NEEDED else "quiet"
    elif isinstance(fact.value, Unknown):
        tone = "quiet"
    return Fact(say(f"product.field.{name}"), show(profile, name, language.now), small, tone)


def _short(source: domain.Source) -> str:
    basis = say(f"product.basis.{source.basis}")
    if source.basis == schema.DEFAULT_BASIS:
        return basis
    date = "" if source.label_date == schema.NOT_STATED else source.label_date
    return " ".join(part for part in (source.key, basis, date) if part)


def _sources(profile: Profile) -> Section:
    facts = []
    for source in profile.sources.values():
        stated = [say("product.not_stated") if x == schema.NOT_STATED else x for x in source[4:6]]
        small = " · ".join(part for part in (*dict.fromkeys(stated), source.url) if part)
        facts.append(Fact(source.key, source.text, small))
    return Section(say("products_page.source"), tuple(facts))


def field_to_prove(profile: Profile, name: str) -> FieldToProve:
    """A field as the verification lists it; ``label_date`` is the insert's own date."""
    if name == products.LABEL_DATE:
        label = products.label_of(profile)
        return FieldToProve(name, say("products_page.verify.label_date"), label.label_version if label else "")
    return FieldToProve(name, say(f"product.field.{name}"), show(profile, name, language.now))


def changes(old: Profile, new: Profile) -> list[Changed]:
    """What differs, in words."""
    return [
        Changed(
            say(f"product.field.{one.field}"),
            domain.show_value(one.field, one.old.value, language.now),
            domain.show_value(one.field, one.new.value, language.now),
            say("products_page.compare.value" if one.value_changed else "products_page.compare.source"),
        )
        for one in domain.compare(old, new)
    ]


def versions_of(standing: Standing) -> list[tuple[str, str, Profile]]:
    """Other files of the same profile: (key, words, profile)."""
    newest = standing.waiting or standing.profile
    found = []
    if standing.waiting is not None:
        words = say("products_page.compare.in_force", revision=standing.profile.revision)
        found.append(("in_force", words, standing.profile))
    if standing.id in domain.profile_ids():
        packaged = domain.load_packaged(standing.id)
        if packaged.sha256 != newest.sha256:
            found.append(("packaged", say("products_page.compare.packaged", revision=packaged.revision), packaged))
    return found


def _other_words(profile: Profile) -> str:
    jurisdiction = say(f"product.jurisdiction.{profile.jurisdiction}")
    return say("products_page.compare.other", name=name_of(profile), jurisdiction=jurisdiction)


def limit_line(proposal: Proposal, limit: site_limits.SiteLimit | None) -> LimitLine:
    """One row of the site limits."""
    signed = limit is not None
    mark = Mark(say("products_page.state.confirmed"), "ok") if signed else Mark(say("products_page.state.proposed"))
    value = limit.value if limit is not None else proposal.value
    source = limit.source if limit is not None else proposal.source
    return LimitLine(proposal.name, proposal.label.say(language.now), f"{value} {proposal.unit}", source, mark)


def limit_detail(proposal: Proposal, limit: site_limits.SiteLimit | None, signed_by: str, confirmed_at: str) -> Detail:
    """The panel of one site limit."""
    low, high = proposal.allowed
    in_force = f"{limit.value} {limit.unit}" if limit is not None else say("products_page.no_value")
    facts = [Fact(say("products_page.confirmed_value"), in_force, tone="" if limit is not None else "warn")]
    if limit is not None:
        facts += [
            Fact(say("products_page.source"), limit.source),
            Fact(say("products_page.confirmed_by"), signed_by),
            Fact(say("products_page.confirmed_at"), confirmed_at[:16].replace("T", " ")),
        ]
    proposed = [
        Fact(say("products_page.proposal"), f"{proposal.value} {proposal.unit}"),
        Fact(say("products_page.allowed"), f"{low}–{high} {proposal.unit}"),
        Fact(say("products_page.source"), proposal.source, proposal.url),
    ]
    notes = () if proposal.read else (Note("warn", say("products_page.proposal_unread")),)
    sections = (Section("", tuple(facts)), Section(say("products_page.proposal"), tuple(proposed)))
    return Detail(
        proposal.label.say(language.now), limit_line(proposal, limit).mark, proposal.name, "", notes, sections
    )
