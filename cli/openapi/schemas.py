"""Makes the schemas that pydantic writes say what we mean, and no more."""

from heliograph.domain.model import JSON


def tidy(schema: JSON, *, answer: bool) -> JSON:
    """A model's schema without what only repeats its names.

    In an *answer* a field with a default is one that is left out, and never null.
    """
    found = {name: value for name, value in schema.items() if name != "title"}
    needed = schema.get("required", ())
    if "properties" in schema:
        found["properties"] = {
            name: _property(value, left_out=answer and name not in needed)
            for name, value in schema["properties"].items()
        }
    return found


def _property(schema: JSON, *, left_out: bool) -> JSON:
    found = {name: value for name, value in schema.items() if name != "title"}
    if not left_out:
        return found
    found.pop("default", None)
    choices = [one for one in found.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1:
        del found["anyOf"]
        found |= choices[0]
    elif choices:
        found["anyOf"] = choices
    return found
