//! Tests of the configuration directory: what is made, what is found made, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nkeys::KeyPair;

use super::*;

fn code(digits: &str) -> PlaceCode {
    digits.parse().unwrap()
}

/// Every file of the directory with its text.
fn everything(path: &Path) -> Vec<(PathBuf, String)> {
    let folders = [path.to_owned(), path.join(COUNTIES_FOLDER), path.join(KEYS_FOLDER)];
    let entries =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut files: Vec<_> = entries
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_second_init_and_a_second_add_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(NatsDirectory::init(folder.path(), &code("5108")).unwrap());
    let directory = NatsDirectory::of_county(folder.path(), &code("510811")).unwrap();
    let account = directory.add(&code("510811")).unwrap();
    let before = everything(folder.path());
    assert_eq!(directory.add(&code("510811")).unwrap(), account);
    drop(directory);
    drop(NatsDirectory::init(folder.path(), &code("5108")).unwrap());
    assert_eq!(everything(folder.path()), before);
}

#[test]
fn a_seed_is_its_owners_and_belongs_to_the_key_in_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let directory = NatsDirectory::init(folder.path(), &code("5108")).unwrap();
    let account = directory.add(&code("510811")).unwrap();
    let path = directory.county_seed(&account.county);
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let public = directory.county_file(&account.county);
    assert_eq!((mode(&public), mode(public.parent().unwrap())), (0o644, 0o755));
    let seed = fs::read_to_string(&path).unwrap();
    assert_eq!(KeyPair::from_seed(seed.trim()).unwrap().public_key(), account.key);
    for (path, text) in everything(folder.path()).iter().filter(|(path, _)| !path.ends_with("c510811.nk")) {
        assert!(!text.contains(seed.trim()), "{}", path.display());
    }
}

#[test]
fn a_county_keeps_its_key_once_its_seed_was_taken_away_and_others_are_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let directory = NatsDirectory::init(folder.path(), &code("5108")).unwrap();
    let (one, other) = (code("510811"), code("510812"));
    let account = directory.add(&one).unwrap();
    fs::remove_file(directory.county_seed(&one)).unwrap();
    let file = fs::read_to_string(directory.county_file(&one)).unwrap();
    let second = directory.add(&other).unwrap();
    assert_eq!(directory.add(&one).unwrap(), account);
    assert!(!directory.county_seed(&one).exists(), "a new seed would not fit the key");
    assert_eq!(fs::read_to_string(directory.county_file(&one)).unwrap(), file);
    assert_eq!(directory.counties().unwrap(), [account, second.clone()]);
    directory.remove(&one).unwrap();
    assert_eq!(directory.counties().unwrap(), [second]);
    let list = fs::read_to_string(folder.path().join(COUNTIES)).unwrap();
    assert!(list.contains("c510812") && !list.contains("c510811"), "{list}");
    assert!(matches!(directory.remove(&one), Err(DirectoryError::NoAccount { .. })));
}

#[test]
fn what_does_not_belong_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let refused = NatsDirectory::of_county(folder.path(), &code("510811")).unwrap_err();
    assert!(matches!(refused, DirectoryError::NotSetUp { .. }), "{refused}");
    drop(NatsDirectory::init(folder.path(), &code("5108")).unwrap());
    let before = everything(folder.path());
    let refused = NatsDirectory::of_county(folder.path(), &code("510101")).unwrap_err();
    assert!(matches!(refused, DirectoryError::OtherCity { .. }), "{refused}");
    for wrong in ["5108", "510811200", "510811200201"] {
        let refused = NatsDirectory::of_county(folder.path(), &code(wrong)).unwrap_err();
        assert!(matches!(refused, DirectoryError::NotOfLevel { .. }), "{refused}");
    }
    let refused = NatsDirectory::init(folder.path(), &code("5101")).unwrap_err();
    assert!(matches!(refused, DirectoryError::OtherCity { .. }), "{refused}");
    assert_eq!(everything(folder.path()), before);
    let held = NatsDirectory::open(folder.path(), &code("5108")).unwrap();
    let refused = NatsDirectory::open(folder.path(), &code("5108")).unwrap_err();
    assert!(matches!(refused, DirectoryError::Busy { .. }), "{refused}");
    fs::write(held.county_file(&code("510812")), "c510812 { users: [ { nkey: nothing } ] }").unwrap();
    assert!(matches!(held.add(&code("510811")), Err(DirectoryError::Key { .. })));
}
