//! A receipt in the browser: the script that checks it agrees with the program on every forgery, in Node as in a page, and the
//! page that is opened from a disk needs no server.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use audit::checkpoint::{Checkpoint, origin};
use audit::key::{KeyKind, PublicKey, SecretKey};
use audit::receipt::Receipt;
use audit::tree::{Tree, leaf_hash};
use serde_json::{Value, json};

use crate::browser::{Browser, SCREEN, check_axe, sign_in};
use crate::harness::{desk, run_well, token};
use crate::tree::{checkpoint, last_position, text};

/// Where the script lies.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verify/browser")
}

/// What the script says of each receipt under the keys.
fn by_script(receipts: &[String], keys: &str) -> Vec<Value> {
    let program = "const {check} = require(process.argv[1]); let text = ''; process.stdin.on('data', part => text += part);
process.stdin.on('end', () => { const asked = JSON.parse(text);
process.stdout.write(JSON.stringify(asked.receipts.map(one => check(one, asked.keys)))); });";
    let mut node = Command::new("node")
        .args(["-e", program, text(&scripts().join("receipt.js"))])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("node is missing: run tests/fetch-subscriber-tools ({error})"));
    let asked = json!({"receipts": receipts, "keys": keys}).to_string();
    let mut input = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether the program takes a receipt for one signed by these keys.
fn by_program(receipt: &str, keys: &[PublicKey]) -> bool {
    let Ok(read) = Receipt::parse(receipt.as_bytes()) else { return false };
    read.is_included() && read.checkpoint.is_signed_by_log(keys).unwrap_or(false)
}

/// Events as a log of Guangyuan's would hold them, and a receipt of one of them.
struct SignedTree {
    tree: Tree,
    events: Vec<String>,
    key: SecretKey,
    witness: SecretKey,
}

impl SignedTree {
    fn new() -> Self {
        let event = |position: u64| json!({"source": "/cities/5108", "sequence": format!("{position:020}"), "time": "2026-01-01T00:00:00.000Z", "data": "村"});
        let events: Vec<String> = (1..=13).map(|position| event(position).to_string()).collect();
        let key = |name: &str, kind, seed| SecretKey::new(name, kind, [seed; 32]).unwrap();
        Self {
            tree: events.iter().map(|event| leaf_hash(event.as_bytes())).collect(),
            events,
            key: key(&origin("5108"), KeyKind::Log, 1),
            witness: key("witness.example", KeyKind::Witness, 2),
        }
    }

    fn receipt(&self, index: u64, size: u64, key: &SecretKey) -> String {
        let root = self.tree.root(size).unwrap();
        let head = Checkpoint::sign(&origin("5108"), size, root, std::slice::from_ref(key));
        let head = head.unwrap();
        let line = head.cosign(&self.witness, 1_767_225_600).unwrap();
        let head = head.with_signatures(&line).unwrap();
        let event = self.events[usize::try_from(index).unwrap()].clone().into_bytes();
        Receipt::of(&self.tree, head, index, event).unwrap().to_string()
    }
}

