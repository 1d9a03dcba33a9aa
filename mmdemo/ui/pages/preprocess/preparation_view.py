"""What each step of the preparation makes of an image and of a caption."""

import html
from collections.abc import Iterable, Sequence

import numpy as np
import streamlit as st

from mmdemo.explanation.palette import AGAINST, FOR, rgb
from mmdemo.preprocess.changes import WHY
from mmdemo.preprocess.image import ImageSettings, Step, steps
from mmdemo.preprocess.text import TextSettings, TextStep, Token, clean, clean_steps, tokens, words
from mmdemo.preprocess.thumbnail import shrunk
from mmdemo.ui import frame, images

_SHOWN = 320  # pixels of a displayed image's long side
_BLUE, _GREEN, _ORANGE = (",".join(map(str, rgb(colour))) for colour in (FOR, "#12927a", AGAINST))
_MOST_TOKENS = 200


def before_after(
    image: images.ChosenImage | None, prepared: images.ChosenImage | None, caption: str, cleaned: str
) -> None:
    """Draw the pair as it is and as the model gets it, side by side."""
    with st.grid(2, min_column_width=120, gap="small"):
        for title, chosen, text in (("Before", image, caption), ("After", prepared, cleaned)):
            with st.container(gap="xsmall"):
                st.markdown(f"**{title}**")
                if chosen is not None:
                    st.image(images.shown(chosen), width="stretch", alt=f"The image {title.lower()} the operations")
                st.markdown(f"“{frame.plain(text)}”" if text.strip() else "*no words*")


def image_steps(pixels: np.ndarray, settings: ImageSettings, side: int) -> None:
    """Draw the image after every operation, with its shape, dtype and range."""
    with st.grid(min_column_width=170, gap="small", border=True, key="image_steps"):
        for number, step in enumerate(steps(pixels, settings, side)):
            with st.container(gap="xsmall"):
                st.image(
                    shrunk(step.pixels, _SHOWN / max(step.pixels.shape[:2])),
                    width="stretch",
                    alt=f"Step {number}: {step.name}",
                )
                st.markdown(f"**{number}. {step.name}**")
                st.caption(_facts(step))
    with st.popover("What are shape, type and range?", icon=":material/help:"):
        st.markdown(
            "To a computer an image is an array of numbers. Its **shape** is rows × columns × 3 colours; `uint8`, its "
            "**type**, stores each number in one byte, 0–255; the **range** is the least and the largest number that "
            "occur. A network takes images of one shape only, so the last step always makes a square."
        )


def caption_steps(caption: str, settings: TextSettings) -> None:
    """Draw the caption after every step of cleaning, what the step took out and why, and the tokens in the end."""
    found = clean_steps(caption, settings)
    st.html("".join(_step(number, step, previous) for number, (step, previous) in enumerate(_with_previous(found))))
    st.markdown("**Tokens**: what is counted in the end")
    cleaned = clean(caption, settings)
    counted, single = tokens(cleaned, settings.ngrams), {token.text for token in words(cleaned)}
    if not counted:
        st.info("No word is left: to the model, this pair has no caption.", icon=":material/info:")
        return
    st.html(_chips(counted[:_MOST_TOKENS], single))
    st.caption(_summed_up(counted, single))


def _summed_up(counted: Sequence[Token], single: set[str]) -> str:
    runs, different = sum(token.text not in single for token in counted), len({token.text for token in counted})
    said = f"{len(counted)} token{'s' if len(counted) > 1 else ''}, {different} different"
    kinds = f" {len(counted) - runs} single in blue, {runs} runs of several in green." if runs else ""
    return f"{said}{f', the first {_MOST_TOKENS} shown' if len(counted) > _MOST_TOKENS else ''}.{kinds}"


def _with_previous(found: Sequence[TextStep]) -> Iterable[tuple[TextStep, str]]:
    return zip(found, [found[0].text, *(step.text for step in found)], strict=False)


def _step(number: int, step: TextStep, previous: str) -> str:
    """Return one step as HTML; a step that changes nothing is paler."""
    idle = number > 0 and step.text == previous and not step.dropped
    result = "nothing to do" if idle else html.escape(step.text) or "<i>nothing left</i>"
    dropped = " ".join(_chip(word, _ORANGE, struck=True) for word in step.dropped)
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:2px 20px;padding:7px 0;border-bottom:1px solid '
        f'rgba(125,135,153,.25);overflow-wrap:anywhere">'
        f'<div style="flex:1 1 180px;max-width:260px"><b>{number}. {html.escape(step.name)}</b></div>'
        f'<div style="flex:2 1 240px">{result} {dropped}</div>'
        f'<div style="flex:2 1 240px;opacity:.75">{html.escape(WHY[step.name])}</div></div>'
    )


def _chips(found: Sequence[Token], single: set[str]) -> str:
    chips = "".join(_chip(token.text, _BLUE if token.text in single else _GREEN) for token in found)
    return f'<div style="display:flex;flex-wrap:wrap;gap:6px;overflow-wrap:anywhere">{chips}</div>'


def _chip(text: str, colour: str, struck: bool = False) -> str:
    line = ";text-decoration:line-through" if struck else ""
    style = f"background:rgba({colour},.18);padding:0 7px;border-radius:6px;display:inline-block;max-width:100%{line}"
    return f'<span style="{style}">{html.escape(text)}</span>'


def _facts(step: Step) -> str:
    height, width, channels = step.pixels.shape
    least, most = step.pixels.min(), step.pixels.max()
    return f"{height} × {width} × {channels} · {step.pixels.dtype} · {least}\u2060–\u2060{most}"
