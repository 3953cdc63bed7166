"""Receives one county's events from NATS and keeps them, each once, in a journal; `check` reads events from a pipe.

    python subscriber.py run --server nats://127.0.0.1:4222 --seed c510811.seed --county 510811 \
        --schemas schemas/events --journal journal.ndjson
    curl … /api/v1/events?scope=510811 | python subscriber.py check --schemas schemas/events

Stop it however you like: what was not acknowledged comes again, and what is in the journal is dropped as a repeat.
Ends with 2 for wrong arguments, 5 where the log has a gap or was rewritten, 6 where the server cannot be reached.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import ssl
import sys
from collections import OrderedDict
from pathlib import Path

import nats
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator, FormatChecker

BATCH_EVENTS_MAX = 64
"""How many events are in hand at once; with 60,000 bytes an event at most, this bounds the memory."""
REMEMBERED_IDS_MAX = 1_000
"""How many handled ids are compared with a repeat's, per scope. An older repeat is known by its number alone."""
PARKED_MAX = 100
"""With more parked than this something is wrong with all of them, not with one."""
REASON_CHARACTERS_MAX = 500
LINE_BYTES_MAX = 1 << 18
WAIT_SECONDS = 5
PUT_BACK_SECONDS = 1
CONNECT_SECONDS = 10
RECONNECTS_MAX = 150

UPCASTS = {
    # Before those entitled to an election were told, every formal member was.
    **{
        f"cn.lianjian.{entity}.election-held.v1": lambda data, entity=entity: (
            f"cn.lianjian.{entity}.election-held.v2",
            {**data, "entitled": data["formal_members"]},
        )
        for entity in ("joint-branch", "organization")
    },
    # This rehearses another step: version 0 was never published.
    "cn.lianjian.joint-branch.evaluated.v0": lambda data: (
        "cn.lianjian.joint-branch.evaluated.v1",
        {**data, "grade": {"好": "good", "一般": "fair", "较差": "poor"}[data["grade"]]},
    ),
}
"""Every older version with the step to the next one."""


RECODED = "cn.lianjian.place.recoded.v1"
"""The event that leads over from a county's code to its next one."""


class Broken(Exception):
    """The log is not what it was: no event may be handled until the city has explained it. Ends with 5."""


class Poison(Exception):
    """What an event has that the schemas here do not allow."""


def reason_of(error):
    """One line on why an event does not read."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:REASON_CHARACTERS_MAX]


class Reader:
    """Reads an event: CloudEvents, then the schema of its type, then upcast to the version this program knows."""

    def __init__(self, directory):
        schemas = (json.loads(path.read_bytes()) for path in Path(directory).glob("*.json"))
        self.validators = {
            schema["title"]: Draft202012Validator(schema, format_checker=FormatChecker()) for schema in schemas
        }
        if not self.validators:
            sys.exit(f"{directory} 中没有模式 / no schemas in {directory}")

    def read_at(self, position, body):
        """The event that stands at a position."""
        event = self.read(body)
        if (sequence := event.pop("sequence")) != f"{position:020}":
            raise Poison(f"it stands at {position}, its sequence says {sequence}")
        return event

    def read(self, body):
        """The event, with `type` and `data` of today. Raises whatever stands in the way: the event is then parked."""
        event = JSONFormat().read(None, body)
        validator = self.validators.get(event.get_type())
        if validator is None:
            raise Poison(f"no schema of {event.get_type()}: it is newer than the schemas here, fetch /schemas again")
        if error := next(validator.iter_errors(json.loads(body)), None):
            raise Poison(f"schema: {error.json_path}: {error.message}")
        event_type, data = event.get_type(), event.get_data()
        while upcast := UPCASTS.get(event_type):
            event_type, data = upcast(data)
        return {
            "id": event.get_id(),
            "type": event_type,
            "subject": event.get_subject(),
            "effective_date": event.get_extension("effectivedate"),
            "sequence": event.get_extension("sequence"),
            "data": data,
        }


def number_of(body):
    """The event's number within its scope, or None where not even that can be read."""
    try:
        number = json.loads(body).get("scopesequence", "")
        return int(number) if re.fullmatch("[0-9]{20}", number) else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


class Scope:
    """How far one scope has come: the county's own events, or those of the whole city (`_`)."""

    def __init__(self, number=0):
        self.number = number
        self.position = 0
        self.ids = OrderedDict()
        self.unnumbered = set()
        """Parked positions after `position` whose number could not be read."""


