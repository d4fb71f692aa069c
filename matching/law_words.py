"""The words of an article, read from an operator's folder of statute texts."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

DIGITS: Final = "零一二三四五六七八九"
ARTICLE: Final = re.compile(r"^[#*\s]*(第[零一二三四五六七八九十百]+条)", re.MULTILINE)
HEADING: Final = re.compile(r"^#+\s.*$", re.MULTILINE)
ASIDE: Final = re.compile(r"^:::.*?^:::\s*$", re.MULTILINE | re.DOTALL)
"""A collector's own note between the articles, no part of the text."""
LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
BLANK: Final = re.compile(r"\n\s*\n")
LEADING_NUMBER: Final = re.compile(r"\d+")
LARGEST: Final = 999


def chinese_number(number: int) -> str:
    """A number from 1 to 999 as statutes write it: 10 is 十, 21 is 二十一, 105 is 一百零五."""
    if not 0 < number <= LARGEST:
        raise ValueError(f"{number} is not an article number from 1 to {LARGEST}.")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def article_words(folder: Path | None, key: str | None, number: str) -> str | None:
    """The article's own words from the folder; nothing where folder, text or article is absent."""
    found = LEADING_NUMBER.match(number)
    if folder is None or key is None or found is None or not 0 < int(found.group()) <= LARGEST:
        return None
    path = _text_of(folder, key)
    if path is None:
        return None
    articles = _articles(path, path.stat().st_mtime_ns)
    return articles.get(f"第{chinese_number(int(found.group()))}条")


def _text_of(folder: Path, key: str) -> Path | None:
    """The file whose name is the key, or begins with the key and a dash."""
    named = sorted((*folder.glob(f"{key}.md"), *folder.glob(f"{key}-*.md")))
    return named[0] if named else None


@lru_cache(maxsize=64)
def _articles(path: Path, _changed: int) -> dict[str, str]:
    """Every article of one text by its heading; read again when the file changes."""
    text = ASIDE.sub("", LINK.sub(r"\1", path.read_text(encoding="utf-8-sig")))
    text = BLANK.sub("\n\n", HEADING.sub("", text))
    starts = [*ARTICLE.finditer(text)]
    ends = [*(start.start() for start in starts[1:]), len(text)]
    articles: dict[str, str] = {}
    for start, end in zip(starts, ends, strict=True):
        articles.setdefault(start.group(1), text[start.start() : end].strip(" \n\r\t　*#"))
    return articles
