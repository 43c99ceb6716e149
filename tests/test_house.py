"""The house: who may import whom, and that every verb, setting and command is written down where people look."""

import ast
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.commands.registry import TYPED
from bot.config import Settings

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"

MAY_IMPORT = {
    "errors": set(),
    "config": {"errors"},
    "logs": set(),
    "objectives": {"errors"},
    "quantive": {"errors", "objectives"},
    "store": {"errors", "objectives"},
    "views": {"objectives"},
    "commands": {"errors", "objectives", "views", "notify"},
    "notify": {"errors", "logs", "objectives", "views", "store"},
    "slack": {"errors", "objectives", "views", "commands", "notify"},
    "work": {"errors", "objectives", "views", "store"},
    "listeners": {"errors", "logs", "objectives", "views", "commands", "slack", "jobs"},
    "jobs": {"errors", "logs", "objectives", "views", "commands", "slack"},
    "embedded": set(),
    "notifying": {"objectives", "notify", "slack", "store"},
    "app": {
        *("errors", "config", "logs", "objectives", "views", "commands", "slack", "store", "work", "jobs", "notify"),
        *("notifying", "listeners"),
    },
    "web": {"app"},
    "backend": {"config", "embedded", "quantive", "store"},
}
"""By part, the parts of ``bot`` it may import; a part that is not here may import every one."""


def part_of(path: Path) -> str:
    return path.relative_to(BOT).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module] if node.module != "bot" else [f"bot.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("bot.")}
    return found


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_imports_run_one_way(part: str):
    wrong = {
        f"{path.relative_to(ROOT)} imports bot.{name}"
        for path in BOT.rglob("*.py")
        if part_of(path) == part
        for name in imports_of(path) - {part} - MAY_IMPORT[part]
    }
    assert wrong == set()


def test_the_embedded_world_imports_nothing_of_the_bot():
    text = "\n".join(path.read_text(encoding="utf-8") for path in (BOT / "embedded").rglob("*.py"))
    assert set(re.findall(r"(?:from|import) bot\.(\w+)", text)) <= {"embedded"}


def test_no_module_of_the_bot_imports_another_in_a_circle():
    trees = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in BOT.rglob("*.py")
    }
    graph: dict[str, set[str]] = {name: set() for name in trees}
    for name, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                graph[name] |= {one if one in trees else node.module for one in whole}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join((*way, name))
        if name in done or name not in graph:
            return
        for other in graph[name]:
            visit(other, (*way, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_the_manifest_is_valid_and_names_every_verb_in_its_hint():
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    jsonschema.validate(manifest, yaml.safe_load((ROOT / "tests/manifest.schema.json").read_text(encoding="utf-8")))
    command = manifest["features"]["slash_commands"][0]
    assert command["should_escape"] is True
    for verb in TYPED:
        assert verb.name in command["usage_hint"]


@pytest.mark.parametrize("verb", [verb.name for verb in TYPED])
def test_every_verb_has_help_with_an_example_and_a_line_in_the_readme(verb: str):
    shown = next(one.help for one in TYPED if one.name == verb)
    assert shown is not None
    assert all(example.startswith("/okr") for example in shown.examples)
    assert f"`/okr {shown.usage.replace('|', chr(92) + '|')}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_readme_and_in_the_example():
    readme, example = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", ".env.example"))
    for name in Settings.__dataclass_fields__:
        assert f"`{name.upper()}`" in readme
        assert f"\n{name.upper()}=" in example


def test_every_scope_of_the_manifest_has_its_reason_in_the_readme():
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for scope in manifest["oauth_config"]["scopes"]["bot"]:
        assert f"| `{scope}` |" in readme


def test_no_name_is_a_drawer_for_anything():
    drawers = {"utils", "util", "helpers", "helper", "manager", "data", "misc", "common"}
    assert not [path for path in BOT.rglob("*.py") if path.stem in drawers]
