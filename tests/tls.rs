//! TLS that the service ends itself: other machines reach it, and only those who trust its certificate ask it anything.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::{import_places, program, run, token};

/// A certificate for this machine and its key, as files.
fn certificate(directory: &Path) -> [PathBuf; 2] {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let [certificate, key] = ["tls.crt", "tls.key"].map(|name| directory.join(name));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    [certificate, key]
}

/// A server that listens on every address of this machine, and the address that it says.
fn serve(data: &Path, certificate: &Path, key: &Path) -> (Child, String) {
    let mut child = Command::new(program())
        .args(["--lang", "en", "serve", "--listen", "0.0.0.0:0", "--data"])
        .arg(data)
        .args([Path::new("--tls-cert"), certificate, Path::new("--tls-key"), key])
        .env("LIANJIAN_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
    // What it prints later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (child, said.replace("0.0.0.0", "127.0.0.1"))
}

#[test]
fn a_server_with_a_certificate_is_asked_from_elsewhere_by_who_trusts_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    import_places(&data);
    let file = folder.path().join("token");
    std::fs::write(&file, token(&data, "auditor", "5108")).unwrap();
    let [certificate, key] = certificate(folder.path());
    let (mut server, address) = serve(&data, &certificate, &key);
    assert!(address.starts_with("https://127.0.0.1:"), "{address}");
    let [file, ca] = [&file, &certificate].map(|path| path.to_str().unwrap());
    let show = |address: &str, more: &[&str]| {
        let asked = ["show", "city", "5108", "--json", "--server", address, "--token-file", file];
        run(&[&asked, more].concat())
    };
    let shown = show(&address, &["--server-ca", ca]);
    let said = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.status.success() && said.contains("villages_covered"), "{said}");
    // Who does not know the certificate is told nothing, and sends no token; nor does anybody in plain text.
    let refused = [show(&address, &[]), show(&address.replace("https", "http"), &[])];
    assert_eq!(refused.map(|shown| (shown.status.code(), shown.stdout.len())), [(Some(6), 0); 2]);
    let stopped = Command::new("kill").args(["-INT", &server.id().to_string()]).status().unwrap();
    assert!(stopped.success() && server.wait().unwrap().success());
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let [certificate, key] = certificate(folder.path());
    let serve = |more: &[&str]| {
        let tried = run(&[&["serve", "--data", data.to_str().unwrap()], more].concat());
        assert_eq!((tried.status.code(), data.exists()), (Some(2), false), "{more:?}");
        String::from_utf8(tried.stderr).unwrap()
    };
    let [certificate, key_file] = [&certificate, &key].map(|path| path.to_str().unwrap());
    assert!(serve(&["--tls-cert", certificate]).contains("are given together"));
    assert!(serve(&["--tls-cert", key_file, "--tls-key", key_file]).contains("tls.key"));
    assert!(serve(&["--tls-cert", certificate, "--tls-key", certificate]).contains("tls.crt"));
    assert!(
        serve(&["--tls-cert", certificate, "--tls-key", key_file, "--behind-proxy"])
            .contains("--behind-proxy")
    );
    assert!(serve(&["--listen", "0.0.0.0:0"]).contains("--tls-cert"));
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    assert!(serve(&["--tls-cert", certificate, "--tls-key", key_file]).contains("chmod 600"));
}
