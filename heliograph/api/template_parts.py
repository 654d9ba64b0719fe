"""The parts of a template and of its variants, as requests and answers have them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from heliograph.api.shape import Shape
from heliograph.domain.variants import MAX_VARIANTS, MAX_WEIGHT

VariantName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class VariantBody(Shape):
    """One form of a template. Its parts replace the template's own."""

    name: VariantName
    weight: int = Field(default=1, ge=0, le=MAX_WEIGHT, strict=True, description="Its share of the sum of weights.")
    subject: str | None = None
    html: str | None = None
    text: str | None = None
    title: str | None = None
    url: str | None = None
    image: str | None = None
    badge: str | None = None
    sound: str | None = None
    collapse: str | None = None
    data: str | None = None


class TemplateBody(BaseModel):
    """The parts of one template, by name; which there are depends on the channel."""

    __pydantic_extra__: dict[str, str]
    model_config = ConfigDict(extra="allow", frozen=True)

    subject: str = Field(default="", description="Of a mail.")
    html: str = Field(default="", description="Of a mail.")
    text: str = Field(default="", description="Of a mail made from `html` when it is missing.")
    title: str = Field(default="", description="Of a push.")
    url: str = Field(default="", description="Of a push: what a tap opens.")
    image: str = Field(default="", description="Of a push: an address that begins with `https://`.")
    badge: str = Field(default="", description="Of a push: a number.")
    sound: str = Field(default="", description="Of a push: a sound's name in the app.")
    collapse: str = Field(default="", description="Of a push: a newer one with the same word replaces it.")
    data: str = Field(default="", description="Of a push: a JSON object for the app.")
    variants: tuple[VariantBody, ...] = Field(default=(), max_length=MAX_VARIANTS, description="Chosen by weight.")
