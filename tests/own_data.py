"""Make folders and zips such as a person might bring, and say what must be refused."""

import io
import zipfile

import pytest
from PIL import Image

from mmdemo.datasets.registry import load
from mmdemo.errors import DatasetError

HEADER = "image,text,label\n"


def png(colour="red"):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(buffer, "png")
    return buffer.getvalue()


def pairs(*images, label="cat"):
    """Lines of a data.csv: 8 of the label, with these images first, and 8 of `dog`."""
    images = [*images, *["other.png"] * (8 - len(images))]
    return "".join([f"{image},a {label},{label}\n" for image in images] + ["other.png,a dog,dog\n"] * 8)


def files(table=None, **more):
    """A data.csv, an image, and more files if given."""
    return {"data.csv": HEADER + pairs() if table is None else table, "other.png": png()} | more


def bytes_of(content):
    return content.encode() if isinstance(content, str) else content


def zipped(path, content):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in content.items():
            file.writestr(name, bytes_of(data))
    return path


def refuses(path, sentence):
    with pytest.raises(DatasetError) as caught:
        load(path)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
