"""Languages: a text's is detected, or the fallback stands; the letters say which way it is written."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.languages import LANGUAGES, detect, direction_in, direction_of

NEWS = {
    "en": "The council decided on Monday that the bridge will be closed for three weeks, the mayor said.",
    "ar": "قرر مجلس المدينة يوم الاثنين إغلاق الجسر لمدة ثلاثة أسابيع، كما قال رئيس البلدية.",
    "de": "Der Stadtrat hat am Montag beschlossen, dass die Brücke drei Wochen lang gesperrt wird.",
    "es": "El ayuntamiento decidió el lunes cerrar el puente durante tres semanas, dijo la alcaldesa.",
    "fa": "شورای شهر روز دوشنبه تصمیم گرفت پل را سه هفته ببندد و شهردار آن را تأیید کرد.",
    "fr": "Le conseil municipal a décidé lundi de fermer le pont pendant trois semaines.",
    "he": "מועצת העיר החליטה ביום שני לסגור את הגשר לשלושה שבועות, אמר ראש העיר.",
    "hi": "नगर परिषद ने सोमवार को पुल को तीन सप्ताह के लिए बंद करने का फैसला किया।",
    "it": "Il consiglio comunale ha deciso lunedì di chiudere il ponte per tre settimane.",
    "ja": "市議会は月曜日、橋を三週間閉鎖することを決めた。市長が発表した。",
    "nl": "De gemeenteraad heeft maandag besloten dat de brug drie weken lang dichtgaat.",
    "pl": "Rada miasta zdecydowała w poniedziałek, że most zostanie zamknięty na trzy tygodnie.",
    "pt": "A câmara municipal decidiu na segunda-feira fechar a ponte durante três semanas.",
    "ru": "Городской совет в понедельник решил закрыть мост на три недели, сообщил мэр.",
    "sv": "Kommunfullmäktige beslutade i måndags att bron ska stängas i tre veckor.",
    "tr": "Belediye meclisi pazartesi günü köprünün üç hafta kapatılmasına karar verdi.",
    "uk": "Міська рада в понеділок вирішила закрити міст на три тижні, повідомив мер.",
    "ur": "سٹی کونسل نے پیر کے روز فیصلہ کیا کہ پل تین ہفتوں کے لیے بند رہے گا۔",
    "zh": "市议会周一决定关闭大桥三周，市长说维修费用为一百万元。",
}


def test_there_is_a_text_for_each_language() -> None:
    assert set(NEWS) == set(LANGUAGES)


@pytest.mark.parametrize("language", NEWS)
def test_each_language_is_told_from_the_others(language: str) -> None:
    assert detect(NEWS[language], "xx") == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\u200b",
        "Bridge closed",
        "12 345 678 901 234 567 890 … !!!",
        "Kaupunginvaltuusto päätti maanantaina, että silta suljetaan kolmeksi viikoksi korjausten vuoksi.",
        "시의회는 월요일에 다리를 3주간 폐쇄하기로 결정했다. 시장은 수리비가 백만 원이라고 말했다.",
    ],
)
def test_a_short_text_or_another_language_leaves_the_fallback(text: str) -> None:
    assert detect(text, "tr") == "tr"


def test_a_foreign_headline_does_not_outweigh_the_body() -> None:
    assert detect("„Wir zahlen nicht“\n\n" + NEWS["en"] * 3, "xx") == "en"


@pytest.mark.parametrize("language", NEWS)
def test_the_letters_say_which_way_a_text_is_written(language: str) -> None:
    assert direction_in(NEWS[language]) == direction_of(language)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("", "ltr"),
        ("123 … 45%", "ltr"),
        ("٤٥٠ ٠٠٠", "ltr"),
        ("قال متحدث باسم شركة Harbour إن العمل توقف", "rtl"),
        ("The minister’s word, “سلام”, means peace", "ltr"),
        ("\u202e\u202ebackwards", "ltr"),
    ],
)
def test_numbers_and_a_few_foreign_words_do_not_turn_the_direction(text: str, direction: str) -> None:
    assert direction_in(text) == direction


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_gives_a_known_language_or_the_fallback(text: str) -> None:
    assert detect(text, "en") in LANGUAGES
    assert detect(text, "en") == detect(text, "en")
    assert direction_in(text) in {"ltr", "rtl"}


def test_a_long_text_costs_no_more_than_a_short_one() -> None:
    long = NEWS["en"] * 20_000
    detect(long, "xx")
    begin = time.process_time()
    assert detect(long, "xx") == "en"
    assert direction_in(long) == "ltr"
    assert time.process_time() - begin < 0.2
