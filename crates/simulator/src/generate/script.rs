//! The script being written: ids, document numbers and actors, each line rehearsed and then printed.

use std::collections::{BTreeMap, BTreeSet};

use domain::CityState;
use domain::account::Role;
use domain::actor::Authority;
use domain::date::Date;
use domain::document_number::{DecidedBy, Document, DocumentNumber, Override};
use domain::ids::{CommandId, EventId, OrganizationId};
use domain::place::PlaceCode;
use domain::text::Text;
use serde_json::Value;

use super::GenerateError;
use super::line::{Line, LineActor, labelled_ulid};
use super::office_hours::OfficeHours;
use super::random::Random;
use super::stage::Stage;
use super::violations::{By, Wrong};

/// How many days before a decision takes effect its meeting sits.
const MEETING_DAYS_BEFORE: i32 = 2;

/// A deciding body.
#[derive(Debug, Clone)]
pub(super) struct Organ {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    /// What its document numbers begin with, such as 昭委组.
    pub(super) mark: String,
    /// The code of its place.
    pub(super) place: PlaceCode,
}

/// What a line says besides who gives it.
pub(super) struct Draft {
    pub(super) name: &'static str,
    pub(super) on: Date,
    pub(super) data: Value,
    /// Whether the body issues a numbered document on it.
    pub(super) documented: bool,
    /// Whether a meeting of the body decided it.
    pub(super) decided: bool,
    /// For which day it was decided, where it is said.
    pub(super) decided_on: Option<Date>,
    pub(super) override_: Option<Override>,
}

impl Draft {
    pub(super) fn new(name: &'static str, on: Date, data: Value) -> Self {
        Self { name, on, data, documented: false, decided: false, decided_on: None, override_: None }
    }

    pub(super) fn documented(self) -> Self {
        Self { documented: true, ..self }
    }

    pub(super) fn decided(self) -> Self {
        Self { decided: true, ..self }
    }
}

/// The lines so far.
pub(super) struct Script<'a> {
    stage: &'a mut dyn Stage,
    hours: OfficeHours,
    random: Random,
    seed: u64,
    lines: u64,
    /// The last number of each issuer and year.
    numbers: BTreeMap<(OrganizationId, i16), u32>,
    /// The numbers that given lines bear: nobody else uses them.
    reserved: BTreeSet<String>,
}

impl<'a> Script<'a> {
    pub(super) fn new(stage: &'a mut dyn Stage, seed: u64, from: Date) -> Self {
        let hours = OfficeHours::new(seed, from);
        Self {
            stage,
            hours,
            random: Random::new(seed),
            seed,
            lines: 0,
            numbers: BTreeMap::new(),
            reserved: BTreeSet::new(),
        }
    }

    /// What follows is recorded on that day, or on the next working day.
    pub(super) fn pass_to(&mut self, day: Date) {
        self.hours.pass_to(day);
    }

    /// The day on which what follows is recorded.
    pub(super) fn today(&self) -> Date {
        self.hours.today()
    }

    pub(super) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    pub(super) fn state(&self) -> &CityState {
        self.stage.state()
    }

    /// Whether a rule is on file on that day.
    pub(super) fn is_on_file(&self, rule: &str, on: Date) -> bool {
        self.stage.defaults().rules.get(rule).is_some_and(|found| found.is_on_file(on))
    }

    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// The clerk of a township gives the command in the name of its committee.
    pub(super) fn by_clerk(&mut self, committee: &Organ, draft: Draft) -> Result<CommandId, GenerateError> {
        self.by_organ(actor("clerk", Role::TownshipClerk, &committee.place), committee, draft)
    }

    /// An officer of a county gives the command in the name of its department.
    pub(super) fn by_officer(
        &mut self,
        department: &Organ,
        draft: Draft,
    ) -> Result<CommandId, GenerateError> {
        self.by_organ(actor("officer", Role::CountyOfficer, &department.place), department, draft)
    }

    /// Another officer of the county, who reviews, corrects and files, and so establishes and dissolves nothing.
    pub(super) fn by_reviewer(
        &mut self,
        department: &Organ,
        draft: Draft,
    ) -> Result<CommandId, GenerateError> {
        self.by_organ(actor("reviewer", Role::CountyOfficer, &department.place), department, draft)
    }

    /// An officer of a county registers something in the county's own name.
    pub(super) fn by_county(&mut self, county: &PlaceCode, draft: Draft) -> Result<CommandId, GenerateError> {
        let actor = actor("officer", Role::CountyOfficer, county);
        self.emit(actor, Authority::Place(county.clone()), None, None, draft)
    }

    /// What lies in no county is loaded in the city's name.
    pub(super) fn by_city(&mut self, city: &PlaceCode, draft: Draft) -> Result<CommandId, GenerateError> {
        self.emit(LineActor::local(city), Authority::Place(city.clone()), None, None, draft)
    }

    /// The city's office gives the command in the name of its organ.
    pub(super) fn by_city_office(&mut self, organ: &Organ, draft: Draft) -> Result<CommandId, GenerateError> {
        self.by_organ(actor("city", Role::CityOffice, &organ.place), organ, draft)
    }

