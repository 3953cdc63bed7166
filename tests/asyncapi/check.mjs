// Holds an AsyncAPI document, given on standard input, to AsyncAPI's own parser, and prints what the document holds.
// Ends with 5 where the parser has anything to say against it, be it a warning.

import { text } from "node:stream/consumers";

import { DiagnosticSeverity, Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const against = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
for (const { code, message, path } of against) console.error(`${path.join("/")}: ${code}: ${message}`);
if (!document || against.length > 0) process.exit(5);
console.log(
  JSON.stringify({
    version: document.version(),
    channels: document.channels().all().map((channel) => channel.address()),
    operations: document.operations().all().map((operation) => `${operation.action()} ${operation.id()}`),
    messages: document.allMessages().all().map((message) => message.name()),
    hints: diagnostics.map(({ code, path }) => `${path.join("/")}: ${code}`),
  }),
);
