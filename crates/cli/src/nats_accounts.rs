//! What the NATS server is told about accounts: pure functions from codes and public keys to configuration text.
//!
//! Users within one account are no boundary, for a reply subject is not checked against permissions. So the account that
//! holds the stream is an administrator's, and everybody else has an account of their own, without JetStream, into which
//! what they need is let: the service appends, reads and keeps names; whoever copies reads; a county reads its own
//! consumer. None of them can change, empty or delete the stream, nor let the server drop events by a setting.

use domain::place::PlaceCode;
use event_log::jetstream_api::GRANTED_API_PREFIX;
use event_log::jetstream_county::COUNTY_API_PREFIX;

/// The account that holds the stream and the bucket: the administrator's.
const CITY_ACCOUNT: &str = "CITY";
/// The account of the service's instances.
const SERVICE_ACCOUNT: &str = "SERVICE";
/// The account of whoever copies the log, which reads and nothing else.
const READER_ACCOUNT: &str = "READER";
/// Under which name the consumers' part of the API is exported to the service: the name that it has is exported to the
/// counties, each for its own consumer, and of two exports that fit, the server takes either.
const EXPORTED_CONSUMERS: &str = "LIANJIAN.CONSUMER.";
const CONSUMERS: &str = "$JS.API.CONSUMER.";
/// The account in which the server tells about itself.
const SYSTEM_ACCOUNT: &str = "SYSTEM";
/// How many connections a county may hold at once: its readers, a relay, and room for those that a fault left behind.
const COUNTY_CONNECTIONS_MAX: u32 = 32;
/// How many subscriptions a county may hold on all its connections.
const COUNTY_SUBSCRIPTIONS_MAX: u32 = 1_000;
/// The longest message of a county: requests and acknowledgements are far shorter.
const COUNTY_MESSAGE_BYTES_MAX: u32 = 4_096;

/// The stream that holds a city's log.
pub fn stream(city: &PlaceCode) -> String {
    format!("LIANJIAN_{city}")
}

/// The name of a county's account, and of its consumer.
pub fn county_name(county: &PlaceCode) -> String {
    format!("c{county}")
}

/// The public keys of the users that are not a county's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Who makes and changes stream, bucket and consumers.
    pub admin: String,
    /// The service's instances.
    pub service: String,
    /// Whoever copies the log.
    pub reader: String,
    /// Who watches the servers.
    pub system: String,
}

/// Those of them that an accounts file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKeys {
    /// Nothing in a file from before the administrator had an account apart from the service's.
    pub admin: Option<String>,
    /// The service's instances.
    pub service: String,
    /// Nothing in a file from before the log was copied with a key of its own.
    pub reader: Option<String>,
    /// Who watches the servers.
    pub system: String,
}

impl Keys {
    /// The keys that a text of [`accounts_conf`] names. One from before the administrator had an account of its own names
    /// none for the administrator and for whoever copies: the key of the account that held the stream was the service's.
    pub fn of(text: &str) -> Option<KnownKeys> {
        let key = |account: &str| {
            let (_, users) = text.split_once(&format!("\n    {account} {{"))?;
            keys_in(users).next().map(str::to_owned)
        };
        let (city, system) = (key(CITY_ACCOUNT)?, key(SYSTEM_ACCOUNT)?);
        match key(SERVICE_ACCOUNT) {
            Some(service) => {
                Some(KnownKeys { admin: Some(city), service, reader: key(READER_ACCOUNT), system })
            }
            None => Some(KnownKeys { admin: None, service: city, reader: None, system }),
        }
    }
}

/// What an account may ask of the one that holds the stream.
struct Grant {
    subject: String,
    /// One question may bring many answers.
    is_stream: bool,
    /// Whether it is for who copies as well; what changes anything is not.
    is_reading: bool,
}

/// Everything that the service asks, and with it everything that a copy asks.
fn grants(city: &PlaceCode) -> Vec<Grant> {
    let (log, bucket) = (stream(city), format!("KV_{}_CONTROL", stream(city)));
    let scans = format!("OBJ_{}_SCANS", stream(city));
    let reading = |subject: String| Grant { subject, is_stream: false, is_reading: true };
    let changing = |subject: String| Grant { subject, is_stream: false, is_reading: false };
    let mut grants = vec![
        reading("$JS.API.STREAM.NAMES".to_owned()),
        changing(format!("lianjian.{city}.>")),
        changing(format!("$KV.{}_CONTROL.>", stream(city))),
        // What is to be forgotten is overwritten on the servers' disks; the log refuses this whoever asks.
        changing(format!("$JS.API.STREAM.MSG.DELETE.{bucket}")),
        changing(format!("$O.{}_SCANS.>", stream(city))),
        changing(format!("$JS.API.STREAM.MSG.DELETE.{scans}")),
        reading(format!("$JS.API.STREAM.INFO.{scans}")),
        reading(format!("$JS.API.STREAM.MSG.GET.{scans}")),
        changing(format!("$JS.API.CONSUMER.NAMES.{log}")),
        changing(format!("$JS.API.CONSUMER.LIST.{log}")),
    ];
    for stream in [&log, &bucket] {
        grants.push(reading(format!("$JS.API.STREAM.INFO.{stream}")));
        grants.push(reading(format!("$JS.API.STREAM.MSG.GET.{stream}")));
        // A consumer may be told to send to any subject, also into the log: so who copies makes none.
        grants.push(changing(format!("$JS.API.CONSUMER.CREATE.{stream}.>")));
        grants.push(changing(format!("$JS.API.CONSUMER.INFO.{stream}.*")));
        grants.push(changing(format!("$JS.API.CONSUMER.DELETE.{stream}.*")));
        grants.push(Grant {
            subject: format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.*"),
            is_stream: true,
            is_reading: false,
        });
    }
    grants
}

