//! A list of accounts: who works in which role, where, and on which document. Every cell that fails is named.

use std::collections::BTreeMap;

use domain::account::Role;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::holder::name_key;
use domain::place::{Level, PlaceCode};
use domain::say::Say;
use domain::text::Text;

use super::headed_table::{self, CellProblem, Known, Row, Table, TableError, whole_number};
use super::register::{Confidence, Found, Register, code_of, plain};

/// The columns of such a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Holder,
    Role,
    Scope,
    County,
    Township,
    Days,
    Document,
    Issued,
}

/// The headings under which lists have them.
const HEADINGS: &[Known<Field>] = &[
    Known::of_row(Field::Holder, &["姓名", "持有人", "经办人", "人员", "holder", "name"]),
    Known::of_row(Field::Role, &["角色", "岗位", "权限", "role"]),
    Known::of_row(Field::Scope, &["范围", "管辖范围", "辖区", "负责区域", "scope"]),
    Known::of_rows(Field::County, &["县", "县区", "区县", "county"]),
    Known::of_rows(Field::Township, &["乡镇", "乡镇街道", "township"]),
    Known::of_row(Field::Days, &["天数", "有效天数", "days"]),
    Known::of_row(Field::Document, &["文号", "授权文号", "依据文号", "document"]),
    Known::of_days(Field::Issued, &["发文日期", "印发日期", "发文日", "issued"]),
];

/// What people call the roles.
const ROLES: [(Role, &[&str]); 7] = [
    (
        Role::TownshipClerk,
        &[
            "乡镇经办",
            "乡镇(街道)",
            "乡镇经办员",
            "乡镇(街道)经办",
            "街道经办",
            "镇经办",
            "乡镇",
            "乡镇党务干部",
        ],
    ),
    (
        Role::CountyOfficer,
        &[
            "县(区)干部",
            "县(区)组织部门",
            "县干部",
            "区干部",
            "县(区)经办",
            "县经办",
            "区经办",
            "县区经办",
            "县级经办",
            "县(区)委组织部",
        ],
    ),
    (Role::CityOffice, &["市级办公室", "市办", "市级", "市联系会议办公室", "联系会议办公室", "市委组织部"]),
    (Role::Subscriber, &["订阅方", "订阅", "县级系统"]),
    (Role::Auditor, &["审计", "审计员", "审计人员"]),
    (Role::SecurityAdmin, &["安全管理员", "安全管理"]),
    (Role::SystemAdmin, &["系统管理员", "系统管理", "运维"]),
];

/// An account that the list asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Where in the file, from 1.
    pub line: u64,
    /// Whose; it never enters the log.
    pub holder: String,
    pub role: Role,
    pub scope: PlaceCode,
    /// For how many days; the usual time where absent.
    pub days: Option<i32>,
    pub document: Option<(DocumentNumber, Date)>,
}

/// A list of accounts that was read.
#[derive(Debug)]
pub struct AccountsList {
    table: Table<Field>,
    pub lines: Vec<AccountLine>,
}

impl AccountsList {
    /// A problem of a line, in a column.
    pub fn problem(&self, line: u64, field: Field, chinese: String, english: String) -> CellProblem {
        self.table.problem_of_line(line, field, chinese, english)
    }

    /// What is to be told of the file besides its rows.
    pub fn notes(&self) -> Vec<Say> {
        self.table.told()
    }
}

/// The role that a word names.
pub fn role_of(text: &str) -> Option<Role> {
    let text = plain(text).to_lowercase();
    Role::OF_ACCOUNTS
        .into_iter()
        .find(|role| role.as_str() == text)
        .or_else(|| ROLES.iter().find(|(_, words)| words.contains(&text.as_str())).map(|(role, _)| *role))
}

/// Reads a list from its bytes, given the places that there are; all of it or nothing.
pub fn read(bytes: &[u8], register: &Register, city: &PlaceCode) -> Result<AccountsList, TableError> {
    let table = headed_table::read(bytes, HEADINGS, &[Field::Holder, Field::Role])?;
    let mut problems = Vec::new();
    let mut lines = Vec::new();
    for row in &table.rows {
        let mut reader = Reader { table: &table, row, register, city, problems: Vec::new() };
        let line = reader.line();
        problems.append(&mut reader.problems);
        lines.extend(line);
    }
    let mut seen = BTreeMap::new();
    for line in &lines {
        let key = (name_key(&line.holder), line.role.as_str(), &line.scope);
        if let Some(first) = seen.insert(key, line.line)
            && let Some(row) = table.row_of(line.line)
        {
            problems.push(table.problem(
                row,
                Field::Holder,
                format!("与第 {first} 行是同一个帐号"),
                format!("the same account as on line {first}"),
            ));
        }
    }
    if problems.is_empty() { Ok(AccountsList { table, lines }) } else { Err(TableError::of(problems)) }
}

