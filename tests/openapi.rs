//! Holds `openapi.json` and the JSON Schemas to the validators that people have, and makes clients of the document in two
//! languages, which then read and write at a real server.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{Office, Server, fetched, import_places, key, node};

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi").join(name)
}

/// Runs a command to its end, which must be a good one; gives its standard output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn validators_in_their_usual_settings_have_nothing_to_say_against_openapi_json_and_the_schemas() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    let served = server.anyone().get("/openapi.json").expect(200).text;
    assert_eq!(served, std::fs::read_to_string(schemas().join("openapi.json")).unwrap());

    let mut command = node("openapi", "tests/openapi/check.mjs");
    let child =
        command.arg(schemas()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("node is missing: run tests/fetch-subscriber-tools");
    child.stdin.take().unwrap().write_all(served.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files =
        ["commands", "events"].map(|folder| std::fs::read_dir(schemas().join(folder)).unwrap().count());
    assert_eq!(found["schemas"], files[0] + files[1]);
    assert!(found["operations"].as_u64().unwrap() > 75, "{found}");
}

/// An office with a joint branch, and what a client is told of it.
struct Place {
    server: Server,
    office: Office,
    joint_branch: String,
}

impl Place {
    fn open(data: &Path) -> Self {
        import_places(data);
        let server = Server::start(data, &[]);
        let office = Office::open(&server, data);
        let joint_branch = office.establish(&server, "2018-03-05");
        Self { server, office, joint_branch }
    }

    /// Where the service is, with whose token, and what to register: for a client's program.
    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let Office { officer, branches, .. } = &self.office;
        command.args([&self.server.address, officer, &key(), &branches[2]])
    }

    /// What the program read must be what there is, and what it posted must be recorded.
    fn check(&self, said: &str) {
        let said: Value = serde_json::from_str(said).unwrap_or_else(|error| panic!("{error}: {said}"));
        let client = self.server.client(&self.office.officer);
        let register = client.get("/api/v1/counties/510811/register").expect(200).json();
        let row = &register["rows"][0];
        assert_eq!(row["id"], self.joint_branch);
        let expected = json!([{"id": row["id"], "name": row["name"], "phase": row["phase"]}]);
        assert_eq!(said["register"], expected);
        assert_eq!(said["joint_branches"], register["figures"]["joint_branches"]["value"]);
        let position = said["position"].as_u64().unwrap();
        assert!(position > register["position"].as_u64().unwrap() - 1);
        assert_eq!(said["event_type"], "cn.lianjian.person.registered.v1");
        assert_eq!(said["organization"], self.office.branches[2]);
        // A refusal is typed as well: the same key with another body.
        assert_eq!(said["problem"], "/problems/key-reused");
    }
}

#[test]
fn a_typescript_client_made_of_the_document_reads_a_register_and_posts_a_command() {
    let directory = tempfile::tempdir().unwrap();
    let place = Place::open(&directory.path().join("data"));
    // Beside the packages, for that is where the compiler looks for them.
    let tools = fetched("openapi");
    let work = tempfile::tempdir_in(&tools).unwrap();
    let types = work.path().join("lianjian.d.ts");
    std::fs::copy(source("client.ts"), work.path().join("client.ts")).unwrap();
    let tool = |path: &str| {
        let mut command = Command::new("node");
        command.current_dir(work.path()).arg(tools.join("node_modules").join(path));
        command
    };
    run(tool("openapi-typescript/bin/cli.js").arg(schemas().join("openapi.json")).arg("-o").arg(types));
    let settings =
        ["--strict", "--target", "es2022", "--module", "nodenext", "--types", "node", "--skipLibCheck"];
    run(tool("typescript/bin/tsc").args(settings).arg("client.ts"));
    place.check(&run(place.tell(Command::new("node").current_dir(work.path()).arg("client.js"))));
}

#[test]
fn a_python_client_made_of_the_document_reads_a_register_and_posts_a_command() {
    let directory = tempfile::tempdir().unwrap();
    let place = Place::open(&directory.path().join("data"));
    let python = |path: &Path| {
        let mut command = Command::new("python3");
        let paths = std::env::join_paths([fetched("openapi-python").as_path(), path]).unwrap();
        command.env("PYTHONPATH", paths).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    let generated = directory.path().join("lianjian");
    let mut generate = python(directory.path());
    generate.args([
        "-m",
        "openapi_python_client",
        "generate",
        "--meta",
        "none",
        "--fail-on-warning",
        "--path",
    ]);
    generate.arg(schemas().join("openapi.json")).arg("--config").arg(source("python-client.json"));
    run(generate.arg("--output-path").arg(&generated));
    place.check(&run(place.tell(python(directory.path()).arg(source("client.py")))));
}
