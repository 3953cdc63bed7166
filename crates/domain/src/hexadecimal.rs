//! Bytes as digests are written: two small hexadecimal digits each.

/// Two small hexadecimal digits a byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