struct Reader<'a> {
    table: &'a Table<Field>,
    row: &'a Row<Field>,
    register: &'a Register,
    city: &'a PlaceCode,
    problems: Vec<CellProblem>,
}

impl Reader<'_> {
    fn refuse(&mut self, field: Field, chinese: impl Into<String>, english: impl Into<String>) {
        self.problems.push(self.table.problem(self.row, field, chinese.into(), english.into()));
    }

    /// The row, if all of it can be read.
    fn line(&mut self) -> Option<AccountLine> {
        let holder = self.holder();
        let role = self.role();
        let scope = role.and_then(|role| self.scope(role));
        let days = self.days();
        let document = self.document();
        if !self.problems.is_empty() {
            return None;
        }
        Some(AccountLine { line: self.row.line, holder: holder?, role: role?, scope: scope?, days, document })
    }

    fn holder(&mut self) -> Option<String> {
        match self.row.get(Field::Holder).map(Text::try_from) {
            Some(Ok(name)) => Some(name.to_string()),
            Some(Err(error)) => {
                let say = error.say();
                self.refuse(Field::Holder, say.zh, say.en);
                None
            }
            None => {
                self.refuse(Field::Holder, "缺少姓名", "the name is missing");
                None
            }
        }
    }

    fn role(&mut self) -> Option<Role> {
        let text = self.row.get(Field::Role).unwrap_or_default();
        let role = role_of(text);
        if role.is_none() {
            let known: Vec<&str> = ROLES.iter().filter_map(|(_, words)| words.first()).copied().collect();
            self.refuse(
                Field::Role,
                format!("「{text}」不是角色；可填：{}", known.join("、")),
                format!("`{text}` is no role: {}", Role::OF_ACCOUNTS.map(Role::as_str).join(", ")),
            );
        }
        role
    }

    /// The place of the role's tier that the row names. Of the city there is only one.
    fn scope(&mut self, role: Role) -> Option<PlaceCode> {
        let own = match role {
            Role::TownshipClerk => Field::Township,
            _ => Field::County,
        };
        let text = self.row.get(Field::Scope).or_else(|| self.row.get(own));
        let Some(text) = text else {
            if role.allows_scope(self.city) {
                return Some(self.city.clone());
            }
            self.refuse(Field::Role, "缺少范围：填代码或名称", "the scope is missing: give a code or a name");
            return None;
        };
        let field = if self.row.get(Field::Scope).is_some() { Field::Scope } else { own };
        if let Some(code) = code_of(text) {
            return Some(code);
        }
        self.named(role, field, text)
    }

    /// The place that a name means, of the tiers that the role may have.
    fn named(&mut self, role: Role, field: Field, text: &str) -> Option<PlaceCode> {
        let county = match self.row.get(Field::County).filter(|_| field != Field::County) {
            Some(county) => match self.register.find_place(Level::County, county, None) {
                Found::One(place, Confidence::Sure) => Some(place.code.clone()),
                _ => {
                    self.refuse(
                        Field::County,
                        format!("区划中没有县(区)「{county}」"),
                        format!("there is no county `{county}`"),
                    );
                    return None;
                }
            },
            None => None,
        };
        for level in [Level::City, Level::County, Level::Township] {
            match self.register.find_place(level, text, county.as_ref()) {
                Found::One(place, Confidence::Sure) if role.allows_scope(&place.code) => {
                    return Some(place.code.clone());
                }
                Found::Several(places) if places.iter().any(|place| role.allows_scope(&place.code)) => {
                    let names: Vec<String> =
                        places.iter().take(5).map(|place| self.register.full_name(place)).collect();
                    self.refuse(
                        field,
                        format!("叫「{text}」的有 {} 个：{}；请填代码", places.len(), names.join("、")),
                        format!(
                            "{} places are called `{text}`: {}; give the code",
                            places.len(),
                            names.join(", ")
                        ),
                    );
                    return None;
                }
                _ => {}
            }
        }
        self.refuse(
            field,
            format!("区划中没有这一角色可用的「{text}」；请填代码或全名"),
            format!("there is no place `{text}` that this role can have: give the code or the full name"),
        );
        None
    }

    fn days(&mut self) -> Option<i32> {
        let text = self.row.get(Field::Days)?;
        let days = whole_number(text, &["天", "日"])
            .and_then(|days| i32::try_from(days).ok())
            .filter(|days| *days > 0);
        if days.is_none() {
            self.refuse(Field::Days, format!("「{text}」不是天数"), format!("`{text}` is no number of days"));
        }
        days
    }

    fn document(&mut self) -> Option<(DocumentNumber, Date)> {
        let (number, issued) = (self.row.get(Field::Document), self.row.get(Field::Issued));
        let number = match (number, issued) {
            (None, None) => return None,
            (None, Some(_)) => {
                self.refuse(Field::Issued, "有发文日期而没有文号", "there is a day of issue and no document");
                return None;
            }
            (Some(text), None) => {
                self.refuse(
                    Field::Document,
                    format!("「{text}」没有发文日期"),
                    format!("`{text}` has no day of issue"),
                );
                return None;
            }
            (Some(text), Some(_)) => match text.parse::<DocumentNumber>() {
                Ok(number) => Some(number),
                Err(error) => {
                    let say = error.say();
                    self.refuse(Field::Document, say.zh, say.en);
                    None
                }
            },
        };
        let text = issued.unwrap_or_default();
        let day = day_of(text);
        if day.is_none() {
            self.refuse(Field::Issued, format!("「{text}」不是日期"), format!("`{text}` is no day"));
        }
        number.zip(day)
    }
}

