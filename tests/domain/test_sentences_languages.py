"""Other languages: the rules make no language worse than its library alone, and some better."""

import pytest

from annotator.domain.sentences import library, split

GOLD = {
    "de": """
        „Warum?“ fragte er.| „Ich gehe.“| Dann ging er, z. B. nach Hause.
        Er kam am 3. Mai an.| Es waren 450.000 Menschen da.| Prof. Meier sprach um 17.30 Uhr.
        „Wir zahlen nicht!“, rief sie.| Niemand antwortete.
        Mehr steht unter www.stadt.example/rat.html und in Nr. 5.| Die Firma Elder & Co. KG schweigt.
        »Nein«, sagte er.| »Das stimmt nicht.«| Sie ging.
    """,
    "fr": """
        « Pourquoi ? » a-t-il demandé.| Personne n’a répondu.
        M. Dupont est parti.| Mme Lind reste.| Il a dit : « Je pars. »| Puis il s’est tu.
        Le prix est de 450.000 euros.| Il monte.
        — Où vas-tu ? demanda-t-elle.| Il ne dit rien.
    """,
    "es": """
        ¿Por qué?, preguntó.| Nadie respondió.
        «No lo sé.»| Después se fue.
        El Sr. Pérez salió con la Dra. Gómez.| Llovía.
        Había 450.000 personas el lunes.| ¿Quién paga?| ¡Nadie!
        “¿Quién?” preguntó el alcalde.| No hubo respuesta.
    """,
    "ar": """
        هل وصلت القافلة؟| نعم.| وصلت يوم الأحد.
        قال: «لا نعرف.»| ثم مضى.
        بلغ العدد 450.000 شخص.| وارتفع السعر 3.5 في المئة.
    """,
    "ru": """
        «Почему?» — спросил он.| Никто не ответил.
        Встреча прошла на ул. Ленина.| Было 450.000 человек.
        И. И. Иванов пришёл.| Он сказал: «Мы уходим».| Все встали.
        — Куда? — спросила она.| Он молчал.
    """,
    "zh": """
        他说：“我走了。”|然后他走了。|真的吗？|是的！
        价格是3.5元。|（没有人知道。）|大家都走了。
    """,
    "ja": """
        「行きます。」と彼は言った。|本当ですか？|はい。
        価格は3.5円です。|（誰も知らない。）|皆が帰った。
        「なぜ？」と市長は聞いた。|答えはなかった。
    """,
    "tr": """
        Dr. Ali geldi.| “Neden?” diye sordu.| 450.000 kişi vardı.
        Prof. Yılmaz 3. katta oturuyor.| Yağmur yağdı!
    """,
    "pl": """
        „Dlaczego?” zapytał.| Nikt nie odpowiedział.
        Dr. Nowak wyszedł o godz. 17.30.| Było 450.000 osób.
        Mieszka przy ul. Długiej.| Padało.
    """,
    "hi": """
        वह गया।| क्या हुआ?| कुछ नहीं।
        कीमत 3.5 रुपये है।| सब चले गए।
    """,
    "uk": """
        «Чому?» — запитав він.| Ніхто не відповів.
        Було 450.000 осіб.| Вони пішли.
    """,
    "ur": """
        کیا وہ آیا؟| ہاں۔| قیمت 3.5 روپے ہے۔
    """,
}
CASES = [(language, line.strip()) for language, lines in GOLD.items() for line in lines.strip().split("\n")]


def wanted(marked: str) -> list[str]:
    return [part.strip() for part in marked.split("|")]


def library_alone(text: str, language: str) -> list[str]:
    starts = [0, *library.other(language)(text)]
    return [part for a, b in zip(starts, [*starts[1:], len(text)], strict=True) if (part := text[a:b].strip())]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_a_line_of_news_is_cut_where_its_sentences_end(language: str, marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[start:end] for start, end in split(text, language)] == wanted(marked)


@pytest.mark.parametrize("language", GOLD)
def test_the_library_alone_is_never_better(language: str) -> None:
    lines = [line for code, line in CASES if code == language]
    alone = [library_alone(line.replace("|", ""), language) == wanted(line) for line in lines]
    ours = [
        [line.replace("|", "")[start:end] for start, end in split(line.replace("|", ""), language)] == wanted(line)
        for line in lines
    ]
    assert sum(ours) >= sum(alone)


def test_in_some_languages_the_rules_are_needed() -> None:
    worse = {code for code, line in CASES if library_alone(line.replace("|", ""), code) != wanted(line)}
    assert worse >= {"fr", "ru", "ja", "tr", "pl", "uk"}
