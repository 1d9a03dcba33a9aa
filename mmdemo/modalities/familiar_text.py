"""Captions unlike those that a model was trained on: in another language, or without a meaning to it."""

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence, TextEvidence
from mmdemo.modalities.familiar import FALSE_ALARMS, Doubt, Familiar, served_on
from mmdemo.modalities.meanings import Sides, meanings_of
from mmdemo.modalities.outliers import Side
from mmdemo.preprocess.languages import LITTLE_WORDS, language_in_words, scripts_of
from mmdemo.preprocess.text import clean, words

_MOST_WORDS = 50_000
_MOST_NAMES = 100
_FEWEST = 50  # captions
_MOST_FEATURES = 10_000
_NEW = 0.5  # share of new words from which a caption may be called unknown
_LEAST = 0.1  # strangeness that a caption without a meaning has, whatever the training captions are
_RARE = 0.02  # share of the captions (or little words) below which a script (or language) is not that of the captions
_ENGLISH = frozenset(["a", "an", "as", "at", "be", "he", "it", "its", "my", "no", "one", "or", "she", "up", "we"])
_LITTLE = _ENGLISH.union(*LITTLE_WORDS.values())

_UNKNOWN = Doubt(
    "unknown",
    "The words of this caption mean nothing to the model.",
    "Say it in other words, or leave the caption out.",
)


@dataclass(frozen=True)
class CaptionJudge:
    """What is known of the training captions.

    words: uint32 (w,), sorted: the CRC-32 of each of their words. scripts: of their letters. languages: as their little
    words tell, none if they do not or too many held-out captions seem to be in others.
    side: what tells captions without a meaning from the training captions; None where the encoder knows no words but
    theirs. limit: the score beyond which a caption of new words is unknown.
    """

    words: np.ndarray
    scripts: tuple[str, ...]
    languages: tuple[str, ...]
    side: Side | None = None
    limit: float = math.inf

    def doubt(self, encoder: Any, traits: str) -> Doubt | None:
        """Return why a cleaned caption is doubted: its language, else its words."""
        found = [word.text for word in words(traits)]
        if name := self.other_language(traits, found):
            return _in_another(name, " and ".join(self.languages))
        return _UNKNOWN if self.strangeness(encoder, traits, found) > self.limit else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is known as plain arrays."""
        names = {name: np.array(getattr(self, name), dtype=str) for name in ("scripts", "languages")}
        side = self.side or Side(np.empty(0, np.float32), 0.0)
        numbers = np.array([side.offset, self.limit])
        return {"words": self.words, **names, "weights": side.weights, "numbers": numbers}

    def strangeness(self, encoder: Any, caption: str, found: Sequence[str]) -> float:
        """Return how much a cleaned caption is like one without a meaning, about −1 to 1.

        −∞ where most of its words are known from training, or all are little ones.
        """
        telling = [word for word in found if word not in _LITTLE and (len(word) > 1 or not word.isascii())]
        new = 1 - self._known(telling).mean() if telling else 0.0
        if self.side is None:
            return 1.0 if new == 1 else -math.inf
        meaning = meanings_of(encoder, [caption]) if new >= _NEW else np.empty((1, 0))
        fits = meaning.shape[1] == len(self.side.weights)  # else it is of another encoder
        return float(self.side.scores(meaning)[0]) if fits else -math.inf

    def other_language(self, caption: str, found: Sequence[str]) -> str:
        """Return the language that a caption seems to be in if it is none of the captions', else ""."""
        scripts = scripts_of(caption)
        if self.scripts and scripts and not set(scripts) & set(self.scripts):
            return language_in_words(caption)
        if not self.languages or len(found) < 2:  # a single word may be a name
            return ""
        own = frozenset().union(*(LITTLE_WORDS[name] for name in self.languages))
        own |= _ENGLISH if "English" in self.languages else frozenset()
        counts = {name: sum(word in little - own for word in found) for name, little in LITTLE_WORDS.items()}
        name = max(counts, key=counts.__getitem__)
        rest = [word for word in found if word not in LITTLE_WORDS[name]]
        known = sum(word in own for word in found) + int(self._known(rest).sum()) if rest else 0
        return name if counts[name] and known <= len(found) / 3 and known <= counts[name] else ""

    def _known(self, found: Sequence[str]) -> np.ndarray:
        return np.isin(_codes(found), self.words)


