"""Show foreign text as it was written, wherever Streamlit renders Markdown: pages, labels, badges, help, errors."""

import re

_SPACE = re.compile(r"\s+")  # a line break could begin a heading, a list or a paragraph
_SIGN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<&@])")

# What Streamlit 1.67 turns into something else after Markdown's escapes are gone, so that only a break in the text
# helps: addresses and e-mail addresses (links), shortcodes and directives (icons, emoji), arrows and dashes.
_TURNED = re.compile(r"(?<=:)(?=\S)|(?<=@)|(?<=www)(?=\\?\.)|(?<=[-<>~])(?=\\?[->=])", re.IGNORECASE)
_BREAK = "\0"
_NOTHING = ":small[]"  # an empty element: it parts the text, shows nothing, and is not copied with it

_CODE = re.compile(r"((?<!\\)`[^`]*`|^(?: {4}|[|\s]*-{3}).*$)", re.MULTILINE)  # and the rule below a table's head


def plain(text: str) -> str:
    """Return Markdown that shows the text as it is, in one line.

    Source: GitHub Flavored Markdown 0.29, section 6.9 (links without brackets); Streamlit's frontend for the rest.
    """
    broken = _TURNED.sub(_BREAK, _SPACE.sub(" ", text.replace(_BREAK, "\ufffd")).strip())
    return _SIGN.sub(r"\\\1", broken).replace(_BREAK, _NOTHING)


def parted(markdown: str) -> str:
    """Return a Markdown document, in which foreign text is escaped, so that it is shown as it was written here, too."""
    pieces = _CODE.split(markdown)
    return "".join(piece if i % 2 else _TURNED.sub(_NOTHING, piece) for i, piece in enumerate(pieces))