    fn by_organ(
        &mut self,
        actor: LineActor,
        organ: &Organ,
        draft: Draft,
    ) -> Result<CommandId, GenerateError> {
        let (document, decided_by) = self.papers(organ, &draft)?;
        self.emit(actor, Authority::Organization(organ.id), document, decided_by, draft)
    }

    /// The paper and the meeting of a draft, as the body gives them.
    fn papers(
        &mut self,
        organ: &Organ,
        draft: &Draft,
    ) -> Result<(Option<Document>, Option<DecidedBy>), GenerateError> {
        let document = if draft.documented {
            Some(Document { number: self.next_number(organ, draft.on)?, issued: draft.on, sha256: None })
        } else {
            None
        };
        let decided_by = if draft.decided {
            let meeting = text(&format!("{}会议", organ.name))?;
            Some(DecidedBy { meeting, date: draft.on.plus_days(-MEETING_DAYS_BEFORE) })
        } else {
            None
        };
        Ok((document, decided_by))
    }

    /// Prints a line that the rule must refuse, or says what else becomes of it.
    pub(super) fn wrong(&mut self, rule: &str, wrong: Wrong) -> Result<Option<String>, GenerateError> {
        let Wrong { by, organs, draft, paper } = wrong;
        let organ = match by {
            By::Clerk => &organs.committee,
            By::Officer | By::Reviewer | By::County => &organs.department,
            By::CityOffice => &organs.city,
        };
        let (document, decided_by) = self.papers(organ, &draft)?;
        let authority = match by {
            By::County => Authority::Place(organ.place.clone()),
            _ => Authority::Organization(organ.id),
        };
        let actor = match by {
            By::Clerk => actor("clerk", Role::TownshipClerk, &organ.place),
            By::Officer | By::County => actor("officer", Role::CountyOfficer, &organ.place),
            By::CityOffice => actor("city", Role::CityOffice, &organ.place),
            By::Reviewer => actor("reviewer", Role::CountyOfficer, &organ.place),
        };
        let mut line = self.line(actor, authority, paper.or(document), decided_by, draft);
        line.expect_rule = Some(rule.to_owned());
        match self.give(&line) {
            Ok(_) => Ok(None),
            Err(GenerateError::Refused { refused, .. }) => {
                Ok(Some(format!("{rule}: {} {refused}", line.name)))
            }
            Err(GenerateError::OtherRules { faults }) => Ok(Some(faults)),
            Err(error) => Err(error),
        }
    }

    /// Gives a line that stands ready.
    pub(super) fn give(&mut self, line: &Line) -> Result<(), GenerateError> {
        self.stage.take(line, self.hours.next())
    }

    /// The first event of the line given last.
    pub(super) fn first_event(&self) -> Result<EventId, GenerateError> {
        self.stage.first_event()
    }

    /// The issuer's next number of the year, such as 昭委组〔2019〕18号.
    pub(super) fn next_number(&mut self, organ: &Organ, on: Date) -> Result<DocumentNumber, GenerateError> {
        let last = self.numbers.entry((organ.id, on.year())).or_default();
        let number = loop {
            *last += 1;
            let number = format!("{}〔{}〕{last}号", organ.mark, on.year());
            if !self.reserved.contains(&number) {
                break number;
            }
        };
        number.parse().map_err(|error| GenerateError::Fault { detail: format!("{error}") })
    }

    /// Leaves out a text of given lines wherever it is the number of a document.
    pub(super) fn reserve(&mut self, text: &str) {
        if text.ends_with('号') {
            self.reserved.insert(text.to_owned());
        }
    }

    fn emit(
        &mut self,
        actor: LineActor,
        on_behalf_of: Authority,
        document: Option<Document>,
        decided_by: Option<DecidedBy>,
        draft: Draft,
    ) -> Result<CommandId, GenerateError> {
        let line = self.line(actor, on_behalf_of, document, decided_by, draft);
        self.give(&line)?;
        Ok(line.id)
    }

    fn line(
        &mut self,
        actor: LineActor,
        on_behalf_of: Authority,
        document: Option<Document>,
        decided_by: Option<DecidedBy>,
        draft: Draft,
    ) -> Line {
        self.lines += 1;
        Line {
            name: draft.name.to_owned(),
            id: CommandId(labelled_ulid(&format!("generate/{}/{}", self.seed, self.lines))),
            effective_date: draft.on,
            document,
            decided_on: draft.decided_on,
            decided_by,
            on_behalf_of,
            actor,
            override_: draft.override_,
            simulated: true,
            data: draft.data,
            expect_rule: None,
        }
    }
}

fn actor(desk: &str, role: Role, scope: &PlaceCode) -> LineActor {
    LineActor { id: format!("simulated-{desk}-{scope}"), role, scope: scope.clone() }
}

/// A text of ours as the domain takes it.
pub(super) fn text(text: &str) -> Result<Text, GenerateError> {
    Text::try_from(text).map_err(|error| GenerateError::Fault { detail: format!("{text}: {error}") })
}
