"""Patient: one human being as an order knows them: name, readings, birth date, and every number they ever had here.

A wristband carries the number of this stay, the apheresis record that of another: numbers are a history, and an
identity check asks which of them are in force on a day (clinical-review 5.6). A bed number is never one of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from .entry import Doc
from .refusal import Refusal

NUMBER_TYPES = ("mrn", "inpatient", "visit", "apheresis_site", "trial", "national")
SEXES = ("f", "m", "u")
NAME_FORMS = ("full", "initials", "masked", "none")
AGE_YEARS_MAX = 130
MASK = "*"
_MASKS = frozenset("*＊×xX○〇Ｘ●某")

# How a character is read as a family name; pypinyin proposes the reading of the common word (engineering-review 15).
SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "任": "ren",
    "华": "hua",
    "朴": "piao",
    "缪": "miao",
    "翟": "zhai",
    "覃": "qin",
    "乐": "yue",
    "盖": "ge",
    "冼": "xian",
    "折": "she",
    "员": "yun",
    "种": "chong",
    "褚": "chu",
    "逄": "pang",
    "隗": "wei",
    "秘": "bi",
    "召": "shao",
    "车": "che",
    "谌": "chen",
    "卜": "bu",
    "柏": "bai",
    "祭": "zhai",
    "那": "na",
    "繁": "po",
    "盛": "sheng",
    "石": "shi",
    "葛": "ge",
    "尹": "yin",
}
SURNAMES_OF_TWO = {
    "欧阳": ("ou", "yang"),
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
    "令狐": ("ling", "hu"),
    "司马": ("si", "ma"),
    "上官": ("shang", "guan"),
    "诸葛": ("zhu", "ge"),
    "皇甫": ("huang", "fu"),
    "慕容": ("mu", "rong"),
    "夏侯": ("xia", "hou"),
}


class Number(NamedTuple):
    """One identifier of a patient, in force from ``since`` to ``until`` (both included, ISO days; "" is open)."""

    type: str
    value: str
    since: str = ""
    until: str = ""

    def valid(self, day: date) -> bool:
        """Whether the number is in force on ``day``."""
        text = day.isoformat()
        return self.since <= text and (not self.until or text <= self.until)


class Patient(NamedTuple):
    """``latin``: the reading a person confirmed ("Zhao Xiaoming"); ``initials``: what a label makes of it ("ZXM")."""

    name: str = ""
    birth_date: str = ""
    sex: str = "u"
    numbers: tuple[Number, ...] = ()
    latin: str = ""
    initials: str = ""

    @property
    def doc(self) -> Doc:
        """The patient as an order's document holds them."""
        return self._asdict() | {"numbers": [number._asdict() for number in self.numbers]}

    def numbers_on(self, day: date) -> tuple[Number, ...]:
        """The numbers in force on ``day``."""
        return tuple(number for number in self.numbers if number.valid(day))


def patient(doc: Mapping[str, Any]) -> Patient:
    """Read what ``Patient.doc`` wrote; absent fields stay empty."""
    known = {name: doc[name] for name in Patient._fields if name in doc and name != "numbers"}
    return Patient(**known, numbers=tuple(Number(**number) for number in doc.get("numbers", ())))


# --- what may be saved ------------------------------------------------------------------------------------------------


def check_patient(who: Patient, today: date, *, complete: bool = True) -> None:
    """Refuse what cannot be a patient. With ``complete=False`` (provisional order) only what is there is looked at.

    Raises Refusal: ``patient.field_missing``, ``patient.birth_date``, ``patient.sex``, ``patient.not_nfc`` and those of
    ``check_number``.
    """
    if complete:
        for field in ("name", "birth_date"):
            if not str(getattr(who, field)).strip():
                raise Refusal("patient.field_missing", field=field)
        if not who.numbers:
            raise Refusal("patient.field_missing", field="numbers")
    composed = unicodedata.normalize("NFC", who.name)
    if composed != who.name:
        raise Refusal("patient.not_nfc", typed=who.name, usual=composed)
    if who.birth_date:
        _check_birth_date(who.birth_date, today)
    if who.sex not in SEXES:
        raise Refusal("patient.sex", sex=who.sex)
    for number in who.numbers:
        check_number(number)


