"""What a shop might bring: a table of listings with real pictures and real mistakes, and what becomes of each row."""

import csv
import io
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import xlsxwriter

from mmdemo.datasets.registry import load

HEADER = ("SKU", "Photo", "Title", "Category")
NAMES = {"household": "household goods", "symbols": "signs & symbols"}  # stamps' class → the shop's
CHINESE = {"animals": "动物", "symbols": "符号", "town": "城镇", "food": "食品", "household": "家居用品",
           "seasonal": "节日", "vehicles": "车辆", "clothes": "服装", "plants": "植物", "people": "人物"}  # fmt: skip

MISSING, TRUNCATED, WEB, EMPTY = 12, 8, 6, 2  # rows that are left out
UNLABELLED, MISLABELLED, RARE, COPIES, RESAVED = 50, 5, 3, 24, 52


@dataclass
class Listings:
    """A table and the photos that belong to it.

    rows: as in the table, without its header. photos: name → bytes. wrong: SKUs whose category is not theirs.
    left_out: SKUs of rows that cannot be used. unlabelled: SKUs without a category. rare: SKUs of a class too small.
    """

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    unlabelled: set[str] = field(default_factory=set)
    rare: set[str] = field(default_factory=set)

    @property
    def used(self) -> int:
        """Pairs that a training can use."""
        return len(self.rows) - len(self.left_out | self.unlabelled | self.rare)

    def row_of(self, sku: str) -> str:
        """The id of a listing's row, as a spreadsheet numbers it."""
        return f"row {[row[0] for row in self.rows].index(sku) + 2}"

    def write_xlsx(self, folder: Path) -> Path:
        """Write listings.xlsx and the photos into photos/, as a person has them."""
        (folder / "photos").mkdir(parents=True)
        for name, data in self.photos.items():
            (folder / "photos" / name).write_bytes(data)
        book = xlsxwriter.Workbook(folder / "listings.xlsx", {"strings_to_urls": False})
        sheet = book.add_worksheet("Listings")
        for number, row in enumerate((HEADER, *self.rows)):
            sheet.write_row(number, 0, row)
        book.close()
        return folder

    def write_chinese_zip(self, path: Path) -> Path:
        """Write what Windows in China makes: a CSV in GB18030, and names in GBK without saying so."""
        written = io.StringIO()
        csv.writer(written).writerows([("编号", "图片", "标题", "类别"), *self.rows])
        members = [("商品/商品.csv", written.getvalue().encode("gb18030"))]
        members += [(f"商品/图片/{name}", data) for name, data in self.photos.items()]
        path.write_bytes(b"".join(stored([(name.encode("gbk"), data) for name, data in members])))
        return path


def listings(n: int | None = None, seed: int = 7) -> Listings:
    """Return listings made of the stamps with mistakes, `n` good ones at first, by default all."""
    pairs = load("stamps").frame.sample(frac=1, random_state=seed).iloc[:n]
    rng, made = random.Random(seed), Listings()
    kinds = _kinds(len(pairs), rng)
    for number, (pair, kind) in enumerate(zip(pairs.itertuples(), kinds, strict=True)):
        _add(made, f"A{number:04}", NAMES.get(pair.label, pair.label), pair.text, Path(pair.image), kind, rng)
    good = [row for row, kind in zip(made.rows, kinds, strict=True) if not kind]
    for number, (_, photo, title, category) in enumerate(rng.sample(good, COPIES)):
        made.rows.append((f"B{number:04}", photo, title, category))
    for number, (_, photo, title, category) in enumerate(rng.sample(good, RESAVED)):
        name = f"resaved_{number:03}.jpg"
        made.photos[name] = _jpeg(cv2.imdecode(np.frombuffer(made.photos[photo], np.uint8), cv2.IMREAD_COLOR), 60)
        made.rows.append((f"C{number:04}", name, title, category))
    for number, (_, photo, _, _) in enumerate(rng.sample(good, RARE)):
        made.rows.append((f"R{number:04}", photo, f"A sofa, model {number}", "furniture"))
        made.rare.add(f"R{number:04}")
    for number in range(EMPTY):
        made.rows.append((f"E{number:04}", "", "", "food"))
        made.left_out.add(f"E{number:04}")
    return made


def chinese(n: int = 160, seed: int = 11) -> Listings:
    """Return listings with Chinese captions, categories and file names."""
    pairs = load("stamps", captions="zh_CN").frame.groupby("label").head(40).sample(frac=1, random_state=seed).iloc[:n]
    made = Listings()
    for number, pair in enumerate(pairs.itertuples()):
        name = f"照片{number:03}.png"
        made.photos[name] = Path(pair.image).read_bytes()
        cell = f"C:\\Users\\王\\图片\\{name}" if number % 9 == 0 else name
        made.rows.append((f"编{number:03}", cell, pair.text, CHINESE[pair.label]))
    return made


def _kinds(n: int, rng: random.Random) -> list[str]:
    """Return what is wrong with each of n listings, "" for nothing."""
    wanted = {"missing": MISSING, "truncated": TRUNCATED, "web": WEB, "unlabelled": UNLABELLED,
              "mislabelled": MISLABELLED, "no title": 5, "no photo": 5, "case": 10, "windows": 8, "no ending": 6,
              "spelled": 10}  # fmt: skip
    kinds = [kind for kind, count in wanted.items() for _ in range(count)]
    kinds += [""] * (n - len(kinds))
    rng.shuffle(kinds)
    return kinds


def _add(made: Listings, sku: str, category: str, title: str, image: Path, kind: str, rng: random.Random) -> None:
    name = f"IMG_{sku}.png"
    made.photos[name] = image.read_bytes()
    cell = {"web": f"https://shop.example/{name}", "case": name.lower(), "windows": f"C:\\Users\\pm\\Photos\\{name}",
            "no ending": name.removesuffix(".png"), "no photo": ""}.get(kind, name)  # fmt: skip
    if kind == "truncated":
        made.photos[name] = made.photos[name][: len(made.photos[name]) // 2]
    if kind in ("missing", "no photo"):
        del made.photos[name]
    if kind in ("missing", "truncated", "web"):
        made.left_out.add(sku)
    if kind == "unlabelled":
        made.unlabelled.add(sku)
    if kind == "mislabelled":
        made.wrong[sku] = category
        category = rng.choice([name for name in ("food", "town", "people", "clothes") if name != category])
    category = {"unlabelled": "", "spelled": f"{category.title()}\N{NO-BREAK SPACE}"}.get(kind, category)
    made.rows.append((sku, cell, "" if kind == "no title" else title, category))


def _jpeg(pixels: Any, quality: int) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def stored(members: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Yield a zip of stored members, whose names say nothing of their encoding: zipfile writes only UTF-8 ones."""
    offset, directory = 0, b""
    for name, data in members:
        size = len(data).to_bytes(4, "little")
        facts = b"\x14\0" + bytes(6) + b"\x21\0" + zlib.crc32(data).to_bytes(4, "little") + size + size
        facts += len(name).to_bytes(2, "little") + bytes(2)
        local = b"PK\x03\x04" + facts + name + data
        directory += b"PK\x01\x02\x14\0" + facts + bytes(10) + offset.to_bytes(4, "little") + name
        offset += len(local)
        yield local
    count = len(members).to_bytes(2, "little")
    size, start = len(directory).to_bytes(4, "little"), offset.to_bytes(4, "little")
    yield directory + b"PK\x05\x06" + bytes(4) + count + count + size + start + b"\0\0"
