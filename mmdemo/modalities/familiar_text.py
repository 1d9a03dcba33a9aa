"""Captions unlike those that a model was trained on: in another language, or without a word that it knows."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence, TextEvidence
from mmdemo.modalities.familiar import FALSE_ALARMS, Doubt, Familiar
from mmdemo.preprocess.languages import LITTLE_WORDS, language_in_words, scripts_of
from mmdemo.preprocess.text import clean, words

_MOST_WORDS = 50_000
_MOST_NAMES = 100
_FEWEST = 50  # captions
_RARE = 0.02  # share of the captions (or little words) below which a script (or language) is not that of the captions
_EVERYWHERE = frozenset("a an at as be it its my two three she he we they one me us or no so up am".split())
_LITTLE = frozenset().union(_EVERYWHERE, *LITTLE_WORDS.values())


@dataclass(frozen=True)
class CaptionJudge:
    """What is known of the training captions.

    words: uint32 (w,), sorted: the CRC-32 of each of their words. scripts: of their letters. languages: as their little
    words tell, none if they do not. judged: the kinds of doubt that do not name too many held-out captions.
    """

    words: np.ndarray
    scripts: tuple[str, ...]
    languages: tuple[str, ...]
    judged: tuple[str, ...] = ("language", "unknown")

    def doubt(self, encoder: Any, traits: str) -> Doubt | None:
        """Return why a cleaned caption is doubted: its language, else its words."""
        for kind, doubt in self._doubts(encoder, traits):
            if kind in self.judged:
                return doubt
        return None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is known as plain arrays."""
        names = {name: getattr(self, name) for name in ("scripts", "languages", "judged")}
        return {"words": self.words, **{name: np.array(value, dtype=str) for name, value in names.items()}}

    def _doubts(self, encoder: Any, caption: str) -> Iterator[tuple[str, Doubt]]:
        found = [word.text for word in words(caption)]
        if name := self._other_language(caption, found):
            usual = " and ".join(self.languages) or "other"
            trained = f"{usual} captions" if self.languages else "captions in other letters"
            sentence = f"This caption seems to be {name}; the model was trained on {trained}."
            yield "language", Doubt("language", sentence, f"Write it in {usual}, or leave it out." if self.languages
                                    else "Write it like those, or leave it out.")  # fmt: skip
        telling = [word for word in found if word not in _LITTLE and (len(word) > 1 or not word.isascii())]
        if telling and not self._known(telling).any() and not any(encoder.knows(word) for word in telling):
            sentence = "No word of this caption occurs in the training captions."
            yield "unknown", Doubt("unknown", sentence, "Describe what is there in other words, or leave the caption out.")

    def _other_language(self, caption: str, found: Sequence[str]) -> str:
        """Return the language that a caption seems to be in if it is none of the captions', else ""."""
        scripts = scripts_of(caption)
        if scripts and not set(scripts) & set(self.scripts):
            return language_in_words(caption)
        if not self.languages or len(found) < 2:  # a single word may be a name
            return ""
        own = _EVERYWHERE.union(*(LITTLE_WORDS[name] for name in self.languages))
        counts = {name: sum(word in little - own for word in found) for name, little in LITTLE_WORDS.items()}
        name = max(counts, key=counts.__getitem__)
        rest = [word for word in found if word not in LITTLE_WORDS[name]]
        known = sum(word in own for word in found) + int(self._known(rest).sum()) if rest else 0
        return name if counts[name] and known <= len(found) / 3 and known <= counts[name] else ""

    def _known(self, found: Sequence[str]) -> np.ndarray:
        return np.isin(_codes(found), self.words)


def learn(encoder: Any, traits: Sequence[str], fold: np.ndarray) -> CaptionJudge | None:
    """Return the judge; it judges only what names few of the captions that are held out from it."""
    if len(traits) < _FEWEST:
        return None
    judge, counts = _judge_of(traits), Counter[str]()
    for one in np.unique(fold[fold >= 0]):
        others = _judge_of([traits[i] for i in np.flatnonzero(fold != one)])
        doubts = (others.doubt(encoder, traits[i]) for i in np.flatnonzero(fold == one))
        counts.update(doubt.kind for doubt in doubts if doubt)
    most = FALSE_ALARMS * (fold >= 0).sum()
    return replace(judge, judged=tuple(kind for kind in judge.judged if counts[kind] <= most))


def restore(arrays: Mapping[str, np.ndarray]) -> CaptionJudge:
    """Return the judge of these arrays; raise a ValueError where they are none."""
    known = arrays["words"]
    if known.dtype != np.uint32 or known.ndim != 1 or len(known) > _MOST_WORDS:
        raise ValueError("its captions have no words")
    names = [arrays[name] for name in ("scripts", "languages", "judged")]
    if any(one.ndim != 1 or one.dtype.kind != "U" or len(one) > _MOST_NAMES for one in names):
        raise ValueError("its captions have no languages")
    scripts, languages, judged = (tuple(map(str, one)) for one in names)
    if not set(languages) <= set(LITTLE_WORDS):
        raise ValueError("its captions are in no known language")
    return CaptionJudge(known, scripts, languages, judged)


def _judge_of(captions: Sequence[str]) -> CaptionJudge:
    counts, scripts = Counter[str](), Counter[str]()
    for caption in captions:
        counts.update(word.text for word in words(caption))
        scripts.update(scripts_of(caption)[:1])
    little = {name: sum(counts[word] for word in telling) for name, telling in LITTLE_WORDS.items()}
    most = max(little.values())
    return CaptionJudge(
        words=np.unique(_codes([word for word, _ in counts.most_common(_MOST_WORDS)])),
        scripts=tuple(name for name, count in scripts.items() if count > _RARE * len(captions)),
        languages=tuple(name for name, count in little.items() if count > max(most / 3, _RARE * len(captions))),
    )


def _codes(found: Sequence[str]) -> np.ndarray:
    return np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in found], np.uint32)


def _traits(encoder: Any, values: Sequence[str]) -> list[str]:
    return [clean(caption, encoder.settings) for caption in values]


def _trait(evidence: Evidence) -> str | None:
    return evidence.cleaned if isinstance(evidence, TextEvidence) else None


FAMILIAR = Familiar(traits=_traits, trait=_trait, learn=learn, restore=restore, most=20_000)
