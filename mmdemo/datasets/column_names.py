"""The names of a table's columns: unique, found again however they are typed, and what they suggest."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.wording import columns_listed, shown
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES

NONE = "none"
"""Typed in the place of a column's name: there is none."""

_SUGGESTED: Mapping[str, str] = {
    "image": """image images img photo photos picture pictures pic file filename path foto fotos bild bilder datei
        imagen imagem archivo immagine fichier obraz resim 图片 图像 照片 文件 圖片 画像 写真 ファイル 이미지 사진
        изображение фото файл""",
    "text": """caption text title headline name description titel bezeichnung beschreibung text titre légende nom título
        descripción nombre titolo nome descrizione tytuł opis 标题 名称 描述 说明 文本 標題 タイトル 名前 説明 商品名
        제목 설명 заголовок название описание подпись""",
    LABEL: """label labels category categories class kategorie klasse rubrik catégorie classe étiquette categoría clase
        etiqueta categoria etichetta kategoria 类别 分类 标签 類別 分類 カテゴリ カテゴリー ラベル 카테고리 분류
        категория класс метка target sentiment rating stars spam digit tag tags topic department genre species type""",
    GROUP: """group groups sku product item listing article id gruppe artikel produkt groupe produit grupo producto
        gruppo prodotto 组 商品 产品 グループ 그룹 группа товар""",
}
"""Role → words in the names of such columns, the most telling first."""

_PARTS = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each column, no two equal: as written, numbered where it is blank or stands twice.

    >>> column_names(["a", "", "a"])
    ('a', 'column 2', 'a (2)')
    """
    found: dict[str, None] = {}
    numbers: dict[str, int] = {}
    for place, written in enumerate(header):
        name = plain = written or f"column {place + 1}"
        while name in found:
            numbers[plain] = numbers.get(plain, 1) + 1
            name = f"{plain} ({numbers[plain]})"
        found[name] = None
    return tuple(found)


def find_column(names: Sequence[str], wanted: str, table: str) -> str:
    """Return the column of that name, whatever its case; raise a DatasetError that says which there are."""
    for same in (_plain(wanted), _plain(wanted).casefold()):
        found = [name for name in names if same in (_plain(name), _plain(name).casefold())]
        if found:
            return found[0]
    near = difflib.get_close_matches(wanted.casefold(), [name.casefold() for name in names[:1000]], 1)
    hint = next((f" Did you mean {shown(name)}?" for name in names if [name.casefold()] == near), "")
    raise DatasetError(f"{table} has no column {shown(wanted)}; {columns_listed(names)}.{hint}")


def suggests(name: str, role: str) -> float:
    """Return how much (0–1) a column's name suggests that it is a modality, the label or the group.

    >>> suggests("Image", "image"), suggests("product_title", "text") > 0, suggests("price", "label")
    (1.0, True, 0.0)
    """
    known = _words_of(role)
    plain = _plain(name)
    if plain.casefold() in known:
        return 1.0
    parts = [part.casefold() for part in _PARTS.findall(_HUMP.sub(" ", plain))]
    unspaced = [word for word in known if not word.isascii() and len(word) > 1 and word in plain]
    return 0.6 if unspaced or any(part in known for part in parts) else 0.0


def is_known(name: str) -> bool:
    """Return whether this is what a column may be called, and not what it may hold.

    >>> is_known("File name"), is_known("Kategorie"), is_known("cat.png")
    (True, True, False)
    """
    return any(suggests(name, role) for role in _SUGGESTED) and not name.rpartition(".")[0]


def rank(name: str, role: str) -> int:
    """Return the place of a column's name among the words for a role, the most telling first."""
    known = _words_of(role)
    parts = [_plain(name).casefold(), *(part.casefold() for part in _PARTS.findall(name))]
    return min((known.index(part) for part in parts if part in known), default=len(known))


def _words_of(role: str) -> list[str]:
    own = [MODALITIES[role].name, MODALITIES[role].noun, MODALITIES[role].nouns] if role in MODALITIES else [role]
    return list(dict.fromkeys([*_SUGGESTED.get(role, "").split(), *own]))


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())
