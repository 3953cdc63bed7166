//! How errors that people read are declared: a variant and its sentence in both languages stand together.

/// Declares an enum of errors, or one error as a struct. Each variant says its sentence in Chinese and in English, given as
/// to `format!` with the variant's fields by name. An error inside another stands in the sentence by `inner.say().zh` and `inner.say().en`; the
/// variants under `of` hold an error of another type and say what that says. `#[from]` converts into the variant.
///
/// The type gets `say()`. Its `Display` is the English sentence, for logs.
#[macro_export]
macro_rules! errors {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $(
                $(#[doc = $doc:literal])*
                #[zh($zh:literal $(, $zh_value:expr)* $(,)?)]
                #[en($en:literal $(, $en_value:expr)* $(,)?)]
                $variant:ident
                $({ $($(#[doc = $field_doc:literal])* $field:ident: $type:ty),* $(,)? })?
                $(( $(#[$from:ident])? $only:ident: $only_type:ty ))?,
            )*
        }
        $(of {
            $(
                $(#[doc = $inner_doc:literal])*
                $outer:ident($(#[$outer_from:ident])? $inner_type:ty),
            )*
        })?
    ) => {
        $(#[$attribute])*
        $visibility enum $name {
            $(
                $(#[doc = $doc])*
                $variant $({ $($(#[doc = $field_doc])* $field: $type),* })? $(($only_type))?,
            )*
            $($($(#[doc = $inner_doc])* $outer($inner_type),)*)?
        }

        impl $name {
            /// What a person reads.
            pub fn say(&self) -> $crate::say::Say {
                match self {
                    $(
                        Self::$variant $({ $($field),* })? $(($only))? => {
                            // Some fields are there for who handles the error, and not in its sentence.
                            $($(let _ = $field;)*)?
                            $(let _ = $only;)?
                            $crate::say::Say::of(format!($zh $(, $zh_value)*), format!($en $(, $en_value)*))
                        }
                    )*
                    $($(Self::$outer(inner) => inner.say(),)*)?
                }
            }
        }

        $crate::errors!(@shown $name);
        $($($($crate::errors!(@$from $name $variant $only_type);)?)?)*
        $($($($crate::errors!(@$outer_from $name $outer $inner_type);)?)*)?
    };
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[doc = $field_doc:literal])* $field_visibility:vis $field:ident: $type:ty),* $(,)?
        }
        zh($zh:literal $(, $zh_value:expr)* $(,)?)
        en($en:literal $(, $en_value:expr)* $(,)?)
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $($(#[doc = $field_doc])* $field_visibility $field: $type),*
        }

        impl $name {
            /// What a person reads.
            pub fn say(&self) -> $crate::say::Say {
                let Self { $($field),* } = self;
                $(let _ = $field;)*
                $crate::say::Say::of(format!($zh $(, $zh_value)*), format!($en $(, $en_value)*))
            }
        }

        $crate::errors!(@shown $name);
    };
    (@shown $name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.say().en)
            }
        }

        impl std::error::Error for $name {}
    };
    (@from $name:ident $variant:ident $type:ty) => {
        impl From<$type> for $name {
            fn from(inner: $type) -> Self {
                Self::$variant(inner)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use crate::say::say;

    errors! {
        /// Why a file is not read.
        #[derive(Debug, PartialEq)]
        enum ReadError {
            /// It is not there.
            #[zh("{path} 不存在")]
            #[en("{path} does not exist")]
            Missing {
                /// Which file.
                path: String,
            },
            /// The system refuses.
            #[zh("系统拒绝：{cause}")]
            #[en("the system refuses: {cause}")]
            System(#[from] cause: fmt::Error),
            /// Nothing in it.
            #[zh("为空")]
            #[en("it is empty")]
            Empty,
        }
    }

    errors! {
        /// Why a start is refused.
        #[derive(Debug, PartialEq)]
        enum StartError {
            /// Its settings cannot be read.
            #[zh("配置无法读取：{}", cause.say().zh)]
            #[en("the settings do not read: {}", cause.say().en)]
            Settings { cause: ReadError, line: u32 },
        } of {
            /// A file.
            Read(#[from] ReadError),
        }
    }

    errors! {
        /// A row that does not read.
        #[derive(Debug, PartialEq)]
        struct RowError {
            /// Which.
            row: usize,
        }
        zh("第 {row} 行无法读取")
        en("row {row} does not read")
    }

    #[test]
    fn an_error_says_both_sentences_whatever_its_values_hold() {
        let missing = || ReadError::Missing { path: "a / b".to_owned() };
        assert_eq!(missing().say(), say("a / b 不存在", "a / b does not exist"));
        let outer = StartError::Settings { cause: missing(), line: 3 };
        let zh = "配置无法读取：a / b 不存在";
        assert_eq!(outer.say(), say(zh, "the settings do not read: a / b does not exist"));
        assert_eq!(StartError::from(missing()).say(), missing().say());
        assert_eq!(ReadError::from(fmt::Error), ReadError::System(fmt::Error));
        assert_eq!(ReadError::Empty.say(), say("为空", "it is empty"));
        assert_eq!(RowError { row: 3 }.say(), say("第 3 行无法读取", "row 3 does not read"));
    }
}
