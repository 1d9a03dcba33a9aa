"""The heads of a model: one for every non-empty subset of its modalities, and their names."""

from collections.abc import Collection, Iterable
from itertools import combinations

from mmdemo.modalities.registry import MODALITIES

FUSED = "fused"
"""The head that reads all modalities, where there are several."""


def head_names(modalities: Collection[str]) -> tuple[str, ...]:
    """Return the heads' names, the least informed first.

    >>> head_names(["text", "image"]), head_names(["text"])
    (('image', 'text', 'fused'), ('text',))
    """
    used = _in_order(modalities)
    return tuple(_name(part, used) for size in range(1, len(used) + 1) for part in combinations(used, size))


def head_inputs(head: str, modalities: Collection[str]) -> tuple[str, ...]:
    """Return the modalities that a head of a model of these modalities reads.

    >>> head_inputs("fused", ["text", "image"]), head_inputs("image", ["text", "image"])
    (('image', 'text'), ('image',))
    """
    return _in_order(modalities) if head == FUSED else tuple(head.split("+"))


def head_without(modality: str, modalities: Collection[str]) -> str | None:
    """Return the head that reads all of these modalities but one, None where nothing is left.

    >>> head_without("image", ["image", "text"])
    'text'
    """
    used = _in_order(modalities)
    left = tuple(name for name in used if name != modality)
    return _name(left, used) if left else None


def best_informed(heads: Iterable[str]) -> str:
    """Return the head that reads most: the fused one, or the only one.

    >>> best_informed(["image", "text", "fused"]), best_informed(["text"])
    ('fused', 'text')
    """
    names = tuple(heads)
    return FUSED if FUSED in names else max(names, key=lambda name: name.count("+"))


def head_title(head: str, modalities: Collection[str]) -> str:
    """Return a head's name for a person.

    >>> head_title("fused", ["image", "text"]), head_title("text", ["image", "text"])
    ('Both', 'Caption alone')
    """
    inputs = head_inputs(head, modalities)
    if head == FUSED:
        return "Both" if len(inputs) == 2 else "All"
    titles = [MODALITIES[name].title if name in MODALITIES else name for name in inputs]
    return f"{titles[0]} alone" if len(titles) == 1 else " + ".join([titles[0], *map(str.lower, titles[1:])])


def head_words(head: str, modalities: Collection[str]) -> str:
    """Return which model a head is, in a sentence.

    >>> head_words("fused", ["image", "text"]), head_words("text", ["image", "text"])
    ('the model for both', 'the model for captions')
    """
    inputs = head_inputs(head, modalities)
    if head == FUSED:
        return "the model for both" if len(inputs) == 2 else "the model for all"
    nouns = [MODALITIES[name].nouns if name in MODALITIES else name for name in inputs]
    return f"the model for {' and '.join(nouns)}"


def _in_order(modalities: Collection[str]) -> tuple[str, ...]:
    known = tuple(name for name in MODALITIES if name in modalities)
    return (*known, *(name for name in modalities if name not in known))


def _name(part: tuple[str, ...], used: tuple[str, ...]) -> str:
    return FUSED if len(part) == len(used) > 1 else "+".join(part)
