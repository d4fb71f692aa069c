"""Reasons cite the rows of the departments' newer files, each by its file."""

import json
from pathlib import Path

import polars as pl
import pytest

from aidgraph.road import Road
from tests.aidgraph.conftest import settings

CITED = [
    ("fire_now", "MZ10", "急难事项登记.csv"),
    ("bill_db_fen", "YB02", "医疗费用结算_"),
    ("pupil_db", "JY03", "学籍信息_"),
    ("union_below", "GH01", "工会会员实名库.csv"),
    ("power_db", "DL01", "供电户表档案.csv"),
    ("jobless_db", "RS01", "失业登记名册.xlsx"),
    ("rehab_below", "CL01", "残疾儿童康复评估.xlsx"),
    ("cancer_db", "FL01", "重特大疾病患者名单.xlsx"),
    ("bereaved_below", "TY01", "优抚对象和退役军人.xlsx"),
]


@pytest.fixture(scope="module")
def road(home: Path) -> Road:
    return Road(settings(home))


@pytest.mark.parametrize(("scenario", "programme", "file"), CITED)
def test_a_gap_cites_the_row_that_opens_it(
    road: Road, home: Path, scenario: str, programme: str, file: str
) -> None:
    truth = pl.read_csv(home / "truth" / "truth.csv", infer_schema=False)
    (line,) = truth.filter(scenario=scenario, programmes=programme, verdict="found").to_dicts()
    unit, number = ("person", "id_number") if line["id_number"] else ("household", "number")
    ids = road.lake.read("people" if unit == "person" else "households").collect()
    said = line["id_number"] or line["household_number"]
    unit_id = ids.filter(pl.col(number) == said)[unit].item()
    told = json.dumps(road.reasons(unit, unit_id, programme), ensure_ascii=False)
    assert file in told
