"""No image file costs more than 3 s of a processor and 150 MB, whatever it claims to be."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.errors import ImageError
from mmdemo.preprocess import limits
from mmdemo.preprocess.decode import decode
from tests import hostile_images
from tests.budget import run_within
from tests.hostile_images import HOSTILE

CPU, MEGABYTES = 3, 150


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_or_refused_within_the_budget(name: str) -> None:
    spent = run_within("tests.hostile_images:try_stdin", cpu=CPU, megabytes=MEGABYTES, stdin=HOSTILE[name]())
    assert spent.output.startswith(("(", "it ")), spent.output


def outcome(data: bytes) -> str:
    try:
        return str(decode(data, name="it").pixels.shape)
    except ImageError as error:
        assert str(error).startswith("it ") and "\n" not in str(error)
        return str(error)


COUNTS = st.integers(0, 3000)
BODIES = st.binary(max_size=40)


@settings(max_examples=25)
@given(count=COUNTS, body=BODIES, marker=st.integers(0xC0, 0xFE))
def test_jpegs_of_any_segments(count: int, body: bytes, marker: int) -> None:
    outcome(hostile_images.jpeg_segments(count * (len(body) + 4), body, marker))


@settings(max_examples=25)
@given(fill=st.binary(min_size=1, max_size=6), total=COUNTS)
def test_jpegs_with_anything_between_segments(fill: bytes, total: int) -> None:
    outcome(hostile_images.jpeg_filled(total, fill))


@settings(max_examples=15)
@given(count=st.integers(0, 80), mode=st.sampled_from(["L", "RGB", "CMYK"]), kept=st.booleans())
def test_jpegs_of_any_number_of_scans(count: int, mode: str, kept: bool) -> None:
    said = outcome(hostile_images.jpeg_scans(count, mode=mode, kept=kept))
    assert "scans" in said or count <= 50


@settings(max_examples=25)
@given(
    count=COUNTS,
    name=st.sampled_from([b"teXt", b"tEXt", b"zTXt", b"iCCP", b"eXIf", b"acTL", b"PLTE", b"tRNS", b"fdAT"]),
    body=BODIES,
)
def test_pngs_of_any_chunks(count: int, name: bytes, body: bytes) -> None:
    outcome(hostile_images.png_chunks(count, name, body))


@settings(max_examples=25)
@given(count=COUNTS, block=st.integers(1, 255), after=st.binary(max_size=30))
def test_gifs_of_any_blocks(count: int, block: int, after: bytes) -> None:
    assert outcome(hostile_images.gif_comments(count * (block + 1), block) + after) == "(2, 2, 3)"


@settings(max_examples=15)
@given(codes=st.binary(min_size=1, max_size=8), bits=st.sampled_from([4, 8]), side=st.integers(1, 300))
def test_bmps_of_any_runs(codes: bytes, bits: int, side: int) -> None:
    outcome(hostile_images.bmp_runs(codes, 20_000, side, bits))


@settings(max_examples=15)
@given(count=st.integers(0, 300), side=st.integers(1, 90))
def test_webps_of_any_frames_and_chunks(count: int, side: int) -> None:
    assert outcome(hostile_images.webp_frames(count, side)) == f"({side}, {side}, 3)"
    assert outcome(hostile_images.webp_chunks(count)) == "(3, 4, 3)"


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (hostile_images.jpeg_segments, "segments"),
        (hostile_images.png_chunks, "chunks"),
        (hostile_images.webp_chunks, "chunks"),
        (hostile_images.gif_comments, "blocks"),
    ],
)
def test_more_pieces_than_any_camera_writes_are_refused(make, what, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MAX_BLOCKS", 100)
    said = f"it has more than 100 {what}, far more than an image needs: open it in an image editor and save it again."
    assert outcome(make(10_000)) == said
    assert outcome(make(20)).startswith("(")


def test_a_jpeg_of_a_rare_kind_is_refused() -> None:
    data = hostile_images.jpeg_smooth(16)
    at = data.index(b"\xff\xc0")
    for marker in (0xC3, 0xC9, 0xCA):
        said = outcome(data[: at + 1] + bytes([marker]) + data[at + 2 :])
        assert said == "it is a JPEG of a rare kind; open it in an image editor and save it again."


def test_a_run_length_bmp_may_be_small() -> None:
    assert outcome(hostile_images.bmp_runs(b"\x40\1\0\0", 4 * 64, 64)) == "(64, 64, 3)"
    large = "it has 5.0 MB; a run-length BMP may have at most 4 MB: open it in an image editor and save it as PNG."
    assert outcome(hostile_images.bmp_runs(b"\x40\1", 5_000_000, 64)) == large


def test_a_frame_of_a_webp_lies_where_it_should() -> None:
    data = hostile_images.webp_frames(1, 8)
    canvas, at = data.index(b"VP8X") + 12, data.index(b"ANMF") + 8
    moved = data[:canvas] + b"\x0f\0\0\x0b\0\0" + data[canvas + 6 : at] + b"\2\0\0\1\0\0" + data[at + 6 :]
    pixels = decode(moved).pixels
    assert pixels.shape == (12, 16, 3)
    assert (pixels[2:10, 4:12].max(), pixels[:2].min(), pixels[:, :4].min(), pixels[10:].min()) == (0, 255, 255, 255)
    assert struct.unpack_from("<L", moved, 4) == (len(moved) - 8,)
