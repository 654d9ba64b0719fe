"""Batches: /v1/batches."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import caller, new_router, reply, segment
from heliograph.bootstrap.managing import read_batch
from heliograph.domain.project import Scope

router = new_router()


@router.get("/v1/batches/<batch>")
def one(batch: str) -> Response[str]:
    return reply(200, read_batch()(caller(router, Scope.READ), segment(batch)))
