"""The parts of a county decided by Spark: the same code on each, the same decisions to the row.

Spark reads the files that a version of the lake names, sends every row to the parts that see whom
it is about, and hands each part to a worker. The driver holds who is tied to whom and nothing else
of everyone; what workers decide is written to a folder that all machines must see.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from deltalake import DeltaTable

from graph_loader.links import given_numbers
from graph_loader.scratch import scratch_folder
from matching.decide import decide
from matching.parts import PLACE, SEATED, Part, own
from matching.piece import TABLES, Piece, piece_of
from matching.population import population
from matching.run import code_version
from matching.seats import seats
from matching.stated import NUMBERED, numbers_of
from matching.ties import reach, ties
from ontology.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from graph_loader.lake import Lake
    from matching.seats import Seats
    from ontology.pack import Pack

HOME: Final = "_home"
WHOLE: Final = ("files", "completeness")
LINK: Final = ("source", "key", "person", "version")
MADE: Final = "part int, name string, rows binary"
TYPES: Final[Mapping[Any, str]] = {
    pl.String: "string",
    pl.Int64: "bigint",
    pl.UInt32: "bigint",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


@dataclass(frozen=True)
class Handed:
    """A version of the lake as a worker was handed it: one part's rows, and the small tables."""

    tables: Mapping[str, pl.DataFrame]
    at: int

    def version(self) -> int:
        return self.at

    def read(self, table: str) -> pl.LazyFrame:
        rows = self.tables.get(table, pl.DataFrame())
        return (rows.sort(PLACE).drop(PLACE) if PLACE in rows.columns else rows).lazy()


