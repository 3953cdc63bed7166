//! The routes of documents' scans 扫描件.

use super::routes::{Endpoint, Route};
use crate::auth::{Access, READERS};

/// What a scan is, and what one is called whose bytes say nothing.
const SCANS: &[&str] =
    &["application/pdf", "image/jpeg", "image/png", "application/ofd", "application/octet-stream"];

pub(super) const SCAN_UPLOAD: Route = Route {
    endpoint: Endpoint::ScanUpload,
    path: "/api/v1/scans",
    summary: "存入文件的扫描件 / stores the scan of a document",
    query: &[],
    access: Access::Write,
    media_types: &["application/json"],
    statuses: &[201, 408, 413, 422, 503],
};

pub(super) const SCAN: Route = Route {
    endpoint: Endpoint::Scan,
    path: "/api/v1/scans/{sha256}",
    summary: "文件的扫描件 / the scan of a document",
    query: &[],
    access: Access::Read(READERS),
    media_types: SCANS,
    statuses: &[200, 404, 503],
};
