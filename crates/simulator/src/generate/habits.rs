//! Habits: how often something goes wrong in a made-up city, and how long things take there.

/// In shares of a hundred and in days.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    /// In a hundred groups, how many had come together before the register opened. Nobody registers these once the
    /// register has closed, so that a history which is recorded years later has none.
    pub(super) existing_percent: u32,
    /// Proposals of the first round are spread over this share of the period.
    pub(super) proposals_percent_of_period: u32,
    /// In a hundred quarters, how many nobody grades.
    pub(super) ungraded_percent: u32,
    /// In a hundred grades, how many are poor.
    pub(super) poor_percent: u32,
    /// And how many are fair.
    pub(super) fair_percent: u32,
    /// A grade falls due so many days after the quarter's end.
    pub(super) grade_days: (u32, u32),
    /// In a hundred rectifications, how many help.
    pub(super) improved_percent: u32,
    /// A review that finds so comes from half a month before the deadline on, within so many days.
    pub(super) review_days: u32,
    /// In a hundred joint branches, how many end of themselves.
    pub(super) ends_percent: u32,
    /// In a hundred commitments, how many nobody makes.
    pub(super) unpromised_percent: u32,
    /// One group in so many never has a secretary who was elected anew approved; nothing where every one has.
    pub(super) unapproved_every: Option<usize>,
    /// Whether the city lists a functional form, 片区联合党委, by a policy on the first day. It holds from its recording on,
    /// so that a history which is recorded years later has none.
    pub(super) lists_functional_form: bool,
    /// In a hundred filings, how many are forgotten.
    pub(super) unfiled_percent: u32,
    /// In a hundred years of a secretary, how many nobody reviews.
    pub(super) unreviewed_percent: u32,
    /// A post that is empty is filled after so many days.
    pub(super) vacancy_days: (u32, u32),
    /// A term that is over is followed by the next after so many days.
    pub(super) succession_days: (u32, u32),
    /// Between two activities lie so many days.
    pub(super) activity_days: (u32, u32),
    /// In a hundred activities, how many are entered weeks after they took place.
    pub(super) late_activity_percent: u32,
}

impl Habits {
    /// Everything that can go wrong does, often enough to be met in any history.
    pub(super) fn of_a_trial() -> Self {
        Self {
            existing_percent: 0,
            proposals_percent_of_period: 60,
            ungraded_percent: 1,
            poor_percent: 5,
            fair_percent: 30,
            grade_days: (4, 14),
            improved_percent: 78,
            review_days: 25,
            ends_percent: 6,
            unpromised_percent: 3,
            unapproved_every: Some(4),
            lists_functional_form: false,
            unfiled_percent: 3,
            unreviewed_percent: 4,
            vacancy_days: (20, 150),
            succession_days: (0, 40),
            activity_days: (30, 110),
            late_activity_percent: 0,
        }
    }

    /// An office that does what it owes in time, and enters now and then something late.
    pub(super) fn of_the_demonstration() -> Self {
        Self {
            existing_percent: 45,
            proposals_percent_of_period: 25,
            ungraded_percent: 0,
            poor_percent: 1,
            fair_percent: 22,
            grade_days: (3, 11),
            improved_percent: 94,
            review_days: 12,
            ends_percent: 2,
            unpromised_percent: 0,
            unapproved_every: None,
            lists_functional_form: true,
            unfiled_percent: 0,
            unreviewed_percent: 0,
            vacancy_days: (10, 60),
            succession_days: (0, 0),
            activity_days: (70, 150),
            late_activity_percent: 2,
        }
    }
}