@dataclass(frozen=True)
class Order:
    """What a worker must know besides its rows: the pack, the code, the day, and their shape.

    `shapes`: the columns of each table; `whole`: the small tables, which every part sees.
    """

    pack: Path
    digest: str
    code: str
    as_of: date
    version: int
    of: int
    shapes: Mapping[str, Mapping[str, pl.DataType]]
    whole: Mapping[str, bytes]

    def decided(self, key: tuple[pa.Scalar[Any], ...], rows: pa.Table) -> pa.Table:
        """The rows of one part to the tables of its piece."""
        number = int(key[0].as_py())
        tables = self.tables(pl.DataFrame(rows))
        pack = _pack(self.pack, self.digest, self.code)
        everyone = population(Handed(tables, self.version), pack, self.as_of)
        home = tables[HOME].with_columns(part=pl.lit(number))
        part = Part(number, self.of, everyone, own(everyone, home, number))
        piece = piece_of(everyone, decide(pack, everyone, self.as_of), part.mine)
        told = {"part": [number] * len(TABLES), "name": list(TABLES)}
        told |= {"rows": [_written(table) for table in piece.tables().values()]}
        types = {"part": pl.Int32, "name": pl.String, "rows": pl.Binary}
        return pl.DataFrame(told, schema=types).to_arrow(compat_level=pl.CompatLevel.oldest())

    def tables(self, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Each table of the lake from rows of JSON, in its own columns."""
        found = {name: pl.read_ipc(io.BytesIO(told)) for name, told in self.whole.items()}
        for name, shape in self.shapes.items():
            mine = rows.filter(pl.col("name") == name)["row"]
            found[name] = _read(mine, shape)
        return found


def _read(rows: pl.Series, shape: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows of JSON as columns; a day is a text there."""
    said = {n: pl.String() if of == pl.Date else of for n, of in shape.items()}
    table = rows.str.json_decode(pl.Struct(said)).struct.unnest()
    days = [name for name, of in shape.items() if of == pl.Date]
    return table.with_columns(pl.col(days).str.to_date("%Y-%m-%d"))


def _written(table: pl.DataFrame) -> bytes:
    text = io.BytesIO()
    table.write_ipc(text, compression="zstd")
    return text.getvalue()


@cache
def _pack(path: Path, digest: str, code: str) -> Pack:
    """The pack of a worker, which must be that of the driver, as its code must be.

    Raises:
        RuntimeError: where this machine has another.
    """
    pack = read_pack(path)
    if pack.digest != digest:
        raise RuntimeError(f"The pack in {path} on this machine is another than the driver's.")
    if code_version() != code:
        says = f"Release {code_version()} is installed on this machine, the driver's is {code}."
        raise RuntimeError(says)
    return pack


def pieces(
    spark: SparkSession, seen: tuple[Lake, date], pack: Pack, size: int, *, scratch: Path
) -> Iterator[Piece]:
    """Everyone's pieces in parts of about so many households, decided by Spark.

    `scratch`: a folder that driver and workers see by the same path.
    """
    lake, as_of = seen
    with scratch_folder("spark", scratch) as made_in:
        folder = made_in.resolve()
        made = seats(ties(lake, pack), reach(pack), size)
        rows = _seated(spark, lake, pack, made, folder)
        order = _order(lake, pack, as_of, made.of)
        done = rows.groupBy("part").applyInArrow(_worker(order), MADE)
        done.write.parquet(str(folder / "pieces"))
        for file in sorted((folder / "pieces").glob("*.parquet")):
            for _, told in pl.read_parquet(file).group_by("part"):
                yield _piece(told)


def _worker(order: Order) -> Callable[[Any, Any], Any]:
    """What Spark calls with the number and the rows of a part: it takes functions, not methods."""

    def decided(key: Any, rows: Any) -> Any:  # noqa: ANN401 - tables of Arrow, handed on as they are
        return order.decided(key, rows)

    return decided


def _piece(told: pl.DataFrame) -> Piece:
    tables = dict(told.select("name", "rows").iter_rows())
    return Piece(**{name: pl.read_ipc(io.BytesIO(tables[name])) for name in TABLES})


def _order(lake: Lake, pack: Pack, as_of: date, of: int) -> Order:
    shapes = {name: dict(lake.read(name).collect_schema()) for name in _tables(lake, pack)}
    for name in SEATED:
        shapes[name] = {PLACE: pl.UInt32(), **lake.read(name).collect_schema()}
    return Order(
        pack=pack.path.resolve(),
        digest=pack.digest,
        code=code_version(),
        as_of=as_of,
        version=lake.version(),
        of=of,
        shapes={**shapes, HOME: {"id": pl.String()}},
        whole={name: _written(lake.read(name).collect()) for name in WHOLE}
        | {"links": _links(lake)},
    )


def _links(lake: Lake) -> bytes:
    """Which rows a link gives to whom, without what it weighed."""
    links = lake.read("links")
    held = [name for name in LINK if name in links.collect_schema()]
    return _written(links.select(held).collect())


def _tables(lake: Lake, pack: Pack) -> list[str]:
    """The tables of rows that there are."""
    held = lake.tables()
    return [name for source in pack.sources if (name := f"rows_{source}") in held]


def _seated(spark: SparkSession, lake: Lake, pack: Pack, made: Seats, folder: Path) -> DataFrame:
    """part, name, row: each row of the lake once for every part that sees it, as JSON."""
    from pyspark.sql import functions as f

    once: list[DataFrame] = []
    again: list[DataFrame] = []
    for name in _tables(lake, pack):
        loads = lake.read(name).select(pl.col("_load").n_unique()).collect().item()
        (again if loads > 1 else once).append(_told(_stored(spark, lake, name), name))
    for name in SEATED:
        held = lake.read(name).with_row_index(PLACE)
        once.append(_told(_handed(spark, held, folder / name), name))
    if again:
        once.append(_newest(reduce(_both, again)))
    rows = reduce(_both, once)
    given = given_numbers(lake)
    if given.height:
        names = given.select(name=pl.format("rows_{}", "source"), key="_key", given="given")
        told = _handed(spark, names.lazy(), folder / "given")
        rows = rows.join(told, ["name", "key"], "left").withColumn(
            "person", f.coalesce(f.concat(f.lit("number "), "given"), "person")
        )
    for unit, parts_of in _keys(lake, made).items():
        rows = rows.join(_handed(spark, parts_of.lazy(), folder / f"{unit}_parts"), unit, "left")
    none = f.array().cast("array<int>")
    seen = f.array_union(*(f.coalesce(f"{unit}_parts", none) for unit in NUMBERED))
    nobody = f.array(f.pmod(f.hash("key"), f.lit(made.of)).cast("int"))
    rows = rows.withColumn("part", f.explode(f.when(f.size(seen) > 0, seen).otherwise(nobody)))
    home = _handed(spark, made.home.cast({"part": pl.Int32}).lazy(), folder / "home")
    homes = home.select("part", f.lit(HOME).alias("name"), f.to_json(f.struct("id")).alias("row"))
    seated: DataFrame = rows.select("part", "name", "row").unionByName(homes)
    return seated


def _both(one: DataFrame, other: DataFrame) -> DataFrame:
    return one.unionByName(other)


def _told(rows: DataFrame, name: str) -> DataFrame:
    """The rows of a table with whom they are about, their key and load, and all of it as JSON."""
    from pyspark.sql import functions as f

    held = set(rows.columns)

    def column(word: str, of: str = "string") -> Any:  # noqa: ANN401 - a column of Spark
        return f.col(word) if word in held else f.lit(None).cast(of)

    who = [
        f.coalesce(
            f.concat(f.lit("number "), column(f"{unit}_number")),
            f.concat(f.lit("id "), column(unit)),
        ).alias(unit)
        for unit in NUMBERED
    ]
    return rows.select(
        *who,
        column("_key").alias("key"),
        column("_load", "bigint").alias("load"),
        f.lit(name).alias("name"),
        f.to_json(f.struct(*rows.columns)).alias("row"),
    )


def _newest(rows: DataFrame) -> DataFrame:
    """The rows without those whose key a later load brought again."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    last = f.max("load").over(Window.partitionBy("name", "key"))
    return rows.withColumn("last", last).filter("load = last").drop("last")


def _stored(spark: SparkSession, lake: Lake, name: str) -> DataFrame:
    """The files that the lake's version of a table names, with all columns that it has."""
    table = DeltaTable(lake.root / name, version=lake.tables()[name])
    shape = lake.read(name).collect_schema()
    columns = ", ".join(f"`{column}` {TYPES[type(of)]}" for column, of in shape.items())
    return spark.read.schema(columns).parquet(*table.file_uris())


def _handed(spark: SparkSession, rows: pl.LazyFrame, file: Path) -> DataFrame:
    """What the driver hands to Spark, by a file of the scratch folder."""
    rows.sink_parquet(f"{file}.parquet")
    return spark.read.parquet(f"{file}.parquet")


def _keys(lake: Lake, made: Seats) -> dict[str, pl.DataFrame]:
    """The parts that see each person and household, by number and by id."""
    found = {}
    for unit, seen in {"person": made.people, "household": made.households}.items():
        name = f"{unit}_parts"
        parts_of = seen.group_by(unit).agg(pl.col("part").cast(pl.Int32).alias(name))
        numbers = numbers_of(lake, unit).join(parts_of, on=unit)
        by_number = numbers.select(pl.format("number {}", f"{unit}_number").alias(unit), name)
        by_id = parts_of.select(pl.format("id {}", unit).alias(unit), name)
        found[unit] = pl.concat([by_number, by_id])
    return found
