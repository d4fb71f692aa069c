"""YAML as people write it: `on` is a word, 1099.99 is exact, and every part knows its line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from pathlib import Path

BOOLEAN: Final = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")


class ExactLoader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's booleans (only true and false) and decimals for floats."""


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
        yaml.YAMLError: where the text is not YAML.
    """
    text = path.read_text(encoding="utf-8")
    return yaml.load(text, Loader=ExactLoader), yaml.compose(text, Loader=ExactLoader)  # noqa: S506 - a SafeLoader
