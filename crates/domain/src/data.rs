//! The head that all data of commands bears: closed objects, read and written as JSON, with a schema.

/// Gives each struct the derives of data that comes from outside; a field that is not there is refused.
macro_rules! data {
    ($($item:item)+) => {$(
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        $item
    )+};
}