impl Grant {
    /// Its name where it is exported.
    fn exported(&self) -> String {
        match self.subject.strip_prefix(CONSUMERS) {
            Some(rest) => format!("{EXPORTED_CONSUMERS}{rest}"),
            None => self.subject.clone(),
        }
    }

    fn export(&self) -> String {
        let response = if self.is_stream { ", response_type: stream" } else { "" };
        let accounts = match self.is_reading {
            true => format!("{SERVICE_ACCOUNT}, {READER_ACCOUNT}"),
            false => SERVICE_ACCOUNT.to_owned(),
        };
        format!("            {{ service: \"{}\"{response}, accounts: [{accounts}] }}\n", self.exported())
    }

    /// Names of the API go under the prefix by which an account without JetStream knows it.
    fn import(&self) -> String {
        let to = match self.subject.strip_prefix("$JS.API.") {
            Some(name) => format!(", to: \"{GRANTED_API_PREFIX}.{name}\""),
            None => String::new(),
        };
        let subject = self.exported();
        format!("            {{ service: {{ account: {CITY_ACCOUNT}, subject: \"{subject}\" }}{to} }}\n")
    }
}

/// `accounts.conf`: the administrator's account with what it exports, the service's and the copy's that import it, the
/// system account, and the counties' beside them.
pub fn accounts_conf(city: &PlaceCode, keys: &Keys) -> String {
    let (stream, grants) = (stream(city), grants(city));
    let exports: String = grants.iter().map(Grant::export).collect();
    let service: String = grants.iter().map(Grant::import).collect();
    let reader: String = grants.iter().filter(|grant| grant.is_reading).map(Grant::import).collect();
    let Keys { admin, service: service_key, reader: reader_key, system } = keys;
    format!(
        r#"# The accounts of city {city}. Made by `lianjian nats init`; the seeds of these keys are in keys/.

system_account: {SYSTEM_ACCOUNT}

accounts {{
    {SYSTEM_ACCOUNT} {{
        users: [ {{ nkey: {system} }} ]
    }}
    # The administrator's. It holds the stream and the bucket, makes and changes them, and is not given to the service.
    # account_token_position says which word of the subject must be the name of the account that asks.
    {CITY_ACCOUNT} {{
        jetstream: enabled
        users: [ {{ nkey: {admin} }} ]
        mappings: {{ "{EXPORTED_CONSUMERS}>": "{CONSUMERS}>" }}
        exports: [
            {{ service: "$JS.API.CONSUMER.MSG.NEXT.{stream}.*", response_type: stream, account_token_position: 7 }}
            {{ service: "$JS.API.CONSUMER.INFO.{stream}.*", account_token_position: 6 }}
            {{ service: "$JS.ACK.{stream}.*.>", account_token_position: 4 }}
{exports}        ]
    }}
    # The service's instances: they append, read and keep names. They can neither change nor delete the stream.
    {SERVICE_ACCOUNT} {{
        users: [ {{ nkey: {service_key} }} ]
        imports: [
{service}        ]
    }}
    # For `log copy` to another machine: it reads.
    {READER_ACCOUNT} {{
        users: [ {{ nkey: {reader_key} }} ]
        imports: [
{reader}        ]
    }}
    include "counties.conf"
}}
"#
    )
}

/// `counties/c<county>.conf`: the account of one county.
pub fn county_conf(city: &PlaceCode, county: &PlaceCode, key: &str) -> String {
    let (stream, name) = (stream(city), county_name(county));
    format!(
        r#"# The account of county {county}: it reads its own consumer and nothing else. Made by `lianjian nats county add`.

{name} {{
    users: [ {{ nkey: {key} }} ]
    limits {{
        max_connections: {COUNTY_CONNECTIONS_MAX}
        max_subscriptions: {COUNTY_SUBSCRIPTIONS_MAX}
        max_payload: {COUNTY_MESSAGE_BYTES_MAX}
    }}
    imports: [
        {{ service: {{ account: {CITY_ACCOUNT}, subject: "$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}" }}, to: "{COUNTY_API_PREFIX}.CONSUMER.MSG.NEXT.{stream}.{name}" }}
        {{ service: {{ account: {CITY_ACCOUNT}, subject: "$JS.API.CONSUMER.INFO.{stream}.{name}" }}, to: "{COUNTY_API_PREFIX}.CONSUMER.INFO.{stream}.{name}" }}
        {{ service: {{ account: {CITY_ACCOUNT}, subject: "$JS.ACK.{stream}.{name}.>" }} }}
    ]
}}
"#
    )
}

