//! Answers to reads: JSON with its position and a strong ETag, or 304 where the reader has it already.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::hexadecimal;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// The position up to which an answer holds.
pub(crate) const POSITION: HeaderName = HeaderName::from_static("lianjian-position");
/// Bytes of the hash that an ETag shows: 128 bits.
const ETAG_BYTES: usize = 16;

/// A strong ETag over whatever determines the bytes of an answer.
pub fn etag(parts: &[&[u8]]) -> HeaderValue {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let digits = hexadecimal(&hasher.finalize()[..ETAG_BYTES]);
    // Quotes and hexadecimal digits are always a header's value.
    HeaderValue::from_str(&format!("\"{digits}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether `If-None-Match` names the ETag.
pub fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let named = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = named.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|tag| tag == "*" || tag.as_bytes() == etag.as_bytes())
}

/// Puts on the headers that every answer to a read carries.
pub fn with_headers(mut response: Response, position: u64, etag: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(POSITION, HeaderValue::from(position));
    headers.insert(header::ETAG, etag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept"));
    response
}

/// The answer to a read.
pub(crate) fn json(headers: &HeaderMap, position: u64, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value)
        .map_err(|error| Problem::internal(format!("an answer cannot be written: {error}")))?;
    let etag = etag(&[&body]);
    let response = if is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        typed("application/json", body.into())
    };
    Ok(with_headers(response, position, etag))
}

/// An answer in JSON that has neither position nor ETag.
pub(crate) fn unconditional(value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value);
    let body = body.map_err(|error| Problem::internal(format!("an answer cannot be written: {error}")))?;
    Ok(typed("application/json", body.into()))
}

/// A body with its media type.
pub fn typed(media_type: &'static str, body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], Body::from(body)).into_response()
}

/// How a file to be saved is called: `name` in any letters (RFC 6266, RFC 8187), and `ascii` for programs that read nothing
/// newer. What file systems do not take stands in neither.
pub fn saved_as(mut response: Response, ascii: &str, name: &str) -> Response {
    let is_kept = |letter: &char| !letter.is_control() && !r#"\/:*?"<>|"#.contains(*letter);
    let ascii: String = ascii.chars().filter(char::is_ascii).filter(is_kept).collect();
    let mut escaped = String::new();
    for letter in name.chars().filter(is_kept) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_') {
            escaped.push(letter);
        } else {
            let mut bytes = [0; 4];
            escaped.extend(letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    let value = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{escaped}");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_in_chinese_and_one_for_old_programs() {
        let named = |ascii: &str, name: &str| {
            let response = saved_as(StatusCode::OK.into_response(), ascii, name);
            response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned()
        };
        assert_eq!(
            named("lianjian-brief-510811.docx", "昭化 区.docx"),
            "attachment; filename=\"lianjian-brief-510811.docx\"; filename*=UTF-8''%E6%98%AD%E5%8C%96%20%E5%8C%BA.docx"
        );
        // Nothing breaks out of the header or of a folder.
        let odd = named("a\"b\r\n\\c.csv", "../甲\";x=\r\n.csv");
        assert_eq!(odd, "attachment; filename=\"abc.csv\"; filename*=UTF-8''..%E7%94%B2%3Bx%3D.csv");
    }

    #[test]
    fn the_same_answer_is_not_sent_twice() {
        let first = json(&HeaderMap::new(), 7, &"rows").unwrap();
        assert_eq!(
            (first.status().as_u16(), &first.headers()["lianjian-position"]),
            (200, &HeaderValue::from(7))
        );
        let asking = |value: String| HeaderMap::from_iter([(header::IF_NONE_MATCH, value.parse().unwrap())]);
        let etag = first.headers()["etag"].to_str().unwrap().to_owned();
        for value in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
            assert_eq!(json(&asking(value), 7, &"rows").unwrap().status().as_u16(), 304);
        }
        assert_eq!(json(&asking(etag), 7, &"other rows").unwrap().status().as_u16(), 200);
    }

    #[test]
    fn parts_of_an_etag_do_not_run_together() {
        assert_ne!(etag(&[b"ab", b"c"]), etag(&[b"a", b"bc"]));
    }
}
