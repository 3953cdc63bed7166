"""What a county's programmer writes against the client that openapi-python-client makes of openapi.json: lists a register,
posts a command, and reads a refusal. Takes the address, a token, an idempotency key and the id of an organization."""

import datetime
import json
import sys

from lianjian import AuthenticatedClient
from lianjian.api.registering import register_person
from lianjian.api.views import register
from lianjian.models import (
    PersonRegisteredV1,
    Problem,
    Recorded,
    RegisterEntryPage,
    RegisterPerson,
    RegisterPersonRequest,
)

address, token, key, organization = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=token)


def post(name: str):
    data = RegisterPerson(
        name=name, organization=organization, formal_member_since=datetime.date(2011, 7, 1)
    )
    body = RegisterPersonRequest(
        effective_date=datetime.date(2018, 6, 1), on_behalf_of="510811", data=data
    )
    return register_person.sync(client=client, body=body, idempotency_key=key)


page = register.sync("510811", client=client, limit=100)
assert isinstance(page, RegisterEntryPage), page
recorded = post("测试党员")
assert isinstance(recorded, Recorded), recorded
(event,) = recorded.events
assert isinstance(event, PersonRegisteredV1), event
refused = post("另一党员")
assert isinstance(refused, Problem), refused

print(
    json.dumps(
        {
            "register": [{"id": row.id, "name": row.name, "phase": row.phase.value} for row in page.rows],
            "joint_branches": page.figures["joint_branches"].value,
            "position": recorded.position,
            "event_type": event.type_,
            "organization": event.data.organization,
            "problem": refused.type_.value,
        }
    )
)
