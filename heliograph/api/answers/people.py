"""Contacts and suppressions."""

from typing import Literal

from pydantic import Field

from heliograph.api.answers.answer import Answer, Cursor, Instant, Object
from heliograph.domain.model import Channel


class PushTokenAnswer(Answer):
    """A device."""

    token: str
    provider: Literal["apns", "expo", "fcm", "onesignal", "web_push"]


class ContactAnswer(Answer):
    """A contact; fields that are not set are left out."""

    id: str
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    name: str = Field(default="", description="Both together.")
    language: str = ""
    timezone: str = ""
    country: str = ""
    slack: str = ""
    teams: str = ""
    discord: str = ""
    telegram: str = ""
    webhook: str = ""
    apprise: str = ""
    meta: Object
    push_tokens: list[PushTokenAnswer]
    created_at: Instant
    updated_at: Instant


class ContactsAnswer(Answer):
    """A page of them, newest first."""

    contacts: list[ContactAnswer]
    next_cursor: Cursor


class ContactStored(Answer):
    """One of a batch that was stored."""

    status: Literal["created", "updated"]
    contact: ContactAnswer


class ContactFailed(Answer):
    """One of a batch that was not."""

    status: Literal["failed"]
    error: str
    code: str
    field: str


class ContactBatchAnswer(Answer):
    """A result for each, in order."""

    results: list[ContactStored | ContactFailed]


class ContactDeletion(Answer):
    """It is gone."""

    id: str
    deleted: Literal[True]


class ErasureAnswer(Answer):
    """How far an erasure has come."""

    id: str
    erased_at: Instant
    complete: bool = Field(description="False while the sweep goes on with it.")
    repeats_at: list[Instant]


class SuppressionAnswer(Answer):
    """An address that is not written to."""

    channel: Channel
    address: str = Field(description="Masked.")
    reason: str
    source: str = Field(description="The notification whose event caused it, or `api`.")
    at: Instant


class LiftedAnswer(SuppressionAnswer):
    """It is written to again."""

    lifted: Literal[True]


class SuppressionsAnswer(Answer):
    """A page of them, newest first."""

    suppressions: list[SuppressionAnswer]
    next_cursor: Cursor
