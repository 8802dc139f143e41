"""How people ask: full questions and keywords. Rewrites questions of data sets, whose style is narrower."""

import random
import re

# Words that say that something is asked, or nothing at all, but not what is asked for.
DROPPED = frozenset(
    """a an the of to in on at by for from with as and or that this these those there it its is are was were be been being am
    do does did done has have had having can could will would shall should may might must what which who whom whose when where
    why how much many name named called known also other his her their he she they i me my you your we our us tell find give
    please about into than then some any such so if during between one""".split()
)
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")

# Kind of MedQuAD question: what gives it away, then natural forms and keyword forms with {} for the subject.
FORMS: list[tuple[str, list[str], list[str]]] = [
    (r"symptom", ["what are the symptoms of {}", "signs and symptoms of {}", "how do i know if i have {}", "what are the signs of {}", "how does {} affect the body"],
     ["{} symptoms", "symptoms {}", "{} signs symptoms"]),
    (r"treatment|treated|what to do", ["how is {} treated", "what is the treatment for {}", "can {} be cured", "treatment options for {}", "how do doctors treat {}", "what helps with {}"],
     ["{} treatment", "{} treatments", "{} cure", "{} therapy", "treatment {}"]),
    (r"genetic changes", ["what gene causes {}", "which genes are involved in {}", "what genetic mutation causes {}", "is {} caused by a gene mutation"],
     ["{} gene", "{} genetic cause", "{} mutation", "gene mutation {}"]),
    (r"inherit", ["is {} inherited", "is {} hereditary", "how is {} inherited", "can {} be passed down from parents", "does {} run in families"],
     ["{} inheritance pattern", "{} hereditary", "{} inheritance", "{} genetic inheritance"]),
    (r"how many people|how common|frequency", ["how common is {}", "how many people have {}", "how rare is {}", "how often does {} occur"],
     ["{} prevalence", "{} how common", "{} frequency", "{} statistics"]),
    (r"cause", ["what causes {}", "why do people get {}", "what is the cause of {}", "how do you get {}"],
     ["{} causes", "causes {}", "{} cause"]),
    (r"diagnos", ["how is {} diagnosed", "what tests are used to diagnose {}", "how do doctors test for {}", "how to diagnose {}"],
     ["{} diagnosis", "{} test", "{} tests diagnosis"]),
    (r"research|trial", ["what research is being done on {}", "are there clinical trials for {}"],
     ["{} research", "{} clinical trials"]),
    (r"outlook|prognos", ["what is the prognosis for {}", "what is the life expectancy of someone with {}", "what is the outlook for people with {}", "can you die from {}"],
     ["{} prognosis", "{} life expectancy", "{} survival rate"]),
    (r"at risk", ["who is at risk for {}", "what are the risk factors for {}", "who gets {}"],
     ["{} risk factors", "{} risk"]),
    (r"prevent", ["how can {} be prevented", "how to prevent {}", "how can i avoid {}"],
     ["{} prevention", "prevent {}"]),
    (r"stages", ["what are the stages of {}", "how is {} staged"], ["{} stages", "{} staging"]),
    (r"complication", ["what are the complications of {}", "what problems can {} cause"], ["{} complications", "complications {}"]),
    (r"what is \(are\)|what (?:is|are)|information about", ["what is {}", "what does {} mean", "define {}", "tell me about {}", "what is {} and what does it do"],
     ["{}", "{} definition", "{} overview", "{} meaning"]),
]  # fmt: skip


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def keywords(question: str) -> str:
    """The question without the words that only make it one; unchanged where fewer than two words would stay."""
    kept = [word for word in words_of(question) if word.lower() not in DROPPED]
    return " ".join(kept).lower() if len(kept) >= 2 else question


def typed(question: str, rng: random.Random, keyword_share: float) -> str:
    """The question as somebody types it: a share as keywords, and half of the others without the question mark."""
    if rng.random() < keyword_share:
        return keywords(question)
    return question.rstrip(" ?.") if rng.random() < 0.5 else question.strip()


def kind_of(question: str, focus: str) -> int:
    """Index into FORMS of a MedQuAD question, -1 for a question of no known form."""
    # The subject is taken out first: the name of a disease may hold "symptom" or "cause".
    asked = question.lower().replace(focus.lower(), "") if focus else question.lower()
    if asked == question.lower():
        return -1
    return next((index for index, (pattern, *_) in enumerate(FORMS) if re.search(pattern, asked)), -1)


def rewrites(question: str, focus: str, count: int, rng: random.Random, keyword_share: float) -> list[str]:
    """Up to `count` different forms of one MedQuAD question."""
    kind = kind_of(question, focus)
    if kind < 0:
        return [typed(question, rng, keyword_share)]
    # "Parasites - Lice" and "Leukemia (ALL)" are written by librarians; people leave such additions out half of the time.
    short = re.sub(r"^Parasites - |\s*\([^)]*\)", "", focus).strip() or focus
    _, natural, bare = FORMS[kind]
    texts: list[str] = []
    for _ in range(count):
        form = rng.choice(bare if rng.random() < keyword_share else natural)
        text = form.format(rng.choice([focus, short]))
        if form in natural and rng.random() < 0.4:
            text += "?"
        if text not in texts:
            texts.append(text)
    return texts
