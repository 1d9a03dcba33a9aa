"""The formulas and their values on one pair: LaTeX with computed numbers, none typed.

Lines are short, to fit on a phone. Words and labels stand beside a formula, which could not break a long one.
"""

import math

import numpy as np

from mmdemo.walkthrough.caption import MeaningWalk, TfidfWalk
from mmdemo.walkthrough.fused import FusedWalk
from mmdemo.walkthrough.neuron import Neuron

CONVOLUTION = r"y = f(Wx + b)"
TFIDF = r"x_t = \frac{(1 + \ln \mathrm{tf}_t)\,\bigl(1 + \ln \frac{1 + n}{1 + \mathrm{df}_t}\bigr)}{\lVert x \rVert}"
WORD_VECTOR = r"v_i = \sum_j \alpha_{ij}\, w_j + b"
REGRESSION = r"z_k = w_k \cdot x + b_k \qquad p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"

_MOST_TERMS = 2  # of a sum
_COLOURS = ("red", "green", "blue")


def convolution(neuron: Neuron) -> str:
    """Return y = f(Wx + b) of one neuron."""
    sums = [rf"\underbrace{{{_number(part)}}}_{{\text{{{name}}}}}" for part, name in _named_sums(neuron)]
    activation = r"\max(0, z)" if math.isinf(neuron.ceiling) else rf"\min(\max(0, z), {neuron.ceiling:g})"
    return _aligned(
        rf"Wx &= {_plus(sums)}",
        rf"Wx + b &= {_number(neuron.colour_sums.sum())} {_signed(neuron.bias)} = {_number(neuron.before)}",
        rf"f(z) &= {activation}",
        rf"y &= f({_number(neuron.before)}) = \mathbf{{{_number(neuron.value)}}}",
    )


def tfidf(walk: TfidfWalk) -> str:
    """Return the weight of the caption's heaviest term; the caption has one."""
    term = walk.terms[0]
    return _aligned(
        rf"\mathrm{{tf}} &= {term.count},\;\mathrm{{df}} = {term.captions},\;n = {walk.captions}",
        rf"1 + \ln \mathrm{{tf}} &= 1 + \ln {term.count} = {_number(1 + math.log(term.count))}",
        rf"1 + \ln\tfrac{{1 + n}}{{1 + \mathrm{{df}}}} &= 1 + \ln\tfrac{{{1 + walk.captions}}}{{{1 + term.captions}}}"
        rf" = {_number(term.idf)}",
        rf"\lVert x \rVert &= {_root([other.raw for other in walk.terms])}",
        rf"&= {_number(walk.length)}",
        rf"x_t &= \frac{{{_number(term.raw)}}}{{{_number(walk.length)}}} = \mathbf{{{_number(term.weight)}}}",
    )


def word_vector(walk: MeaningWalk) -> str:
    """Return the number of the mean vector that is farthest from 0, before and after scaling to unit length."""
    place = int(np.abs(walk.mean).argmax())
    count, length = len(walk.tokens), float(np.linalg.norm(walk.mean))
    pieces = _plus(_few([_number(value) for value in walk.numbers(place)[: _MOST_TERMS + 1]]))
    return _aligned(
        rf"\alpha &= \tfrac{{1}}{{{count}}},\quad b = 0",
        rf"v_{{{place + 1}}} &= \tfrac{{1}}{{{count}}}\,({pieces})",
        rf"&= {_number(walk.mean[place])}",
        rf"\frac{{v_{{{place + 1}}}}}{{\lVert v \rVert}} &= \frac{{{_number(walk.mean[place])}}}{{{_number(length)}}}"
        rf" = \mathbf{{{_number(walk.features[place])}}}",
    )


def regression(walk: FusedWalk) -> str:
    """Return the logit of the likeliest class as its blocks' sum, and its probability."""
    best, *others = walk.top(len(walk.classes))
    blocks = [_number(block.parts[best]) for block in walk.blocks]
    rest = [rf"e^{{{_number(walk.logits[k])}}}" for k in (best, *others)]
    return _aligned(
        rf"w_k \cdot x &= {_in_lines(blocks)}",
        rf"z_k &= {_number(sum(block.parts[best] for block in walk.blocks))} {_signed(walk.intercept[best])}"
        rf" \approx {_number(walk.logits[best])}",
        rf"p_k &= \frac{{{rest[0]}}}{{{_plus(_few(rest))}}}",
        rf"&= \mathbf{{{_number(walk.probabilities[best])}}}",
    )


def _named_sums(neuron: Neuron) -> list[tuple[float, str]]:
    return list(zip(neuron.colour_sums.tolist(), _COLOURS, strict=True))


def _aligned(*lines: str) -> str:
    return r"\begin{aligned}" + r"\\[4pt]".join(lines) + r"\end{aligned}"


def _number(value: float) -> str:
    shown = f"{value:.3f}"
    return "0" if float(shown) == 0 else shown


def _signed(value: float) -> str:
    return f"- {_number(-value)}" if value < 0 else f"+ {_number(value)}"


def _plus(terms: list[str]) -> str:
    return " + ".join(rf"({term})" if term.startswith("-") else term for term in terms)


def _few(terms: list[str]) -> list[str]:
    return terms if len(terms) <= _MOST_TERMS else [*terms[:_MOST_TERMS], r"\dots"]


def _in_lines(terms: list[str]) -> str:
    """Return a sum with few terms in a line, or it would be cut where there is little room."""
    lines = [_plus(terms[place : place + _MOST_TERMS]) for place in range(0, len(terms), _MOST_TERMS)]
    return r"\\[4pt]&\quad + ".join(lines)


def _root(values: list[float]) -> str:
    squares = _few([rf"{_number(value)}^2" for value in values])
    return rf"\sqrt{{{' + '.join(squares)}}}"
