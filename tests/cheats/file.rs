//! Cheats on the file of a bundle: its form, the files in it, and each field of its manifest.

use audit::bundle::Manifest;

use super::{Files, World};

/// The file itself.
pub(super) fn file(world: &mut World, whole: &Files) {
    let bytes = whole.to_bytes();
    let flipped = |at: usize| {
        let mut forged = bytes.clone();
        forged[at] ^= 1;
        forged
    };
    for (part, at) in [
        ("name", 3),
        ("mode", 105),
        ("owner", 112),
        ("length", 130),
        ("time", 140),
        ("sum", 150),
        ("kind", 156),
        ("magic", 258),
        ("rest", 400),
    ] {
        world.both(&format!("flip a byte of a header: {part}"), &flipped(at), 0, "bundle");
    }
    let padding = 512 + whole.get("checkpoint").len();
    world.both("flip a byte of the padding", &flipped(padding), 0, "bundle");
    world.both("flip a byte of the end", &flipped(bytes.len() - 1), 0, "bundle");
    world.both("cut the file off", &bytes[..bytes.len() - 512], 0, "bundle");
    world.both("append to the file", &[&bytes[..], &[0]].concat(), 0, "bundle");
    let schema = whole.0.iter().find(|(name, _)| name.starts_with("schemas/")).unwrap().0.clone();
    let mut forged = whole.clone();
    let mut text = forged.get(&schema);
    text[20] ^= 1;
    forged.set(&schema, text);
    world.both("change a schema", &forged.to_bytes(), 0, "bundle");
    let mut forged = whole.clone();
    forged.set("keys", b"no key\n".to_vec());
    forged.mend();
    world.both("change the keys", &forged.to_bytes(), 0, "bundle");
    let mut forged = whole.clone();
    forged.set("more", b"x".to_vec());
    forged.mend();
    world.both("add a file", &forged.to_bytes(), 0, "bundle");
    let mut forged = whole.clone();
    forged.0.retain(|(name, _)| name != "leaves");
    forged.mend();
    world.both("leave a file out", &forged.to_bytes(), 0, "bundle");
}

/// Each field of the manifest.
pub(super) fn manifest(world: &mut World, whole: &Files) {
    let mut check = |field: &str, edit: &dyn Fn(&mut Manifest)| {
        let mut forged = whole.clone();
        let mut manifest = forged.manifest();
        edit(&mut manifest);
        forged.set_manifest(&manifest);
        world.both(&format!("change the manifest: {field}"), &forged.to_bytes(), 0, "bundle");
    };
    check("format", &|manifest| manifest.format.push('1'));
    check("city", &|manifest| manifest.city = "5109".to_owned());
    check("origin", &|manifest| manifest.origin.push('x'));
    check("size", &|manifest| manifest.size += 1);
    check("first", &|manifest| manifest.first = 0);
    check("last", &|manifest| manifest.last += 1);
    check("scope", &|manifest| manifest.scope = Some("510811".to_owned()));
    check("events", &|manifest| manifest.events += 1);
    check("witnesses", &|manifest| manifest.witnesses.push("nobody".to_owned()));
    check("note", &|manifest| manifest.note = None);
    check("files", &|manifest| drop(manifest.files.remove("checkpoint")));
    check("the length of a file", &|manifest| {
        manifest.files.get_mut("checkpoint").unwrap().bytes += 1;
    });
}
