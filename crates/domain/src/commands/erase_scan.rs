//! `erase-scan`: the scans of a document are erased where they name somebody who must be forgotten. Their hashes stay.

use super::erase_person::check_consent;
use crate::case::Case;
use crate::consent::Consent;
use crate::document_number::DocumentNumber;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::scans::ScanErased;
use crate::ids::OrganizationId;
use crate::mechanism::Mechanism;
use crate::person::ErasureGround;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{PersonRejection, Rejection};
use crate::say::say;
use crate::scan::NamedScan;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 按规定删除一件文件的扫描件：内容删除，文号和校验值仍在 / erases the scans of a document: their bytes go, its number and their hashes stay
    pub struct EraseScan {
        /// 该文件的发文机关 / the organization that issued the document
        pub issuer: OrganizationId,
        /// 该文件的文号 / the number of the document
        pub number: DocumentNumber,
        /// 删除的法定事由 / the ground of the law for the erasure
        pub ground: ErasureGround,
        /// 另一级党委同意删除的文件 / the document of a second tier, beside the one that the request cites
        pub consent: Consent,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "erase-scan",
    title: say("删除扫描件", "Erase a document's scan"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Persons],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["document.scan-erased"],
    along: &[],
    refused_when: "no scan on record under that number; erased already; a person whom it is about under an inspection hold; without the documents of two tiers",
    rules: &["scan-on-record", "inspection-hold", "erasure-two-tiers", "deciding-body", "document-required"],
    choices: &[],
    example: r#"{
  "effective_date": "2029-05-10",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委〔2029〕9号", "issued": "2029-05-08"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2029-05-07"},
  "data": {
    "issuer": "01J8KQ2M000000000000000004",
    "number": "白委〔2019〕8号",
    "ground": "retention_ended",
    "consent": {
      "organization": "01J8KQ2M000000000000000004",
      "document": {"number": "白委〔2029〕32号", "issued": "2029-05-02"}
    }
  }
}"#,
    example_follows: &["transfer-functions"],
};

