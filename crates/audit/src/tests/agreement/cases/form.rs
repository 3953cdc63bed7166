//! The form of the file: the tar, the order of its files, their names, and the manifest.

use std::io::Cursor;

use super::{FAILED, Files, Table, VERIFIED, Wanted};
use crate::archive::Archive;

pub(super) fn all(table: &mut Table) {
    tar(table);
    order(table);
    schemas(table);
    carried(table);
    manifest(table);
    spelling(table);
    scope(table);
    proofs(table);
}

/// A header with another text at a place, its sum made anew.
fn with_header(bytes: &[u8], at: usize, text: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + text.len()].copy_from_slice(text);
    bytes[148..156].copy_from_slice(b"        ");
    let sum: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes
}

fn tar(table: &mut Table) {
    let bytes = table.whole().to_bytes();
    let length = table.whole().get("checkpoint").len();
    for (name, at, text) in [
        ("mode 0600", 100, &b"0000600"[..]),
        ("another owner", 108, b"0001750"),
        ("a time", 136, b"14000000000"),
        ("kind L", 156, b"L"),
        ("kind 0 as a zero byte", 156, b"\0"),
        ("gnu's magic", 257, b"ustar  \0"),
        ("an owner's name", 265, b"root"),
        ("a prefix", 345, b"../.."),
        ("the length ends with a blank", 124, format!("{length:011o} ").as_bytes()),
        ("the length without zeros", 124, format!("{length:>11o}\0").as_bytes()),
        ("the length in eights with a sign", 124, format!("+{length:010o}\0").as_bytes()),
        ("a name with a blank", 0, b"check point\0"),
        ("a name of the parent", 0, b"../checkpoint\0"),
        ("no name", 0, b"\0\0\0\0\0\0\0\0\0\0"),
        ("a name of 100 letters", 0, &[b'x'; 100]),
        ("a name that is no text", 0, b"checkpo\xff\xff\0"),
    ] {
        table.bytes(&format!("tar: {name}"), with_header(&bytes, at, text), FAILED);
    }
    let mut sum = bytes.clone();
    sum.copy_within(149..155, 148);
    sum[154] = 0;
    table.bytes("tar: another spelling of the sum", sum, FAILED);
    let mut padded = bytes.clone();
    padded[512 + length] = 1;
    table.bytes("tar: padding that is no zero", padded, FAILED);
    for (name, forged) in [
        ("one closing block", bytes[..bytes.len() - 512].to_vec()),
        ("three closing blocks", [&bytes[..], &[0; 512]].concat()),
        ("a byte after it", [&bytes[..], &[0]].concat()),
        ("no closing blocks", bytes[..bytes.len() - 1_024].to_vec()),
        ("nothing at all", Vec::new()),
        ("zeros alone", vec![0; 1_024]),
        ("half a header", bytes[..300].to_vec()),
    ] {
        table.bytes(&format!("tar: {name}"), forged, FAILED);
    }
    let archive = Archive::open(Cursor::new(bytes.clone())).unwrap();
    let end = archive.members()[1].offset as usize - 512;
    let twice = [&bytes[..end], &bytes[..]].concat();
    table.bytes("tar: a file twice", twice, FAILED);
}

