//! An event type that only tests know, with two versions: the rehearsal of the first second version of a published one.

use crate::ids::PlaceId;
use crate::text::Text;

data! {
    /// Version 2: a place bears several names, the first of which is shown.
    pub struct PlaceRehearsed {
        /// 行政区划 / the place
        pub place: PlaceId,
        /// 名称，首个用于显示 / its names, of which the first is shown
        pub names: Vec<Text>,
    }

    /// Version 1: a place bears one name.
    pub struct PlaceRehearsed1 {
        /// 行政区划 / the place
        pub place: PlaceId,
        /// 名称 / its name
        pub name: Text,
    }
}

impl From<PlaceRehearsed1> for PlaceRehearsed {
    fn from(old: PlaceRehearsed1) -> Self {
        Self { place: old.place, names: vec![old.name] }
    }
}
