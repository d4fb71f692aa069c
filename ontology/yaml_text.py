"""YAML as people write it: `on` is a word, 1099.99 is exact, and every part knows its line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import yaml

from ontology.errors import Fault, PolicyError
from ontology.files import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOOLEAN: Final = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")


class ExactLoader(yaml.CSafeLoader):
    """The safe loader over libyaml, with YAML 1.2's booleans and with decimals for floats."""


ExactLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in known if tag != "tag:yaml.org,2002:bool"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
ExactLoader.add_implicit_resolver("tag:yaml.org,2002:bool", BOOLEAN, list("tTfF"))
ExactLoader.add_constructor(
    "tag:yaml.org,2002:float", lambda _, node: Decimal(str(node.value).replace("_", ""))
)


def read_yaml(path: Path) -> tuple[Any, yaml.Node | None]:
    """What a file says, and its tree of nodes with lines (None where it is empty).

    Raises:
        PolicyError: where the text is not YAML, or says one key twice.
    """
    text = text_of(path)
    try:
        loader = ExactLoader(text)
        tree = loader.get_single_node()
        said = None if tree is None else loader.construct_document(tree)
    except yaml.YAMLError as error:
        raise PolicyError(Fault(str(path), _line(error, text), _says(error))) from error
    except ValueError as error:
        raise PolicyError(Fault(str(path), 1, f"not YAML: {error}")) from error
    twice = [
        Fault(str(path), key.start_mark.line + 1, f"`{key.value}` is said twice; only one can hold")
        for key in _said_twice(tree)
    ]
    if twice:
        raise PolicyError(*twice)
    return said, tree


def _said_twice(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """The keys that a mapping has had before, anywhere in the tree."""
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _said_twice(part)
    if isinstance(node, yaml.MappingNode):
        known: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in known:
                    yield key
                known.add(key.value)
            yield from _said_twice(value)


def _line(error: yaml.YAMLError, text: str) -> int:
    """Where the text goes wrong; what is never closed goes wrong where it is opened."""
    mark, opened = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    if opened is not None and (mark is None or mark.index >= len(text.rstrip())):
        mark = opened
    return mark.line + 1 if mark else 1


def _says(error: yaml.YAMLError) -> str:
    why, when = (getattr(error, name, None) for name in ("problem", "context"))
    return f"not YAML: {why or 'it cannot be read'}{f' ({when})' if when else ''}"
