// What a county's programmer writes against the types that openapi-typescript makes of openapi.json: lists a register, posts
// a command, and reads a refusal. Takes the address, a token, an idempotency key and the id of an organization.

import createClient from "openapi-fetch";

import type { components, paths } from "./lianjian.js";

type RegisterEntry = components["schemas"]["RegisterEntry"];

const [baseUrl, token, key, organization] = process.argv.slice(2) as [string, string, string, string];
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

const register = await client.GET("/api/v1/counties/{code}/register", {
  params: { path: { code: "510811" }, query: { limit: 100 } },
});
if (!register.data) throw new Error(register.error.detail_en);
// Without `figure` every row is an entry of the register.
const rows: RegisterEntry[] = register.data.rows.filter((row) => "phase" in row);

const post = (name: string) =>
  client.POST("/api/v1/commands/register-person", {
    params: { header: { "Idempotency-Key": key } },
    body: {
      effective_date: "2018-06-01",
      on_behalf_of: "510811",
      data: { name, organization, formal_member_since: "2011-07-01" },
    },
  });
const recorded = await post("测试党员");
if (!recorded.data) throw new Error(recorded.error.detail_en);
const [event] = recorded.data.events;
if (event?.type !== "cn.lianjian.person.registered.v1") throw new Error(`an event of type ${event?.type}`);
const refused = await post("另一党员");

console.log(
  JSON.stringify({
    register: rows.map(({ id, name, phase }) => ({ id, name, phase })),
    joint_branches: register.data.figures["joint_branches"]?.value,
    position: recorded.data.position,
    event_type: event.type,
    organization: event.data.organization,
    problem: refused.error?.type,
  }),
);