#[test]
fn the_script_and_the_program_agree_on_every_forgery() {
    let signed_tree = SignedTree::new();
    let honest: Vec<String> = [(0, 1), (0, 13), (6, 13), (12, 13), (7, 8), (4, 7)]
        .map(|(index, size)| signed_tree.receipt(index, size, &signed_tree.key))
        .to_vec();
    let stranger = SecretKey::new(&origin("5108"), KeyKind::Log, [9; 32]).unwrap();
    let mut forged = vec![signed_tree.receipt(6, 13, &stranger), String::new()];
    let own = &honest[2];
    // Every character changed by one bit, and left out.
    for (at, character) in own.char_indices() {
        let after = at + character.len_utf8();
        let other = char::from_u32(u32::from(character) ^ 1).unwrap();
        forged.push(format!("{}{other}{}", &own[..at], &own[after..]));
        forged.push(format!("{}{}", &own[..at], &own[after..]));
    }
    let lines: Vec<&str> = own.split('\n').collect();
    for at in 1..lines.len() {
        let mut swapped = lines.clone();
        swapped.swap(at - 1, at);
        let swapped = swapped.join("\n");
        let repeated = [&lines[..at], &lines[at - 1..]].concat().join("\n");
        forged.extend([swapped, repeated].into_iter().filter(|text| text != own));
    }
    for (index, other) in [(5, 6), (6, 5)] {
        let said = |index: u64| format!("\nindex {index}\n");
        forged.push(signed_tree.receipt(index, 13, &signed_tree.key).replacen(&said(index), &said(other), 1));
    }
    let keys: Vec<PublicKey> = [&signed_tree.key, &signed_tree.witness].map(SecretKey::public).to_vec();
    let written: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let verdicts = by_script(&honest, &written);
    for (receipt, verdict) in honest.iter().zip(&verdicts) {
        assert!(by_program(receipt, &keys), "{receipt}");
        assert_eq!((&verdict["failed"], &verdict["isSigned"]), (&Value::Null, &json!(true)), "{verdict}");
        assert_eq!(verdict["witnesses"][0]["time"], 1_767_225_600, "{verdict}");
    }
    for (receipt, verdict) in forged.iter().zip(by_script(&forged, &written)) {
        let is_taken = verdict["failed"].is_null() && verdict["isSigned"] == true;
        assert_eq!(is_taken, by_program(receipt, &keys), "{verdict}\n{receipt}");
        // What touches the witness's line alone takes away the witness at most: log and event stand.
        assert!(!is_taken || receipt.starts_with(own.split("\n\n").next().unwrap()), "{receipt}");
    }
    // Without keys it is consistent, and nobody is known to have signed.
    let unknown = by_script(&honest[..1], "").remove(0);
    assert_eq!((&unknown["failed"], &unknown["isSigned"]), (&Value::Null, &json!(false)));
    assert_eq!(by_script(&honest[..1], "lianjian.cn/cities/5108+00000000+AAAA").remove(0)["failed"], "keys");
}

#[test]
fn a_page_checks_a_receipt_here_and_from_a_disk() {
    let desk = desk();
    let position = last_position(&desk);
    checkpoint(&desk.server.anyone(), position);
    let key = run_well(&["audit", "keys", "--data", text(&desk.data)]);
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &token(&desk.data, "auditor", "5108"));
    browser.go(&format!("/events/{position}"));
    browser.click_named("核对凭据");
    browser.wait_for_path(|path| path.ends_with("/check"));
    let verdict = |browser: &Browser, expected: &str| {
        browser.wait_for_text("#check-result", expected);
        browser.text("#check-result")
    };
    // The server's own word for its key is not taken.
    verdict(&browser, "签署者未确认");
    browser.fill("keys", &key);
    browser.click_named("核对");
    let said = verdict(&browser, "核验通过");
    assert!(said.contains("未见证") && said.contains(&format!("{position:020}")), "{said}");
    browser.picture("check");
    check_axe(&browser, "check");
    // A page opened later still knows the key; a receipt that was altered is refused by the step that does not hold.
    browser.go("/check?lang=en");
    let receipt = desk.server.client(&desk.office.officer).get(&format!("/api/v1/receipts/{}", position - 1));
    let receipt = receipt.expect(200).text;
    let index = format!("\nindex {}\n", position - 2);
    browser.fill("receipt", &receipt.replacen(&index, "\nindex 0\n", 1));
    browser.click_named("Check");
    verdict(&browser, "Verification failed");
    browser.fill("receipt", &receipt);
    browser.click_named("Check");
    verdict(&browser, "Verified");

    let page = scripts().join("check.html").canonicalize().unwrap();
    browser.go(&format!("file://{}", text(&page)));
    browser.fill("keys", &key);
    browser.fill("receipt", &receipt);
    browser.click_named("核对 · Check");
    verdict(&browser, "核验通过");
    browser.picture("check-from-disk");
    // The same page checks a figure.
    let officer = desk.server.client(&desk.office.officer);
    let proof = officer.get("/api/v1/figures/villages/proof?scope=510811").expect(200).text;
    browser.fill("receipt", &proof);
    browser.click_named("核对 · Check");
    let said = verdict(&browser, "这项数字出自您信任的密钥");
    assert!(said.contains("没有遗漏") && said.contains("510811210") && said.contains("行政村"), "{said}");
    browser.picture("check-figure-from-disk");
    browser.fill("receipt", &proof.replacen("scope 510811", "scope 510802", 1));
    browser.click_named("核对 · Check");
    verdict(&browser, "核验不通过");
}
