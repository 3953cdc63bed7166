//! An answer to whether people are satisfied, counted on a base.

data! {
    /// 满意度：征求数和其中的满意数 / satisfaction: how many were asked, and how many of them are satisfied
    pub struct Satisfaction {
        /// 征求数：党员按人、村民按户计 / how many were asked: members by head, villagers by household
        pub asked: u32,
        /// 满意数，不多于征求数 / how many of those asked are satisfied
        pub satisfied: u32,
    }
}
