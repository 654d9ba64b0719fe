"""Sends, batches, and what waits."""

from typing import Final

from cli.openapi import parameters as p
from cli.openapi.operation import Operation
from heliograph.api.answers.notifications import NotificationAnswer, NotificationsAnswer
from heliograph.api.answers.sending import (
    BatchAnswer,
    BatchStateAnswer,
    EventCancelAnswer,
    SendAnswer,
    UploadAnswer,
)
from heliograph.api.attaching import UploadBody
from heliograph.api.batches import BatchBody
from heliograph.api.shapes import SendBody
from heliograph.api.waiting import CancelBody, CancelEventBody, RescheduleBody
from heliograph.domain.project import Scope

SENDING: Final = "Sending"
READING: Final = "Notifications"
_REPLAY: Final = {"X-Idempotent-Replay": "`true` when this is the answer to a repeat."}
_REFUSED: Final = frozenset({403, 404, 409, 422})

OPERATIONS: Final = (
    Operation(
        route="POST /v1/send/{event}",
        id="send",
        summary="Send an event to one recipient, or to each of a list",
        tag=SENDING,
        scope=Scope.SEND,
        request=SendBody,
        answers={202: SendAnswer},
        parameters=(p.EVENT, p.STRICT, p.KEY),
        problems=_REFUSED,
        headers=_REPLAY,
    ),
    Operation(
        route="POST /v1/send/{event}/{channel}",
        id="sendOverChannel",
        summary="Send an event over a channel of your choice",
        tag=SENDING,
        scope=Scope.SEND,
        request=SendBody,
        answers={202: SendAnswer},
        parameters=(p.EVENT, p.CHANNEL, p.STRICT, p.KEY),
        problems=_REFUSED,
        headers=_REPLAY,
    ),
    Operation(
        route="POST /v1/send",
        id="sendBatch",
        summary="Send up to 100 different messages",
        tag=SENDING,
        scope=Scope.SEND,
        request=BatchBody,
        answers={202: BatchAnswer},
        parameters=(p.KEY,),
        problems=_REFUSED,
    ),
    Operation(
        route="GET /v1/batches/{batch}",
        id="getBatch",
        summary="How the messages of one call stand",
        tag=SENDING,
        scope=Scope.READ,
        answers={200: BatchStateAnswer},
        parameters=(p.BATCH,),
        problems=frozenset({404}),
    ),
    Operation(
        route="POST /v1/attachments",
        id="offerUpload",
        summary="A place to upload a file to that goes with mails",
        tag=SENDING,
        scope=Scope.SEND,
        request=UploadBody,
        answers={201: UploadAnswer},
    ),
    Operation(
        route="POST /v1/cancel/{event}",
        id="cancelEvent",
        summary="Cancel what waits of an event for a contact",
        tag=SENDING,
        scope=Scope.SEND,
        request=CancelEventBody,
        answers={200: EventCancelAnswer},
        parameters=(p.EVENT,),
        problems=frozenset({404}),
    ),
    Operation(
        route="GET /v1/notifications",
        id="listNotifications",
        summary="The latest notifications",
        tag=READING,
        scope=Scope.READ,
        answers={200: NotificationsAnswer},
        parameters=(p.LIMIT, p.CURSOR, *p.FILTERS),
        problems=frozenset({400}),
    ),
    Operation(
        route="GET /v1/notifications/{notification}",
        id="getNotification",
        summary="What became of a notification",
        tag=READING,
        scope=Scope.READ,
        answers={200: NotificationAnswer},
        parameters=(p.NOTIFICATION_ID,),
        problems=frozenset({404}),
    ),
    Operation(
        route="POST /v1/notifications/{notification}/cancel",
        id="cancelNotification",
        summary="Cancel a notification that waits",
        tag=READING,
        scope=Scope.SEND,
        request=CancelBody,
        body_optional=True,
        answers={200: NotificationAnswer},
        parameters=(p.NOTIFICATION_ID,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="POST /v1/notifications/{notification}/reschedule",
        id="rescheduleNotification",
        summary="Let a notification go at another time",
        tag=READING,
        scope=Scope.SEND,
        request=RescheduleBody,
        answers={200: NotificationAnswer},
        parameters=(p.NOTIFICATION_ID,),
        problems=frozenset({404, 409}),
    ),
)
