"""What a process at work loads of its modules: all but their docstrings."""

import subprocess
import sys
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

from publisher.imports import LEFT_OUT, undocumented

MODULE = dedent('''
    class Documented:
        """A class.

        Of several lines.
        """
        first = "kept"

        def method(self):
            """A docstring."""
            assert self.first, "kept"
            return ["kept" for _ in range(1)]

        async def coroutine(self): "a docstring"

    class Plain:
        first = """kept:
        no docstring"""

        def method(self):
            return "kept"

    class Computed:
        __doc__ = "".join(["of", "parts"])
        first = "kept"

    single = lambda: "kept"
    listed = ["kept" for _ in range(1)]
''')


def loaded(source: str) -> SimpleNamespace:
    names: dict[str, Any] = {"__name__": "loaded"}
    exec(undocumented(compile(source, "module", "exec")), names)  # noqa: S102 - our own
    return SimpleNamespace(**names)


def test_docstrings_of_functions_and_classes_are_not_kept() -> None:
    documented = loaded(MODULE).Documented
    for one in (documented, documented.method, documented.coroutine):
        assert one.__doc__ == LEFT_OUT


def test_all_else_is_as_it_was_written() -> None:
    module = loaded(MODULE)
    assert module.Documented.first == module.Documented().method()[0] == "kept"
    assert module.Plain.first.startswith("kept:\n")
    assert module.Plain().method() == module.single() == module.listed[0] == "kept"
    assert (module.Plain.__doc__, module.Plain.method.__doc__) == (None, None)
    assert (module.Computed.__doc__, module.Computed.first) == ("ofparts", "kept")


def test_modules_are_loaded_so_from_then_on() -> None:
    program = """
import sys
from publisher import imports
imports.leave_docstrings_out()
import tenacity, PIL._imaging
print(tenacity.retry.__doc__, tenacity.RetryError.__name__)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert ran.stdout == f"{LEFT_OUT} RetryError\n"
