"""Places for uploads: /v1/attachments."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply
from heliograph.api.attaching import UploadBody
from heliograph.api.request import shaped
from heliograph.bootstrap.attaching import offer_upload
from heliograph.domain.project import Scope

router = new_router()


@router.post("/v1/attachments")
def offer() -> Response[str]:
    # Whoever may send may attach.
    who = caller(router, Scope.SEND)
    wanted = shaped(UploadBody, body(router))
    return reply(201, offer_upload()(who, **wanted.model_dump()))