class Journal:
    """What was done, a line an event, in a file that is only appended to: the effect and its mark are one write.

    A real system does the same in its database: in one transaction, a row in a table whose key is the event's id,
    and the rows of its own.
    """

    def __init__(self, path, county):
        self.scopes = {county: Scope(), "_": Scope()}
        self.position = 0
        """The last position of all: a log that ends before it is not the one that was read."""
        self.parked = {}
        self.file = open(path, "a+b")
        self.file.seek(0)
        whole = 0
        for line in self.file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            self.note(json.loads(line))
        # The last write of a killed run may be torn. Its event was not acknowledged, so it comes again.
        self.file.truncate(whole)

    def note(self, entry):
        """Brings the memory up to date with a line."""
        scope, number, position = self.scopes[entry["scope"]], entry["number"], entry["position"]
        self.position = max(self.position, position)
        if entry["outcome"] == "parked":
            self.parked[position] = entry
        else:
            self.parked.pop(position, None)
        if number is None:
            if entry["outcome"] == "parked":
                scope.unnumbered.add(position)
        elif number > scope.number:
            scope.number, scope.position = number, position
            scope.ids[number] = entry["id"]
            scope.unnumbered = {other for other in scope.unnumbered if other > position}
            if len(scope.ids) > REMEMBERED_IDS_MAX:
                scope.ids.popitem(last=False)
        if entry["outcome"] == "handled" and entry["type"] == RECODED and entry["data"]["earlier_code"] in self.scopes:
            # The county bears another code from here on, and its events are numbered anew under it.
            self.scopes.setdefault(entry["data"]["code"], Scope(entry["data"].get("numbered_after", 0)))

    def is_next(self, name, number, position):
        """Whether nothing is missing before an event; each parked one without a number fills one place before it."""
        scope = self.scopes.get(name)
        if scope is None or number is None:
            return scope is not None
        return number - scope.number - 1 <= sum(1 for other in scope.unnumbered if other < position)

    def write(self, entries):
        """Returns when the lines are on the disk."""
        self.file.write(b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries))
        self.file.flush()
        os.fsync(self.file.fileno())


def judge(journal, reader, subject, position, body):
    """What is to be done with a message: `repeat`, `ahead`, or the line of the journal that handles or parks it."""
    name = subject.split(".")[2]
    scope = journal.scopes.get(name)
    if scope is None:
        # Another code of this county, if the event that says so is still to come. `stopped` says what it is if not.
        return "ahead"
    if position in journal.parked:
        return "repeat"
    number = number_of(body)
    if number is not None and number <= scope.number:
        remembered = scope.ids.get(number)
        if remembered is not None and remembered != json.loads(body).get("id"):
            raise Broken(
                f"{name} 的第 {number} 号事件已换成另一条 / number {number} of {name} was handled as {remembered}, "
                f"and at position {position} it is another event"
            )
        return "repeat"
    if not journal.is_next(name, number, position):
        return "ahead"
    entry = {"outcome": "handled", "position": position, "scope": name, "number": number}
    try:
        return {**entry, **reader.read_at(position, body)}
    except Exception as error:
        return {**entry, "outcome": "parked", "id": None, "reason": reason_of(error), "subject": subject,
                "body": base64.b64encode(body).decode()}


def retry_parked(journal, reader):
    """Handles what was parked and now reads, after an update of the schemas or of this program."""
    for parked in list(journal.parked.values()):
        try:
            event = reader.read_at(parked["position"], base64.b64decode(parked["body"]))
        except Exception as error:
            say(f"仍搁置 / still parked: {parked['position']}: {reason_of(error)}")
            continue
        place = {name: parked[name] for name in ("position", "scope", "number")}
        entry = {"outcome": "handled", **place, **event}
        journal.write([entry])
        journal.note(entry)
        say(f"搁置的已处理 / handled what was parked: {parked['position']}")


def say(text):
    print(text, file=sys.stderr, flush=True)


async def say_error(error):
    """In one line; the library would print where in its code it was."""
    say(f"连接 / connection: {reason_of(error)}")


async def take(journal, reader, messages):
    """Handles a batch: one write for all of it, then the acknowledgements. Gives what was put back, by its position."""
    entries, done, put_back = [], [], []
    for message in messages:
        position = message.metadata.sequence.stream
        verdict = judge(journal, reader, message.subject, position, message.data)
        if verdict == "ahead":
            put_back.append(message)
            continue
        if verdict != "repeat":
            entries.append(verdict)
            journal.note(verdict)
            if verdict["outcome"] == "parked":
                say(f"搁置 / parked: {position}: {verdict['reason']}")
        done.append(message)
    if entries:
        journal.write(entries)
    for message in done:
        await message.ack()
    for message in put_back:
        await message.nak(delay=PUT_BACK_SECONDS)
    if len(journal.parked) > PARKED_MAX:
        raise Broken(f"搁置超过 {PARKED_MAX} 条 / more than {PARKED_MAX} events are parked")
    return {message.metadata.sequence.stream: (message.subject, number_of(message.data)) for message in put_back}


