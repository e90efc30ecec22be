"""A profile becomes valid by two pharmacists' words over its file and the photos of the insert."""

from __future__ import annotations

import makers
import profile_makers as pm
import pytest

from cellguide import proof
from cellguide.acts import products
from cellguide.desk import Desk
from cellguide.products import load_packaged, packaged_text
from cellguide.refusal import Refusal


@pytest.fixture
def hospital(desk: Desk) -> Desk:
    return pm.as_real_site(desk)


def verify(desk: Desk, id: str, person: str, photos: object = (), sha256: str = "") -> products.Standing:
    waiting = products.profile_state(desk, id).to_verify
    name = sha256 or (waiting.sha256 if waiting is not None else "0" * 64)
    return products.verify_profile(desk, id, name, makers.proof(desk, person), photos)  # type: ignore[arg-type]


def verified(desk: Desk, text: str) -> products.Standing:
    products.adopt_profile(desk, pm.TRIAL, text)
    verify(desk, pm.TRIAL, makers.PHARMACIST, pm.photos(text))
    return verify(desk, pm.TRIAL, makers.PHARMACIST_2)


def test_a_packaged_profile_that_nobody_adopted_is_a_draft_in_force(hospital: Desk) -> None:
    profile, ok = products.profile_in_force(hospital, "yescarta-eu")
    assert profile.sha256 == load_packaged("yescarta-eu").sha256
    assert not ok
    standing = products.profile_state(hospital, "yescarta-eu")
    assert (standing.state, standing.adopted, standing.to_verify) == ("draft", False, None)
    with pytest.raises(Refusal, match=r"product\.unknown"):
        products.profile_in_force(hospital, "no-such-cel")


def test_an_incomplete_draft_is_adopted_and_can_be_read_but_never_verified(hospital: Desk) -> None:
    products.adopt_profile(hospital, "relmacel-cn", packaged_text("relmacel-cn"))
    with pytest.raises(Refusal, match=r"profile\.incomplete"):
        verify(hospital, "relmacel-cn", makers.PHARMACIST)
    assert products.profile_words(hospital, "relmacel-cn")["verified"] is False


@pytest.mark.req("REG-052")
def test_the_second_pharmacists_word_puts_the_file_in_force_and_both_words_are_signatures(hospital: Desk) -> None:
    text = pm.completed()
    products.adopt_profile(hospital, pm.TRIAL, text)
    first = verify(hospital, pm.TRIAL, makers.PHARMACIST, pm.photos(text))
    assert (first.state, first.first, first.verified) == ("draft", makers.PHARMACIST, False)
    second = verify(hospital, pm.TRIAL, makers.PHARMACIST_2)
    assert second.verified_by == (makers.PHARMACIST, makers.PHARMACIST_2)
    assert products.profile_in_force(hospital, pm.TRIAL)[1]
    for name in products.photographs_needed(second.profile):
        assert hospital.store.blob(second.photos[name][0]) == pm.picture(b"page 1")
    words = hospital.store.find("signature", record=f"profile:{pm.TRIAL}")
    assert [word.doc["statement"]["meaning"] for word in words] == ["performed", "checked"]
    assert {word.doc["statement"]["sha256"] for word in words} == {second.profile.sha256}
    verdict = proof.check({"A": (line for _, line in hospital.store.entries())}, hospital.store.blob)
    assert verdict.word == "INTACT"


def test_the_same_pharmacist_is_not_the_second_and_a_nurse_is_neither(hospital: Desk) -> None:
    text = pm.completed()
    products.adopt_profile(hospital, pm.TRIAL, text)
    with pytest.raises(Refusal, match=r"sign\.role"):
        verify(hospital, pm.TRIAL, makers.NURSE, pm.photos(text))
    verify(hospital, pm.TRIAL, makers.PHARMACIST, pm.photos(text))
    with pytest.raises(Refusal, match=r"check\.same_person"):
        verify(hospital, pm.TRIAL, makers.PHARMACIST)
    with pytest.raises(Refusal, match=r"sign\.role"):
        verify(hospital, pm.TRIAL, makers.NURSE)
    assert products.profile_state(hospital, pm.TRIAL).state == "draft"
    makers.sit(hospital, makers.NURSE)
    with pytest.raises(Refusal, match=r"session\.role"):
        verify(hospital, pm.TRIAL, makers.PHARMACIST_2)