pub(crate) fn entity(data: &EraseScan) -> Option<Entity> {
    Some(Entity::Organization(data.issuer))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &EraseScan) -> Result<Vec<EventBody>, Rejection> {
    let issuer = case.organization(data.issuer, "/data/issuer")?;
    case.require_scope(&case.state.scope_of_organization(issuer.id), issuer.name.as_str())?;
    let unknown = || Case::unknown(say("行政区划", "place"), &issuer.location, "/data/issuer");
    let home = case.state.places.get(&issuer.location).ok_or_else(unknown)?;
    let level = case.require_decision(Level::County, home)?;
    case.required_document()?;
    check_consent(case, &data.consent, level, home)?;
    let named = case.state.scans_of(issuer.id, &data.number);
    if named.is_empty() {
        case.refuse(PersonRejection::NoScan { number: data.number.clone() })?;
    }
    let left: Vec<_> = named.into_iter().filter(|(_, scan)| scan.erased_on.is_none()).collect();
    if left.is_empty() {
        case.refuse(PersonRejection::ScanErased { number: data.number.clone() })?;
    }
    if left.iter().any(|(_, scan)| is_held(case, scan)) {
        case.refuse(PersonRejection::Held)?;
    }
    Ok(vec![EventBody::ScanErased(ScanErased {
        issuer: issuer.id,
        number: data.number.clone(),
        scans: left.into_iter().map(|(hash, _)| hash.clone()).collect(),
        ground: data.ground,
        consent: data.consent.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<EraseScan> {
    let EventBody::ScanErased(ScanErased { issuer, number, scans: _, ground, consent }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(EraseScan { issuer, number, ground, consent })
}

/// Whether an event that names the scan is about a person whose record an inspection needs.
fn is_held(case: &Case<'_>, scan: &NamedScan) -> bool {
    scan.uses.iter().any(|own| match own.entity {
        Entity::Person(person) => case.state.persons.get(&person).is_some_and(|found| found.hold.is_some()),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::testing::City;
    use crate::testing::city::{CITY_ORGAN, COUNTY_ORGAN, SECRETARY, TOWNSHIP_ORGAN};
    use crate::testing::date;
    use crate::testing::drafts::clerk;
    use crate::testing::drafts::persons::{consent_of, erase, erase_scan, hold};
    use crate::testing::drafts::work::delegate;

    const NUMBER: &str = "元委〔2019〕41号";
    const ON: &str = "2029-05-01";

    /// A document of the township with a scan.
    fn scanned() -> City {
        City::merged().given(delegate(&["personnel"]).scanned(NUMBER, "2019-03-20", "a"))
    }

    fn hash(digit: &str) -> crate::document_number::Sha256Hex {
        digit.repeat(64).try_into().unwrap()
    }

    #[test]
    fn the_bytes_go_and_the_hash_stays() {
        let city = scanned();
        let named = &city.state.scans[&hash("a")];
        assert_eq!((named.uses.len(), named.erased_on), (1, None));
        let erased = ScanErased {
            issuer: TOWNSHIP_ORGAN,
            number: NUMBER.parse().unwrap(),
            scans: vec![hash("a")],
            ground: ErasureGround::RetentionEnded,
            consent: consent_of(TOWNSHIP_ORGAN),
        };
        let after = city.when(erase_scan(TOWNSHIP_ORGAN, NUMBER, ON)).then(&[EventBody::ScanErased(erased)]);
        assert!(after.state.is_scan_erased(&hash("a")));
        assert_eq!(after.state.scans[&hash("a")].erased_on, Some(date(ON)));
        let again = PersonRejection::ScanErased { number: NUMBER.parse().unwrap() };
        after.when(erase_scan(TOWNSHIP_ORGAN, NUMBER, "2030-05-01")).refused(again.into());
    }

    #[test]
    fn only_a_document_with_a_scan_has_one_to_erase() {
        let none =
            |number: &str| Rejection::from(PersonRejection::NoScan { number: number.parse().unwrap() });
        let other = "元委〔2019〕42号";
        scanned().when(erase_scan(TOWNSHIP_ORGAN, other, ON)).refused(none(other));
        // The same number of another body is another document.
        scanned().when(erase_scan(COUNTY_ORGAN, NUMBER, ON)).refused(PersonRejection::OneTier.into());
        let without = City::merged().given(delegate(&["personnel"]).paper(NUMBER, "2019-03-20"));
        without.when(erase_scan(TOWNSHIP_ORGAN, NUMBER, ON)).refused(none(NUMBER));
    }

    #[test]
    fn two_tiers_decide_each_on_a_document_of_its_own() {
        let draft = || erase_scan(TOWNSHIP_ORGAN, NUMBER, ON);
        scanned().when(draft().no_paper()).refused(Rejection::DocumentMissing);
        scanned().when(draft().undecided()).refused(Rejection::DecidedByMissing);
        let with = |consent| {
            let mut draft = draft();
            if let crate::commands::CommandBody::EraseScan(data) = &mut draft.body {
                data.consent = consent_of(consent);
            }
            draft
        };
        scanned().when(with(COUNTY_ORGAN)).refused(PersonRejection::OneTier.into());
        scanned().when(with(CITY_ORGAN)).accepted();
        let needed = Level::County;
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed };
        scanned().when(draft().behalf(TOWNSHIP_ORGAN)).refused(refused);
        let role = Role::TownshipClerk.as_str();
        let by_clerk = draft().by(clerk()).behalf(TOWNSHIP_ORGAN);
        scanned().when(by_clerk).refused(Rejection::RoleForbids { role, command: "erase-scan" });
    }

    #[test]
    fn what_an_inspection_needs_is_kept() {
        let held = City::new().given(hold().scanned("昭委〔2019〕70号", "2019-06-03", "c"));
        assert_eq!(held.state.scans[&hash("c")].uses[0].entity, Entity::Person(SECRETARY));
        // The county's own document: the consent is the city's.
        let mut draft = erase_scan(COUNTY_ORGAN, "昭委〔2019〕70号", ON);
        if let crate::commands::CommandBody::EraseScan(data) = &mut draft.body {
            data.consent = consent_of(CITY_ORGAN);
        }
        held.when(draft).refused(PersonRejection::Held.into());
    }

    #[test]
    fn scans_of_consents_are_named_by_who_consents() {
        let mut draft = erase(SECRETARY, "2040-01-01");
        if let crate::commands::CommandBody::ErasePerson(data) = &mut draft.body {
            data.consent.document.sha256 = Some(hash("d"));
        }
        let city = City::new().given(draft);
        let found = city.state.scans_of(TOWNSHIP_ORGAN, &"元委〔2019〕31号".parse().unwrap());
        assert_eq!(found.iter().map(|(hash, _)| (*hash).clone()).collect::<Vec<_>>(), [hash("d")]);
    }
}
