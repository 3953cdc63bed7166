//! Forms of commands that may carry scans: their parts, and the scans stored before the command is tried.

use api::http::App;
use api::http::commands::MAX_BODY_BYTES;
use api::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use service::scans::Received;
use service::shape_error::ShapeError;

use super::bulk::broken_upload;
use super::sessions::Sent;
use crate::pages::forms::ScanNote;
use crate::pages::forms::render::SCAN_PART;
use crate::pages::forms::values::Posted;

/// The most scans of one form.
const MAX_SCANS: usize = 4;
/// The longest form with its scans: two of the longest, or more that are shorter.
pub(super) const MAX_SCANS_FORM_BYTES: usize = 2 * scan::MAX_BYTES + (1 << 20);

/// Whether a path is that of a command's form, which may carry scans.
pub(super) fn is_of_command(path: &str) -> bool {
    path.strip_prefix("/work/").is_some_and(|command| !command.is_empty() && !command.contains('/'))
}

/// The scans of a form, each with the pointer under which its hash belongs.
pub(super) type Uploads = Vec<(String, Bytes)>;

/// Reads a form, in parts or not.
pub(super) async fn received(headers: &HeaderMap, request: Request) -> Result<(Sent, Uploads), Problem> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media_type.starts_with("multipart/form-data") {
        let body = Bytes::from_request(request, &()).await.map_err(|_| broken_upload())?;
        return Ok((Sent::read(headers, &body, MAX_BODY_BYTES)?, Vec::new()));
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broken_upload())?;
    let (mut fields, mut uploads, mut length) = (Vec::new(), Vec::new(), 0);
    while let Some(part) = parts.next_field().await.map_err(|_| broken_upload())? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.strip_prefix(SCAN_PART) {
            // A browser sends an empty part for a file that nobody chose.
            Some(_) if part.file_name().is_none_or(str::is_empty) => {}
            Some(pointer) if uploads.len() < MAX_SCANS => {
                uploads.push((pointer.to_owned(), part.bytes().await.map_err(|_| broken_upload())?));
            }
            Some(_) => {
                let zh = format!("一次最多上传 {MAX_SCANS} 份扫描件，请分几次办理");
                return Err(Problem::new(
                    Kind::TooLarge,
                    zh,
                    format!("a form carries {MAX_SCANS} scans at most"),
                ));
            }
            None => {
                let text = part.text().await.map_err(|_| broken_upload())?;
                length += name.len() + text.len();
                if length > MAX_BODY_BYTES {
                    return Err(Problem::new(Kind::TooLarge, "表单内容过长", "the form is too long"));
                }
                fields.push((name, text));
            }
        }
    }
    Ok((Sent::of_parts(headers, fields)?, uploads))
}

/// Stores the scans of a form and puts their hashes where they belong; says of each what it is, or why it is not taken.
pub(super) async fn store(
    app: &App,
    uploads: Uploads,
    posted: &mut Posted,
) -> Result<(Vec<ScanNote>, Vec<ShapeError>), Problem> {
    let (mut notes, mut refused) = (Vec::new(), Vec::new());
    for (pointer, bytes) in uploads {
        let claimed =
            posted.get(&pointer).map(|text| text.trim().to_ascii_lowercase()).filter(|text| !text.is_empty());
        match app.receive_scan(bytes).await {
            Ok(Received { hash, .. })
                if claimed.as_deref().is_some_and(|claimed| claimed != hash.as_str()) =>
            {
                refused.push(error(
                    &pointer,
                    format!("收到的扫描件的校验值是 {hash}，与所填的不同：请清空校验值，重新选择文件"),
                    format!("the scan that arrived has the hash {hash}, and another one was filled in: empty the field and choose the file again"),
                ));
            }
            Ok(Received { hash, bytes, kind }) => {
                let hash = hash.to_string();
                posted.insert(pointer, hash.clone());
                notes.push(ScanNote { kind: kind.name(), bytes, hash, agrees: claimed.is_some() });
            }
            Err(problem) if matches!(problem.kind(), Kind::Schema | Kind::TooLarge) => {
                posted.remove(&pointer);
                refused.push(error(&pointer, problem.detail().to_owned(), problem.detail_en().to_owned()));
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok((notes, refused))
}

fn error(pointer: &str, detail: String, detail_en: String) -> ShapeError {
    ShapeError { pointer: pointer.to_owned(), detail, detail_en }
}

#[cfg(test)]
mod tests {
    use super::is_of_command;

    #[test]
    fn only_forms_of_commands_may_be_so_long() {
        for path in ["/work/dissolve-joint-branch", "/work/issue-policy"] {
            assert!(is_of_command(path), "{path}");
        }
        for path in ["/work", "/work/", "/work/x/bulk", "/work/x/bulk/record", "/sign-in"] {
            assert!(!is_of_command(path), "{path}");
        }
    }
}
