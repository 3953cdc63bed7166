//! Codes of the lists that a jurisdiction extends by policy: the built-in ones, which rules may read, and any other.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The longest code, in bytes.
pub const MAX_CODE_BYTES: usize = 60;
/// What a code looks like, for schemas.
pub(crate) const CODE_PATTERN: &str = "^[a-z0-9_]{1,60}$";

/// A code that a policy has added: 1 to 60 small Latin letters, digits and underscores. Copies share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Arc<str>);

crate::errors! {
    /// Why a text is no code.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct CodeError {}
    zh("代码须为 1 至 {MAX_CODE_BYTES} 个小写字母、数字、下划线")
    en("a code is 1 to {MAX_CODE_BYTES} small letters, digits and underscores")
}

impl Code {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if text.is_empty() || text.len() > MAX_CODE_BYTES || !text.bytes().all(is_code) {
            return Err(CodeError {});
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::wire_text::stands_as_text!(Code);

impl JsonSchema for Code {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "代码：1 至 60 个小写字母、数字或下划线 / a code of 1 to 60 small letters, digits or underscores",
            "type": "string",
            "pattern": CODE_PATTERN,
        })
    }
}

/// Gives an enum whose last variant is `Added(Code)` its words on the wire: every value stands as its code, and whether
/// an added one is on the list of its day and county is a rule of the command that names it, not of the shape.
macro_rules! extended_by_policy {
    ($name:ident in $list:literal { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $name {
            /// The list of a policy that names its codes.
            pub const LIST: &str = $list;
            /// The values that every jurisdiction has, in their order.
            pub const BUILT_IN: &[Self] = &[$(Self::$variant),+];

            /// The code on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Added(code) => code.as_str(),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::code::CodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok(Self::$variant),)+
                    other => other.parse().map(Self::Added),
                }
            }
        }

        crate::wire_text::stands_as_text!($name);

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let codes = Self::BUILT_IN.iter().map(Self::as_str).collect::<Vec<_>>().join(", ");
                let description = format!(
                    "代码：按生效日期当日的政策代码表 / a code of the list `{}` of the policy in force on the effective date: {codes}, or one that a policy has added",
                    Self::LIST
                );
                schemars::json_schema!({
                    "type": "string",
                    "pattern": crate::code::CODE_PATTERN,
                    "description": description,
                })
            }
        }
    };
}
pub(crate) use extended_by_policy;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_small_letters_digits_and_underscores() {
        for code in ["a", "kinship_2", &"x".repeat(60)] {
            assert_eq!(code.parse::<Code>().unwrap().to_string(), code);
        }
        for other in ["", "Kinship", "亲缘", "a b", "a-b", &"x".repeat(61)] {
            assert_eq!(other.parse::<Code>(), Err(CodeError {}), "{other}");
        }
    }
}
