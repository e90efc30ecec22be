"""Which encoding a text file is in, by its content (formats 2.2.2). That it decoded proves nothing.

Strict GB18030 accepts every cp1252 file that was tried, and cp1252 nearly every GB one; so the two are compared
by what they make of the bytes: known words, tell-tale marks of a wrong guess, rare characters.
"""

from __future__ import annotations

import codecs

from ..refusal import Refusal

ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "gb18030", "shift_jis")
_WRONG = ("癈", "癋", "掳C", "掳F", "¡æ", "Â°", "ｰC", "ｰF", "ã€", "锛", "鈩")
_WORDS = ("temp", "date", "time", "datum", "zeit", "hora", "fecha", "alarm", "°c", "°f", "℃", "温度", "时间", "日期")
_WORDS_MORE = ("记录", "设备", "编号", "报警", "序号", "湿度", "上午", "下午", "temperatura", "température")
_SAMPLE = 200_000
_USUAL_LATIN = frozenset("°µ²³±·–—‘’“”…®©ÄÖÜäöüßÉÈÊÀÂÇéèêëàâçîïôûùñÑáíóúÁÍÓÚãõÃÕåÅæøØ¿¡")


def encoding_of(untrusted_data: bytes) -> str:
    """Return the codec name of a text file. Raises Refusal ``logger.not_text``, ``logger.encoding_unclear``.

    >>> encoding_of("温度(℃)".encode("gb18030")), encoding_of("Temp °C".encode("cp1252"))
    ('gb18030', 'cp1252')
    """
    if untrusted_data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if 0 in untrusted_data:
        return _wide(untrusted_data)
    if untrusted_data.isascii() or _decodes(untrusted_data, "utf-8") is not None:
        return "utf-8-sig"
    latin, chinese = _decodes(untrusted_data, "cp1252"), _decodes(untrusted_data, "gb18030")
    if latin is None and chinese is None:
        raise Refusal("logger.not_text")
    if latin is None or chinese is None:
        return "gb18030" if latin is None else "cp1252"
    latin, chinese = latin[:_SAMPLE], chinese[:_SAMPLE]
    latin_score = _words(latin) - sum(1 for letter in latin if letter > "\x7f" and letter not in _USUAL_LATIN)
    chinese_score = _words(chinese) - sum(1 for letter in chinese if letter > "\x7f" and _rare_in_gb(letter))
    if latin_score == chinese_score:
        raise Refusal("logger.encoding_unclear")
    return "cp1252" if latin_score > chinese_score else "gb18030"


def decoded(untrusted_data: bytes, encoding: str) -> str:
    """Return the text, without its byte-order mark. Raises Refusal ``logger.not_text``."""
    text = _decodes(untrusted_data, encoding)
    if text is None:
        raise Refusal("logger.not_text")
    return text.removeprefix("\ufeff")


def _decodes(untrusted_data: bytes, encoding: str) -> str | None:
    try:
        return untrusted_data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(untrusted_data: bytes) -> str:
    """UTF-16 without a mark has its NULs in every second place; anything else with NULs is no text."""
    sample = untrusted_data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * len(sample) / 2 and even < 0.1 * odd:
        return "utf-16-le"
    if even > 0.4 * len(sample) / 2 and odd < 0.1 * even:
        return "utf-16-be"
    raise Refusal("logger.not_text")


def _words(text: str) -> int:
    low = text.lower()
    return 5 * sum(word in low for word in (*_WORDS, *_WORDS_MORE)) - 20 * sum(text.count(mark) for mark in _WRONG)


def _rare_in_gb(letter: str) -> bool:
    """Outside the first level of GB 2312 and its symbols: what ordinary Chinese text hardly uses."""
    raw = letter.encode("gb18030", "replace")
    return not (len(raw) == 2 and raw[1] >= 0xA1 and (0xA1 <= raw[0] <= 0xA9 or 0xB0 <= raw[0] <= 0xD7))
