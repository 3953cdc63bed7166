// Receives one county's events from NATS and keeps them, each once, in a journal; `check` reads events from a pipe.
//
//     node subscriber.mjs run --server nats://127.0.0.1:4222 --seed c510811.seed --county 510811 \
//         --schemas schemas/events --journal journal.ndjson
//     curl … /api/v1/events?scope=510811 | node subscriber.mjs check --schemas schemas/events
//
// Stop it however you like: what was not acknowledged comes again, and what is in the journal is dropped as a repeat.
// Ends with 2 for wrong arguments, 5 where the log has a gap or was rewritten, 6 where the server cannot be reached.

import { createReadStream, fsyncSync, openSync, readdirSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { jetstream } from "@nats-io/jetstream";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { CloudEvent } from "cloudevents";

// How many events are in hand at once; with 60,000 bytes an event at most, this bounds the memory.
const BATCH_EVENTS_MAX = 64;
// How many handled ids are compared with a repeat's, per scope. An older repeat is known by its number alone.
const REMEMBERED_IDS_MAX = 1000;
// With more parked than this something is wrong with all of them, not with one.
const PARKED_MAX = 100;
const REASON_CHARACTERS_MAX = 500;
const LINE_BYTES_MAX = 1 << 18;
const WAIT_MS = 5000;
const PUT_BACK_MS = 1000;
const RECONNECTS_MAX = 150;
// The widths of whole numbers that schemas name and ajv-formats does not know; each number has its bounds beside.
const WIDTHS = { int8: true, int16: true, uint8: true, uint16: true, uint32: true, uint64: true };

// The event that leads over from a county's code to its next one.
const RECODED = "cn.lianjian.place.recoded.v1";

// Every older version with the step to the next one.
const UPCASTS = {
  // Before those entitled to an election were told, every formal member was.
  "cn.lianjian.joint-branch.election-held.v1": (data) => [
    "cn.lianjian.joint-branch.election-held.v2",
    { ...data, entitled: data.formal_members },
  ],
  "cn.lianjian.organization.election-held.v1": (data) => [
    "cn.lianjian.organization.election-held.v2",
    { ...data, entitled: data.formal_members },
  ],
  // This rehearses another step: version 0 was never published.
  "cn.lianjian.joint-branch.evaluated.v0": (data) => [
    "cn.lianjian.joint-branch.evaluated.v1",
    { ...data, grade: { 好: "good", 一般: "fair", 较差: "poor" }[data.grade] },
  ],
};

// The log is not what it was: no event may be handled until the city has explained it. Ends with 5.
class Broken extends Error {}

// Reads an event: CloudEvents, then the schema of its type, then upcast to the version this program knows.
class Reader {
  constructor(directory) {
    const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true, formats: WIDTHS }));
    const files = readdirSync(directory).filter((name) => name.endsWith(".json"));
    const schemas = files.map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")));
    this.validators = new Map(schemas.map((schema) => [schema.title, ajv.compile(schema)]));
    if (this.validators.size === 0) throw new Error(`${directory} 中没有模式 / no schemas in ${directory}`);
  }

  // The event that stands at a position.
  readAt(position, body) {
    const { sequence, ...event } = this.read(body);
    if (Number(sequence) !== position) throw new Error(`it stands at ${position}, its sequence says ${sequence}`);
    return event;
  }

  // The event, with `type` and `data` of today. Throws whatever stands in the way: the event is then parked.
  read(body) {
    const raw = parseJson(body);
    const event = new CloudEvent(raw, true);
    const validate = this.validators.get(event.type);
    if (!validate) throw new Error(`no schema of ${event.type}: it is newer than the schemas here, fetch /schemas again`);
    if (!validate(raw)) throw new Error(`schema: ${validate.errors[0].instancePath}: ${validate.errors[0].message}`);
    let [type, data] = [event.type, event.data];
    while (Object.hasOwn(UPCASTS, type)) [type, data] = UPCASTS[type](data);
    const { id, subject, effectivedate, sequence } = event;
    return { id, type, subject, effective_date: effectivedate, sequence, data };
  }
}

const parseJson = (body) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));

// The lines of a stream that end with a line feed, as bytes: a reader of text would end lines elsewhere too.
async function* wholeLines(stream) {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    for (let end; (end = rest.indexOf("\n")) >= 0; rest = rest.subarray(end + 1)) yield rest.subarray(0, end);
    if (rest.length > LINE_BYTES_MAX) throw new Error(`a line of more than ${LINE_BYTES_MAX} bytes`);
  }
}

const reasonOf = (error) => `${error.name}: ${error.message.replace(/\s+/g, " ")}`.slice(0, REASON_CHARACTERS_MAX);

// What of the envelope can be read without trusting it: the number within the scope, or null, and the id.
function glance(body) {
  try {
    const { scopesequence, id } = parseJson(body);
    return { number: /^[0-9]{20}$/.test(scopesequence) ? Number(scopesequence) : null, id };
  } catch {
    return { number: null };
  }
}