/// `counties.conf`: names the file of each county.
pub fn counties_conf(counties: &[PlaceCode]) -> String {
    let lines = counties.iter().map(|county| format!("include \"counties/{}.conf\"\n", county_name(county)));
    std::iter::once(
        "# The counties' accounts. Made by `lianjian nats county add` and `remove`.\n\n".to_owned(),
    )
    .chain(lines)
    .collect()
}

/// The public keys of the users that a configuration text names.
pub fn keys_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("nkey:").skip(1).filter_map(|rest| rest.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(digits: &str) -> PlaceCode {
        digits.parse().unwrap()
    }

    fn keys() -> Keys {
        let [admin, service, reader, system] =
            ["UADMIN", "USERVICE", "UREADER", "USYSTEM"].map(str::to_owned);
        Keys { admin, service, reader, system }
    }

    #[test]
    fn a_county_is_let_into_three_services_of_its_own_consumer() {
        let text = county_conf(&code("5108"), &code("510811"), "UKEY");
        let imported: Vec<&str> =
            text.split("subject: \"").skip(1).filter_map(|it| it.split('"').next()).collect();
        assert_eq!(
            imported,
            [
                "$JS.API.CONSUMER.MSG.NEXT.LIANJIAN_5108.c510811",
                "$JS.API.CONSUMER.INFO.LIANJIAN_5108.c510811",
                "$JS.ACK.LIANJIAN_5108.c510811.>"
            ]
        );
        assert!(!text.contains("jetstream"), "{text}");
        assert_eq!(Vec::from_iter(keys_in(&text)), ["UKEY"]);
    }

    #[test]
    fn the_city_exports_to_the_account_that_the_subject_names() {
        let text = accounts_conf(&code("5108"), &keys());
        let open = |line: &&str| line.contains("{ service: \"") && !line.contains("accounts: [");
        let exports: Vec<&str> = text.lines().filter(open).collect();
        assert_eq!(exports.len(), 3);
        for line in exports {
            let subject = line.split('"').nth(1).unwrap();
            let position: usize = line.rsplit(' ').nth(1).unwrap().parse().unwrap();
            assert_eq!(subject.split('.').nth(position - 1), Some("*"), "{line}");
        }
        assert_eq!(Vec::from_iter(keys_in(&text)), ["USYSTEM", "UADMIN", "USERVICE", "UREADER"]);
    }

    #[test]
    fn nobody_but_the_administrator_is_let_near_what_changes_a_stream() {
        let text = accounts_conf(&code("5108"), &keys());
        for verb in ["CREATE", "UPDATE", "DELETE", "PURGE", "SNAPSHOT", "RESTORE", "PEER", "LEADER"] {
            assert!(!text.contains(&format!("STREAM.{verb}")), "{verb}");
        }
        let deleting = "STREAM.MSG.DELETE.";
        let deleted: Vec<&str> =
            text.split(deleting).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let erasable = ["KV_LIANJIAN_5108_CONTROL", "OBJ_LIANJIAN_5108_SCANS"];
        assert!(deleted.iter().all(|stream| erasable.contains(stream)), "{deleted:?}");
        let (_, reader) = text.split_once("    READER {").unwrap();
        let imported: Vec<&str> =
            reader.split("subject: \"").skip(1).filter_map(|it| it.split('"').next()).collect();
        assert_eq!(imported.len(), 7);
        assert!(imported.iter().all(|it| ["INFO", "GET", "NAMES"].iter().any(|verb| it.contains(verb))));
    }

    #[test]
    fn keys_are_found_again_and_an_older_file_names_the_services() {
        let keys = keys();
        let found = Keys::of(&accounts_conf(&code("5108"), &keys)).unwrap();
        let Keys { admin, service, reader, system } = keys;
        let (admin, reader) = (Some(admin), Some(reader));
        assert_eq!(found, KnownKeys { admin, service, reader, system });
        let older = "accounts {\n    SYSTEM {\n        users: [ { nkey: US } ]\n    }\n    CITY {\n        users: [ { nkey: UC } ]\n    }\n}";
        let found = Keys::of(older).unwrap();
        assert_eq!((found.admin, found.service.as_str(), found.reader), (None, "UC", None));
    }

    #[test]
    fn every_county_is_included_once() {
        assert!(!counties_conf(&[]).contains("include"));
        let text = counties_conf(&[code("510811"), code("510812")]);
        assert!(
            text.ends_with("include \"counties/c510811.conf\"\ninclude \"counties/c510812.conf\"\n"),
            "{text}"
        );
    }
}
