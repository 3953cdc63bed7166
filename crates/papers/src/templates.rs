//! Where templates come from: those of the product, and what a city or a county put in their place.
//!
//! In the data directory `papers/<kind>.txt` is the city's, `papers/<county code>/<kind>.txt` a county's.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use domain::place::{Level, PlaceCode};
use domain::say::Say;
use event_log::regular_file;

use crate::kind::{PaperKind, codes};
use crate::template::{MAX_TEMPLATE_BYTES, Template, TemplateError};

/// The directory of templates in the data directory.
pub const DIRECTORY: &str = "papers";
/// The most entries of a directory that are looked at.
const MAX_ENTRIES: usize = 1_000;

/// The template of a kind: the county's, or else the city's, or else the product's.
pub fn template(data: &Path, county: Option<&PlaceCode>, kind: PaperKind) -> Result<Template, TemplateError> {
    let directory = data.join(DIRECTORY);
    let of_county = county.map(|code| directory.join(code.as_str()));
    for place in of_county.into_iter().chain([directory]) {
        if let Some(found) = read(&place.join(kind.file_name()), kind)? {
            return Ok(found);
        }
    }
    Template::read(&kind.file_name(), kind.built_in().as_bytes(), &kind.fields())
}

/// Reads every template of a data directory; gives how many there are, and what is wrong with others.
pub fn check(data: &Path) -> (usize, Vec<TemplateError>) {
    // Where the data directory itself cannot be, whoever opens it says so.
    if !data.is_dir() {
        return (0, Vec::new());
    }
    let (mut good, mut wrong) = (0, Vec::new());
    let mut note = |outcome: Result<bool, TemplateError>| match outcome {
        Ok(is_one) => good += usize::from(is_one),
        Err(error) => wrong.push(error),
    };
    for path in files(data, &mut note) {
        note(check_file(&path));
    }
    (good, wrong)
}

/// The files of a data directory that stand in the place of the product's templates, as paths below it, for who copies them.
pub fn own(data: &Path) -> Vec<String> {
    let mut paths = files(data, &mut |_| {});
    paths.retain(|path| kind_of(path).is_some() && path.is_file());
    paths.iter().map(|path| shown(path)).collect()
}

/// Every file among the templates of a data directory, whatever it is.
fn files(data: &Path, note: &mut impl FnMut(Result<bool, TemplateError>)) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(&data.join(DIRECTORY), note) {
        match path.is_dir() && is_county(&path) {
            true => files.extend(entries(&path, note)),
            false => files.push(path),
        }
    }
    files
}

fn is_county(path: &Path) -> bool {
    let code = name_of(path).parse::<PlaceCode>();
    code.is_ok_and(|code| code.level() == Level::County)
}

/// What is in a directory, in order; what is hidden is not meant.
fn entries(directory: &Path, note: &mut impl FnMut(Result<bool, TemplateError>)) -> Vec<PathBuf> {
    let found = match fs::read_dir(directory) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            note(Err(unreadable(directory, &error)));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = found.take(MAX_ENTRIES).flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| !name_of(path).starts_with('.'));
    paths.sort();
    paths
}

fn check_file(path: &Path) -> Result<bool, TemplateError> {
    let kind = kind_of(path).ok_or_else(|| TemplateError::UnknownFile {
        name: shown(path),
        known: codes().split(", ").map(|code| format!("{code}.txt")).collect::<Vec<_>>().join("、"),
    })?;
    read(path, kind).map(|found| found.is_some())
}

/// The kind whose template a file is, by its name.
fn kind_of(path: &Path) -> Option<PaperKind> {
    name_of(path).strip_suffix(".txt")?.parse().ok()
}

/// The template in a file; nothing where there is no such file.
fn read(path: &Path, kind: PaperKind) -> Result<Option<Template>, TemplateError> {
    match regular_file::read(path, MAX_TEMPLATE_BYTES) {
        Ok(bytes) => Template::read(&shown(path), &bytes, &kind.fields()).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            Err(TemplateError::TooLarge { name: shown(path), limit: MAX_TEMPLATE_BYTES })
        }
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &Error) -> TemplateError {
    TemplateError::Unreadable { name: shown(path), detail: Say::same(error) }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A path from the directory of templates on.
fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let begin = parts.iter().rposition(|part| part == DIRECTORY).unwrap_or(0);
    parts[begin..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "机关：某委\n标题：本地的批复\n落款：某委\n日期：{{成文日期}}\n\n同意{{联合党组织}}。";

    fn written(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = directory.path().join(DIRECTORY).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        directory
    }

    #[test]
    fn every_template_of_the_product_reads() {
        let nothing = tempfile::tempdir().unwrap();
        for kind in PaperKind::ALL {
            template(nothing.path(), None, kind).unwrap_or_else(|error| panic!("{}", error.say().en));
        }
        assert_eq!(check(nothing.path()), (0, Vec::new()));
    }

    #[test]
    fn a_countys_template_goes_before_the_citys_and_that_before_the_products() {
        let (county, other) = ("510811".parse().unwrap(), "510821".parse().unwrap());
        let of_city = OWN.replace("本地", "全市");
        let files: [(&str, &[u8]); 2] =
            [("approval.txt", of_city.as_bytes()), ("510811/approval.txt", OWN.as_bytes())];
        let directory = written(&files);
        let found = |county| template(directory.path(), county, PaperKind::Approval).unwrap();
        let read = |text: &str| Template::read("a", text.as_bytes(), &PaperKind::Approval.fields()).unwrap();
        assert_eq!(found(Some(&county)), read(OWN));
        assert_eq!(found(Some(&other)), read(&of_city));
        assert_eq!(found(None), read(&of_city));
        assert_ne!(template(directory.path(), None, PaperKind::Request).unwrap(), read(&of_city));
        assert_eq!(check(directory.path()), (2, Vec::new()));
        assert_eq!(own(directory.path()), ["papers/510811/approval.txt", "papers/approval.txt"]);
    }

    #[test]
    fn every_file_that_is_no_template_is_named_with_its_line() {
        let unknown = OWN.replace("{{联合党组织}}", "{{联合支部}}");
        let large = vec![b'a'; 65_537];
        let files: [(&str, &[u8]); 6] = [
            ("510811/approval.txt", unknown.as_bytes()),
            ("510811/circular.txt", b"\xb1\xea"),
            ("circular.txt", &large),
            ("pi-fu.txt", OWN.as_bytes()),
            ("5108/approval.txt", OWN.as_bytes()),
            (".hidden", b"anything"),
        ];
        let directory = written(&files);
        let (good, wrong) = check(directory.path());
        let told: Vec<String> = wrong.iter().map(|error| error.say().zh.into_owned()).collect();
        assert_eq!(good, 0);
        for (told, said) in told.iter().zip([
            "papers/5108 不是公文模板的文件名",
            "papers/510811/approval.txt 第 6 行的字段「联合支部」不存在",
            "papers/510811/circular.txt 不是 UTF-8 文本（第 1 行起）",
            "papers/circular.txt 超过 65536 字节",
            "papers/pi-fu.txt 不是公文模板的文件名，可用：request.txt、approval.txt",
        ]) {
            assert!(told.contains(said), "{said}: {told}");
        }
        assert_eq!(told.len(), 5, "{told:?}");
        let county = "510811".parse().unwrap();
        assert!(template(directory.path(), Some(&county), PaperKind::Approval).is_err());
    }
}
