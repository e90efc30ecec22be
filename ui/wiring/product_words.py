"""Profiles and site limits in words: rows, panels, what differs, what must be photographed."""

from __future__ import annotations

from cellguide import products as domain
from cellguide.acts import products
from cellguide.acts.products import Standing
from cellguide.facts import MISSING, Unknown
from cellguide.products import Profile, schema, show
from cellguide.products.site_limits import Proposal, SiteLimit
from ui.dialogs.profile import Changed
from ui.dialogs.verify_profile import FieldToProve
from ui.kit import Mark
from ui.language import language, say
from ui.pages.panel import Detail, Fact, Note, Section
from ui.pages.products import LimitLine, ProductLine

TONES = {"draft": "", "verified": "ok", "waiting": "info", "under_review": "warn", "retired": ""}


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
        facts.append(Fact(source.key, source.text.say(language.now), small))
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


def other_words(profile: Profile) -> str:
    jurisdiction = say(f"product.jurisdiction.{profile.jurisdiction}")
    return say("products_page.compare.other", name=name_of(profile), jurisdiction=jurisdiction)


def limit_line(proposal: Proposal, limit: SiteLimit | None) -> LimitLine:
    """One row of the site limits."""
    signed = limit is not None
    mark = Mark(say("products_page.state.confirmed"), "ok") if signed else Mark(say("products_page.state.proposed"))
    value = limit.value if limit is not None else proposal.value
    source = limit.source if limit is not None else proposal.source
    return LimitLine(proposal.name, proposal.label.say(language.now), f"{value} {proposal.unit}", source, mark)


def limit_detail(proposal: Proposal, limit: SiteLimit | None, signed_by: str, confirmed_at: str) -> Detail:
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
