"""SQL of a formula to its tree: an allow-list, types, and every word looked up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from ontology.errors import Fault, did_you_mean
from ontology.formula_tree import (
    Age,
    Aggregate,
    Among,
    Arithmetic,
    AtLeastKnown,
    Both,
    Choice,
    Column,
    Comparison,
    Day,
    Either,
    Extreme,
    Fallback,
    Months,
    Node,
    Number,
    Opposite,
    Round,
    Standard,
    Truth,
    Type,
    Within,
    Word,
    type_of,
)
from ontology.regions import LEVELS
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MEMBER: Final = "member"
TYPES: Final[dict[str, Type]] = {
    "decimal": "number",
    "integer": "number",
    "boolean": "boolean",
    "string": "text",
    "region": "text",
    "enum": "text",
    "date": "date",
}
ARITHMETIC: Final = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
COMPARISON: Final = {
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.EQ: "=",
    exp.NEQ: "<>",
}
ROUNDINGS: Final = {"ROUND_UP": "up", "ROUND_DOWN": "down"}
HARMLESS: Final = {"big_int", "ignore_nulls", "typed", "safe"}
"""Marks that sqlglot sets by itself and that change nothing here."""
HOLE: Final = Column("", "", "any")
"""Stands where a fault was noted, so that the rest of a formula is still checked."""
FUNCTIONS: Final = ("AGE", "MONTHS_SINCE", "AT_LEAST", "WITHIN", "ENROLLED", *ROUNDINGS)
BINARY: Final = ("this", "expression")
LIST: Final = ("this", "expressions")


class Parser:
    """One reading of one formula; faults are gathered, a hole stands where each was."""

    def __init__(self, text: str, vocabulary: Vocabulary, unit: str, *, reading: bool) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.unit = unit
        self.reading = reading
        self.faults: list[Fault] = []
        self.over: str | None = None
        self.rounding = False

    def fault(self, says: str) -> Node:
        self.faults.append(Fault("", 0, f"{says} In `{self.text}`."))
        return HOLE

    def node(self, sql: exp.Expr | None) -> Node:
        """The tree of one piece of SQL."""
        if sql is None or type(sql) not in ALLOWED:
            name = "nothing" if sql is None else sql.key.upper()
            return self.fault(f"A formula may not say {name}.")
        read, allowed = ALLOWED[type(sql)]
        extra = [k for k, v in sql.args.items() if v and k not in allowed and k not in HARMLESS]
        if extra:
            return self.fault(f"{sql.key.upper()} may not carry {', '.join(extra)}.")
        return read(self, sql)

    def nodes(self, parts: Sequence[exp.Expr]) -> tuple[Node, ...]:
        return tuple(self.node(part) for part in parts)

    def want(self, node: Node, wanted: Type, what: str) -> Node:
        """The node, which must be of a type."""
        if type_of(node) not in (wanted, "any"):
            self.fault(f"{what} takes a {wanted}, not a {type_of(node)}.")
        return node

    def literal(self, sql: exp.Expr) -> Node:
        if sql.args.get("is_string"):
            return Word(str(sql.this))
        return Number(Decimal(str(sql.this)))

    def truth(self, sql: exp.Expr) -> Node:
        return Truth(bool(sql.this))

    def inner(self, sql: exp.Expr) -> Node:
        return self.node(sql.this)

    def cast(self, sql: exp.Expr) -> Node:
        value, to = sql.this, sql.args["to"]
        if isinstance(value, exp.Literal) and to.this == exp.DataType.Type.DATE:
            return self.day(str(value.this))
        return self.fault("The only cast is DATE 'yyyy-mm-dd'.")

    def day(self, text: str) -> Node:
        try:
            return Day(date.fromisoformat(text))
        except ValueError:
            return self.fault(f"`{text}` is not a date.")

    def negative(self, sql: exp.Expr) -> Node:
        part = self.want(self.node(sql.this), "number", "A minus")
        if isinstance(part, Number):
            return Number(-part.value)
        return Arithmetic("-", Number(Decimal(0)), part)

    def arithmetic(self, sql: exp.Expr) -> Node:
        operator: Any = ARITHMETIC[type(sql)]  # type: ignore[index]
        if operator == "/" and not self.rounding:
            return self.fault(
                "Division is not exact: write a ratio (ag:numerator, ag:denominator), or divide"
                " inside ROUND, ROUND_UP or ROUND_DOWN."
            )
        left, right = self.node(sql.this), self.node(sql.args["expression"])
        for part in (left, right):
            self.want(part, "number", f"`{operator}`")
        return Arithmetic(operator, left, right)

    def comparison(self, sql: exp.Expr) -> Node:
        operator: Any = COMPARISON[type(sql)]  # type: ignore[index]
        return self.compared(operator, self.node(sql.this), self.node(sql.args["expression"]))

    def compared(self, operator: Any, left: Node, right: Node) -> Node:  # noqa: ANN401
        left, right = self.as_like(left, right), self.as_like(right, left)
        types = {type_of(left), type_of(right)} - {"any"}
        if len(types) > 1:
            return self.fault(f"A {type_of(left)} beside a {type_of(right)}.")
        if types & {"text", "boolean"} and operator not in ("=", "<>"):
            return self.fault(f"`{operator}` orders numbers and dates only.")
        return Comparison(operator, left, right)

    def as_like(self, node: Node, other: Node) -> Node:
        """A literal text beside a date is a date; beside an enumeration, one of its values."""
        if not isinstance(node, Word):
            return node
        if type_of(other) == "date":
            return self.day(node.value)
        item = self.vocabulary.field(other.name) if isinstance(other, Column) else None
        if item and item.values and node.value not in item.values:
            known = ", ".join(item.values)
            near = did_you_mean(node.value, item.values)
            return self.fault(f"`{item.name}` is never `{node.value}`; it is {known}.{near}")
        return node

    def between(self, sql: exp.Expr) -> Node:
        value = self.node(sql.this)
        low, high = self.node(sql.args["low"]), self.node(sql.args["high"])
        return Both((self.compared(">=", value, low), self.compared("<=", value, high)))

    def among(self, sql: exp.Expr) -> Node:
        value = self.node(sql.this)
        options = tuple(self.as_like(o, value) for o in self.nodes(sql.args["expressions"]))
        for option in options:
            if not isinstance(option, Number | Word | Day) and option is not HOLE:
                return self.fault("IN takes a list of literals.")
            if type_of(option) not in (type_of(value), "any"):
                return self.fault(f"A {type_of(option)} in a list for a {type_of(value)}.")
        return Among(value, options)

    def logic(self, sql: exp.Expr) -> Node:
        kind = Both if isinstance(sql, exp.And) else Either
        parts = self.nodes(list(sql.flatten()))
        return kind(tuple(self.want(part, "boolean", sql.key.upper()) for part in parts))

    def opposite(self, sql: exp.Expr) -> Node:
        return Opposite(self.want(self.node(sql.this), "boolean", "NOT"))

    def choice(self, sql: exp.Expr) -> Node:
        if sql.args.get("default") is None:
            return self.fault("A CASE needs an ELSE.")
        subject = None if sql.args.get("this") is None else self.node(sql.this)
        branches = []
        for branch in sql.args["ifs"]:
            when = self.node(branch.this)
            when = when if subject is None else self.compared("=", subject, when)
            branches.append(
                (self.want(when, "boolean", "WHEN"), self.node(branch.args.get("true")))
            )
        otherwise = self.node(sql.args["default"])
        if len({type_of(v) for _, v in branches} | {type_of(otherwise)} - {"any"}) > 1:
            return self.fault("The branches of a CASE are of different types.")
        return Choice(tuple(branches), otherwise)

    def filtered(self, sql: exp.Expr) -> Node:
        if not isinstance(sql.this, exp.Count | exp.Sum | exp.Min | exp.Max):
            return self.fault("FILTER stands after COUNT, SUM, MIN or MAX.")
        return self.aggregate(sql.this, sql.args["expression"].this)

    def aggregate(self, sql: exp.Expr, where: exp.Expr | None = None) -> Node:
        """COUNT, SUM, MIN or MAX over members, kin or records."""
        function: Any = sql.key.upper()
        tables = {
            column.table.lower()
            for part in (sql, where)
            if part is not None
            for column in part.find_all(exp.Column)
            if column.table and column.table.lower() != "std"
        }
        if isinstance(sql, exp.Count):
            if not isinstance(sql.this, exp.Column) or sql.this.table:
                return self.fault("COUNT counts rows: write COUNT(member), or a kind of record.")
            tables.add(sql.this.name.lower())
        over = self.counted(tables)
        if over is None:
            return HOLE
        if self.over is not None:
            return self.fault("An aggregate inside an aggregate: make the inner one an indicator.")
        self.over, value, condition = over, None, None
        if not isinstance(sql, exp.Count):
            value = self.node(sql.this)
            if function == "SUM":
                self.want(value, "number", "SUM")
        if where is not None:
            condition = self.want(self.node(where), "boolean", "WHERE")
        self.over = None
        return Aggregate(function, over, value, condition)

    def counted(self, tables: set[str]) -> str | None:
        """The rows that an aggregate runs over, from the tables that its columns name."""
        kinds = {
            name
            for name, kind in self.vocabulary.kinds.items()
            if self.unit in (kind.owner, HOUSEHOLD)
        }
        known = kinds | (
            {MEMBER} if self.unit == HOUSEHOLD else {KIN} if self.unit == PERSON else set()
        )
        for table in sorted(tables - known):
            self.fault(f"No rows `{table}` of a {self.unit}.{did_you_mean(table, known)}")
        if tables - known:
            return None
        rows = tables - {MEMBER} or tables
        if len(rows) != 1:
            self.fault("An aggregate runs over one kind of rows.")
            return None
        return rows.pop()

    def column(self, sql: exp.Expr) -> Node:
        of, name = str(sql.args["table"].name).lower() if sql.args.get("table") else "", sql.name
        if of == "std":
            if name not in self.vocabulary.standards:
                near = did_you_mean(name, self.vocabulary.standards)
                return self.fault(f"No standard `std.{name}`.{near}")
            return Standard(name)
        unit = self.unit_of(of)
        if unit is None:
            return self.fault(f"No `{of}.` here: use it inside COUNT, SUM, MIN or MAX.")
        if of == KIN and name == "kind":
            return Column(of, name, "text")
        columns = self.vocabulary.columns(unit)
        if name not in columns:
            place = f"{of}." if of else ""
            near = did_you_mean(name, columns)
            return self.fault(f"No property `{place}{name}` of a {unit}.{near}")
        item = self.vocabulary.field(name)
        return Column(of, name, TYPES[item.datatype] if item else "boolean")

    def unit_of(self, of: str) -> str | None:
        """Whose columns a prefix names in this place; None where it may not stand."""
        if not of:
            return self.unit
        if of == HOUSEHOLD and self.unit == PERSON and self.over is None:
            return HOUSEHOLD
        if self.over is None:
            return None
        if of == self.over:
            return PERSON if of in (MEMBER, KIN) else of
        kind = self.vocabulary.kinds.get(self.over)
        return PERSON if of == MEMBER and kind and kind.owner == PERSON else None

    def fallback(self, sql: exp.Expr) -> Node:
        if not self.reading:
            return self.fault(
                "COALESCE turns an unknown into a value: say in ag:reading which reading of the law"
                " allows it."
            )
        parts = self.nodes([sql.this, *sql.expressions])
        for part in parts:
            self.want(part, type_of(parts[0]), "COALESCE")
        return Fallback(parts)

    def extreme(self, sql: exp.Expr) -> Node:
        parts = self.nodes([sql.this, *sql.expressions])
        name = sql.key.upper()
        return Extreme(
            isinstance(sql, exp.Greatest), tuple(self.want(part, "number", name) for part in parts)
        )

    def rounded(self, sql: exp.Expr) -> Node:
        return self.rounding_of("nearest", [sql.this, *filter(None, [sql.args.get("decimals")])])

    def rounding_of(self, way: Any, parts: Sequence[exp.Expr]) -> Node:  # noqa: ANN401
        outer, self.rounding = self.rounding, True
        value, *digits = self.nodes(parts)
        self.rounding = outer
        self.want(value, "number", "A rounding")
        match digits:
            case []:
                return Round(value, 0, way)
            case [Number(places)] if places in range(7):
                return Round(value, int(places), way)
        return self.fault("A rounding takes a number of decimals from 0 to 6.")

    def function(self, sql: exp.Expr) -> Node:  # noqa: PLR0911 - one case a function
        """The functions that SQL does not have."""
        name, parts = str(sql.this).upper(), sql.expressions
        if name in ROUNDINGS and parts:
            return self.rounding_of(ROUNDINGS[name], parts)
        match name, self.nodes(parts):
            case "AGE", (birth,):
                return Age(self.want(birth, "date", name))
            case "MONTHS_SINCE", (since,):
                return Months(self.want(since, "date", name))
            case "AT_LEAST", (value, Number(bound)):
                return AtLeastKnown(self.want(value, "number", name), bound)
            case "WITHIN", (region, ancestor, *level):
                return self.inside(region, ancestor, level)
            case "ENROLLED", (Word(programme),):
                return self.enrolled(programme)
            case _:
                pass
        near = did_you_mean(name, FUNCTIONS)
        return self.fault(f"No function {name} with {len(parts)} arguments.{near}")

    def inside(self, region: Node, ancestor: Node, level: Sequence[Node]) -> Node:
        for part in (region, ancestor):
            self.want(part, "text", "WITHIN")
        match level:
            case []:
                return Within(region, ancestor)
            case [Word(place)] if place in LEVELS:
                return Within(region, ancestor, place)
        return self.fault(f"WITHIN takes two regions and perhaps a level: {', '.join(LEVELS)}.")

    def enrolled(self, programme: str) -> Node:
        known = self.vocabulary.programmes
        if programme not in known:
            return self.fault(f"No programme `{programme}`.{did_you_mean(programme, known)}")
        return Column(self.over or "", f"enrolled_{programme}", "boolean")


ALLOWED: Final[dict[type[exp.Expr], tuple[Callable[[Parser, Any], Node], tuple[str, ...]]]] = {
    exp.Literal: (Parser.literal, ("this", "is_string")),
    exp.Boolean: (Parser.truth, ("this",)),
    exp.Paren: (Parser.inner, ("this",)),
    exp.Column: (Parser.column, ("this", "table")),
    exp.Cast: (Parser.cast, ("this", "to")),
    exp.Neg: (Parser.negative, ("this",)),
    **dict.fromkeys(ARITHMETIC, (Parser.arithmetic, BINARY)),
    **dict.fromkeys(COMPARISON, (Parser.comparison, BINARY)),
    exp.Between: (Parser.between, ("this", "low", "high")),
    exp.In: (Parser.among, LIST),
    exp.And: (Parser.logic, BINARY),
    exp.Or: (Parser.logic, BINARY),
    exp.Not: (Parser.opposite, ("this",)),
    exp.Case: (Parser.choice, ("this", "ifs", "default")),
    exp.Filter: (Parser.filtered, BINARY),
    exp.Count: (Parser.aggregate, ("this",)),
    exp.Sum: (Parser.aggregate, ("this",)),
    exp.Min: (Parser.aggregate, ("this",)),
    exp.Max: (Parser.aggregate, ("this",)),
    exp.Coalesce: (Parser.fallback, LIST),
    exp.Greatest: (Parser.extreme, LIST),
    exp.Least: (Parser.extreme, LIST),
    exp.Round: (Parser.rounded, ("this", "decimals")),
    exp.Anonymous: (Parser.function, LIST),
}
"""What a formula may say: who reads it, and what it may carry. Everything else is a fault."""
