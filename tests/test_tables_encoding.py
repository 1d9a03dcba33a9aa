"""Encodings: small tables of many languages, as the programs of their countries write them."""

import codecs
import random
import sys
from pathlib import Path

import pytest

from mmdemo.datasets.tables import encoding as module
from mmdemo.datasets.tables.encoding import find_encoding
from tests.tables import delimited, read, table_of

LANGUAGES = {
    "German": ["Ein grüner Sessel aus Samt", "Möbel", "Kleine Tür für Bäder", "Größe 42, weiß", "Übergröße: „Öko“"],
    "French": ["Une chaise bleue à l’été", "Vêtements", "Théière émaillée, jolie", "Où est le garçon ?", "D’août"],
    "Spanish": ["Una muñeca pequeña", "Niños", "¿Cuánto cuesta el sillón?", "Cartón de leche, año 2024", "Jardín"],
    "Simplified Chinese": ["红色的木椅子", "家具", "一只小猫坐在垫子上", "新款运动鞋，舒适透气", "厨房用品"],
    "Traditional Chinese": ["紅色的木椅子", "傢俱", "一隻小貓坐在墊子上", "新款運動鞋，舒適透氣", "廚房用品"],
    "Japanese": ["赤い木の椅子", "家具", "マットの上に座っている子猫", "軽くて丈夫なランニングシューズ", "台所用品"],
    "Korean": ["빨간 나무 의자", "가구", "매트 위에 앉아 있는 고양이", "가볍고 튼튼한 운동화", "주방 용품"],
    "Russian": ["Красный деревянный стул", "Мебель", "Котёнок сидит на коврике", "Обувь для бега", "Кухня"],
    "Polish": ["Czerwone krzesło z drewna", "Wyposażenie wnętrz", "Źrebię na łące", "Żółta łódź", "Książki dla dzieci"],
}  # fmt: skip
WRITTEN = {
    "German": ("cp1252", "latin-1", "mac_roman", "cp850"),
    "French": ("cp1252", "mac_roman"),
    "Spanish": ("cp1252", "latin-1"),
    "Simplified Chinese": ("gb18030", "gbk"),
    "Traditional Chinese": ("cp950",),
    "Japanese": ("cp932", "euc_jp"),
    "Korean": ("cp949",),
    "Russian": ("cp1251", "koi8_r"),
    "Polish": ("cp1250",),
}
"""Language → the encodings that programs write it in, besides those of Unicode."""
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
CASES = [(language, encoding) for language, old in WRITTEN.items() for encoding in (*old, *UNICODE)]


def table(language: str, encoding: str, rows: int, seed: int = 1) -> list[list[str]]:
    """Rows that can be written in an encoding."""
    chosen = random.Random(seed)
    texts = [text.encode(encoding, "ignore").decode(encoding) for text in LANGUAGES[language]]
    body = [[f"p{row}.jpg", chosen.choice(texts), texts[1]] for row in range(rows)]
    return [["image", "text", "label"], *body]


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_small_tables_are_read_right(language: str, encoding: str, tmp_path: Path) -> None:
    for rows, delimiter in ((5, ";"), (20, ","), (500, "\t")):
        written = table(language, encoding, rows)
        assert table_of(read(tmp_path, "it.csv", delimited(written, delimiter, encoding))) == written


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Windows-1252"), ("utf-16-le", "UTF-16"),
                                                ("latin-1", "Windows-1252"), ("utf-8-sig", "UTF-8")])  # fmt: skip
def test_what_was_found_is_said(encoding: str, name: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.csv", delimited(table("German", encoding, 5), ";", encoding))
    assert sheet.notes == (f"Read as {name}, columns divided by semicolons.",)


def test_one_accent_is_enough() -> None:
    for word in ("Café", "Größe", "señor", "à", "Ärmel", "Über", "naïve", "l’été", "red—blue", "“red”"):
        assert find_encoding(f"text,label\r\na {word},cat\r\n".encode("cp1252")).codec == "cp1252", word


def test_utf_8_wins_wherever_it_can(tmp_path: Path) -> None:
    late = b"text,label\n" + b"a cat,cat\n" * 200_000 + "grün,dog\n".encode()
    assert find_encoding(late) == module.UTF_8
    assert find_encoding(late[:-3]) == module.UTF_8
    assert find_encoding(codecs.BOM_UTF8 + "grün".encode("cp1252")) == module.UTF_8


def test_a_few_damaged_bytes_make_no_other_encoding() -> None:
    rows = delimited(table("Japanese", "utf-8", 20))
    assert find_encoding(rows + b"p.jpg,\xff\xfe,x\n") == module.UTF_8


def test_what_we_do_not_know_the_library_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LEAST", 2)
    rows = delimited(table("Russian", "cp1251", 20), ",", "cp1251")
    assert find_encoding(rows).codec == "cp1251"
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    assert find_encoding(rows).codec == "cp1252"


def test_what_is_looked_at_is_bounded() -> None:
    data = ("a," + "é" * 10_000 + "\n").encode("latin-1") * 1_000
    assert len(module.sample(data)) < 100_000
    assert module.sample(b"a\n" * 9 + "é\nb\nè\n".encode("latin-1")) == "é\nè".encode("latin-1")
