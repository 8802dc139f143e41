"""Texts for the parity fixture, written for this project: every script and every trap that a tokenizer may meet."""

import random

PLAIN = [
    "How many people live in the harbour town?",
    "The harbour town had 41,205 inhabitants at the last count.",
    "best way to sharpen a kitchen knife",
    "Hold the blade at twenty degrees to the whetstone and draw it towards you, heel to tip.",
    "Why do leaves turn red in autumn?",
    "Chlorophyll breaks down when nights grow cold, so that the pigments beneath it become visible.",
    "error TS2345: argument of type 'string' is not assignable",
    "const sum = (a, b) => a + b; // arrow_function && snake_case",
    "E = mc^2; x_1 >= 3.14e-10 % of $1,299.99 (approx. #42)",
    "https://example.org/path/to?query=a&b=c#fragment user@example.org",
    "DON'T STOP! it's o'clock... isn't it?! --well-- [sic] {ok} <b>bold</b>",
    "pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism",
    "a", "A", "the the the the", "0", "1234567890", "...", "?", "-", "'", '"',
]

LATIN = [
    "Crème brûlée, façade, naïve, jalapeño, smörgåsbord",
    "Straße, GROẞ, Æsir, œuvre, Łódź, Đorđe, Þór, ĳsselmeer",
    "İstanbul'da ılık bir IŞIK, DİYARBAKIR",
    "Ǆ ǅ ǆ ﬁnd ﬂow oﬃce ſtill",
    "Tiếng Việt có dấu: ướ ạ ộ ễ",
    "e\u0301 vs \u00e9, A\u030a vs \u00c5 vs \u212b, n\u0303o",
    "o\u0308\u0323 q\u0307\u0323 a\u0300\u0301\u0302\u0303\u0304",
    "Z\u0351\u036b\u0343a\u0337\u0321l\u0328g\u0321o\u0321\u0322",
    "\u0301\u0302\u0303", "a\u0345\u0314\u0301", "\u1e9b\u0323 \ufb01 \uff21\uff22\uff23 \uff11\uff12",
    "½ ¾ ² ³ ¹ ª º № ™ © ® ℃ Ω ℵ",
]

SCRIPTS = [
    "Сколько людей живёт в Москве? Ёжик, йод, ЩЁТКА",
    "Πόσοι άνθρωποι ζουν στην Αθήνα; ΟΔΥΣΣΕΥΣ ς σ",
    "كم عدد سكان المدينة؟ السَّلَامُ عَلَيْكُمْ ١٢٣",
    "كـــتـــاب \u200fلا إله\u200e \u202bمرحبا\u202c",
    "כמה אנשים גרים בעיר? שָׁלוֹם עֲלֵיכֶם",
    "English עברית mixed عربي 123 text",
    "हिन्दी में कितने लोग रहते हैं? क्षत्रिय ज़िन्दगी",
    "বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ਪੰਜਾਬੀ ગુજરાતી",
    "กรุงเทพมหานครมีประชากรกี่คน น้ำ ที่นี่",
    "ភាសាខ្មែរ ພາສາລາວ မြန်မာဘာသာ བོད་སྐད་",
    "ქართული Հայերեն አማርኛ ᏣᎳᎩ ᐃᓄᒃᑎᑐᑦ",
    "Ꭰꭰ ꮐ Ⴀⴀ Აა Ա ա և ﬓ",
]

CJK = [
    "东京有多少人口？",
    "東京都の人口は約1400万人です。カタカナ ひらがな ｶﾀｶﾅ が か\u3099 パ",
    "대한민국의 수도는 서울이다. 한글 \u1112\u1161\u11ab",
    "繁體中文與简体中文，標點「」『』、。！？",
    "中文and English混排test中123文",
    "\u3400\u4db5 \u4e00\u9fff \uf900\ufa0e \U00020000 \U0002a6df",
    "\U0002a700\U0002b740\U0002b820\U0002ceb0 x",
    "\U00030000\U00031350\U0002ebf0 \U0002f800\U0002fa1f",
    "\u3005\u3007\u303b \u2e80\u2f00 \u31c0 ㈱ ㍻ ㎏",
    "ㄅㄆㄇ ㆠ \ua000\ua4c6 \U00017000\U00018800",
]

EMOJI = [
    "I love it 😀😂🤣 👍",
    "family 👨‍👩‍👧‍👦 couple 👩‍❤️‍💋‍👨 pirate 🏴‍☠️",
    "flags 🇩🇪🇫🇷🇯🇵 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🇩 alone",
    "skin 👋🏻👋🏼👋🏽👋🏾👋🏿 🧑🏽‍💻 🤌🏿",
    "keycap 1️⃣ #️⃣ ☺︎ ☺️ ❤ ❤️ ™️",
    "😀", "🇩🇪", "text😀glued🎉together",
    "\U0001fae0\U0001fae8\U0001f6dc\U0001faf7 new",
]

