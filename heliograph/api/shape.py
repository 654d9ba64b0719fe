"""The base of every request body."""

from dataclasses import dataclass
from types import GenericAlias
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Shape(BaseModel):
    """A request body; fields that it does not have are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=100_000)


@dataclass(frozen=True, slots=True)
class DocumentedAs:
    """Says what a field takes whose check is code of ours: its schema in the API's document is that of *shape*.

    Costs nothing until somebody asks for the schema.
    """

    shape: Any

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # As a list's members, so that a model becomes a reference and not a copy of itself.
        members: Any = GenericAlias(list, (self.shape,))
        listed: JsonSchemaValue = handler(TypeAdapter(members).core_schema)["items"]
        return listed
