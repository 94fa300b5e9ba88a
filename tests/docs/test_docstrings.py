"""Every public name is documented as numpydoc asks."""

import enum
import inspect

import pytest

import placement

validate = pytest.importorskip("numpydoc.validate").validate

# What numpydoc's checks ask for beyond its own standard, or beyond ours.
SPARED = {
    "ES01": "the first line is often enough",
    "EX01": "a class is shown at work where its objects are used",
    "GL01": "text starts on the line of the quotes, as everywhere in Python",
    "GL08": "ruff finds what has no docstring",
    "PR08": "the line of a parameter is a phrase",
    "RT03": "a type may say all about what is returned",
    "SA01": "what belongs together stands in one package",
}


def public_names():
    """Return the dotted names of what `placement` hands on, and of the methods of its classes."""
    for name in placement.__all__:
        thing = getattr(placement, name)
        if not callable(thing) or (inspect.isclass(thing) and issubclass(thing, enum.Enum)):
            continue
        where = f"{thing.__module__}.{thing.__qualname__}"
        yield where
        if inspect.isclass(thing):
            for method, value in vars(thing).items():
                if not method.startswith("_") and isinstance(
                    value, classmethod | property | type(validate)
                ):
                    yield f"{where}.{method}"


@pytest.mark.parametrize("name", sorted(public_names()))
def test_a_public_name_is_documented(name):
    """Parameters, returns and sections are those of the signature, in numpydoc's order."""
    errors = validate(name)["errors"]
    assert [error for error in errors if error[0] not in SPARED] == []
