"""Names of fictional people: drawn for most, unique where records must not be mixed up."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

SURNAMES: Final = (
    "陈林王叶郑金黄徐吴周李张朱胡蔡潘赵杨何刘谢方倪卢孙施包赖项南高连万钱朴牟柯屠章马戴侯董虞阮"
)
"""The commoner surnames of the coast around Wenzhou, commonest first."""
MALE: Final = "建国伟明志强海东文军晓勇斌永华平成龙辉胜利光荣金福祥庆林松柏浩宇轩博涵杰俊豪振"
FEMALE: Final = "秀英玉兰芳丽娟敏静燕红梅雪琴云霞春香珍美凤月雅欣怡婷佳琪思雨梦洁莹颖娜璐晴"
SHORT: Final = 0.2
"""Share of given names of one character."""
RARE_SURNAMES: Final = ("欧阳", "上官", "诸葛", "司马", "夏侯", "东方", "皇甫", "尉迟")
"""Planted people: compound surnames that no drawn person has."""
ODD_SURNAMES: Final = ("令狐", "慕容", "司徒", "轩辕", "端木", "百里")
"""People whose rows carry planted dirt."""
RARE_GIVEN: Final = "舟澜屿岚汀筠樾弦砚洵泊淳野禾岫峤琛玥珩瑾瑜璟煦熠晟旻昀暄曜朔"


def names(rng: np.random.Generator, female: npt.NDArray[np.bool_]) -> pl.Series:
    """One drawn name a person: common surnames are common, a fifth of given names are short."""
    n = len(female)
    weight = 1.0 / (np.arange(len(SURNAMES)) + 3)
    surname = np.array(list(SURNAMES))[rng.choice(len(SURNAMES), n, p=weight / weight.sum())]
    first, second = (_given(rng, female) for _ in range(2))
    short = rng.random(n) < SHORT
    return pl.Series(surname) + pl.Series(first) + pl.Series(np.where(short, "", second))


def _given(rng: np.random.Generator, female: npt.NDArray[np.bool_]) -> npt.NDArray[np.str_]:
    his, hers = (np.array(list(letters)) for letters in (MALE, FEMALE))
    at = rng.random(len(female))
    drawn: npt.NDArray[np.str_] = np.where(
        female, hers[(at * len(hers)).astype(int)], his[(at * len(his)).astype(int)]
    )
    return drawn


def unique_names(count: int, surnames: tuple[str, ...]) -> list[str]:
    """So many different names, all under these surnames."""
    letters = len(RARE_GIVEN)
    room = len(surnames) * letters * letters
    if count > room:
        raise ValueError(
            f"{count} unique names asked, {room} can be made: add surnames to names.py."
        )
    return [
        surnames[i % len(surnames)]
        + RARE_GIVEN[i // len(surnames) % letters]
        + RARE_GIVEN[i // len(surnames) // letters]
        for i in range(count)
    ]