def _in_another(name: str, usual: str) -> Doubt:
    trained = f"{usual} captions" if usual else "captions in other letters"
    sentence = f"This caption seems to be {name}; the model was trained on {trained}."
    return Doubt("language", sentence, f"Write it {f'in {usual}' if usual else 'like those'}, or leave it out.")


def learn(encoder: Any, traits: Sequence[str], fold: np.ndarray) -> CaptionJudge | None:
    """Return the judge; it names few of the captions that are held out from one that knows the others only."""
    if len(traits) < _FEWEST:
        return None
    rows, foreign, strange = served_on(fold), 0, list[float]()
    meanings, sides = meanings_of(encoder, traits), Sides(encoder)
    judge = replace(_judge_of(_chosen(traits, rows)), side=sides.of(meanings[rows]))
    for one in np.unique(fold[fold >= 0]):
        others = replace(_judge_of(_chosen(traits, fold != one)), side=sides.of(meanings[fold != one]))
        for caption in _chosen(traits, fold == one):
            found = [word.text for word in words(caption)]
            foreign += bool(others.other_language(caption, found))
            strange.append(others.strangeness(encoder, caption, found))
    if foreign > FALSE_ALARMS * len(strange):
        judge = replace(judge, languages=(), scripts=())
    limit = sorted(strange)[-max(int(FALSE_ALARMS * (len(strange) + 1)), 1)]
    return replace(judge, limit=max(limit, _LEAST))


def restore(arrays: Mapping[str, np.ndarray]) -> CaptionJudge:
    """Return the judge of these arrays; raise a ValueError where they are none."""
    known = arrays["words"]
    if known.dtype != np.uint32 or known.ndim != 1 or len(known) > _MOST_WORDS:
        raise ValueError("its captions have no words")
    names = [arrays[name] for name in ("scripts", "languages")]
    if any(one.ndim != 1 or one.dtype.kind != "U" or len(one) > _MOST_NAMES for one in names):
        raise ValueError("its captions have no languages")
    scripts, languages = (tuple(map(str, one)) for one in names)
    if not set(languages) <= set(LITTLE_WORDS):
        raise ValueError("its captions are in no known language")
    if "bits" in arrays:  # of an earlier version, which knew unknown words by their length
        return CaptionJudge(known, scripts, languages)
    weights, numbers = arrays["weights"], arrays["numbers"]
    if weights.dtype != np.float32 or weights.ndim != 1 or len(weights) > _MOST_FEATURES:
        raise ValueError("its words have no weights")
    if numbers.dtype != np.float64 or numbers.shape != (2,) or not np.isfinite([*weights, numbers[0]]).all():
        raise ValueError("its words have no limit")
    side = Side(weights, float(numbers[0])) if len(weights) else None
    return CaptionJudge(known, scripts, languages, side, float(numbers[1]))


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


def _chosen(captions: Sequence[str], rows: np.ndarray) -> list[str]:
    return [captions[i] for i in np.flatnonzero(rows).tolist()]


def _codes(found: Sequence[str]) -> np.ndarray:
    return np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in found], np.uint32)


def _traits(encoder: Any, values: Sequence[str]) -> list[str]:
    return [clean(caption, encoder.settings) for caption in values]


def _trait(evidence: Evidence) -> str | None:
    return evidence.cleaned if isinstance(evidence, TextEvidence) else None


FAMILIAR = Familiar(traits=_traits, trait=_trait, learn=learn, restore=restore, most=20_000)