// What was done, a line an event, in a file that is only appended to: the effect and its mark are one write.
//
// A real system does the same in its database: in one transaction, a row in a table whose key is the event's id,
// and the rows of its own.
class Journal {
  static async open(path, county) {
    const journal = new Journal();
    // How far each scope has come: the county's own events, and those of the whole city.
    for (const name of [county, "_"]) journal.begin(name, 0);
    journal.file = openSync(path, "a");
    let whole = 0;
    for await (const line of wholeLines(createReadStream(path))) {
      journal.note(parseJson(line));
      whole += line.length + 1;
    }
    // The last write of a killed run may be torn. Its event was not acknowledged, so it comes again.
    truncateSync(path, whole);
    return journal;
  }

  scopes = new Map();
  // The last position of all: a log that ends before it is not the one that was read.
  position = 0;
  parked = new Map();

  begin(name, number) {
    this.scopes.set(name, { number, position: 0, ids: new Map(), unnumbered: new Set() });
  }

  // Brings the memory up to date with a line.
  note(entry) {
    const { outcome, number, position } = entry;
    const scope = this.scopes.get(entry.scope);
    this.position = Math.max(this.position, position);
    if (outcome === "parked") this.parked.set(position, entry);
    else this.parked.delete(position);
    if (number === null) {
      // Parked without a readable number: it fills one place between its neighbours.
      if (outcome === "parked") scope.unnumbered.add(position);
    } else if (number > scope.number) {
      [scope.number, scope.position] = [number, position];
      scope.ids.set(number, entry.id);
      scope.unnumbered.forEach((other) => other < position && scope.unnumbered.delete(other));
      if (scope.ids.size > REMEMBERED_IDS_MAX) scope.ids.delete(scope.ids.keys().next().value);
    }
    if (outcome === "handled" && entry.type === RECODED && this.scopes.has(entry.data.earlier_code)) {
      // The county bears another code from here on, and its events are numbered anew under it.
      const { code, numbered_after = 0 } = entry.data;
      if (!this.scopes.has(code)) this.begin(code, numbered_after);
    }
  }

  // Whether nothing is missing before an event; each parked one without a number fills one place before it.
  isNext(name, number, position) {
    const scope = this.scopes.get(name);
    if (!scope || number === null) return scope !== undefined;
    return number - scope.number - 1 <= [...scope.unnumbered].filter((other) => other < position).length;
  }

  // Returns when the lines are on the disk.
  write(entries) {
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written);
    fsyncSync(this.file);
  }
}

// What is to be done with a message: `repeat`, `ahead`, or the line of the journal that handles or parks it.
function judge(journal, reader, { subject, position, body }) {
  const name = subject.split(".")[2];
  const scope = journal.scopes.get(name);
  // Another code of this county, if the event that says so is still to come. `stopped` says what it is if not.
  if (!scope) return "ahead";
  if (journal.parked.has(position)) return "repeat";
  const { number, id } = glance(body);
  if (number !== null && number <= scope.number) {
    const remembered = scope.ids.get(number);
    if (remembered && remembered !== id) {
      throw new Broken(
        `${name} 的第 ${number} 号事件已换成另一条 / number ${number} of ${name} was handled as ${remembered}, ` +
          `and at position ${position} it is another event`,
      );
    }
    return "repeat";
  }
  if (!journal.isNext(name, number, position)) return "ahead";
  const entry = { outcome: "handled", position, scope: name, number };
  try {
    return { ...entry, ...reader.readAt(position, body) };
  } catch (error) {
    const parked = { outcome: "parked", id: null, reason: reasonOf(error), subject };
    return { ...entry, ...parked, body: Buffer.from(body).toString("base64") };
  }
}

// Handles what was parked and now reads, after an update of the schemas or of this program.
function retryParked(journal, reader) {
  for (const { position, scope, number, body } of [...journal.parked.values()]) {
    try {
      const event = reader.readAt(position, Buffer.from(body, "base64"));
      const entry = { outcome: "handled", position, scope, number, ...event };
      journal.write([entry]);
      journal.note(entry);
      console.error(`搁置的已处理 / handled what was parked: ${position}`);
    } catch (error) {
      console.error(`仍搁置 / still parked: ${position}: ${reasonOf(error)}`);
    }
  }
}

// Handles a batch: one write for all of it, then the acknowledgements. Gives the messages put back.
function take(journal, reader, messages) {
  const [entries, done, putBack] = [[], [], []];
  for (const message of messages) {
    const position = message.info.streamSequence;
    const verdict = judge(journal, reader, { subject: message.subject, position, body: message.data });
    (verdict === "ahead" ? putBack : done).push(message);
    if (typeof verdict === "string") continue;
    entries.push(verdict);
    journal.note(verdict);
    if (verdict.outcome === "parked") console.error(`搁置 / parked: ${position}: ${verdict.reason}`);
  }
  if (entries.length > 0) journal.write(entries);
  done.forEach((message) => message.ack());
  putBack.forEach((message) => message.nak(PUT_BACK_MS));
  if (journal.parked.size > PARKED_MAX) throw new Broken(`搁置超过 ${PARKED_MAX} 条 / more than ${PARKED_MAX} events are parked`);
  return { done, putBack };
}