def test_one_password_signs_once(hospital: Desk) -> None:
    text = pm.completed()
    standing = products.adopt_profile(hospital, pm.TRIAL, text)
    spent = makers.proof(hospital, makers.PHARMACIST)
    spent.spend(hospital.now())
    with pytest.raises(Refusal, match=r"sign\.proof_used"):
        products.verify_profile(hospital, pm.TRIAL, standing.profile.sha256, spent, pm.photos(text))


@pytest.mark.req("REG-052")
def test_without_a_photo_of_every_limit_nothing_is_signed(hospital: Desk) -> None:
    text = pm.completed()
    products.adopt_profile(hospital, pm.TRIAL, text)
    [whole] = pm.photos(text)
    with pytest.raises(Refusal) as none:
        verify(hospital, pm.TRIAL, makers.PHARMACIST)
    assert "storage_c_max" in str(none.value.facts["fields"])
    without_date = products.Photo(tuple(name for name in whole.fields if name != products.LABEL_DATE), whole.data)
    with pytest.raises(Refusal) as undated:
        verify(hospital, pm.TRIAL, makers.PHARMACIST, [without_date])
    assert undated.value.facts["fields"] == products.LABEL_DATE
    with pytest.raises(Refusal, match=r"profile\.photo "):
        verify(hospital, pm.TRIAL, makers.PHARMACIST, [whole._replace(data=b"%PDF-1.7")])
    assert not hospital.store.find("signature", record=f"profile:{pm.TRIAL}")


def test_a_complete_profile_that_rests_on_a_copy_stays_a_draft(hospital: Desk) -> None:
    text = pm.completed(basis="copy")
    products.adopt_profile(hospital, pm.TRIAL, text)
    with pytest.raises(Refusal, match=r"profile\.unproven"):
        verify(hospital, pm.TRIAL, makers.PHARMACIST, pm.photos(text))


def test_a_newer_file_waits_beside_the_one_in_force_until_two_have_verified_it(hospital: Desk) -> None:
    old = verified(hospital, pm.completed())
    with pytest.raises(Refusal, match=r"profile\.revision"):
        products.adopt_profile(hospital, pm.TRIAL, pm.completed(1, -140))
    newer = pm.completed(2, -140)
    standing = products.adopt_profile(hospital, pm.TRIAL, newer)
    assert standing.verified
    assert standing.profile.sha256 == old.profile.sha256
    assert standing.waiting is not None
    with pytest.raises(Refusal, match=r"profile\.other_file"):
        verify(hospital, pm.TRIAL, makers.PHARMACIST, pm.photos(newer), sha256=old.profile.sha256)
    verify(hospital, pm.TRIAL, makers.PHARMACIST_2, pm.photos(newer))
    after = verify(hospital, pm.TRIAL, makers.PHARMACIST)
    assert (after.profile.revision, after.waiting, after.verified) == (2, None, True)
    assert str(after.profile.fact("storage_c_max")) == "-140"
    was = products.profile_by_file(hospital, pm.TRIAL, old.profile.sha256)
    assert str(was.fact("storage_c_max")) == "-150"


def test_a_file_brought_in_between_two_words_must_be_read_by_both(hospital: Desk) -> None:
    first = products.adopt_profile(hospital, pm.TRIAL, pm.completed())
    verify(hospital, pm.TRIAL, makers.PHARMACIST, pm.photos(pm.completed()))
    products.adopt_profile(hospital, pm.TRIAL, pm.completed(2, -130))
    with pytest.raises(Refusal, match=r"profile\.other_file"):
        verify(hospital, pm.TRIAL, makers.PHARMACIST_2, sha256=first.profile.sha256)
    assert products.profile_state(hospital, pm.TRIAL).first == ""


