"""Passages that hold the words of a query and do not answer it, as negatives: late interaction takes them for the answer."""

import random

from training.data.queries import DROPPED, words_of


def stuffed(query: str, passage: str, rng: random.Random) -> str:
    """The query's words among those of a passage that is not relevant, scattered or in runs."""
    words = [word for word in words_of(query) if word.lower() not in DROPPED or rng.random() < 0.4]
    rng.shuffle(words)
    text = passage.split()
    start = rng.randrange(max(1, len(text) - 30))
    text = text[start : start + rng.randint(10, 40)]
    while words:
        run = [words.pop() for _ in range(min(len(words), rng.randint(1, 3)))]
        place = rng.randrange(len(text) + 1)
        text[place:place] = run
    return " ".join(text)


def echoed(query: str, passage: str, rng: random.Random) -> str:
    """The question itself before or after a passage that does not answer it."""
    question = query[:1].upper() + query[1:].rstrip(" ?.") + rng.choice(["?", "?", ".", "..."])
    sentence = " ".join(passage.split()[: rng.randint(8, 40)])
    return f"{question} {sentence}" if rng.random() < 0.7 else f"{sentence} {question}"


def distractor(query: str, passage: str, rng: random.Random) -> str:
    """Either of the two."""
    return rng.choice([stuffed, stuffed, echoed])(query, passage, rng)
