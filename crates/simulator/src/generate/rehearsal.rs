//! A rehearsal: every line is decided and folded as the command loop would, so that no line is refused later.

use domain::CityState;
use domain::CommandBody;
use domain::DryRun;
use domain::command::Command;
use domain::command_header::CommandHeader;
use domain::date::{Date, Timestamp};
use domain::errors;
use domain::event::Event;
use domain::ids::Commitment;
use domain::place::PlaceCode;
use domain::policy::Policy;
use domain::say::Say;

use super::line::Line;

/// The state of a city that has heard the lines so far.
pub struct Rehearsal {
    run: DryRun,
    recorded_at: Timestamp,
}

errors! {
    /// A line that the rules refuse.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum RefusedLine {
        /// The data is not the command's.
        #[zh("{name} {id}（{on}）：数据不合格式")]
        #[en("{name} {id} ({on}): its data does not fit: {detail}")]
        Shape { name: String, id: String, on: Date, detail: String },
        /// A rule is broken.
        #[zh("{name} {id}（{on}）：{rule}：{}", said.zh)]
        #[en("{name} {id} ({on}): {rule}: {}", said.en)]
        Rule { name: String, id: String, on: Date, rule: String, said: Say },
    }
}

errors! {
    /// Why there can be no rehearsal.
    #[derive(Debug)]
    pub enum RehearsalError {
        /// The built-in policy does not read.
        #[zh("内置政策无法读取")]
        #[en("the built-in policy does not read: {cause}")]
        Policy(#[from] cause: serde_json::Error),
        /// The day of recording is no instant.
        #[zh("记录日期无效")]
        #[en("not a day to record on: {cause}")]
        Day(#[from] cause: jiff::Error),
    }
}

impl Rehearsal {
    /// An empty log of that city, where everything is recorded on that day.
    pub fn new(city: PlaceCode, recorded_on: Date) -> Result<Self, RehearsalError> {
        let recorded_at = format!("{recorded_on}T04:00:00.000Z").parse()?;
        let run = DryRun::new(CityState::new(city), Policy::defaults()?.into(), recorded_at);
        Ok(Self { run, recorded_at })
    }

    /// The state after the lines taken.
    pub fn state(&self) -> &CityState {
        self.run.state()
    }

    /// The figures that hold where no policy says otherwise.
    pub fn defaults(&self) -> &Policy {
        self.run.defaults()
    }

    /// Everything from here on is recorded at that time.
    pub fn pass_to(&mut self, recorded_at: Timestamp) {
        self.recorded_at = recorded_at;
        self.run.pass_to(recorded_at);
    }

    /// Decides the line and folds what it yields; gives the events.
    pub fn take(&mut self, line: &Line) -> Result<Vec<Event>, Box<RefusedLine>> {
        let command = self.command(line)?;
        self.run.take(&command, |_| Ok(())).map_err(|rejection| {
            Box::new(RefusedLine::Rule {
                name: line.name.clone(),
                id: line.id.to_string(),
                on: line.effective_date,
                rule: rejection.rule().to_owned(),
                said: rejection.say(),
            })
        })
    }

    fn command(&self, line: &Line) -> Result<Command, Box<RefusedLine>> {
        let refused = |detail: String| {
            Box::new(RefusedLine::Shape {
                name: line.name.clone(),
                id: line.id.to_string(),
                on: line.effective_date,
                detail,
            })
        };
        let body = CommandBody::deserialize(&line.name, &line.data)
            .ok_or_else(|| refused("there is no such command".to_owned()))?
            .map_err(|error| refused(error.to_string()))?;
        // Whether a commitment is there matters to the rules, what it says does not.
        let pointers = CommandBody::erasable_pointers(&line.name).iter();
        let present = pointers.filter(|pointer| line.data.pointer(pointer).is_some());
        let commitments =
            present.map(|pointer| ((*pointer).to_owned(), Commitment("0".repeat(64)))).collect();
        let header = CommandHeader {
            id: line.id,
            actor: line.actor.actor(),
            on_behalf_of: line.on_behalf_of.clone(),
            effective_date: line.effective_date,
            recorded_at: self.recorded_at,
            document: line.document.clone(),
            decided_on: line.decided_on,
            decided_by: line.decided_by.clone(),
            override_: line.override_.clone(),
            simulated: Some(line.simulated),
            holder: None,
            commitments,
        };
        Ok(Command { header, body })
    }
}