PLANES = [
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒎𝒂𝒕𝒉 𝟙𝟚𝟛 𝐀𝐁𝐂",
    "𐍈 𐌰𐌱 𐐀𐐨 𐒰𐓘 𐲀𐳀",
    "𒀀𒀁 𓀀𓂀 𝄞𝄢 𝅘𝅥𝅮",
    "\U0001d400\U0001f000\U0001f0a1 \U0001f700 \U0001fbf0",
    "\U000e0001\U000e0041\U000e0100 tags",
    "\U0003fffd\U0004abcd\U000a0000\U000dffff unassigned",
    "\ue000\uf8ff\U000f0000\U0010fffd private use",
    "\ufdd0\uffff\U0001fffe\U0010ffff noncharacters",
    "\U0001e900\U0001e922 \U00011000 \U00016e40\U00016e60",
    "؀ ܀ \u2028 \u2029 ⁂ ‼ ⁇ ⸮ 〰 ・ ･ ¿ ¡ § ¶ « » ‹ › „ “ ” ‘ ’ ‚ – — ― … ‰ ′ ″ • ‣",
    "\u0378\u0380 \u05ff \u0dff unassigned BMP",
    "´ ` ^ ~ ¨ ¸ ¬ ± × ÷ ° | ¦ \\ / ∀∂∈∑√∞≈≠≤≥ ← ↑ → ↓ ■ □ ▲ ☀ ♥",
]

CONTROL = [
    "tab\there newline\nhere return\r\nhere",
    "null\x00byte bell\x07 escape\x1b[31m del\x7f",
    "c1\x80\x85\x9f\x9d end", "vertical\x0btab form\x0cfeed fs\x1cgs\x1drs\x1eus\x1f end",
    "nbsp\u00a0here thin\u2009here ideographic\u3000space ogham\u1680x mongolian\u180ex",
    "zero\u200bwidth\u200cnon\u200djoiner\u2060word\ufeffbom",
    "soft\u00adhyphen bidi\u202eoverride\u202c isolate\u2066x\u2069",
    "\ufeffbom at the start", "replacement \ufffd character \ufffc object",
    "line\u2028separator paragraph\u2029separator next\u0085line",
    "\u034fgrapheme joiner \u115f\u1160hangul filler \u3164 \uffa0",
    "interlinear\ufff9annotation\ufffa\ufffb \u061cmark \u206a\u206f deprecated",
]

SURROGATES = [
    "lone high \ud800 here", "lone low \udc00 here", "\ud83d", "\ude00", "x\udfff\udfffy",
    "end \udbff", "\udc00\ud800 reversed", "a\ud83d b 😀 \ude00c",
]

BLANK = ["", " ", "   ", "\t", "\n", "\r\n \t", "\u00a0", "\u3000", "\u200b", "\x00", "\u0301", "\ufeff"]

SPECIALS = [
    "[CLS] [SEP] [MASK] [PAD] [UNK]", "x[SEP]y", "[sep] [cls]", "<s> </s> <pad> <mask> <unk>", "a<mask>b </s>",
    "##ing ## ##", "Ġthe Ċ ▁word", "<|endoftext|>",
]

WORDS = (
    "river stone market garden window bright quiet machine letter number winter morning station island question answer people "
    "ranking passage query browser network memory thread model score relevant document index search language translate "
    "mountain copper silver engine painter history century village railway bridge harvest weather forest animal kitchen bread"
).split()


def sentence(random_: random.Random, length: int) -> str:
    """A sentence of plain words: repeatable filler of a known length."""
    return " ".join(random_.choice(WORDS) for _ in range(length)).capitalize() + "."


def groups() -> dict[str, list]:
    """Every text by kind; a text is a string, or a string and how often it is repeated."""
    random_ = random.Random(7)
    long = [sentence(random_, length) for length in (60, 90, 120, 200, 300)]
    repeated = [
        ("river stone market ", 3334), ("Überraschung! ", 10000), ("漢字 ", 10000), ("😀 word ", 5000), ("a", 10000),
        ("supercalifragilistic", 500), ("x" * 99 + " ", 40), ("x" * 100 + " ", 12), ("y" * 101 + " ", 12),
        ("e\u0301", 2000), ("é", 101), ("!", 700), (" ", 10000), ("\u0301", 3000), ("word\n", 800),
    ]
    return {
        "plain": PLAIN, "latin": LATIN, "scripts": SCRIPTS, "cjk": CJK, "emoji": EMOJI, "planes": PLANES, "control": CONTROL,
        "surrogates": SURROGATES, "blank": BLANK, "specials": SPECIALS, "long": long, "repeated": repeated,
    }  # fmt: skip


def pairs_of_indices(kinds: dict[str, list]) -> list[tuple[int, int]]:
    """Every text as a query and as a passage, with itself, with a text of another kind, and long with long."""
    spans, start = {}, 0
    for kind, texts in kinds.items():
        spans[kind] = range(start, start + len(texts))
        start += len(texts)
    random_ = random.Random(11)
    pairs = [(index, random_.choice(spans["plain"])) for index in range(start)]
    pairs += [(random_.choice(spans["plain"]), index) for index in range(start)]
    pairs += [(index, index) for kind in ("latin", "scripts", "cjk", "blank", "surrogates", "specials") for index in spans[kind]]
    pairs += [(query, passage) for query in spans["long"] for passage in (*spans["long"][2:], *spans["repeated"][:3])]
    pairs += [(query, passage) for query in spans["repeated"][:5] for passage in (*spans["long"][:2], *spans["repeated"][3:6])]
    return sorted(set(pairs))


def written(text) -> str:
    """The text itself."""
    return text if isinstance(text, str) else text[0] * text[1]


def well_formed(text: str) -> str:
    """Each lone surrogate becomes U+FFFD, as JavaScript's toWellFormed does."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
