"""What pydantic finds wrong with a request, as what to do about it.

The error types and their contexts: https://docs.pydantic.dev/latest/errors/validation_errors/.
"""

from collections.abc import Mapping
from typing import Any, Final

WHOLE: Final = "send a whole number"
NUMBER: Final = "send a number"
TEXT: Final = "send text"
TRUTH: Final = "send true or false"
OBJECT: Final = "send an object"
ITEMS: Final = "send a list"
_ADVICE: Final[Mapping[str, str]] = {
    "bool_parsing": TRUTH,
    "bool_type": TRUTH,
    "dict_type": OBJECT,
    "enum": "send one of {expected}",
    "finite_number": "send a finite number",
    "float_parsing": NUMBER,
    "float_type": NUMBER,
    "greater_than": "send more than {gt}",
    "greater_than_equal": "send at least {ge}",
    "int_from_float": WHOLE,
    "int_parsing": WHOLE,
    "int_type": WHOLE,
    "less_than": "send less than {lt}",
    "less_than_equal": "send at most {le}",
    "list_type": ITEMS,
    "literal_error": "send one of {expected}",
    "model_attributes_type": OBJECT,
    "model_type": OBJECT,
    "string_pattern_mismatch": "send text of the form {pattern}",
    "string_too_long": "send at most {max_length} characters",
    "string_too_short": "send at least {min_length} characters",
    "string_type": TEXT,
    "too_long": "send at most {max_length} of them, not {actual_length}",
    "too_short": "send at least {min_length} of them, not {actual_length}",
    "tuple_type": ITEMS,
}


def advice(mistake: Mapping[str, Any]) -> str:
    """One mistake, as `ValidationError.errors()` lists it, as half a sentence: `send at most 5`.

    Of a check of our own it is the text that the check raised; of what is not known here, pydantic's own.
    """
    if told := _ADVICE.get(mistake["type"]):
        return told.format_map(mistake.get("ctx", {}))
    text: str = mistake["msg"]
    return text.removeprefix("Value error, ")