// Receives until it is stopped.
async function run({ server, seed, ca, city, county, schemas, journal: path }) {
  const reader = new Reader(schemas);
  const journal = await Journal.open(path, county);
  retryParked(journal, reader);
  const client = await connect({
    servers: server,
    authenticator: nkeyAuthenticator(Buffer.from(readFileSync(seed, "utf8").trim())),
    tls: ca ? { caFile: ca } : undefined,
    maxReconnectAttempts: RECONNECTS_MAX,
    name: `subscriber ${county}`,
  });
  const [stream, durable] = [`LIANJIAN_${city}`, `c${county}`];
  const consumer = await jetstream(client, { apiPrefix: "JS.GOV.API" }).consumers.get(stream, durable);
  console.error(`正在接收 / receiving ${stream} ${durable}`);
  const info = await consumer.info();
  checkEnd(journal, info);
  const ahead = new Map();
  let waiting = info.num_pending;
  for (;;) {
    // Asking for more than there is would wait for the rest; the last message said how many are waiting.
    const max_messages = Math.min(Math.max(waiting, 1), BATCH_EVENTS_MAX);
    const messages = [];
    for await (const message of await consumer.fetch({ max_messages, expires: WAIT_MS })) messages.push(message);
    if (client.isClosed()) throw new Error("the connection is closed");
    if (messages.length === 0) checkEnd(journal, await consumer.info());
    waiting = messages.at(-1)?.info.pending ?? 0;
    // What comes again stands among what is new.
    messages.sort((one, other) => one.info.streamSequence - other.info.streamSequence);
    const { done, putBack } = take(journal, reader, messages);
    putBack.forEach((message) => ahead.set(message.info.streamSequence, message));
    done.forEach((message) => ahead.delete(message.info.streamSequence));
    if (putBack.length > 0) {
      // What is missing before them was given to a run that died: it comes again. If all that is out are these, it does not.
      if ((await consumer.info()).num_ack_pending <= ahead.size) stopped(journal, ahead);
      await sleep(PUT_BACK_MS);
      waiting = BATCH_EVENTS_MAX;
    }
  }
}

// A log that has nothing more to give and never came as far as the journal was put back from a backup.
function checkEnd(journal, { num_pending, delivered }) {
  if (num_pending > 0 || delivered.stream_seq >= journal.position) return;
  throw new Broken(
    `日志只到位置 ${delivered.stream_seq}，本机已处理到 ${journal.position} / the log ends at ${delivered.stream_seq}, ` +
      `and ${journal.position} was handled here: it is not the log that was read`,
  );
}

// All that is out was put back here. What has nothing missing before it comes again and is handled; for the first of a
// scope that has, nothing will come.
function stopped(journal, ahead) {
  const firsts = new Map();
  for (const [position, { subject, data }] of [...ahead].sort(([one], [other]) => one - other)) {
    const name = subject.split(".")[2];
    if (!firsts.has(name)) firsts.set(name, { position, subject, number: glance(data).number });
  }
  for (const [name, { position, number }] of firsts) {
    if (journal.scopes.has(name) && !journal.isNext(name, number, position)) throw new Broken(gap(journal, position));
  }
  if ([...firsts.keys()].some((name) => journal.scopes.has(name))) return;
  for (const { position, subject } of firsts.values()) {
    throw new Broken(`第 ${position} 条不属于本县 / the event at ${position} is not of this county: ${subject}`);
  }
}

function gap(journal, position) {
  const stand = [...journal.scopes].map(([name, scope]) => `${name}: ${scope.number}`).join(", ");
  return `第 ${position} 条之前缺少事件 / events are missing before position ${position}; handled so far: ${stand}`;
}

// Reads events from standard input, a line each, and says of each what it is today.
async function check({ schemas }) {
  const reader = new Reader(schemas);
  for await (const line of wholeLines(process.stdin)) {
    let result;
    try {
      result = { outcome: "good", ...reader.read(line) };
    } catch (error) {
      result = { outcome: "bad", reason: reasonOf(error) };
      process.exitCode = 5;
    }
    console.log(JSON.stringify(result));
  }
}

const text = { type: "string" };
const OPTIONS = {
  check: { schemas: text },
  run: { schemas: text, server: text, seed: text, county: text, journal: text, ca: text, city: { ...text, default: "5108" } },
};

function parse([command, ...args]) {
  const usage = "usage: check --schemas DIR | run --server URL --seed FILE [--ca FILE] [--city CODE] --county CODE --schemas DIR --journal FILE";
  try {
    const { values } = parseArgs({ args, options: OPTIONS[command] });
    const missing = Object.keys(OPTIONS[command]).filter((name) => name !== "ca" && values[name] === undefined);
    if (missing.length > 0) throw new Error(`missing: ${missing}`);
    return { command, values };
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

const { command, values } = parse(process.argv.slice(2));
try {
  await (command === "check" ? check(values) : run(values));
} catch (error) {
  const broken = error instanceof Broken;
  console.error(broken ? `已停止 / stopped: ${error.message}` : `无法继续 / cannot go on with ${values.server}: ${error.message}`);
  process.exit(broken ? 5 : 6);
}
