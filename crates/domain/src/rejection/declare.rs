//! How rejections are declared: a variant, its rule and its words in both languages stand together.

/// Declares an enum of rejections. Each variant says the rule that it breaks and its sentence in Chinese and in English;
/// the sentences are given as to `format!` and take the variant's fields by name. A variant with fields goes on with what
/// was found and what is allowed, `=> (found, allowed)`, or with `=> ()` where the sentence alone can say it.
/// The variants under `of` hold the rejections of one subject and pass on what those say.
macro_rules! rejections {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $(
                #[rule($rule:literal)]
                #[zh($zh:literal $(, $zh_value:expr)*)]
                #[en($en:literal $(, $en_value:expr)*)]
                $variant:ident $({ $($field:ident: $type:ty),* $(,)? } => ($($found:expr, $allowed:expr)?))?,
            )*
        }
        $(of { $($subject:ident($inner:ident),)* })?
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($variant $({ $($field: $type),* })?,)*
            $($($subject($inner),)*)?
        }

        impl $name {
            /// The rule's id.
            pub fn rule(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $rule,)*
                    $($(Self::$subject(inner) => inner.rule(),)*)?
                }
            }

            /// What a person reads.
            pub fn say(&self) -> $crate::say::Say {
                match self {
                    $(
                        Self::$variant $({ $($field),* })? => {
                            // Some fields are there for `pointer` or `found_and_allowed` alone.
                            $($(let _ = $field;)*)?
                            $crate::say::Say::of(format!($zh $(, $zh_value)*), format!($en $(, $en_value)*))
                        }
                    )*
                    $($(Self::$subject(inner) => inner.say(),)*)?
                }
            }

            /// What was found and what is allowed, as two short values beside the sentence.
            pub fn found_and_allowed(&self) -> Option<(String, String)> {
                match self {
                    $(
                        Self::$variant $({ $($field),* })? => {
                            $($(let _ = $field;)*)?
                            rejections!(@pair $($($found, $allowed)?)?)
                        }
                    )*
                    $($(Self::$subject(inner) => inner.found_and_allowed(),)*)?
                }
            }

            /// Every rule that is declared here, with its sentences before values are put in.
            #[cfg(test)]
            pub(crate) const DECLARED: &[(&str, $crate::say::Say)] = &[$(($rule, $crate::say::say($zh, $en))),*];
        }

        /// For logs: the rule and the sentence in English.
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{}: {}", self.rule(), self.say().en)
            }
        }

        impl std::error::Error for $name {}

        $($(
            impl From<$inner> for $name {
                fn from(inner: $inner) -> Self {
                    Self::$subject(inner)
                }
            }
        )*)?
    };
    (@pair) => { None };
    (@pair $found:expr, $allowed:expr) => { Some(($found.to_string(), $allowed.to_string())) };
}
