//! Values that stand as texts on the wire: read and written where they stand, without a copy in between. A fold of
//! the log reads a dozen of them an event.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Reads a value from its text.
pub(crate) fn deserialize<'de, D, T, F>(
    deserializer: D,
    read: fn(&str) -> Result<T, F>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: fmt::Display,
{
    deserializer.deserialize_str(TextVisitor(read))
}

struct TextVisitor<T, F>(fn(&str) -> Result<T, F>);

impl<T, F: fmt::Display> Visitor<'_> for TextVisitor<T, F> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// `Serialize` by `Display`, `Deserialize` by `FromStr`, or by a reader of what is recorded where a new value must do more.
macro_rules! stands_as_text {
    ($name:ty) => {
        crate::wire_text::stands_as_text!($name, read_by <$name as std::str::FromStr>::from_str);
    };
    ($name:ty, read_by $read:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::wire_text::deserialize(deserializer, $read)
            }
        }
    };
}
pub(crate) use stands_as_text;
