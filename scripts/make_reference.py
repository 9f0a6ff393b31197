"""Write docs/autodiff/reference.md, the public surface of autodiff, from its docstrings.

Usage: python scripts/make_reference.py. A test holds the page to what this script would write.
"""

import inspect
import re
from pathlib import Path

import autodiff as ad
from autodiff import functions, initializers, schedules

OUT = Path(__file__).parent.parent / "docs" / "autodiff" / "reference.md"

CLASSES = {
    "Tensors and graphs": ["Tensor", "Parameter", "Graph", "RowSparse", "no_grad"],
    "Optimizers": [
        *("SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW", "SparseAdam"),
        "clip_global_norm",
    ],
    "Checks and explanations": [
        *("gradient_check", "check_operation", "check_all", "GradientReport", "anomaly_mode"),
        *("jacobian", "hessian_vector_product", "derivative_by_paths", "enumerate_paths"),
        *("count_paths", "forward_accumulation", "dropout_mask"),
    ],
    "New operations": ["Operation", "register", "Example", "REGISTRY", "apply", "Optimizer"],
    "Errors": ["AutodiffError", "ShapeError", "GraphError", "SparseGradientError", "AnomalyError"],
}


def page() -> str:
    """Return the whole page."""
    parts = [
        "# Reference",
        "The public surface of `autodiff`, on one page. Formulas, local gradients, shapes and "
        "errors stand in the docstrings: `help(ad.Adam)`, `help(autodiff.operations.Affine)`. "
        "Written by `scripts/make_reference.py`.",
        "```python\nimport autodiff as ad\n```",
    ]
    parts.append("## Functions of tensors\n\n" + _table(_functions()))
    parts.append("Operators: `+ - * / ** @ x[key]`, each with numbers and numpy arrays too.")
    for title, names in CLASSES.items():
        parts.append(f"## {title}\n\n" + _table({name: getattr(ad, name) for name in names}))
    for module in (schedules, initializers):
        short = module.__name__.removeprefix("autodiff.")
        members = {
            f"{short}.{name}": member
            for name, member in vars(module).items()
            if getattr(member, "__module__", None) == module.__name__ and not name.startswith("_")
        }
        parts.append(f"## {short.capitalize()}\n\n" + _table(members))
    return "\n\n".join(parts) + "\n"


def _functions() -> dict[str, object]:
    own = vars(functions).items()
    return {
        name: member
        for name, member in own
        if inspect.isfunction(member)
        and member.__module__ == functions.__name__
        and not name.startswith("_")
    }


def _table(members: dict[str, object]) -> str:
    rows = [
        f"| `{name}{_signature(member)}` | {_first(member)} |" for name, member in members.items()
    ]
    return "\n".join(["| name | what it is |", "|---|---|", *rows])


def _signature(member: object) -> str:
    """Return the parameters by name, with defaults; types are left to the code."""
    if isinstance(member, dict) or (inspect.isclass(member) and issubclass(member, Exception)):
        return ""
    parameters = inspect.signature(member).parameters.values()  # type: ignore[arg-type]
    return f"({', '.join(map(_parameter, parameters))})"


def _parameter(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else ""
    is_plain = parameter.default is inspect.Parameter.empty
    default = "" if is_plain else f"={getattr(parameter.default, '__name__', parameter.default)}"
    return f"{star}{parameter.name}{default}"


def _first(member: object) -> str:
    """Return the first paragraph of the docstring, without the pointer to the operation."""
    if isinstance(member, dict):
        return "Every operation by name."
    text = inspect.getdoc(member) or ""
    first = " ".join(text.split("\n\n")[0].split()).partition(" See :class:")[0]
    first = re.sub(r":\w+:`~?([\w.]+)`", r"`\1`", first)
    return first.replace("|", "\\|").replace("``", "`")


if __name__ == "__main__":
    OUT.write_text(page(), "utf-8")
    print(f"wrote {OUT}")
