//! An answer to whether people are satisfied, counted on a base.

data! {
    /// An answer counted on a base.
    pub struct Satisfaction {
        /// People or households asked.
        pub asked: u32,
        /// Of them satisfied.
        pub satisfied: u32,
    }
}
