//! The JSON Schemas (2020-12) of events: the envelope and, for each type, its data. Generated from the types that
//! read and write events, so that schema and code cannot drift apart.

use domain::EventBody;
use domain::account::Role;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::envelope::schema_id;
use crate::versions::TypeVersion;

pub mod plain;

/// One stored event of each type and version, as it was first published: read for ever, and each schema's example.
pub const GOLDEN: &str = include_str!("../golden/events.ndjson");

/// The two versions of a type that only tests know.
#[cfg(any(test, feature = "contract"))]
pub(crate) const REHEARSED: &str = include_str!("../golden/rehearsal.ndjson");

/// The schema of every event of a type in one version, or nothing where there is no such version.
pub fn event_schema(of: TypeVersion) -> Option<Value> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = event_object(of, &mut generator)?;
    let fields = schema.as_object_mut()?;
    let full_type = of.to_string();
    fields.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    fields.insert("$id".into(), schema_id(&full_type).into());
    fields.insert("title".into(), full_type.into());
    fields.insert("examples".into(), golden(of).into_iter().collect());
    fields.insert("$defs".into(), generator.take_definitions(true).into());
    close(&mut schema);
    plain::write_plainly(&mut schema);
    Some(schema)
}

/// The object that an event is; the types that its data names stand in the generator's definitions.
pub fn event_object(of: TypeVersion, generator: &mut SchemaGenerator) -> Option<Value> {
    let data = EventBody::data_schema(of.event_type, of.version, generator)?;
    let name = data.get("$ref").and_then(Value::as_str)?.rsplit('/').next()?;
    let description = generator.definitions().get(name)?.get("description")?.clone();
    let mut properties = envelope_properties(&of.to_string());
    properties.insert("data".into(), described(data));
    let optional =
        ["document", "decided", "override", "county", "township", "warnings", "simulated", "traceparent"];
    let is_optional = |name: &str| optional.iter().any(|prefix| name.starts_with(prefix));
    let required: Vec<&String> = properties.keys().filter(|name| !is_optional(name)).collect();
    Some(json!({
        "description": description,
        "type": "object",
        "required": required,
        "properties": properties,
        "unevaluatedProperties": false,
    }))
}

/// The golden event of a type in one version.
pub fn golden(of: TypeVersion) -> Option<Value> {
    let full_type = of.to_string();
    let events = GOLDEN.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.into_iter().find(|event| event["type"] == full_type)
}

/// The property that holds the data, described: the data's own description stands at its definition.
fn described(mut data: Schema) -> Value {
    data.insert(
        "description".to_owned(),
        "事件内容：该类型自己的各字段 / the data of the event: the fields of its type".into(),
    );
    data.to_value()
}