def _check_birth_date(text: str, today: date) -> None:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise Refusal("patient.birth_date", given=text) from None
    if len(text) != 10 or born > today or today.year - born.year > AGE_YEARS_MAX:
        raise Refusal("patient.birth_date", given=text)


def check_number(number: Number) -> None:
    """Refuse an empty value, an unknown type (a bed above all: ``patient.bed``) and an end before its beginning."""
    if number.type == "bed":
        raise Refusal("patient.bed")
    if number.type not in NUMBER_TYPES:
        raise Refusal("patient.number_type", type=number.type)
    if not plain(number.value):
        raise Refusal("patient.field_missing", field="numbers")
    for text in (number.since, number.until):
        if text:
            try:
                date.fromisoformat(text)
            except ValueError:
                raise Refusal("patient.number_day", given=text) from None
    if number.until and number.until < number.since:
        raise Refusal("patient.number_day", given=f"{number.since} – {number.until}")


def with_number(who: Patient, new: Number, *, replaces: bool = False) -> Patient:
    """The patient with one number more. ``replaces`` ends the open ones of its type the day before it begins.

    Nothing is dropped. Raises Refusal ``patient.number_known`` (the same, still in force), those of ``check_number``.
    """
    check_number(new)
    for number in who.numbers:
        if number.type == new.type and plain(number.value) == plain(new.value) and not number.until:
            raise Refusal("patient.number_known", type=new.type, value=new.value)
    kept = who.numbers
    if replaces:
        if not new.since:
            raise Refusal("patient.number_day", given="")
        last = (date.fromisoformat(new.since) - timedelta(days=1)).isoformat()
        # One that would end before it began was wrong from its first day: it ends on that day and stays to be seen.
        kept = tuple(
            number._replace(until=max(last, number.since)) if number.type == new.type and not number.until else number
            for number in kept
        )
    return who._replace(numbers=(*kept, new))


# Full-width forms are the same key on another keyboard; Chinese characters are left exactly as they are, because
# normalising them would make two names one (engineering-review 32).
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, "-‐‑‒–—−－_"), None)


def plain(text: str) -> str:
    """An identifier without what differs between label, scanner and keyboard: width, case, blanks, hyphens.

    >>> plain("ＤＣ－24 097") == plain("dc24097")
    True
    """
    return "".join(text.translate(_FOLD).casefold().split())


def _has_han(text: str) -> bool:
    return any(ord(letter) >= 0x2E80 and not 0xFF00 <= ord(letter) <= 0xFFEF for letter in text)


# --- readings -----------------------------------------------------------------------------------------------------


class Syllable(NamedTuple):
    """One character and its readings, likeliest first. Two or more: a person says which it is."""

    char: str
    readings: tuple[str, ...]

    @property
    def open(self) -> bool:
        return len(self.readings) != 1


def propose_readings(name: str) -> tuple[Syllable, ...]:
    """The readings of a name without tones, family-name readings first; to be confirmed by a person.

    A character that nobody has a reading for has none. Names in Latin letters are taken word by word.

    >>> [s.readings[0] for s in propose_readings("单小明")]
    ['shan', 'xiao', 'ming']
    """
    found: list[Syllable] = []
    two = SURNAMES_OF_TWO.get(name[:2], ())
    for at, char in enumerate(name):
        if not _has_han(char) or char in "·•・":
            continue
        readings = _dictionary(char)
        first = two[at] if at < len(two) else SURNAMES.get(char, "") if at == 0 else ""
        if at < len(two):
            readings = (first,)
        elif first:
            readings = (first, *(reading for reading in readings if reading != first))
        found.append(Syllable(char, readings))
    if not found:
        return tuple(Syllable(word, (word.casefold(),)) for word in name.replace("·", " ").split())
    return tuple(found)


def _dictionary(char: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # 226 ms: only when a name is typed

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(str(reading) for readings in found for reading in readings))


