//! The file that tokens are written into: its owner's alone, and on disk line by line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use domain::ids::AccountId;
use domain::say::Language;
use rustix::fs::OFlags;
use service::accounts::Token;
use simulator::office_files::accounts::AccountLine;

use crate::exit::Failure;

/// The first line, in either language: a file that begins otherwise is somebody else's.
const HEADERS: [&str; 2] =
    ["\u{feff}姓名,角色,范围,帐号,令牌\r\n", "\u{feff}holder,role,scope,account,token\r\n"];
/// Only its owner reads and writes it.
const MODE: u32 = 0o600;
/// What spreadsheets take for a formula at the beginning of a cell.
const FORMULA_STARTS: [char; 4] = ['=', '+', '-', '@'];

/// Where tokens go.
pub struct TokenFile {
    /// Standard output where there is none.
    file: Option<File>,
    name: String,
}

impl TokenFile {
    /// A new file, or one that an earlier run began; `-` is standard output.
    pub fn open(path: &Path, language: Language) -> Result<Self, Failure> {
        let name = path.display().to_string();
        if name == "-" {
            return Ok(Self {
                file: None, name: language.pick("标准输出", "standard output").to_owned()
            });
        }
        let refused = |cause| Failure::Input { path: path.to_owned(), cause };
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(MODE);
        // What a stranger put there under that name points nowhere.
        let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let mut file = options.custom_flags(flags).open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if !metadata.is_file() || metadata.permissions().mode() & 0o077 != 0 {
            return Err(Failure::usage(
                format!("{name} 不是普通文件，或他人可读：令牌只写入仅本人可读的文件（chmod 600）"),
                format!(
                    "{name} is no plain file, or others may read it: tokens go into a file of mode 600 only"
                ),
            ));
        }
        if metadata.len() == 0 {
            let [zh, en] = HEADERS;
            file.write_all(language.pick(zh, en).as_bytes()).map_err(refused)?;
            file.sync_all().map_err(refused)?;
        } else {
            check_header(&mut file, &name, refused)?;
        }
        Ok(Self { file: Some(file), name })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes a token, on disk when this returns. Where a run was cut off, the last line of an account holds.
    pub fn write(
        &mut self,
        line: &AccountLine,
        account: AccountId,
        token: &Token,
        language: Language,
    ) -> Result<(), Failure> {
        let role = super::role_word(line.role, language);
        let (scope, account) = (line.scope.to_string(), account.to_string());
        let fields = [line.holder.as_str(), &role, &scope, &account, token.reveal()].map(cell);
        let text = format!("{}\r\n", fields.join(","));
        let written = match &mut self.file {
            Some(file) => file.write_all(text.as_bytes()).and_then(|()| file.sync_data()),
            None => io::stdout().lock().write_all(text.as_bytes()),
        };
        written.map_err(|cause| Failure::Input { path: self.name.clone().into(), cause })
    }
}

fn check_header(file: &mut File, name: &str, refused: impl Fn(io::Error) -> Failure) -> Result<(), Failure> {
    let longest = HEADERS.map(str::len).into_iter().max().unwrap_or_default();
    let mut begin = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(&refused)?;
    file.take(longest as u64).read_to_end(&mut begin).map_err(&refused)?;
    if HEADERS.iter().any(|header| begin.starts_with(header.as_bytes())) {
        return Ok(());
    }
    Err(Failure::usage(
        format!("{name} 已有其他内容，未写入；请换一个文件名"),
        format!("{name} holds something else and is left as it is: name another file"),
    ))
}

/// A cell of CSV that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = if text.starts_with(FORMULA_STARTS) { format!("\t{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> AccountLine {
        AccountLine {
            line: 2,
            holder: "张三,\"甲\"".to_owned(),
            role: domain::account::Role::CountyOfficer,
            scope: "510811".parse().unwrap(),
            days: None,
            document: None,
        }
    }

    #[test]
    fn tokens_stand_in_a_file_of_its_owner_and_a_second_run_goes_on_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.csv");
        let id: AccountId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        for language in [Language::Zh, Language::En] {
            let token = Token::generate().unwrap();
            TokenFile::open(&path, language).unwrap().write(&line(), id, &token, language).unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with(HEADERS[0]) && text.ends_with(&format!("{id},{}\r\n", token.reveal())));
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!((text.lines().count(), text.matches("\"张三,\"\"甲\"\"\"").count()), (3, 2));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_others_may_read_or_holds_something_else_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        std::fs::write(&path, "mine").unwrap();
        let open = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            TokenFile::open(&path, Language::En).is_err()
        };
        assert!(open(0o644) && open(0o600));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        let link = directory.path().join("b");
        std::os::unix::fs::symlink(directory.path().join("c"), &link).unwrap();
        assert!(TokenFile::open(&link, Language::En).is_err());
    }
}
