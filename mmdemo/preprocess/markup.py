"""Remove HTML and web addresses from captions, in time proportional to a caption's length."""

import html
import re
from collections.abc import Iterator

from mmdemo.preprocess.tokens import UNSPACED

_TAG = re.compile(r"</?[a-z][^<>]*>", re.ASCII | re.IGNORECASE)
_OPENING = re.compile(rf"<!--|<(?:script|style)\b|{_TAG.pattern}", re.ASCII | re.IGNORECASE)
_CLOSING = {
    "<!--": re.compile("-->"),
    "<script": re.compile(r"</script\s*>", re.ASCII | re.IGNORECASE),
    "<style": re.compile(r"</style\s*>", re.ASCII | re.IGNORECASE),
}
_NUMBER = re.compile("&#0*([0-9]+);?")
# In Chinese and Japanese, no spaces surround an address.
_ADDRESS = re.compile(rf"(?<![a-z0-9])(?:https?://|www\.)[^\s{UNSPACED}]+", re.ASCII | re.IGNORECASE)

Removal = tuple[str, tuple[str, ...]]


def unescape(text: str) -> str:
    """Return the text with the characters that `&amp;`, `&#38;` and the like mean."""
    # Python refuses to read a number of thousands of digits; Unicode ends at 1,114,111.
    return html.unescape(_NUMBER.sub(lambda found: f"&#{found[1]};" if len(found[1]) < 8 else "\ufffd", text))


def remove_tags(text: str) -> Removal:
    """Return the text with a space for each tag, comment, script and style sheet, and what was taken out."""
    return _without(text, _tags(text))


def remove_addresses(text: str) -> Removal:
    """Return the text with a space for each web address, and what was taken out.

    >>> remove_addresses("see www.example.org today")
    ('see   today', ('www.example.org',))
    """
    return _without(text, (found.span() for found in _ADDRESS.finditer(text)))


def _without(text: str, spans: Iterator[tuple[int, int]]) -> Removal:
    kept, dropped, here = [], [], 0
    for start, end in spans:
        kept.append(text[here:start])
        dropped.append(text[start:end])
        here = end
    return " ".join([*kept, text[here:]]), tuple(dropped)


def _tags(text: str) -> Iterator[tuple[int, int]]:
    # An end that was not found is not searched for again, so thousands of openings take no longer than one.
    unclosed: set[str] = set()
    here = 0
    while found := _OPENING.search(text, here):
        end = _end(text, found, unclosed)
        if end is None:
            here = found.start() + 1
            continue
        yield found.start(), end
        here = end


def _end(text: str, opening: re.Match[str], unclosed: set[str]) -> int | None:
    kind = opening[0].lower()
    if kind not in _CLOSING:
        return opening.end()
    if kind not in unclosed:
        if closing := _CLOSING[kind].search(text, opening.end()):
            return closing.end()
        unclosed.add(kind)
    tag = _TAG.match(text, opening.start())  # an unclosed `<script>` is a tag like any other
    return tag.end() if tag else None
