//! What the NATS server is told about accounts: pure functions from codes and public keys to configuration text.
//!
//! Users within one account are no boundary, for a reply subject is not checked against permissions. So each county has an
//! account of its own, without JetStream, into which three services of the city's account are let. The city exports each
//! of the three once, and the server itself holds the consumer's name in it to be the importing account's: no file here
//! could let a county reach another's consumer.

use domain::place::PlaceCode;
use event_log::jetstream_county::COUNTY_API_PREFIX;

/// The account of the service, which alone holds the stream.
const CITY_ACCOUNT: &str = "CITY";
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

/// `accounts.conf`: the city's account with what it exports, the system account, and the counties' beside them.
pub fn accounts_conf(city: &PlaceCode, city_key: &str, system_key: &str) -> String {
    let stream = stream(city);
    format!(
        r#"# The accounts of city {city}. Made by `lianjian nats init`; the seeds of these keys are in keys/.

system_account: {SYSTEM_ACCOUNT}

accounts {{
    {SYSTEM_ACCOUNT} {{
        users: [ {{ nkey: {system_key} }} ]
    }}
    # The service's own. It exports three services and nothing else; account_token_position says which word of the
    # subject must be the name of the account that asks.
    {CITY_ACCOUNT} {{
        jetstream: enabled
        users: [ {{ nkey: {city_key} }} ]
        exports: [
            {{ service: "$JS.API.CONSUMER.MSG.NEXT.{stream}.*", response_type: stream, account_token_position: 7 }}
            {{ service: "$JS.API.CONSUMER.INFO.{stream}.*", account_token_position: 6 }}
            {{ service: "$JS.ACK.{stream}.*.>", account_token_position: 4 }}
        ]
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
        let text = accounts_conf(&code("5108"), "UCITY", "USYSTEM");
        let exports: Vec<&str> = text.lines().filter(|line| line.contains("service:")).collect();
        assert_eq!(exports.len(), 3);
        for line in exports {
            let subject = line.split('"').nth(1).unwrap();
            let position: usize = line.rsplit(' ').nth(1).unwrap().parse().unwrap();
            assert_eq!(subject.split('.').nth(position - 1), Some("*"), "{line}");
        }
        assert_eq!(Vec::from_iter(keys_in(&text)), ["USYSTEM", "UCITY"]);
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
