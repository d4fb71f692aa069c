"""Three-valued logic and numbers known up to two ends, one at a time: the reference's own.

Nothing here is shared with the compilers, and nothing is fast: fractions, and a case a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Truth: TypeAlias = bool | None
End: TypeAlias = Fraction | None


@dataclass(frozen=True, slots=True)
class Span:
    """A number that is `low` at least and `high` at most; None: no such end is known."""

    low: End
    high: End

    @property
    def exact(self) -> End:
        """The number, where both ends are one."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Number:
    """A quotient that nobody divides."""

    top: Span
    bottom: Span


def known(value: Fraction | int) -> Span:
    """A number without a doubt."""
    return Span(Fraction(value), Fraction(value))


ONE: Final = known(1)
NOTHING: Final = Span(None, None)


def number(value: Fraction | int | None) -> Number:
    """A plain number, or one of which nothing is known."""
    return Number(NOTHING if value is None else known(value), ONE)


UNKNOWN: Final = number(None)


def everyone(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: one no is enough, an unknown spoils a yes."""
    found = list(truths)
    if False in found:
        return False
    return None if None in found else True


def anyone(truths: Iterable[Truth]) -> Truth:
    """Kleene's or."""
    return opposite(everyone([opposite(truth) for truth in truths]))


def opposite(truth: Truth) -> Truth:
    """Kleene's not."""
    return None if truth is None else not truth


def at_least(count: int, truths: Sequence[Truth], *, whole: bool) -> Truth:
    """Whether so many hold, of a list that may not be whole."""
    if truths.count(True) >= count:
        return True
    return False if whole and truths.count(True) + truths.count(None) < count else None


def both(step: Callable[[Fraction, Fraction], Fraction], a: End, b: End) -> End:
    """What two ends make; not known unless both are."""
    return None if a is None or b is None else step(a, b)


def plus(a: Span, b: Span) -> Span:
    return Span(both(Fraction.__add__, a.low, b.low), both(Fraction.__add__, a.high, b.high))


def times(a: Span, b: Span) -> Span:
    """The product: by a known number end by end, else from whichever corners are outermost."""
    for one, other in ((a, b), (b, a)):
        if one is ONE:
            return other
        if one.exact is not None:
            ends = [both(Fraction.__mul__, end, one.exact) for end in (other.low, other.high)]
            return Span(*(ends if one.exact >= 0 else ends[::-1]))
    if a.low is not None and b.low is not None and min(a.low, b.low) >= 0:
        return Span(a.low * b.low, both(Fraction.__mul__, a.high, b.high))
    corners = [both(Fraction.__mul__, x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    sure = [corner for corner in corners if corner is not None]
    return Span(min(sure), max(sure)) if len(sure) == len(corners) else NOTHING


def add(a: Number, b: Number) -> Number:
    top = plus(times(a.top, b.bottom), times(b.top, a.bottom))
    return Number(top, times(a.bottom, b.bottom))


def subtract(a: Number, b: Number) -> Number:
    return add(a, multiply(b, number(-1)))


def multiply(a: Number, b: Number) -> Number:
    return Number(times(a.top, b.top), times(a.bottom, b.bottom))


def divide(a: Number, b: Number) -> Number:
    return Number(times(a.top, b.bottom), times(a.bottom, b.top))


def compare(operator: str, a: Number, b: Number) -> Truth:
    """Two numbers multiplied across: decided where every choice between the ends agrees."""
    left, right = times(a.top, b.bottom), times(b.top, a.bottom)
    less = decided(below(left.high, right.low), below(left.low, right.high))
    more = decided(below(right.high, left.low), below(right.low, left.high))
    apart = True if less or more else None
    same = left.exact is not None and left.exact == right.exact
    found = {
        "<": less,
        "<=": opposite(more),
        ">": more,
        ">=": opposite(less),
        "=": True if same else opposite(apart),
        "<>": False if same else apart,
    }
    return found[operator]


def below(a: End, b: End) -> Truth:
    return None if a is None or b is None else a < b


def decided(surely: Truth, possibly: Truth) -> Truth:
    """True where it holds even at the worst, false where it fails even at the best."""
    return True if surely else False if possibly is False else None


def plain(*numbers: Number) -> list[Span]:
    """Numbers that are no quotients.

    Raises:
        AssertionError: where one is: no pack here says such a thing.
    """
    assert all(each.bottom == ONE for each in numbers)
    return [each.top for each in numbers]


def extreme(pick: Callable[[Iterable[Fraction]], Fraction], numbers: Sequence[Number]) -> Number:
    """The greatest or least of some numbers; unknown if one is."""
    spans = plain(*numbers)
    ends = [[span.low for span in spans], [span.high for span in spans]]
    made = [pick([e for e in each if e is not None]) if None not in each else None for each in ends]
    return Number(Span(*made), ONE)


def floor_of(value: Number, bound: Number) -> Number:
    """The number; of one not known, only that it does not lie below its low end and the bound."""
    (top, edge) = plain(value, bound)
    if top.exact is not None:
        return value
    lows = [end for end in (top.low, edge.low) if end is not None]
    return Number(Span(max(lows), top.high), ONE)


def first_known(numbers: Sequence[Number]) -> Number:
    """The first number of which anything is known."""
    return next((each for each in numbers if each.top != NOTHING), numbers[-1])


def rounded(value: Number, digits: int, way: str) -> Number:
    """The quotient with so many decimals; nothing where the divisor is not above zero."""
    top, bottom = value.top, value.bottom
    if bottom.exact is None and top.low is not None and top.low < 0:
        return UNKNOWN

    def ends(a: End, b: End) -> End:
        if a is None or b is None or b <= 0:
            return None
        return Fraction(whole(a / b * 10**digits, way), 10**digits)

    return Number(Span(ends(top.low, bottom.high), ends(top.high, bottom.low)), ONE)


def whole(value: Fraction, way: str) -> int:
    """A whole number; the nearest one, of two the one further from zero."""
    if way == "up":
        return ceil(value)
    if way == "down":
        return floor(value)
    nearest = floor(abs(value) + Fraction(1, 2))
    return nearest if value >= 0 else -nearest


def chosen(branches: Sequence[tuple[Truth, Any]], otherwise: Any) -> Any:  # noqa: ANN401
    """The value beside the first condition that holds; of a doubt, that on which both ways agree.

    Numbers are chosen end by end.
    """
    if isinstance(otherwise, Number):
        lows = [(truth, plain(value)[0].low) for truth, value in branches]
        highs = [(truth, plain(value)[0].high) for truth, value in branches]
        top = plain(otherwise)[0]
        return Number(Span(chosen(lows, top.low), chosen(highs, top.high)), ONE)
    if not branches:
        return otherwise
    (condition, value), rest = branches[0], chosen(branches[1:], otherwise)
    if condition is None:
        return value if value == rest else None
    return value if condition else rest
