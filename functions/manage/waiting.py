"""What waits: cancel one, cancel by event and contact, reschedule."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply, segment
from functions.manage.events import event_name
from heliograph.api.recipients import recipient
from heliograph.api.request import shaped
from heliograph.api.times import due, local
from heliograph.api.waiting import CancelBody, CancelEventBody, RescheduleBody
from heliograph.bootstrap import wiring
from heliograph.bootstrap.managing import waiting
from heliograph.domain.project import Scope
from heliograph.domain.timing import within_reach

router = new_router()


@router.post("/v1/notifications/<notification>/cancel")
def cancel(notification: str) -> Response[str]:
    who = caller(router, Scope.SEND)
    if router.current_event.raw_event.get("body"):
        shaped(CancelBody, body(router))
    return reply(200, waiting().cancel(who, segment(notification)))


@router.post("/v1/notifications/<notification>/reschedule")
def reschedule(notification: str) -> Response[str]:
    who = caller(router, Scope.SEND)
    wanted = shaped(RescheduleBody, body(router))
    now = wiring().clock()
    at = within_reach(due(wanted.send_at, wanted.timezone, now), now)
    zone = wanted.timezone or ""
    return reply(200, waiting().reschedule(who, segment(notification), at, local=local(wanted.send_at), zone=zone))


@router.post("/v1/cancel/<event>")
def cancel_event(event: str) -> Response[str]:
    who = caller(router, Scope.SEND)
    wanted = shaped(CancelEventBody, body(router))
    to = recipient(wanted.to)
    return reply(200, waiting().cancel_event(who, event_name(event), to, cursor=wanted.cursor))