def confirmed(name: str, readings: Sequence[str]) -> tuple[str, str]:
    """Return (latin, initials) from the reading a person chose for each syllable.

    Raises Refusal ``patient.readings`` when their number is wrong or one is empty.

    >>> confirmed("单小明", ["shan", "xiao", "ming"])
    ('Shan Xiaoming', 'SXM')
    """
    syllables = propose_readings(name)
    chosen = [reading.strip().casefold() for reading in readings]
    if len(chosen) != len(syllables) or not all(reading.isalpha() and reading.isascii() for reading in chosen):
        raise Refusal("patient.readings", name=name, count=len(syllables))
    initials = "".join(reading[0] for reading in chosen).upper()
    if not _has_han(name):
        return " ".join(reading.capitalize() for reading in chosen), initials
    family = 2 if name[:2] in SURNAMES_OF_TWO else 1
    latin = " ".join(part.capitalize() for part in ("".join(chosen[:family]), "".join(chosen[family:])) if part)
    return latin, initials


# --- what a label may show --------------------------------------------------------------------------------------------


def masked(name: str) -> str:
    """The name with its middle hidden, as holders print it: the family name's first character and the last stay.

    Of two characters the second is hidden.

    >>> masked("赵小明"), masked("赵明"), masked("欧阳小明")
    ('赵*明', '赵*', '欧**明')
    """
    if len(name) < 2:
        return name
    if len(name) == 2:
        return name[0] + MASK
    return name[0] + MASK * (len(name) - 2) + name[-1]


def label_name(who: Patient, form: str) -> str:
    """The patient's name in the form a product's label uses; "" when it cannot be derived yet or the label has none.

    ``form``: full, initials (from the confirmed reading), masked, none.
    """
    return {"full": who.name, "initials": who.initials, "masked": masked(who.name), "none": ""}[form]


def label_names(who: Patient, form: str) -> tuple[str, ...]:
    """Every way a label prints the name in that form: a mask may hide the middle or all but the surname, with one of
    several characters.

    >>> label_names(Patient(name="赵小明"), "masked")[:2]
    ('赵*明', '赵**')
    """
    first = label_name(who, form)
    if form != "masked" or len(who.name) < 2:
        return (first,) if first else ()
    name, found = who.name, []
    for mask in (MASK, "某", "○", "〇", "×", "X", "●"):
        found.append(name[0] + mask * max(len(name) - 2, 1) + (name[-1] if len(name) > 2 else ""))
        found.append(name[0] + mask * (len(name) - 1))
    return tuple(dict.fromkeys(found))


def label_shows(label: str, who: Patient, form: str) -> bool:
    """Whether the name read from a label is this patient's in that form (clinical-review 5.5).

    Of a masked name every character that is printed must stand in its place: 赵*明, 赵**, 赵某明 all are 赵小明; a
    label that hides everything shows nobody.
    """
    if form != "masked":
        derived = label_name(who, form)
        return bool(plain(derived)) and plain(label) == plain(derived)
    shown = "".join(label.split())
    name = "".join(who.name.split())
    if not name or len(shown) != len(name):
        return False
    open_places = [(mine, theirs) for mine, theirs in zip(name, shown, strict=True) if theirs not in _MASKS]
    return bool(open_places) and shown[0] == name[0] and all(mine == theirs for mine, theirs in open_places)


def birth_date_forms(birth_date: str) -> tuple[str, ...]:
    """A birth date as labels and wristbands print it.

    >>> birth_date_forms("1980-05-07")[0:2]
    ('1980-05-07', '1980/05/07')
    """
    if not birth_date:
        return ()
    born = date.fromisoformat(birth_date)
    month = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[born.month - 1]
    return (
        birth_date,
        birth_date.replace("-", "/"),
        birth_date.replace("-", "."),
        f"{born.year}年{born.month:02d}月{born.day:02d}日",
        f"{born.year}年{born.month}月{born.day}日",
        f"{born.day:02d} {month} {born.year}",
    )
