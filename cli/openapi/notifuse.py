"""Notifuse's routes."""

from typing import Final

from cli.openapi import parameters as p
from cli.openapi.operation import Operation
from heliograph.api.answers.notifuse import NotifuseMessagesAnswer, NotifuseUsersAnswer
from heliograph.domain.project import Scope
from heliograph.names import NOTIFUSE_SEND, NOTIFUSE_UPSERT
from heliograph.vendors.notifuse_shapes import MessagesBody, UsersBody

NOTIFUSE: Final = "Notifuse"

OPERATIONS: Final = (
    Operation(
        route=NOTIFUSE_SEND,
        id="notifuseSend",
        summary="Send up to 50 messages, as Notifuse took them",
        tag=NOTIFUSE,
        scope=Scope.SEND,
        request=MessagesBody,
        answers={200: NotifuseMessagesAnswer},
        parameters=(p.WAIT,),
        headers={"Heliograph-Ignored": "Fields that Notifuse does not document; they were not looked at."},
        description=(
            "`notificationId` is the event's name, `userId` the contact's id, `data` the payload. The call waits up to"
            " five seconds for the providers; what is not known by then is left out."
        ),
        example={
            "messages": [{"notificationId": "welcome", "userId": "u-1", "userEmail": "ada@example.com", "id": "m-1"}]
        },
    ),
    Operation(
        route=NOTIFUSE_UPSERT,
        id="notifuseUpsert",
        summary="Insert users, or fill in what they lack, as Notifuse did",
        tag=NOTIFUSE,
        scope=Scope.MANAGE,
        request=UsersBody,
        answers={200: NotifuseUsersAnswer},
        description="Inserts who is unknown and fills in what is missing; any other field is free data for templates.",
        example={"users": [{"id": "u-1", "email": "ada@example.com", "firstName": "Ada"}]},
    ),
)