/// Files moved, left out, put in and renamed, each with a manifest that fits.
fn order(table: &mut Table) {
    let named = table.forge.bundle(Wanted::Whole, &[], true);
    table.file("honest: whole with names", &named, VERIFIED);
    let last = named.0.len() - 1;
    for (name, one, other) in [
        ("checkpoint and keys", 0, 1),
        ("keys and events", 1, 2),
        ("leaves and names", 3, 4),
        ("two schemas", 5, 6),
        ("manifest before the last schema", last - 1, last),
    ] {
        let mut forged = named.clone();
        forged.0.swap(one, other);
        table.mended(&format!("order: {name}"), &forged, FAILED);
    }
    for gone in ["checkpoint", "keys", "events.ndjson", "leaves", "manifest.json"] {
        let forged = named.without(|name| name == gone);
        let forged =
            if gone == "manifest.json" || gone == "events.ndjson" { forged } else { forged.mended() };
        table.file(&format!("left out: {gone}"), &forged, FAILED);
    }
    table.mended("left out: the names altogether", &named.without(|name| name == "names.ndjson"), VERIFIED);
    for more in [
        "proofs.ndjson",
        "more",
        "schemas/more",
        "witnessed/1",
        "witnessed/0000000000000000000x",
        "witnessed/000000000000000000010",
        "witnessed-again/",
        "witnessed/../../../../etc/cron.d/x",
    ] {
        table.mended(&format!("put in: {more}"), &named.with(more, b"x".to_vec()), FAILED);
    }
    let mut renamed = named.clone();
    renamed.0[3].0 = "proofs.ndjson".to_owned();
    table.mended("renamed: the leaves", &renamed, FAILED);
    let events = named.text("events.ndjson");
    let cut = named.with("events.ndjson", events.trim_end().to_owned());
    table.mended("events: no end of the last line", &cut, FAILED);
    table.mended("events: an empty line more", &named.with("events.ndjson", format!("{events}\n")), FAILED);
    let returns = named.with("events.ndjson", events.replace('\n', "\r\n"));
    table.mended("events: lines that end as on Windows", &returns, FAILED);
    for (name, leaves) in [
        ("shorter", named.get("leaves")[32..].to_vec()),
        ("longer", [named.get("leaves"), &[0; 32]].concat()),
        ("half a hash more", [named.get("leaves"), &[0; 16]].concat()),
        ("none", Vec::new()),
    ] {
        table.mended(&format!("leaves: {name}"), &named.with("leaves", leaves), FAILED);
    }
}

/// The rules in words, the description of the formats and the checker: as an event of the bundle vouches for them, or not there.
fn carried(table: &mut Table) {
    let whole = table.whole();
    let (rules, checker) = ("rule-books/1.json", "verify/verify.py");
    let is_of_checker = |name: &str| name.starts_with("verify/");
    for (name, forged, expected) in [
        ("as it is", whole.clone(), VERIFIED),
        ("none", whole.without(|name| name == rules || is_of_checker(name)), VERIFIED),
        ("no rules", whole.without(|name| name == rules), VERIFIED),
        ("no checker", whole.without(is_of_checker), VERIFIED),
        ("a file of the checker left out", whole.without(|name| name == checker), FAILED),
        ("a checker that says yes", whole.with(checker, b"print('verified')\n".to_vec()), FAILED),
        ("another description", whole.replaced("verify/README.md", "exactly 32 bytes", "any bytes"), FAILED),
        ("a file more", whole.with("verify/run.sh", b"#!/bin/sh\n".to_vec()), FAILED),
        ("a folder more", whole.with("verify/a/b.py", b"x".to_vec()), FAILED),
        (
            "a figure changed",
            whole.replaced(
                rules,
                "\"branch_minimum_formal_members\": 3",
                "\"branch_minimum_formal_members\": 1",
            ),
            FAILED,
        ),
        ("words changed", whole.replaced(rules, "不少于 3 名", "不少于 1 名"), FAILED),
        ("an edition that nothing vouches for", whole.with("rule-books/2.json", whole.get(rules)), FAILED),
        ("in another spelling", whole.with("rule-books/01.json", whole.get(rules)), FAILED),
        ("no edition", whole.with("rule-books/x.json", whole.get(rules)), FAILED),
    ] {
        table.mended(&format!("carried: {name}"), &forged, expected);
    }
    // A part in which no event vouches for them carries none.
    let part = table.forge.bundle(Wanted::Range(1, 5), &[], false);
    assert!(!part.0.iter().any(|(name, _)| name == rules || is_of_checker(name)));
    table.mended("carried: in a part without the event", &part.with(rules, whole.get(rules)), FAILED);
    table.mended(
        "carried: in a part without the event, the checker",
        &part.with(checker, whole.get(checker)),
        FAILED,
    );
}

