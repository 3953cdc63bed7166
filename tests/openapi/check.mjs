// Holds an OpenAPI document, given on standard input, to the recommended rules of Redocly and of Spectral, and every JSON
// Schema in the folder named first to Ajv with its default settings. Prints how many of what it saw; ends with 5 where
// anybody has anything to say against them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { createConfig, lintFromString } from "@redocly/openapi-core";
import core from "@stoplight/spectral-core";
import rulesets from "@stoplight/spectral-rulesets";
import { Ajv2020 } from "ajv/dist/2020.js";

const [schemas] = process.argv.slice(2);
const document = await text(process.stdin);
const against = [];

const config = await createConfig({ extends: ["recommended"] });
for (const { ruleId, message, location } of await lintFromString({ source: document, config })) {
  against.push(`redocly: ${ruleId}: ${location[0]?.pointer}: ${message}`);
}

const spectral = new core.Spectral();
// Whom to ask is the city that runs the service: the program knows no contact.
spectral.setRuleset({ extends: [rulesets.oas], rules: { "info-contact": "off" } });
for (const { code, message, path } of await spectral.run(document)) {
  against.push(`spectral: ${code}: ${path.join("/")}: ${message}`);
}

// In its default settings Ajv throws at an unknown format or keyword, and logs a type that it holds to be doubtful.
const logger = { log: () => {}, warn: (said) => against.push(said), error: (said) => against.push(said) };
const files = ["commands", "events"].flatMap((folder) => readdirSync(join(schemas, folder)).map((name) => join(schemas, folder, name)));
for (const file of files) {
  const schema = JSON.parse(readFileSync(file, "utf8"));
  try {
    const holds = new Ajv2020({ logger }).compile(schema);
    for (const example of schema.examples) {
      if (!holds(example)) against.push(`ajv: ${file}: its example: ${JSON.stringify(holds.errors)}`);
    }
  } catch (error) {
    against.push(`ajv: ${file}: ${error.message}`);
  }
}

against.forEach((said) => console.error(said));
if (against.length > 0) process.exit(5);
const { paths } = JSON.parse(document);
console.log(JSON.stringify({ operations: Object.values(paths).flatMap(Object.keys).length, schemas: files.length }));
