"""Contacts and suppressions."""

from dataclasses import replace
from typing import Final

from cli.openapi import parameters as p
from cli.openapi.operation import Operation
from heliograph.api.answers.inbox import InboxAnswer, InboxItemAnswer
from heliograph.api.answers.people import (
    ContactAnswer,
    ContactBatchAnswer,
    ContactDeletion,
    ContactsAnswer,
    ErasureAnswer,
    LiftedAnswer,
    SuppressionAnswer,
    SuppressionsAnswer,
)
from heliograph.api.contacts import ContactBatchBody, PushTokenBody
from heliograph.api.inbox import MarkBody
from heliograph.api.profile import ContactBody, ContactPatchBody
from heliograph.api.suppressions import SuppressionBody
from heliograph.domain.project import Scope

CONTACTS: Final = "Contacts"
SUPPRESSIONS: Final = "Suppressions"
_CHANNEL: Final = replace(p.CHANNEL, description="The channel that the address belongs to.")

OPERATIONS: Final = (
    Operation(
        route="POST /v1/contacts",
        id="upsertContact",
        summary="Make a contact, or merge into one",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=ContactBody,
        answers={200: ContactAnswer, 201: ContactAnswer},
        problems=frozenset({409}),
    ),
    Operation(
        route="POST /v1/contacts/batch",
        id="upsertContacts",
        summary="Make or merge up to 100 contacts",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=ContactBatchBody,
        answers={200: ContactBatchAnswer},
    ),
    Operation(
        route="GET /v1/contacts",
        id="listContacts",
        summary="The project's contacts, and search",
        tag=CONTACTS,
        scope=Scope.READ,
        answers={200: ContactsAnswer},
        parameters=(p.LIMIT, p.CURSOR, p.SEARCH),
        problems=frozenset({400}),
    ),
    Operation(
        route="PUT /v1/contacts/{identifier}",
        id="putContact",
        summary="Make this contact, or merge into it",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=ContactBody,
        answers={200: ContactAnswer, 201: ContactAnswer},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="GET /v1/contacts/{identifier}",
        id="getContact",
        summary="A contact",
        tag=CONTACTS,
        scope=Scope.READ,
        answers={200: ContactAnswer},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({400, 404}),
    ),
    Operation(
        route="PATCH /v1/contacts/{identifier}",
        id="patchContact",
        summary="Change or remove fields of a contact",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=ContactPatchBody,
        answers={200: ContactAnswer},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="DELETE /v1/contacts/{identifier}",
        id="deleteContact",
        summary="Remove a contact",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        answers={200: ContactDeletion},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({400, 404, 409}),
    ),
    Operation(
        route="POST /v1/contacts/{identifier}/erase",
        id="eraseContact",
        summary="Forget a person",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        answers={202: ErasureAnswer},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({400, 404, 409}),
    ),
    Operation(
        route="POST /v1/contacts/{identifier}/push-tokens",
        id="addPushToken",
        summary="Add a device",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=PushTokenBody,
        answers={200: ContactAnswer},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="DELETE /v1/contacts/{identifier}/push-tokens",
        id="removePushToken",
        summary="Remove a device",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=PushTokenBody,
        answers={200: ContactAnswer},
        parameters=(p.IDENTIFIER,),
        problems=frozenset({404, 409}),
        example={"token": "ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]"},
    ),
    Operation(
        route="GET /v1/contacts/{identifier}/inbox",
        id="listInbox",
        summary="What lies in a contact's in-app inbox",
        tag=CONTACTS,
        scope=Scope.READ,
        answers={200: InboxAnswer},
        parameters=(p.IDENTIFIER, p.LIMIT, p.CURSOR, p.SHOW),
        problems=frozenset({400, 404}),
    ),
    Operation(
        route="PATCH /v1/contacts/{identifier}/inbox/{item}",
        id="markInboxItem",
        summary="Mark an item as seen, read or archived",
        tag=CONTACTS,
        scope=Scope.MANAGE,
        request=MarkBody,
        answers={200: InboxItemAnswer},
        parameters=(p.IDENTIFIER, p.ITEM),
        problems=frozenset({404}),
    ),
    Operation(
        route="GET /v1/suppressions",
        id="listSuppressions",
        summary="Addresses that are not written to",
        tag=SUPPRESSIONS,
        scope=Scope.READ,
        answers={200: SuppressionsAnswer},
        parameters=(p.LIMIT, p.CURSOR, p.OF_CHANNEL),
        problems=frozenset({400}),
    ),
    Operation(
        route="POST /v1/suppressions",
        id="addSuppression",
        summary="Suppress an address",
        tag=SUPPRESSIONS,
        scope=Scope.MANAGE,
        request=SuppressionBody,
        answers={200: SuppressionAnswer, 201: SuppressionAnswer},
    ),
    Operation(
        route="GET /v1/suppressions/{channel}/{address}",
        id="getSuppression",
        summary="Why an address is suppressed",
        tag=SUPPRESSIONS,
        scope=Scope.READ,
        answers={200: SuppressionAnswer},
        parameters=(_CHANNEL, p.ADDRESS),
        problems=frozenset({400, 404}),
    ),
    Operation(
        route="DELETE /v1/suppressions/{channel}/{address}",
        id="liftSuppression",
        summary="Let an address be written to again",
        tag=SUPPRESSIONS,
        scope=Scope.MANAGE,
        answers={200: LiftedAnswer},
        parameters=(_CHANNEL, p.ADDRESS),
        problems=frozenset({400, 404}),
    ),
)