fn schemas(table: &mut Table) {
    let whole = table.whole();
    let names: Vec<String> =
        whole.0.iter().map(|(name, _)| name.clone()).filter(|name| name.starts_with("schemas/")).collect();
    let (one, other) = (&names[0], &names[1]);
    let exchanged = whole.with(one, whole.get(other)).with(other, whole.get(one));
    for (name, forged) in [
        ("replaced by {}", whole.with(one, b"{}\n".to_vec())),
        ("a letter changed", whole.replaced(one, "object", "Object")),
        ("a blank more", whole.replaced(one, "{\n", "{ \n")),
        ("exchanged", exchanged),
        ("one left out", whole.without(|name| name == one)),
        ("all left out", whole.without(|name| name.starts_with("schemas/"))),
        (
            "one of a type that does not occur",
            whole.with("schemas/events/cn.lianjian.account.issued.v1.json", b"{}".to_vec()),
        ),
        ("one of no type", whole.with("schemas/events/x.json", whole.get(one))),
        ("a program", whole.with("schemas/events/setup.exe", b"MZ".to_vec())),
        ("a path upwards", whole.with("schemas/events/../../../../x.json", b"{}".to_vec())),
        ("a name in capitals", whole.with("schemas/events/X.json", b"{}".to_vec())),
        ("no name", whole.with("schemas/events/.json", b"{}".to_vec())),
    ] {
        table.mended(&format!("schemas: {name}"), &forged, FAILED);
    }
}

/// Each claim of the manifest.
fn manifest(table: &mut Table) {
    let whole = table.whole();
    let range = table.forge.bundle(Wanted::Range(5, 20), &[], false);
    table.file("honest: a range", &range, VERIFIED);
    type Edit = fn(&mut crate::bundle::Manifest);
    let edits: [(&str, Edit); 17] = [
        ("another format", |manifest| manifest.format = "lianjian-bundle/2".to_owned()),
        ("another city", |manifest| manifest.city = "5109".to_owned()),
        ("no city", |manifest| manifest.city = String::new()),
        ("another origin", |manifest| manifest.origin.push('x')),
        ("a larger size", |manifest| manifest.size += 1),
        ("first 0", |manifest| manifest.first = 0),
        ("first after last", |manifest| manifest.first = manifest.last + 1),
        ("another first", |manifest| manifest.first += 1),
        ("another last", |manifest| manifest.last -= 1),
        ("last after size", |manifest| manifest.last = manifest.size + 1),
        ("one event more", |manifest| manifest.events += 1),
        ("a witness that is none", |manifest| manifest.witnesses.push("nobody".to_owned())),
        ("no note", |manifest| manifest.note = None),
        ("another note", |manifest| manifest.note = Some("witnessed".to_owned())),
        ("a file less", |manifest| drop(manifest.files.pop_first())),
        ("another length", |manifest| manifest.files.values_mut().for_each(|entry| entry.bytes += 1)),
        ("hashes in capitals", |manifest| {
            manifest.files.values_mut().for_each(|entry| entry.sha256 = entry.sha256.to_uppercase());
        }),
    ];
    for (name, edit) in edits {
        table.file(&format!("manifest: {name}"), &whole.with_manifest(edit), FAILED);
        table.file(&format!("manifest of a range: {name}"), &range.with_manifest(edit), FAILED);
    }
}

