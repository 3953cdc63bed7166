//! The head that all data of commands and events bears: closed objects, read and written as JSON, with a schema.

/// Gives each struct the derives of data that comes from outside; a field that is not there is refused.
macro_rules! data {
    ($($item:item)+) => {$(
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        $item
    )+};
}

/// A command with the data of another one: it is read, written and described as those are.
macro_rules! same_data {
    ($(#[$doc:meta])* pub struct $command:ident(pub $data:ident);) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $command(pub $data);

        impl schemars::JsonSchema for $command {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $data::schema_name()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                $data::schema_id()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $data::json_schema(generator)
            }
        }
    };
}
