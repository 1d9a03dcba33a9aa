"""Captions for words with two senses: some name the sense, some are ambiguous."""

from dataclasses import dataclass

import numpy as np

# What fills a gap must start with a consonant ("a {}").
TEMPLATES = (
    "Look at this {}.", "A picture of a {}.", "Here is a {}.", "My favourite {}.", "What a lovely {}!",
    "I found a {}.", "This is the {}.", "A photograph of the {}.", "Have you seen this {}?", "Guess what, a {}!",
    "One more {}.", "Somebody sent me this {}.", "Yesterday I saw a {}.", "There is a {}.", "Such a fine {}!",
    "A drawing of a {}.", "We talked about this {}.", "Is this a {}?", "Nothing but a {}.", "I remember the {}.",
)  # fmt: skip


@dataclass(frozen=True)
class Sense:
    """One sense of a word, and the phrases that fit this sense only."""

    label: str
    word: str
    looks: tuple[str, ...]
    deeds: tuple[str, ...]
    places: tuple[str, ...]


def _sense(label: str, looks: str, deeds: str, places: str) -> Sense:
    phrases = [tuple(phrase.strip() for phrase in text.split(";")) for text in (looks, deeds, places)]
    return Sense(label, label.split()[0], *phrases)


SENSES = (
    _sense(
        "bat (animal)",
        "furry; leathery; nocturnal; sleepy; fruit-eating; winged",
        "hanging upside down; spreading its wings; hunting moths; flapping through the night; nursing its pup; "
        "squeaking at insects; roosting with its colony",
        "in a dark cave; at dusk; under the roof of a barn; in a haunted belfry; above a moonlit pond; "
        "inside a hollow tree; among ripe figs",
    ),
    _sense(
        "bat (sport)",
        "wooden; polished; baseball; lacquered; splintered; thirty-inch",
        "hitting a home run; swung by the batter; resting on the slugger's shoulder; missing a fast pitch; "
        "knocking the ball over the fence; signed by the whole team; with tape around its grip",
        "at home plate; in the dugout; on the playing field; in the stadium; next to a catcher's glove; "
        "during the ninth inning; after batting practice",
    ),
    _sense(
        "mouse (animal)",
        "furry; whiskered; timid; hungry; pink-eared; long-tailed",
        "nibbling cheese; running from the cat; twitching its whiskers; squeaking in fear; gnawing a grain of wheat; "
        "building a nest of straw; hiding from an owl",
        "in a hole in the wall; under the kitchen floor; in the barn; among the corn; in the meadow; "
        "behind the pantry; in its burrow",
    ),
    _sense(
        "mouse (computer)",
        "cordless; two-button; gaming; bluetooth; right-handed; plastic",
        "clicking a link; moving the cursor; scrolling down a page; dragging a file; plugged into the laptop; "
        "waiting for new batteries; double-clicking an icon",
        "next to the keyboard; on its pad; on the office desk; in front of the monitor; at my workstation; "
        "beside the printer; with a USB cable",
    ),
    _sense(
        "crane (bird)",
        "feathered; long-legged; red-crowned; migrating; wading; graceful",
        "ruffling its feathers; catching a frog; dancing for its mate; standing on one leg; "
        "flying south for the winter; feeding its chicks; stretching its neck",
        "in the marsh; on a nest; among the reeds; in shallow water; at the edge of a lake; over the wetlands; "
        "with its flock",
    ),
    _sense(
        "crane (machine)",
        "steel; hydraulic; towering; rented; diesel; forty-tonne",
        "lifting a beam; hoisting a container; lowering concrete blocks; turning its boom; unloading a ship; "
        "carrying bricks to the roof; run by its driver",
        "at the building site; in the harbour; above the skyscraper; beside the scaffolding; on the quay; "
        "next to the bulldozer; behind the unfinished tower block",
    ),
    _sense(
        "bass (fish)",
        "freshwater; striped; slippery; largemouth; scaly; spawning",
        "swimming upstream; swallowing a worm; leaping for a fly; hooked by an angler; blowing bubbles; "
        "guarding its eggs; served with lemon and butter",
        "in the river; at the bottom of a lake; in the fishing net; on the grill; among the water weeds; "
        "below the waterfall; in a bucket of ice",
    ),
    _sense(
        "bass (guitar)",
        "four-string; fretless; jazz; sunburst; loud; rock",
        "keeping the rhythm; tuned to a deep E; played with a pick; humming through the amplifier; "
        "plucked with two fingers; joining the drums; thumping a groove",
        "on stage; in the recording studio; beside the drummer; in the band's van; at the concert; "
        "on a guitar stand; at the jazz club",
    ),
)


def open_caption(word: str, rng: np.random.Generator) -> str:
    """Return a caption that names only the word and fits both of its senses equally."""
    return _pick(TEMPLATES, rng).format(word)


def clear_caption(sense: Sense, rng: np.random.Generator) -> str:
    """Return a caption that reveals the sense with two of its phrases (looks, deeds or places)."""
    look, deed, place = (_pick(phrases, rng) for phrases in (sense.looks, sense.deeds, sense.places))
    word = sense.word
    thing = _pick((f"{look} {word} {deed}", f"{look} {word} {place}", f"{word} {deed} {place}"), rng)
    return _pick(TEMPLATES, rng).format(thing)


def _pick(phrases: tuple[str, ...], rng: np.random.Generator) -> str:
    return phrases[rng.integers(len(phrases))]