/// The same values in other letters.
fn spelling(table: &mut Table) {
    let whole = table.whole();
    let (text, size) = (whole.text("manifest.json"), table.forge.size());
    let size_of =
        |number: &str| text.replacen(&format!("\"size\": {size}"), &format!("\"size\": {number}"), 1);
    let first_line = text.lines().nth(1).unwrap();
    let moved = text.replacen(&format!("{first_line}\n"), "", 1).replacen(
        "  \"origin\"",
        &format!("{first_line}\n  \"origin\""),
        1,
    );
    for (name, forged) in [
        ("a number with a fraction", size_of(&format!("{size}.0"))),
        ("a number with an exponent", size_of(&format!("{size}e0"))),
        ("a number with a zero before it", size_of(&format!("0{size}"))),
        ("a negative number", size_of("-1")),
        ("a number as a text", size_of(&format!("\"{size}\""))),
        ("a number of 20 digits more", size_of(&"9".repeat(20))),
        ("true for one", text.replacen("\"first\": 1,", "\"first\": true,", 1)),
        ("no number", size_of("NaN")),
        ("another order", moved),
        ("a key twice", text.replacen(first_line, &format!("{first_line}\n{first_line}"), 1)),
        ("a key more", text.replacen(first_line, &format!("{first_line}\n  \"more\": 1,"), 1)),
        ("an escaped letter", text.replacen("\"5108\"", "\"\\u0035108\"", 1)),
        ("no indentation", serde_json::to_string(&whole.manifest()).unwrap() + "\n"),
        ("no end of the last line", text.trim_end().to_owned()),
        ("a blank at the end", format!("{text} ")),
        ("lines that end as on Windows", text.replace('\n', "\r\n")),
        ("a mark before it", format!("\u{feff}{text}")),
        ("deep brackets", "[".repeat(100_000)),
        ("deep objects", "{\"a\":".repeat(50_000)),
        ("a list", "[]\n".to_owned()),
        ("nothing", String::new()),
        ("files in another order", {
            let mut lines: Vec<&str> = text.lines().collect();
            let at = lines.iter().position(|line| line.contains("\"checkpoint\": {")).unwrap();
            lines[at..at + 8].rotate_left(4);
            lines.join("\n") + "\n"
        }),
        ("an odd surrogate", text.replacen("\"5108\"", "\"\\ud800\"", 1)),
    ] {
        table.file(
            &format!("spelling of the manifest: {name}"),
            &whole.with("manifest.json", forged),
            FAILED,
        );
    }
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    table.file("spelling of the manifest: UTF-16", &whole.with("manifest.json", utf16), FAILED);
}

/// The part of a county.
fn scope(table: &mut Table) {
    let county = table.forge.bundle(Wanted::County(1), &[], false);
    table.file("honest: a county's part", &county, VERIFIED);
    let later = table.forge.bundle(Wanted::County(12), &[], false);
    table.file("honest: a county's part from the middle on", &later, VERIFIED);
    for scope in ["51081", "610811", "5108111", "510811100", "51081x", "5108", "", "５１０８１１", "510812"]
    {
        let forged = county.with_manifest(|manifest| manifest.scope = Some(scope.to_owned()));
        table.file(&format!("a county's part: scope {scope}"), &forged, FAILED);
    }
    let drop_lines = |files: &Files, from: usize, count: usize| {
        let without = |name: &str| {
            let text = files.text(name);
            let lines = text.lines().enumerate().filter(|(index, _)| !(from..from + count).contains(index));
            lines.map(|(_, line)| format!("{line}\n")).collect::<String>()
        };
        files.with("events.ndjson", without("events.ndjson")).with("proofs.ndjson", without("proofs.ndjson"))
    };
    let early = drop_lines(&county, 0, 10).with_manifest(|manifest| manifest.first = 2);
    table.mended("a county's part: first 2, ten events left out", &early, FAILED);
    table.mended("a county's part: one left out in between", &drop_lines(&county, 6, 1), FAILED);
    let range = table.forge.bundle(Wanted::Range(5, 20), &[], false);
    table.mended("a range: one left out in between", &drop_lines(&range, 6, 1), FAILED);
    table.mended("a range: its end left out", &drop_lines(&range, 15, 1), FAILED);
}

/// Each path of a part, in its only spelling.
fn proofs(table: &mut Table) {
    let range = table.forge.bundle(Wanted::Range(5, 20), &[], false);
    let text = range.text("proofs.ndjson");
    let first = text.lines().next().unwrap().to_owned();
    for (name, forged) in [
        ("a blank", text.replacen("\",\"", "\", \"", 1)),
        ("a hash less", text.replacen(&first, &format!("[{}", &first[first.find(',').unwrap() + 1..]), 1)),
        ("a hash more", text.replacen(']', ",\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]", 1)),
        ("a short hash", text.replacen("[\"", "[\"AAAA\",\"", 1)),
        ("a line more", format!("{text}[]\n")),
        ("a line more without end", format!("{text}[]")),
        ("an empty line more", format!("{text}\n")),
        ("no end of the last line", text.trim_end().to_owned()),
        ("no list", text.replacen(&first, "{}", 1)),
        ("nothing", String::new()),
        ("a letter that is none", text.replacen("[\"", "[\"é", 1)),
    ] {
        table.mended(&format!("proofs: {name}"), &range.with("proofs.ndjson", forged), FAILED);
    }
}
