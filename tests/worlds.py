"""Four data sets, each with a model, that between them strain every screen: where names are long, many or Chinese.

`stamps` is shipped. The others are made once a test process and left where a server of it finds them.
"""

import colorsys
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from mmdemo.bundles.writing import save
from mmdemo.commands.train import as_dict
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.working_copy import read, write
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, own_data_dir, runs_dir
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.training.command_line import shell_command, train_arguments
from mmdemo.training.train import train

VISITOR = "Visitor_of_tests"  # whose data and runs they are: the value of a browser's cookie
LONG = 60  # letters of a class's name in `forty`
_C = 10.0  # fixed, to save time
_MISLEADING = (1, 3), (1, 2, 6)  # which of a class's images, and captions, are of the next class
_ID = 22  # letters of a run's or data set's name


@dataclass(frozen=True)
class World:
    """A data set and a model of it. query: what leads a page to both. labels: some of the classes."""

    name: str
    query: str
    labels: tuple[str, ...]


@cache
def world(name: str) -> World:
    """Return one of WORLDS, made when it is first asked for."""
    return _MADE[name]()


def _stamps() -> World:
    return World("stamps", "dataset=stamps", ("animals", "food"))


def _homonyms() -> World:
    dataset = homonyms(n=160)
    run = _trained("homonyms", dataset, "homonyms")
    return World("homonyms", f"model={run}&dataset=homonyms&n=160", tuple(dataset.frame["label"].unique()))


def _forty() -> World:
    """Forty classes with names of sixty letters, every other without a space, as folders are often named."""
    things = ("armchairs", "wardrobes", "bookcases", "footstools")
    woods = ("oiled oak", "walnut", "painted pine", "beech", "elm")
    sellers = ("the workshop", "a charity shop")
    names = [f"{thing} made of {wood}, sold by {seller}" for thing in things for wood in woods for seller in sellers]
    names = [f"{name} and delivered to the door for free in a week"[:LONG].ljust(LONG, ".") for name in names]
    labels = [name.replace(" ", "_") if place % 2 else name for place, name in enumerate(names)]
    return _of_own("forty", "Everything in our autumn catalogue, with prices", labels, _catalogue_caption)


def _chinese() -> World:
    labels = ["苹果与香蕉", "红色汽车", "木制家具", "夏季连衣裙", "儿童玩具", "厨房用具"]
    return _of_own("chinese", "秋季商品目录", labels, _chinese_caption)


def _catalogue_caption(label: str, number: int) -> str:
    size = ("small", "medium-sized", "large", "enormous")[number % 4]
    more = "; comes with a guarantee of twelve years against woodworm, damp and the neighbours’ children" * (number % 3)
    return f"A {size} example of {label.replace('_', ' ')}{more}"


def _chinese_caption(label: str, number: int) -> str:
    return ("一件", "特价", "全新", "二手")[number % 4] + label + "，质量很好，欢迎购买，七天内可以退货" * (number % 3)


def _of_own(name: str, title: str, labels: list[str], caption: Callable[[str, int], str]) -> World:
    """Have the visitor bring a folder of such pairs, in which two images are missing, and train a model on it."""
    folders = OwnDataFolders()
    data_id = folders.create(VISITOR, title, path=str(cache_dir() / "worlds" / name), data_id=f"{name:-<{_ID}}")
    own = own_data(_drawn(Path(folders.source(data_id)), labels, caption))
    write(own, folders.copy(data_id), name=title)
    run = _trained(name, read(folders.copy(data_id)), str(folders.copy(data_id)))
    return World(name, f"model={run}&dataset={data_id}", tuple(labels))


def _trained(name: str, dataset: Dataset, address: str) -> str:
    """Train a model as the Train page would, leave it and its record, and return its name in links."""
    config, run = ModelConfig(C=_C), f"{name}-model{'-' * _ID}"[:_ID]
    trained = train(dataset, config, cache=FeatureCache(cache_dir() / "features"))
    arguments = train_arguments(address, dataset.options, config)
    facts = {"seconds": {**trained.seconds, "total": sum(trained.seconds.values())}, "peak_mb": 400.0}
    save(trained, runs_dir() / run, shell_command(arguments), facts)
    result = {**as_dict(trained), **facts, "command": shell_command(arguments)}
    private = own_data_dir().absolute() in Path(address).parents
    record = {"arguments": arguments, "visitor": VISITOR, "private": private, "submitted": 1.7e9}
    record |= {"elapsed": facts["seconds"]["total"], "result": json.loads(json.dumps(result))}
    RunFolders(runs_dir()).remember(run, record)
    return run


def _drawn(folder: Path, labels: list[str], caption: Callable[[str, int], str], each: int = 8) -> Path:
    """Write a folder with a data.csv of `each` pairs a class, and return it; some images and captions mislead."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rng, lines = np.random.default_rng(7), ["image,text,label"]
    for place, label in enumerate(labels):
        for number in range(each):
            path = folder / "images" / f"{place}-{number}.png"
            seen, said = ((place + (number in wrong)) % len(labels) for wrong in _MISLEADING)
            cv2.imwrite(str(path), _image(seen / len(labels), seen, rng))
            lines.append(f'images/{path.name},"{caption(labels[said], number)}","{label}"')
    lines += [f'images/gone-{number}.png,,"{labels[number]}"' for number in range(2)]
    (folder / "data.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _image(hue: float, shape: int, rng: np.random.Generator) -> np.ndarray:
    """Return pixels uint8 (h, w, 3), BGR: a disc, box or stripes in a colour of its class, on paper with some noise."""
    height, width = (int(side) for side in rng.integers(70, 150, 2))
    pixels = rng.integers(200, 256, (height, width, 3)).astype(np.uint8)
    colour = [255 * part for part in colorsys.hsv_to_rgb(hue, 0.9, 0.75)]
    if shape % 3 == 0:
        cv2.circle(pixels, (width // 2, height // 2), min(width, height) // 3, colour, -1, cv2.LINE_AA)
    elif shape % 3 == 1:
        cv2.rectangle(pixels, (width // 5, height // 4), (4 * width // 5, 3 * height // 4), colour, -1)
    else:
        for left in range(0, width, 16):
            cv2.line(pixels, (left, 0), (width - left, height), colour, 4, cv2.LINE_AA)
    return pixels


_MADE: dict[str, Callable[[], World]] = {
    "stamps": _stamps,
    "homonyms": _homonyms,
    "forty": _forty,
    "chinese": _chinese,
}
WORLDS = tuple(_MADE)