/// Closes every object in the one way that also works where schemas are combined.
pub fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
                fields.remove("additionalProperties");
                fields.insert("unevaluatedProperties".into(), Value::Bool(false));
            }
            for (key, value) in fields.iter_mut() {
                if key != "examples" {
                    close(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The envelope's attributes.
fn envelope_properties(full_type: &str) -> Map<String, Value> {
    let with = |pattern: &str, description: &str| json!({ "type": "string", "pattern": pattern, "description": description });
    let ulid = |description: &str| with("^[0-7][0-9A-HJKMNP-TV-Z]{25}$", description);
    let sha256 = |description: &str| with("^[0-9a-f]{64}$", description);
    let number = |description: &str| with("^[0-9]{20}$", description);
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    let date = |description: &str| json!({ "type": "string", "format": "date", "description": description });
    let always = |value: Value, description: &str| json!({ "const": value, "description": description });
    let count = |minimum: u64, description: &str| json!({ "type": "integer", "minimum": minimum, "description": description });
    let roles: Vec<&str> = Role::OF_ACCOUNTS.into_iter().chain([Role::Local]).map(Role::as_str).collect();
    let data_schema = format!("{}#/properties/data", schema_id(full_type));
    let properties = json!({
        "specversion": always("1.0".into(), "CloudEvents 规范的版本 / the version of the CloudEvents specification"),
        "id": ulid("事件的记录编号（ULID），订阅方据此去重 / the id of the event, a ULID by which subscribers drop repeats"),
        "source": with("^/cities/[0-9]{4}$", "来源：记录该事件的市，写作 /cities/ 加市代码 / the city whose log the event is in: `/cities/` and its code"),
        "type": always(full_type.into(), "事件的类型及版本 / the type of the event, with its version"),
        "subject": text("所涉对象：类别/记录编号 / the entity that it is about, as `<entity>/<id>`"),
        "time": { "type": "string", "format": "date-time", "description": "记录时间：世界协调时，精确到毫秒，不早于上一事件 / the time of recording in UTC, to the millisecond, never earlier than the event before" },
        "datacontenttype": always("application/json".into(), "事件内容的格式 / the format of the event's data"),
        "dataschema": always(data_schema.into(), "事件内容所依的模式 / the schema that the event's data is held to"),
        "sequence": number("位置：在本市日志中的序号，20 位，前补零 / the position in the city's log, 20 digits with zeros in front"),
        "commandid": ulid("产生该事件的指令的记录编号 / the id of the command that gave the event"),
        "commanddigest": sha256("指令内容的 SHA-256 校验值，可删除字段以承诺值代替 / the SHA-256 hash of the request, with commitments in place of erasable fields"),
        "commandindex": count(0, "在同一指令的各事件中的序号，从零起 / the place among the events of the command, from zero on"),
        "commandcount": count(1, "同一指令产生的事件数 / how many events the command gave"),
        "actor": text("经办人：帐号的记录编号，不含姓名 / who acted, by the opaque id of the account"),
        "actorrole": { "enum": roles, "description": "经办人的角色 / the role in which they acted" },
        "decidedon": date("本应生效日期；补录时已不能按其生效的才有 / the day for which it was decided, where it was recorded too late to hold from that one"),
        "onbehalfof": text("行文（决定）单位：党组织的记录编号，或区划代码 / the body on whose authority it was done: the id of an organization, or the code of a place"),
        "effectivedate": date("生效日期：自该日起有效 / the day from which it holds"),
        "documentnumber": text("文号，如 昭委组〔2019〕18号 / the number of the document that it rests on, such as 昭委组〔2019〕18号"),
        "documentissued": date("文件的印发日期 / the day on which the document was issued"),
        "documentsha256": sha256("文件扫描件的 SHA-256 校验值 / the SHA-256 hash of the document's scan"),
        "decidedmeeting": text("作出决定的会议名称 / the name of the meeting that took the decision"),
        "decideddate": date("作出决定的会议日期 / the day of the meeting that took the decision"),
        "overridereason": text("特殊情况（经批准）的理由 / why a rule of severity `warn` was set aside"),
        "overridedocument": text("批准特殊情况的文号 / the number of the document that allowed the exception"),
        "county": with("^[0-9]{6}$", "所属县(区)的代码；不属任何县(区)的没有 / the code of the county that it lies in, where it lies in one"),
        "township": with("^[0-9]{9}$", "所属乡镇(街道)的代码；不属任何乡镇的没有 / the code of the township that it lies in, where it lies in one"),
        "scopesequence": number("分序号：每县(区)单独连续编号，据此发现缺漏 / a gapless number in each county, and in `_` for what has none, by which a reader sees gaps"),
        "warnings": text("提醒：JSON 文本，一个数组 / what was warned of, as JSON text: an array of {rule, message, message_en, citation, found?, allowed?}"),
        "simulated": always(true.into(), "模拟数据的标记；真实数据没有 / marks simulated data; absent in real data"),
        "traceparent": text("链路跟踪标识（W3C Trace Context） / the trace of the request, as W3C Trace Context has it"),
    });
    match properties {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{examples, hexadecimal};
    use sha2::{Digest, Sha256};

    use super::{GOLDEN, event_schema, golden};
    use crate::envelope::{CommandTrace, decode, encode, rewrite, subject, subject_of_stored};
    use crate::versions::TypeVersion;

    /// The golden events, with one more of each type that has none yet: as the command's example records it.
    fn completed() -> String {
        let missing = TypeVersion::published().filter(|of| golden(*of).is_none());
        let lines = missing.filter_map(|of| {
            let recorded = examples::recorded();
            let event =
                recorded.iter().find(|event| TypeVersion::current(event.body.event_type()) == Some(of))?;
            let extra = CommandTrace {
                command_digest: hexadecimal(&Sha256::digest(of.to_string())),
                command_index: 0,
                command_count: 1,
                scope_sequence: 1,
                traceparent: None,
            };
            Some(String::from_utf8(encode("5108", event, &extra).unwrap()).unwrap() + "\n")
        });
        GOLDEN.lines().map(|line| format!("{line}\n")).chain(lines).collect()
    }

    /// Run with `LIANJIAN_BLESS=1` it writes what is missing, and never changes what is there: the next run has it in its
    /// schemas.
    #[test]
    fn an_event_type_without_a_golden_event_is_told_and_given_one_before_openapi_is_written() {
        let completed = completed();
        if std::env::var_os("LIANJIAN_BLESS").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/events.ndjson");
            std::fs::write(file, &completed).unwrap();
        }
        assert!(completed == GOLDEN, "run LIANJIAN_BLESS=1 cargo test --workspace --lib -- openapi, twice");
    }

    #[test]
    fn every_golden_event_still_reads_and_writes_the_same_bytes() {
        for line in GOLDEN.lines() {
            let decoded = decode(line.as_bytes()).unwrap();
            let again = rewrite("5108", &decoded, line.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(again).unwrap(), line);
        }
    }

    #[test]
    fn a_stored_event_is_filed_under_the_subject_it_was_recorded_with() {
        for line in GOLDEN.lines() {
            let event = decode(line.as_bytes()).unwrap().event;
            let recorded = subject("5108", &event.meta.scope, &event.body);
            assert_eq!(subject_of_stored(line.as_bytes()).unwrap(), recorded);
        }
        assert!(subject_of_stored(b"{}").is_err());
    }

    #[test]
    fn every_version_of_every_type_has_a_golden_event_that_its_schema_accepts() {
        for of in TypeVersion::published() {
            let schema = event_schema(of).unwrap();
            let example = schema["examples"].get(0).unwrap_or_else(|| panic!("no golden event of {of}"));
            let schema = json_schema::Schema::compile(&schema).unwrap();
            let errors: Vec<String> = schema.errors(example).iter().map(ToString::to_string).collect();
            assert!(errors.is_empty(), "{of}: {errors:?}");
        }
    }

    #[test]
    fn every_commitment_of_an_event_is_declared_in_its_row() {
        const ENDING: &str = "_commitment";
        for of in TypeVersion::published() {
            let schema = event_schema(of).unwrap();
            let definitions = schema["$defs"].as_object().unwrap();
            let fields = definitions.values().filter_map(|found| found["properties"].as_object()).flatten();
            let committing: Vec<&String> =
                fields.map(|(name, _)| name).filter(|name| name.ends_with(ENDING)).collect();
            let mut example = schema["examples"][0].clone();
            committing.iter().for_each(|name| example["data"][*name] = "0".repeat(64).into());
            let event = decode(example.to_string().as_bytes()).unwrap().event;
            let committed = event.body.committed().map(|committed| committed.pointer);
            let expected = committing.first().map(|name| format!("/{}", name.trim_end_matches(ENDING)));
            assert_eq!(committed.map(str::to_owned), expected, "{of}");
            assert!(committing.len() <= 1, "{of}: a row declares one commitment: {committing:?}");
        }
    }

    #[test]
    fn a_schema_refuses_what_it_does_not_name() {
        let schema = event_schema(TypeVersion::current("place.registered").unwrap()).unwrap();
        let validator = json_schema::Schema::compile(&schema).unwrap();
        let mut example = schema["examples"][0].clone();
        example["colour"] = 1.into();
        assert!(!validator.is_valid(&example));
        let mut example = schema["examples"][0].clone();
        example["data"]["colour"] = 1.into();
        assert!(!validator.is_valid(&example));
    }
}
