//! Commands about a person's own record, with sensible defaults.

use super::{Draft, county, paper};
use crate::commands::{CommandBody, ErasePerson, EraseScan, HoldPerson, LiftHold};
use crate::consent::Consent;
use crate::ids::{OrganizationId, PersonId};
use crate::person::ErasureGround;
use crate::testing::city::SECRETARY;

/// `hold-person` of the secretary on 2019-06-03.
pub fn hold() -> Draft {
    county(CommandBody::HoldPerson(HoldPerson { person: SECRETARY }), "昭委〔2019〕70号", "2019-06-03")
}

/// `lift-hold` of the secretary on 2019-12-03.
pub fn lift() -> Draft {
    county(
        CommandBody::LiftHold(LiftHold(HoldPerson { person: SECRETARY })),
        "昭委〔2019〕99号",
        "2019-12-03",
    )
}

/// The document by which an organ consents, of 2019-05-02.
pub fn consent_of(organization: OrganizationId) -> Consent {
    Consent { organization, document: paper("元委〔2019〕31号", "2019-05-02") }
}

/// What `erase-person` says.
pub fn erasure(person: PersonId, consent: Consent) -> ErasePerson {
    ErasePerson { person, ground: ErasureGround::RetentionEnded, consent }
}

/// `erase-person` by the county on a day, recorded on that day.
pub fn erase_with(data: ErasePerson, on: &str) -> Draft {
    let number = format!("昭委〔{}〕8号", &on[..4]);
    county(CommandBody::ErasePerson(data), &number, on).recorded(on)
}

/// `erase-scan` of an organ's document by the county on a day, with the consent of the lead township's committee.
pub fn erase_scan(issuer: OrganizationId, number: &str, on: &str) -> Draft {
    let data = EraseScan {
        issuer,
        number: number.parse().unwrap(),
        ground: ErasureGround::RetentionEnded,
        consent: consent_of(crate::testing::city::TOWNSHIP_ORGAN),
    };
    let own = format!("昭委〔{}〕9号", &on[..4]);
    county(CommandBody::EraseScan(data), &own, on).recorded(on)
}

/// As `erase_with`, with the consent of the lead township's committee.
pub fn erase(person: PersonId, on: &str) -> Draft {
    erase_with(erasure(person, consent_of(crate::testing::city::TOWNSHIP_ORGAN)), on)
}