async def run(arguments):
    """Receives until it is stopped."""
    reader = Reader(arguments.schemas)
    journal = Journal(arguments.journal, arguments.county)
    retry_parked(journal, reader)
    tls = ssl.create_default_context(cafile=arguments.ca) if arguments.ca else None
    connecting = nats.connect(
        arguments.server, nkeys_seed=arguments.seed, tls=tls, max_reconnect_attempts=RECONNECTS_MAX,
        name=f"subscriber {arguments.county}", error_cb=say_error,
    )
    # By itself it would try for as long at the start as after a break: whoever starts this hears of a wrong address soon.
    client = await asyncio.wait_for(connecting, CONNECT_SECONDS)
    stream, durable = f"LIANJIAN_{arguments.city}", f"c{arguments.county}"
    consumer = await client.jetstream(prefix="JS.GOV.API").pull_subscribe_bind(durable=durable, stream=stream)
    info = await consumer.consumer_info()
    check_end(journal, info)
    ahead, waiting = {}, info.num_pending
    say(f"正在接收 / receiving {stream} {durable}")
    while True:
        try:
            # Asking for more than there is would wait for the rest; the last message said how many are waiting.
            messages = await consumer.fetch(min(max(waiting, 1), BATCH_EVENTS_MAX), timeout=WAIT_SECONDS)
        except nats.errors.TimeoutError:
            check_end(journal, await consumer.consumer_info())
            waiting = 0
            continue
        waiting = messages[-1].metadata.num_pending
        # What comes again stands among what is new.
        messages.sort(key=lambda message: message.metadata.sequence.stream)
        put_back = await take(journal, reader, messages)
        for message in messages:
            ahead.pop(message.metadata.sequence.stream, None)
        ahead |= put_back
        if put_back:
            # What is missing before them was given to a run that died: it comes again. If all that is out are these, it does not.
            if (await consumer.consumer_info()).num_ack_pending <= len(ahead):
                stopped(journal, ahead)
            await asyncio.sleep(PUT_BACK_SECONDS)
            waiting = BATCH_EVENTS_MAX


def check_end(journal, info):
    """A log that has nothing more to give and never came as far as the journal was put back from a backup."""
    if journal.position and not info.num_pending and info.delivered.stream_seq < journal.position:
        raise Broken(
            f"日志只到位置 {info.delivered.stream_seq}，本机已处理到 {journal.position} / the log ends at "
            f"{info.delivered.stream_seq}, and {journal.position} was handled here: it is not the log that was read"
        )


def stopped(journal, ahead):
    """All that is out was put back here. What has nothing missing before it comes again and is handled; for the first of
    a scope that has, nothing will come."""
    firsts = {}
    for position, (subject, number) in sorted(ahead.items()):
        firsts.setdefault(subject.split(".")[2], (position, subject, number))
    for name, (position, subject, number) in firsts.items():
        if name in journal.scopes and not journal.is_next(name, number, position):
            raise Broken(gap(journal, position))
    if any(name in journal.scopes for name in firsts):
        return
    for position, subject, _ in firsts.values():
        raise Broken(f"{subject} 不属于本县 / the event at {position} is not of this county: {subject}")


def gap(journal, position):
    stand = ", ".join(f"{name}: {scope.number}" for name, scope in journal.scopes.items())
    return f"第 {position} 条之前缺少事件 / events are missing before position {position}; handled so far: {stand}"


def check(arguments):
    """Reads events from standard input, a line each, and says of each what it is today."""
    reader = Reader(arguments.schemas)
    bad = 0
    for line in iter(lambda: sys.stdin.buffer.readline(LINE_BYTES_MAX), b""):
        try:
            result = {"outcome": "good", **reader.read(line)}
        except Exception as error:
            result, bad = {"outcome": "bad", "reason": reason_of(error)}, bad + 1
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 5 if bad else 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    checking, running = commands.add_parser("check"), commands.add_parser("run")
    for command in (checking, running):
        command.add_argument("--schemas", required=True, help="the directory schemas/events")
    running.add_argument("--server", required=True, help="nats://… or tls://…")
    running.add_argument("--seed", required=True, help="the file with the county's nkey seed")
    running.add_argument("--ca", help="the file with the certificates that the server's is checked against")
    running.add_argument("--city", default="5108")
    running.add_argument("--county", required=True)
    running.add_argument("--journal", required=True)
    return parser.parse_args()


def main():
    arguments = parse()
    if arguments.command == "check":
        return check(arguments)
    try:
        asyncio.run(run(arguments))
    except Broken as broken:
        say(f"已停止 / stopped: {broken}")
        return 5
    except (nats.errors.Error, OSError, asyncio.TimeoutError) as error:
        say(f"无法连接 / cannot reach {arguments.server}: {reason_of(error)}")
        return 6
    return 0


if __name__ == "__main__":
    sys.exit(main())
