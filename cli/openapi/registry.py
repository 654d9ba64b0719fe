"""Every endpoint of the API, in the order of the document."""

from typing import Final

from cli.openapi import documents, events, holding, notifuse, people, sending, setup
from cli.openapi.operation import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *sending.OPERATIONS,
    *events.OPERATIONS,
    *people.OPERATIONS,
    *setup.OPERATIONS,
    *holding.OPERATIONS,
    *notifuse.OPERATIONS,
    *documents.OPERATIONS,
)
TAGS: Final[dict[str, str]] = {
    sending.SENDING: "Events to people: one, many, different ones in one call.",
    sending.READING: "What became of what was sent.",
    events.EVENTS: "What is sent: channels, templates, drafts and versions.",
    events.LAYOUTS: "What the templates of a project share.",
    people.CONTACTS: "Whom it is sent to.",
    people.SUPPRESSIONS: "Addresses that must not be written to.",
    setup.INTEGRATIONS: "Providers that are set up in the project.",
    holding.PAUSES: "What a project holds back for a while.",
    notifuse.NOTIFUSE: "Notifuse's two endpoints, for callers that change the base URL and the key alone.",
    documents.DOCUMENTS: "What you read.",
}
"""Tag -> what it holds."""
