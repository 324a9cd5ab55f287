"""The arrows of the design: a part imports only what stands above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lib" / "cartproof"

LAYERS = (
    ("errors", "imports", "secrets"),
    ("store",),
    ("findings",),
    ("scopes",),
    ("runbook",),
    ("vendors",),
    ("checks",),
    ("run",),
    ("audit",),
    ("report",),
    ("filing",),
    ("fleet",),
    ("ui",),
    ("batch",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """Return the part that a module belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def is_for_types(node: ast.AST) -> bool:
    """Tell whether a block is read by type checkers only."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports_of(tree: ast.AST) -> list[tuple[int, str]]:
    """Return (line, module) of every import that happens when the program runs."""
    found: list[tuple[int, str]] = []
    for node in ast.iter_child_nodes(tree):
        if is_for_types(node):
            continue
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            module = node.module or ""
            found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
        found += imports_of(node)
    return found


def upward(part: str, imported: str) -> bool:
    """Tell whether importing `cartproof.<imported>` from a part is an arrow that goes up."""
    if part == imported:
        return False
    if part == "sandbox" or imported in {"cli", "sandbox"}:
        return part != "cli"
    return part != "cli" and RANK[imported] >= RANK[part]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_part_imports_only_what_stands_above_it(path: Path) -> None:
    """Each module's imports of the package point one way, and the sandbox's nowhere."""
    part = part_of(path)
    if part == "__init__":
        return
    for line, module in imports_of(ast.parse(path.read_text(encoding="utf-8"))):
        names = module.split(".")
        if names[0] != "cartproof" or names[1:] in ([], ["__version__"], ["open_run"]):
            continue
        assert not upward(part, names[1]), f"{path.name}:{line}: {part} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_store_speaks_http(path: Path) -> None:
    """`requests` is imported under `store/` alone."""
    if part_of(path) != "store":
        modules = [m.split(".")[0] for _, m in imports_of(ast.parse(path.read_text("utf-8")))]
        assert not {"requests", "urllib3", "httpx", "aiohttp"} & set(modules)


def test_every_part_has_its_place() -> None:
    """No folder or module of the package stands outside the drawing."""
    parts = {part_of(path) for path in MODULES} - {"__init__", "cli", "sandbox"}
    assert parts <= set(RANK)


@pytest.mark.parametrize(
    ("part", "imported", "is_upward"),
    [
        ("store", "scopes", True),
        ("scopes", "store", False),
        ("run", "report", True),
        ("sandbox", "errors", True),
        ("batch", "sandbox", True),
        ("cli", "sandbox", False),
        ("errors", "secrets", True),
    ],
)
def test_the_rule_itself_can_fail(part: str, imported: str, is_upward: bool) -> None:
    """The check calls an upward arrow upward, and no other."""
    assert upward(part, imported) is is_upward
