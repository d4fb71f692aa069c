from pathlib import Path

import pytest

from matching.law_words import article_words, chinese_number

TEXT = """# 某办法

## 第一章 总则
第一条 目的。

第二条  按[《某法》](http://localhost/x)办理。

::: tip 口诀
不是条文。
:::

第二款。

## 第二章 附则
**第十条** 施行。
"""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (18, "十八"),
        (20, "二十"),
        (21, "二十一"),
        (105, "一百零五"),
        (110, "一百一十"),
    ],
)
def test_numbers_are_written_as_statutes_write_them(number: int, words: str) -> None:
    assert chinese_number(number) == words


@pytest.mark.parametrize("number", [0, 1000])
def test_a_number_no_article_has_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not an article number"):
        chinese_number(number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "SOME-某办法.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_an_article_runs_to_the_next_one_without_links_and_headings(folder: Path) -> None:
    assert article_words(folder, "SOME", "2") == "第二条  按《某法》办理。\n\n第二款。"


def test_a_paragraph_number_finds_its_article(folder: Path) -> None:
    words = article_words(folder, "SOME", "10(2)")
    assert words is not None
    assert words.startswith("第十条")


@pytest.mark.parametrize(
    ("key", "number"),
    [("SOME", "3"), ("OTHER", "1"), (None, "1"), ("SOME", "preamble"), ("SOME", "0")],
)
def test_words_that_are_not_there_are_nothing(folder: Path, key: str | None, number: str) -> None:
    assert article_words(folder, key, number) is None


def test_without_a_folder_there_are_no_words() -> None:
    assert article_words(None, "SOME", "1") is None


def test_a_changed_text_is_read_again(folder: Path) -> None:
    assert article_words(folder, "SOME", "1") == "第一条 目的。"
    path = folder / "SOME-某办法.md"
    path.write_text("第一条 新的目的。", encoding="utf-8")
    assert article_words(folder, "SOME", "1") == "第一条 新的目的。"
