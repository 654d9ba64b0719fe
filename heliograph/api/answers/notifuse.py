"""Answers on Notifuse's routes."""

# ruff: noqa: N815 - fields have the vendor's own names

from pydantic import Field

from heliograph.api.answers.answer import Answer


class NotifuseResult(Answer):
    """What became of one message."""

    id: str = Field(default="", description="As it was given, else the notification's.")
    ok: bool
    error: str = Field(default="", description="`id/exists`, or one sentence on what is wrong.")
    emailError: str = Field(default="", description="Why the provider refused.")
    smsError: str = Field(default="", description="Why the provider refused.")


class NotifuseMessagesAnswer(Answer):
    """One result each, in order."""

    results: list[NotifuseResult]


class NotifuseUserResult(Answer):
    """What became of one user."""

    id: str
    ok: bool
    error: str = ""


class NotifuseUsersAnswer(Answer):
    """One result each, in order."""

    results: list[NotifuseUserResult]
