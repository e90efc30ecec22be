"""The Products page: profiles and their files, verification by two, site limits by two."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QObject

from cellguide import products as domain
from cellguide.acts import products, site_limits, staff
from cellguide.acts.products import Standing
from cellguide.people import may
from cellguide.products import Profile
from cellguide.products.site_limits import proposals
from cellguide.refusal import Refusal
from ui.dialogs.profile import CompareDialog, LimitRequest, SiteLimitDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.verify_profile import VerifyProfileDialog, VerifyRequest
from ui.forms import Choice, number_of
from ui.language import language, say
from ui.pages.products import ProductsPage
from ui.station import Station, sentence
from ui.wiring.fresh import Fresh
from ui.wiring.in_dialog import act_in
from ui.wiring.product_words import (
    changes,
    detail_of,
    field_to_prove,
    limit_detail,
    limit_line,
    line,
    name_of,
    offered,
    other_words,
    versions_of,
)


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
        self.fresh = Fresh(station, self.page, self.refresh)
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
            return self.station.desk.person(person).called(language.now)
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
        choices += [Choice(key, other_words(profile)) for key, profile in others.items()]
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
