//! The file that is carried into a closed network: whole, the same from the same content, and what is in it runs.

use std::path::Path;
use std::process::Command;

use crate::harness::program;

/// Runs a tool in a directory, which must succeed; gives what it said.
fn tool(directory: &Path, name: &str, arguments: &[&str]) -> String {
    let output = Command::new(name).current_dir(directory).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_carried_over_is_whole_and_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pack = |name: &str| {
        let file = folder.path().join(name);
        let arguments =
            [file.to_str().unwrap(), "--without-source", "--program", program().to_str().unwrap()];
        tool(root, "deploy/offline-bundle", &arguments);
        std::fs::read(file).unwrap()
    };
    assert!(pack("bundle.tar.gz") == pack("again.tar.gz"), "the same content gives another file");
    tool(folder.path(), "sha256sum", &["--check", "bundle.tar.gz.sha256"]);
    tool(folder.path(), "tar", &["--extract", "--file", "bundle.tar.gz"]);
    let unpacked = folder.path().join("lianjian");
    tool(&unpacked, "sha256sum", &["--check", "SHA256SUMS"]);
    assert!(tool(&unpacked, "bin/lianjian", &["--version"]).starts_with("lianjian "));
    assert!(tool(&unpacked, "bin/nats-server", &["--version"]).starts_with("nats-server: v2"));
    for needed in
        ["deploy/systemd/lianjian.service", "docs/verify/verify.py", "schemas/openapi.json", "LICENSE"]
    {
        assert!(unpacked.join(needed).exists(), "{needed}");
    }
}
