"""Long texts cut to the length of web passages, on the ends of sentences where there are any."""

import random
import re

SHORTEST, LONGEST = 35, 75
# A remainder below this joins the window before it.
CRUMB = 20
ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Gen|Col|Lt|vs|etc|No|Vol|Fig|cf|approx|ca|al))\.$")
BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9-])|\n+|\s+-\s+(?=[A-Z])")


def sentences(text: str) -> list[str]:
    """Rough sentences: breaks at stops, line ends and list dashes, but not after initials and abbreviations."""
    parts: list[str] = []
    start = 0
    for found in BREAK.finditer(text):
        part = text[start : found.start()].strip()
        if ABBREVIATION.search(part):
            continue
        # What the break swallowed (a closing quote or bracket) stays with the sentence that it ends.
        closing = found.group().strip(" \n-")
        parts.append(part + closing)
        start = found.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def windows(text: str, rng: random.Random, shortest: int = SHORTEST, longest: int = LONGEST) -> list[str]:
    """The text in consecutive windows of `shortest` to `longest` words; only the last may be shorter, or up to CRUMB longer.

    Each window ends with the first sentence that reaches a length drawn at random. A sentence that does not fit is cut.
    """
    cut: list[list[str]] = []
    window: list[str] = []
    goal = rng.randint(shortest, longest)
    for sentence in sentences(text):
        words = sentence.split()
        if len(window) >= shortest and len(window) + len(words) > longest:
            cut.append(window)
            window, goal = [], rng.randint(shortest, longest)
        window = window + words
        while len(window) > longest:
            cut.append(window[:longest])
            window, goal = window[longest:], rng.randint(shortest, longest)
        if len(window) >= goal:
            cut.append(window)
            window, goal = [], rng.randint(shortest, longest)
    if window and cut and len(window) < CRUMB:
        cut[-1] = cut[-1] + window
    elif window:
        cut.append(window)
    return [" ".join(words) for words in cut]