def test_a_profile_under_review_stops_acceptance_and_lets_running_doses_go_on(hospital: Desk) -> None:
    text = pm.completed()
    verified(hospital, text)
    with pytest.raises(Refusal, match=r"reason\.short"):
        products.put_under_review(hospital, pm.TRIAL, "x")
    standing = products.put_under_review(hospital, pm.TRIAL, "标签与档案不符")
    assert (standing.verified, standing.running_may_go_on, standing.reason) == (False, True, "标签与档案不符")
    assert products.profile_in_force(hospital, pm.TRIAL)[1] is False
    verify(hospital, pm.TRIAL, makers.PHARMACIST, pm.photos(text))
    again = verify(hospital, pm.TRIAL, makers.PHARMACIST_2)
    assert again.verified
    assert len(hospital.store.find("signature", record=f"profile:{pm.TRIAL}")) == 4


def test_a_retired_profile_takes_no_order_and_may_be_adopted_anew(hospital: Desk) -> None:
    verified(hospital, pm.completed())
    products.check_orderable(hospital, pm.TRIAL)
    products.retire_profile(hospital, pm.TRIAL, "不再供应")
    with pytest.raises(Refusal, match=r"profile\.retired"):
        products.check_orderable(hospital, pm.TRIAL)
    with pytest.raises(Refusal, match=r"profile\.retired"):
        products.retire_profile(hospital, pm.TRIAL, "不再供应")
    assert products.adopt_profile(hospital, pm.TRIAL, pm.completed()).state == "draft"


def test_invented_products_belong_to_demonstrations_and_real_ones_do_not(desk: Desk) -> None:
    text = packaged_text("demo-cel")
    standing = products.adopt_profile(desk, "demo-cel", text)
    verify(desk, "demo-cel", makers.PHARMACIST)
    assert verify(desk, "demo-cel", makers.PHARMACIST_2).verified
    real = pm.completed()
    products.adopt_profile(desk, pm.TRIAL, real)
    with pytest.raises(Refusal, match=r"profile\.real_on_demonstration"):
        verify(desk, pm.TRIAL, makers.PHARMACIST, pm.photos(real))
    pm.as_real_site(desk)
    with pytest.raises(Refusal, match=r"profile\.demonstration_here"):
        products.adopt_profile(desk, "sample-cel", packaged_text("sample-cel"))
    with pytest.raises(Refusal, match=r"profile\.demonstration_here"):
        products.check_orderable(desk, "demo-cel")
    assert standing.profile.demonstration
    assert "sample-cel" not in {one.id for one in products.listed(desk)}


def test_a_file_of_another_product_or_with_a_mistake_is_refused_and_nothing_is_kept(hospital: Desk) -> None:
    with pytest.raises(Refusal, match=r"profile\.other_id"):
        products.adopt_profile(hospital, "other-cel", pm.completed())
    with pytest.raises(Refusal, match=r"product\.bad_profile"):
        products.adopt_profile(hospital, pm.TRIAL, pm.completed().replace("-150", "-999"))
    assert hospital.store.find("profile") == []
    products.adopt_profile(hospital, pm.TRIAL, pm.completed())
    with pytest.raises(Refusal, match=r"profile\.same_file"):
        products.adopt_profile(hospital, pm.TRIAL, pm.completed())


def test_the_foot_of_a_page_names_file_label_and_whether_it_is_verified(hospital: Desk) -> None:
    standing = verified(hospital, pm.completed())
    words = products.profile_words(hospital, pm.TRIAL)
    assert words["sha256"] == standing.profile.sha256
    assert words["verified"] is True
    assert (words["zh"], words["label_version"]) == ("演示赛", "not stated")
