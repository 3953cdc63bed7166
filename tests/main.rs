//! The one end-to-end test binary: names its modules, one subject a file.

#[cfg(test)]
mod tidy;
