"""docs/reference.md: the commands and the Python API, as their help and docstrings have them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import click

import dxplan
from dxplan import cli, errors
from dxplan.dataset import Dataset, Frame, Gantt, Kpi, Measure, Plan, Record, Records, Source
from dxplan.views import compare, export, mark, plot, report

_HEAD = """# Reference

Made from the code by `make docs`. Tables and columns are in [dataset.md](dataset.md).
"""
_CLASSES = (Dataset, Frame, Plan, Records, Record, Measure, Kpi, Source, Gantt)
_MODULES = (plot, compare, report)


def markdown() -> str:
    """The page, as it should stand in docs/."""
    return "\n".join([_HEAD, *_commands(), *_python()]).rstrip() + "\n"


def _commands() -> Iterator[str]:
    yield "## Commands\n"
    parent = click.Context(cli.main, info_name="dxplan", **cli.main.context_settings)
    for name, command in sorted(cli.main.commands.items()):
        context = click.Context(command, info_name=name, parent=parent)
        yield f"### dxplan {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _python() -> Iterator[str]:
    yield "## Python\n"
    for function in (dxplan.run, dxplan.open, dxplan.read):
        yield _entry(f"dxplan.{function.__name__}", function)
    for kind in _CLASSES:
        yield f"### dxplan.dataset.{kind.__name__}\n\n{_text(kind)}\n"
        for name, member in _members(kind):
            yield _member(name, member)
        yield ""
    for module in _MODULES:
        for name, function in vars(module).items():
            ours = inspect.isfunction(function) and function.__module__.startswith(module.__name__)
            if ours and not name.startswith("_"):
                yield _entry(f"{_public(module.__name__)}.{name}", function)
    yield _entry("dxplan.export.export", export.export)
    yield _entry("dxplan.mark.mark", mark.mark)
    yield "### Errors\n"
    for name, kind in vars(errors).items():
        if inspect.isclass(kind) and issubclass(kind, Exception):
            yield f"- `dxplan.errors.{name}`: {_text(kind)}"


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Documented members of a class, with those of a base that has no entry of its own."""
    bases = [b for b in kind.__mro__ if b.__module__.startswith("dxplan.") and b not in _CLASSES]
    members = {name: member for one in [*bases, kind] for name, member in vars(one).items()}
    yield from ((n, m) for n, m in members.items() if not n.startswith("_") and inspect.getdoc(m))


def _public(module: str) -> str:
    """A module as it is imported: ``dxplan.compare``, which lies in ``dxplan/views``."""
    return module.replace("dxplan.views.", "dxplan.")


def _entry(name: str, function: Callable[..., Any]) -> str:
    return f"### {name}\n\n```text\n{name}{_signature(function)}\n```\n\n{_text(function)}\n"


def _member(name: str, member: Any) -> str:
    if isinstance(member, property):
        return f"- **{name}**: {_one_line(member)}"
    return f"- **{name}{_signature(member)}**: {_one_line(member)}"


def _signature(function: Callable[..., Any]) -> str:
    """Parameters without types: the docstrings say what they are."""
    signature = inspect.signature(function)
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values() if p.name != "self"]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def _text(thing: Any) -> str:
    """The docstring, its sections as lists."""
    lines = (inspect.getdoc(thing) or "").replace("``", "`").splitlines()
    out: list[str] = []
    inside = False
    for line in lines:
        if line in ("Args:", "Raises:", "Returns:"):
            out.append(f"{line[:-1]}:\n")
            inside = True
        elif inside and line.startswith("    ") and not line.startswith("     "):
            name, _, said = line.strip().partition(": ")
            out.append(f"- `{name}`: {said}")
        elif line.startswith(">>>"):
            out.append(f"`{line.partition('  #')[0].strip()}`")
        else:
            inside = inside and bool(line.strip())
            out.append(line)
    return "\n".join(out)


def _one_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").replace("``", "`").split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    print(markdown(), end="")
