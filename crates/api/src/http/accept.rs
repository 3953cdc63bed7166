//! Content negotiation (RFC 9110, 12.5.1): which of the media types on offer a request would have.

use std::cmp::Reverse;

use axum::http::{HeaderMap, header};

use crate::problem::{Kind, Problem};

/// A media range of `Accept` with its weight in thousandths; 0 says "not this one".
struct Range {
    name: String,
    weight: u16,
}

impl Range {
    /// Reads `type/subtype;q=0.5`. What does not read names nothing.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| name.split('/').count() == 2)?.to_ascii_lowercase();
        let weight = parts.find_map(|part| {
            let (parameter, value) = part.split_once('=')?;
            parameter.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        Some(Self { name, weight: weight.map_or(Some(1_000), thousandths)? })
    }

    /// How closely the range names a media type; nothing where it does not.
    fn closeness(&self, media_type: &str) -> Option<u8> {
        match self.name.strip_suffix("/*") {
            _ if self.name == media_type => Some(2),
            Some("*") => Some(0),
            Some(kind) if media_type.split('/').next() == Some(kind) => Some(1),
            _ => None,
        }
    }
}

/// A weight: `0` or `1` with at most three decimals, none above 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let shaped = matches!(whole, "0" | "1") && decimals.len() <= 3;
    if !shaped || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{decimals:0<3}").parse().ok().filter(|weight| *weight <= 1_000)
}

/// The media type that is accepted best: of the closest range that names it the weight decides, of equal weights the
/// range that stands first, then the order on offer. The first on offer where the request does not say.
pub(crate) fn accepted(headers: &HeaderMap, on_offer: &[&'static str]) -> Result<&'static str, Problem> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> =
        values.flat_map(|value| value.split(',')).map(str::trim).filter(|text| !text.is_empty()).collect();
    let ranges: Vec<Range> = named.iter().filter_map(|text| Range::read(text)).collect();
    let judged = on_offer.iter().filter_map(|media_type| {
        if named.is_empty() {
            return Some((*media_type, 0, 0));
        }
        let naming = ranges.iter().enumerate();
        let naming = naming.filter_map(|(place, range)| Some((range.closeness(media_type)?, place, range)));
        let (_, place, range) = naming.max_by_key(|(closeness, place, _)| (*closeness, Reverse(*place)))?;
        (range.weight > 0).then_some((*media_type, range.weight, place))
    });
    let best =
        judged.enumerate().min_by_key(|(order, (_, weight, place))| (Reverse(*weight), *place, *order));
    best.map(|(_, (media_type, ..))| media_type).ok_or_else(|| {
        let names = on_offer.join(", ");
        let zh = format!("可用的格式：{}", on_offer.join("、"));
        Problem::new(Kind::NotAcceptable, zh, format!("on offer: {names}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "application/x-ndjson";
    const BATCH: &str = "application/cloudevents-batch+json";

    fn check(accept: &[&str], expected: Option<&str>) {
        let values = accept.iter().map(|value| (header::ACCEPT, value.parse().unwrap()));
        let found = accepted(&HeaderMap::from_iter(values), &[LINES, BATCH]);
        assert_eq!(found.as_ref().ok().copied(), expected, "{accept:?}");
        assert!(found.is_ok() || found.unwrap_err().kind() == Kind::NotAcceptable);
    }

    #[test]
    fn the_weights_of_a_request_choose_among_what_is_on_offer() {
        check(&[BATCH], Some(BATCH));
        check(&["text/html, application/x-ndjson;q=0.5"], Some(LINES));
        check(&["application/x-ndjson;q=0.2, application/cloudevents-batch+json;q=0.9"], Some(BATCH));
        check(&["application/x-ndjson;q=0.2", "application/cloudevents-batch+json;Q=0.9"], Some(BATCH));
        check(&["application/cloudevents-batch+json, application/x-ndjson"], Some(BATCH));
        check(&["APPLICATION/X-NDJSON"], Some(LINES));
        for all in ["*/*", "application/*", "", " "] {
            check(&[all], Some(LINES));
        }
        check(&[], Some(LINES));
    }

    #[test]
    fn nought_is_not_this_one_and_the_closest_range_decides() {
        check(&["application/x-ndjson;q=0, application/cloudevents-batch+json"], Some(BATCH));
        check(&["*/*, application/x-ndjson; q=0"], Some(BATCH));
        check(&["application/x-ndjson;q=0.000, application/*;q=0.1"], Some(BATCH));
        check(&["application/*;q=0, */*"], None);
        check(&["*/*;q=0"], None);
        check(&["*/*;q=0, application/x-ndjson"], Some(LINES));
        check(&["application/x-ndjson;q=0, application/cloudevents-batch+json;q=0"], None);
        check(&["text/html"], None);
    }

    #[test]
    fn what_does_not_read_names_nothing() {
        for wrong in
            ["application/x-ndjson;q=2", "application/x-ndjson;q=-1", "application/x-ndjson;q=", "x", "a/b/c"]
        {
            check(&[wrong], None);
            check(&[&format!("{wrong}, {BATCH}")], Some(BATCH));
        }
    }
}