/// A day as people write it: 2026-01-05, 2026年1月5日, 2026.1.5, 2026/1/5.
fn day_of(text: &str) -> Option<Date> {
    let text = plain(text);
    let parts: Vec<&str> =
        text.split(['年', '月', '日', '-', '.', '/']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office_files::register::tests::register;

    fn read(text: &str) -> Result<AccountsList, TableError> {
        super::read(text.as_bytes(), &register(), &"5108".parse().unwrap())
    }

    #[test]
    fn roles_and_places_are_read_as_an_office_writes_them() {
        let text = "帐号清单,,,,,,\n序号,姓名,角色,县(区),乡镇（街道）,天数,文号,发文日期\n\
            1,张三,县(区)经办,昭化区,,３６５天,,\n2,李四,乡镇经办,昭化区,元坝镇,,,\n3,王五,市级办公室,,,,,\n\
            4,赵六,审计,,,,广组〔2026〕9号,2026年1月5日\n5,孙七,township_clerk,,510811101,,,\n";
        let found: Vec<_> = read(text)
            .unwrap()
            .lines
            .into_iter()
            .map(|line| {
                (
                    line.holder,
                    line.role,
                    line.scope.to_string(),
                    line.days,
                    line.document.map(|paper| paper.1.to_string()),
                )
            })
            .collect();
        let line = |holder: &str, role, scope: &str, days, paper: Option<&str>| {
            (holder.to_owned(), role, scope.to_owned(), days, paper.map(str::to_owned))
        };
        assert_eq!(
            found,
            [
                line("张三", Role::CountyOfficer, "510811", Some(365), None),
                line("李四", Role::TownshipClerk, "510811100", None, None),
                line("王五", Role::CityOffice, "5108", None, None),
                line("赵六", Role::Auditor, "5108", None, Some("2026-01-05")),
                line("孙七", Role::TownshipClerk, "510811101", None, None),
            ]
        );
    }

    #[test]
    fn every_cell_that_fails_is_named() {
        let cells = |row: &str| -> Vec<(String, String)> {
            let text = format!("姓名,角色,范围,天数,文号,发文日期\n{row}\n");
            match read(&text) {
                Err(TableError::Cells { listed, .. }) => {
                    listed.into_iter().map(|one| (one.cell, one.chinese)).collect()
                }
                other => panic!("{row}: {other:?}"),
            }
        };
        for (row, cell) in [
            (",县(区)经办,510811,,,", "A2"),
            ("张三,主任,510811,,,", "B2"),
            ("张三,乡镇经办,元坝镇,,,", "C2"),
            ("张三,县(区)经办,剑阁县,,,", "C2"),
            ("张三,乡镇经办,昭化区,,,", "C2"),
            ("张三,县(区)经办,510811,两年,,", "D2"),
            ("张三,审计,5108,,广组〔2026〕9号,", "E2"),
            ("张三,审计,5108,,,2026-01-05", "F2"),
            ("张三,审计,5108,,广组〔2026〕9号,某日", "F2"),
            ("张三,县(区)经办,昭化区,,,\n张 三,county_officer,510811,,,", "A3"),
        ] {
            let found = cells(row);
            assert_eq!((found.len(), found[0].0.as_str()), (1, cell), "{row}: {found:?}");
        }
    }
}
