//! The table of events: a row an event, and everything else that is said of an event is derived from its row.
//!
//! A row gives the variant and its data; the type, with `at 2, from 1 by PlaceRenamed1` once it has had a second version, where
//! the older data is a type of its own that turns into today's (`From`); its name for people; the entity that it is about, by
//! the field of its data that holds the id, or `itself` where a field names the entity whole; the function of `evolve` that folds it. Where it holds: `on its …`, the field with
//! the day at which `as_of` folds it (otherwise its effective date); `commits … to … of …`, the field that commits to a value
//! which may be erased, the field of the command that the value stood in, and whom it is about; `is […]`, flags of
//! [`EventBody`](crate::EventBody). What is `#[cfg(…)]` exists in tests only and is no published type.

/// Hands all rows to a macro that makes something of them.
macro_rules! with_every_event {
    ($make:ident) => {
        $make! {
            /// A joint branch is proposed.
            JointBranchProposed(joint_branches::JointBranchProposed) = "joint-branch.proposed",
                say("合建共建请示（申报）", "proposed"), of JointBranch(joint_branch), folded by joint_branches::proposed;
            /// Its villages were asked.
            JointBranchSurveyed(joint_branches::JointBranchSurveyed) = "joint-branch.surveyed",
                say("开展群众意愿调查", "villages surveyed"), of JointBranch(joint_branch),
                folded by joint_branches::surveyed;
            /// Its members resolved it.
            MembersResolved(establishing::MembersResolved) = "joint-branch.members-resolved",
                say("党员大会决议", "members resolved"), of JointBranch(joint_branch),
                folded by establishing::members_resolved;
            /// Its parties signed an agreement.
            AgreementRecorded(establishing::AgreementRecorded) = "joint-branch.agreement-recorded",
                say("签订结对共建协议", "agreement recorded"), of JointBranch(joint_branch),
                folded by establishing::agreement_recorded;
            /// It was sent back for what it lacks.
            ProposalReturned(establishing::ProposalReturned) = "joint-branch.proposal-returned",
                say("退回补充", "proposal sent back"), of JointBranch(joint_branch),
                folded by establishing::returned;
            /// It was handed in again.
            ProposalResubmitted(establishing::ProposalResubmitted) = "joint-branch.proposal-resubmitted",
                say("补充再报", "proposal handed in again"), of JointBranch(joint_branch),
                folded by establishing::resubmitted;
            /// It is established.
            JointBranchEstablished(joint_branches::JointBranchEstablished) = "joint-branch.established",
                say("批准成立", "established"), of JointBranch(joint_branch), folded by joint_branches::established;
            /// The county refused it.
            JointBranchRejected(joint_branches::ProposalEnded) = "joint-branch.rejected",
                say("不予批准", "proposal rejected"), of JointBranch(joint_branch),
                folded by joint_branches::rejected;
            /// The township took it back.
            JointBranchWithdrawn(joint_branches::ProposalEnded) = "joint-branch.withdrawn",
                say("撤回请示", "proposal withdrawn"), of JointBranch(joint_branch),
                folded by joint_branches::withdrawn;
            /// A county keeps its register here.
            RegisterOpened(registrations::RegisterOpened) = "register.opened",
                say("启用清单", "register opened"), of Place(county), folded by registrations::opened;
            /// What existed before is registered.
            JointBranchRegistered(registrations::JointBranchRegistered) = "joint-branch.registered",
                say("存量登记", "registered as it stood"), of JointBranch(joint_branch),
                folded by registrations::registered;
            /// The county confirmed it.
            RegistrationConfirmed(registrations::RegistrationConfirmed) = "joint-branch.registration-confirmed",
                say("存量确认", "registration confirmed"), of JointBranch(joint_branch),
                folded by registrations::confirmed;
            /// The county sent it back.
            RegistrationRejected(registrations::RegistrationRejected) = "joint-branch.registration-rejected",
                say("存量登记退回", "registration sent back"), of JointBranch(joint_branch),
                folded by registrations::rejected;
            /// Something was found later.
            RegistrationCompleted(registrations::RegistrationCompleted) = "joint-branch.registration-completed",
                say("存量补记", "registration completed"), of JointBranch(joint_branch),
                folded by registrations::completed;
            /// A fact about it was filed with the county.
            FiledWithCounty(filings::FiledWithCounty) = "joint-branch.filed",
                say("备案", "filed with the county"), of JointBranch(joint_branch), folded by filings::filed;
            /// A secretary is in post.
            SecretaryAssigned(posts::SecretaryAssigned) = "joint-branch.secretary-assigned",
                say("书记任职", "secretary assigned"), of JointBranch(joint_branch),
                folded by posts::secretary_assigned,
                commits monthly_pay_commitment to "/monthly_pay" of Person(person);
            /// A secretary left.
            SecretaryRelieved(posts::SecretaryRelieved) = "joint-branch.secretary-relieved",
                say("书记离任", "secretary relieved"), of JointBranch(joint_branch),
                folded by posts::secretary_relieved, commits reason_commitment to "/reason" of Person(person);
            /// The end of its term moved.
            TermRenewed(posts::TermRenewed) = "joint-branch.term-renewed",
                say("任期变更", "term renewed"), of JointBranch(joint_branch), folded by posts::term_renewed;
            /// It has a committee.
            CommitteeAppointed(posts::CommitteeAppointed) = "joint-branch.committee-appointed",
                say("支委会组成及分工", "committee appointed"), of JointBranch(joint_branch),
                folded by posts::committee_appointed;
            /// It elected.
            ElectionHeld(posts::ElectionHeld) = "joint-branch.election-held" at 2, from 1 by posts::ElectionHeld1,
                say("选举", "election held"), of JointBranch(joint_branch), folded by posts::election_held;
            /// Villagers elected its secretary.
            VillageHeadElected(posts::VillageHeadElected) = "joint-branch.village-head-elected",
                say("书记当选村委会主任（一肩挑）", "secretary elected village head"), of JointBranch(joint_branch),
                folded by posts::village_head_elected;
            /// Its secretary made a commitment.
            CommitmentMade(posts::CommitmentMade) = "joint-branch.commitment-made",
                say("作出承诺", "commitment made"), of JointBranch(joint_branch), folded by posts::commitment_made;
            /// It holds powers of the township committee.
            PowersDelegated(functions::PowersMoved) = "joint-branch.powers-delegated",
                say("下放权力", "powers delegated"), of JointBranch(joint_branch),
                folded by functions::powers_delegated;
            /// Powers went back.
            PowersRevoked(functions::PowersMoved) = "joint-branch.powers-revoked",
                say("收回权力", "powers revoked"), of JointBranch(joint_branch),
                folded by functions::powers_revoked;
            /// Functions went over to the joint branch.
            FunctionsTransferred(functions::FunctionsMoved) = "joint-branch.functions-transferred",
                say("划转职能", "functions transferred"), of JointBranch(joint_branch),
                folded by functions::transferred;
            /// Functions went back.
            FunctionsReturned(functions::FunctionsMoved) = "joint-branch.functions-returned",
                say("交回职能", "functions returned"), of JointBranch(joint_branch), folded by functions::returned;
            /// An activity took place.
            ActivityRecorded(activities::ActivityRecorded) = "joint-branch.activity-recorded",
                say("开展活动", "activity held"), of JointBranch(joint_branch), folded by activities::recorded;
            /// It works in one place.
            CoLocated(activities::CoLocated) = "joint-branch.co-located",
                say("合署办公", "co-located"), of JointBranch(joint_branch), folded by activities::co_located;
            /// A quarter is graded.
            QuarterEvaluated(cycle::QuarterEvaluated) = "joint-branch.evaluated",
                say("季度评估", "quarter evaluated"), of JointBranch(joint_branch), folded by cycle::evaluated;
            /// A grade is corrected.
            EvaluationCorrected(cycle::EvaluationCorrected) = "joint-branch.evaluation-corrected",
                say("更正评估", "evaluation corrected"), of JointBranch(joint_branch),
                folded by cycle::evaluation_corrected, on its corrected_effective_date;
            /// Rectification is ordered.
            RectificationOrdered(cycle::RectificationOrdered) = "joint-branch.rectification-ordered",
                say("下达整改", "rectification ordered"), of JointBranch(joint_branch),
                folded by cycle::rectification_ordered;
            /// Rectification is reviewed.
            RectificationReviewed(cycle::RectificationReviewed) = "joint-branch.rectification-reviewed",
                say("整改验收", "rectification reviewed"), of JointBranch(joint_branch),
                folded by cycle::rectification_reviewed;
            /// It ended.
            JointBranchDissolved(joint_branches::JointBranchDissolved) = "joint-branch.dissolved",
                say("撤销", "dissolved"), of JointBranch(joint_branch), folded by joint_branches::dissolved;
            /// A member joined it.
            MemberAdmitted(joint_branches::MemberAdmitted) = "joint-branch.member-admitted",
                say("吸收成员", "member admitted"), of JointBranch(joint_branch),
                folded by joint_branches::member_admitted;
            /// A member left it.
            MemberReleased(joint_branches::MemberReleased) = "joint-branch.member-released",
                say("成员退出", "member released"), of JointBranch(joint_branch),
                folded by joint_branches::member_released;
            /// Its name, lead township or form changed.
            JointBranchChanged(joint_branches::JointBranchChanged) = "joint-branch.changed",
                say("变更", "changed"), of JointBranch(joint_branch), folded by joint_branches::changed;
            /// The name of a joint branch is corrected.
            JointBranchCorrected(joint_branches::JointBranchCorrected) = "joint-branch.corrected",
                say("更正记录", "record corrected"), of JointBranch(joint_branch),
                folded by joint_branches::corrected, on its corrected_effective_date;
            /// An organization stands under a joint branch.
            OrganizationPlacedUnder(organizations::OrganizationPlacedUnder) = "organization.placed-under",
                say("隶属联合党组织", "put under a joint branch"), of Organization(organization),
                folded by organizations::placed_under;
            /// The document of a recorded decision is corrected.
            DocumentCorrected(documents::DocumentCorrected) = "document.corrected",
                say("更正文号", "document corrected"), of itself(subject), folded by documents::corrected,
                on its corrected_effective_date;
            /// An organization is on the register.
            OrganizationRegistered(organizations::OrganizationRegistered) = "organization.registered",
                say("登记党组织", "organization registered"), of Organization(organization),
                folded by organizations::registered, is [is_of_import];
            /// Its counts or profile changed.
            OrganizationUpdated(organizations::OrganizationUpdated) = "organization.updated",
                say("更新党组织情况", "organization updated"), of Organization(organization),
                folded by organizations::updated, is [is_of_import];
            /// Its name, form, host or superior changed.
            OrganizationChanged(organizations::OrganizationChanged) = "organization.changed",
                say("变更党组织", "organization changed"), of Organization(organization),
                folded by organizations::changed;
            /// What was said of an organization is corrected.
            OrganizationCorrected(organizations::OrganizationCorrected) = "organization.corrected",
                say("更正党组织记录", "organization's record corrected"), of Organization(organization),
                folded by organizations::corrected, on its corrected_effective_date;
            /// A merger took its work over.
            OrganizationSuspended(organizations::OrganizationSuspended) = "organization.suspended",
                say("原党组织职能划转", "original suspended"), of Organization(organization),
                folded by organizations::suspended;
            /// It works again.
            OrganizationRestored(organizations::OrganizationRestored) = "organization.restored",
                say("恢复原党组织", "original restored"), of Organization(organization),
                folded by organizations::restored;
            /// It ended in favour of another.
            OrganizationAbolished(organizations::OrganizationAbolished) = "organization.abolished",
                say("撤并原党组织", "original abolished"), of Organization(organization),
                folded by organizations::abolished;
            /// It was abolished by a decision of its own.
            OrganizationClosed(organizations::OrganizationClosed) = "organization.closed",
                say("撤销党组织", "organization abolished"), of Organization(organization),
                folded by organizations::closed;
            /// An organization guides another, or shares a person with it.
            OrganizationLinked(links::OrganizationLinked) = "organization.linked",
                say("登记指导或交叉任职", "organization linked"), of Organization(organization),
                folded by links::linked;
            /// An election of an organization that stands alone was filed with the county.
            OrganizationFiled(filings::OrganizationFiled) = "organization.filed",
                say("党组织换届备案", "organization's election filed"), of Organization(organization),
                folded by filings::organization_filed;
            /// An organization that stands alone elected.
            OrganizationElectionHeld(posts::OrganizationElectionHeld) = "organization.election-held"
                at 2, from 1 by posts::OrganizationElectionHeld1,
                say("党组织选举", "organization's election held"), of Organization(organization),
                folded by posts::organization_election_held;
            /// A first secretary was sent.
            FirstSecretaryAssigned(posts::FirstSecretaryAssigned) = "organization.first-secretary-assigned",
                say("选派第一书记", "first secretary assigned"), of Organization(organization),
                folded by posts::first_secretary_assigned;
            /// A first secretary left.
            FirstSecretaryRelieved(posts::FirstSecretaryRelieved) = "organization.first-secretary-relieved",
                say("第一书记离任", "first secretary relieved"), of Organization(organization),
                folded by posts::first_secretary_relieved;
            /// A person is known.
            PersonRegistered(persons::PersonRegistered) = "person.registered",
                say("登记党员", "person registered"), of Person(person), folded by persons::registered,
                commits name_commitment to "/name" of Person(person);
            /// Somebody's year was reviewed.
            YearlyReviewed(persons::YearlyReviewed) = "person.reviewed",
                say("述职评议", "yearly review"), of Person(person), folded by persons::yearly_reviewed;
            /// A place exists.
            PlaceRegistered(places::PlaceRegistered) = "place.registered",
                say("登记行政区划", "place registered"), of Place(place), folded by places::registered,
                is [may_be_future_dated, is_of_import];
            /// A place bears another name.
            PlaceRenamed(places::PlaceRenamed) = "place.renamed",
                say("行政区划更名", "place renamed"), of Place(place), folded by places::renamed, is [is_of_import];
            /// A place bears another code.
            PlaceRecoded(places::PlaceRecoded) = "place.recoded",
                say("行政区划换代码", "place recoded"), of Place(place), folded by places::recoded,
                is [is_of_import];
            /// A place lies under another one of its county.
            PlaceMoved(places::PlaceMoved) = "place.moved",
                say("行政区划划归他处", "place moved"), of Place(place), folded by places::moved, is [is_of_import];
            /// A place leaves its county.
            PlaceLeft(places::PlaceLeft) = "place.left",
                say("行政区划划出", "place left"), of Place(place), folded by places::left, is [is_of_import];
            /// A county receives a place.
            PlaceReceived(places::PlaceMoved) = "place.received",
                say("行政区划划入", "place received"), of Place(place), folded by places::received,
                is [is_of_import];
            /// A place went over into another.
            PlaceMerged(places::PlaceMerged) = "place.merged",
                say("行政区划并入", "place merged"), of Place(place), folded by places::merged, is [is_of_import];
            /// A place was split.
            PlaceSplit(places::PlaceSplit) = "place.split",
                say("行政区划拆分", "place split"), of Place(place), folded by places::split, is [is_of_import];
            /// A place ended.
            PlaceClosed(places::PlaceClosed) = "place.closed",
                say("行政区划撤销", "place closed"), of Place(place), folded by places::closed, is [is_of_import];
            /// The name of a place is corrected.
            PlaceCorrected(places::PlaceCorrected) = "place.corrected",
                say("更正行政区划记录", "place's record corrected"), of Place(place), folded by places::corrected,
                on its corrected_effective_date;
            /// A village has money in a fiscal year.
            VillageFunded(funding::VillageFunded) = "place.funded",
                say("登记经费", "village funded"), of Place(village), folded by funding::funded;
            /// Premises of a village are paid for.
            PremisesPaid(funding::PremisesPaid) = "place.premises-paid",
                say("拨付场所款", "premises paid"), of Place(village), folded by funding::premises_paid;
            /// A policy holds.
            PolicyIssued(policies::PolicyIssued) = "policy.issued",
                say("发布政策", "policy issued"), of Policy(policy), folded by policies::issued, is [may_be_future_dated];
            /// A tier asked the tier below.
            SupervisionIssued(supervision::SupervisionIssued) = "supervision.issued",
                say("发出督办", "supervision issued"), of Supervision(supervision), folded by supervision::issued;
            /// The tier below answered.
            SupervisionAnswered(supervision::SupervisionAnswered) = "supervision.answered",
                say("答复督办", "supervision answered"), of Supervision(supervision),
                folded by supervision::answered;
            /// A tier issued a yellow card to the tier below.
            YellowCardIssued(yellow_cards::YellowCardIssued) = "yellow-card.issued",
                say("亮黄牌", "yellow card issued"), of YellowCard(yellow_card), folded by yellow_cards::issued;
            /// The card was lifted.
            YellowCardLifted(yellow_cards::YellowCardLifted) = "yellow-card.lifted",
                say("解除黄牌", "yellow card lifted"), of YellowCard(yellow_card), folded by yellow_cards::lifted;
            /// A coordination meeting decided something.
            MeetingRecorded(meetings::MeetingRecorded) = "meeting.recorded",
                say("召开联系会议", "coordination meeting held"), of Meeting(meeting), folded by meetings::recorded;
            /// What it decided is done with.
            DecisionClosed(meetings::DecisionClosed) = "meeting.decision-closed",
                say("议定事项销号", "meeting's decision closed"), of Meeting(meeting),
                folded by meetings::decision_closed;
            /// A person's erasable values are gone.
            PersonErased(persons::PersonErased) = "person.erased",
                say("删除个人信息", "person's data erased"), of Person(person), folded by persons::erased;
            /// A document's scans are gone.
            ScanErased(scans::ScanErased) = "document.scan-erased",
                say("删除扫描件", "document's scan erased"), of Organization(issuer), folded by scans::erased;
            /// A person's record is kept for an inspection.
            HoldPlaced(persons::HoldChanged) = "person.hold-placed",
                say("保全个人记录", "person's record held"), of Person(person), folded by persons::hold_placed;
            /// It is kept no longer.
            HoldLifted(persons::HoldChanged) = "person.hold-lifted",
                say("解除保全", "hold lifted"), of Person(person), folded by persons::hold_lifted;
            /// An access log goes so far.
            AccessLogAnchored(log_keeping::AccessLogAnchored) = "access-log.anchored",
                say("访问日志锚定", "access log anchored"), of AccessLog(instance),
                folded by log_keeping::access_log_anchored, is [is_operational, is_automatic];
            /// An account may act.
            AccountIssued(accounts::AccountIssued) = "account.issued",
                say("签发帐号", "account issued"), of Account(account), folded by accounts::issued,
                commits holder_commitment to "/holder" of Account(account), is [is_operational];
            /// An account may act until another day, with another token.
            AccountRenewed(accounts::AccountRenewed) = "account.renewed",
                say("帐号续期", "account renewed"), of Account(account), folded by accounts::renewed,
                is [is_operational];
            /// An account may act no more.
            AccountRevoked(accounts::AccountRevoked) = "account.revoked",
                say("撤销帐号", "account revoked"), of Account(account), folded by accounts::revoked,
                is [is_operational];
            /// The second factor of an account is gone.
            SecondFactorReset(accounts::SecondFactorReset) = "account.second-factor-reset",
                say("重置动态口令", "second factor reset"), of Account(account),
                folded by accounts::second_factor_reset, is [is_operational];
            /// Somebody answers for how the log is kept.
            DurabilityDeclared(log_keeping::DurabilityDeclared) = "log.durability-declared",
                say("声明存储设置", "durability declared"), of Log, folded by log_keeping::durability_declared,
                is [is_operational];
            /// From here on these keys sign the log.
            SigningKeysDeclared(log_keeping::SigningKeysDeclared) = "log.signing-keys-declared",
                say("声明签名公钥", "signing keys declared"), of SigningKeys,
                folded by log_keeping::signing_keys_declared, is [is_operational, is_automatic];
            /// From here on commands are decided by this edition of the rule book.
            RuleBookAdopted(policies::RuleBookAdopted) = "log.rule-book-adopted",
                say("执行规则手册", "rule book adopted"), of RuleBook, folded by policies::rule_book_adopted,
                is [is_operational, is_automatic, is_of_every_day];
            /// The clock is right although it leaps.
            ClockAccepted(log_keeping::ClockAccepted) = "log.clock-accepted",
                say("确认时钟", "clock accepted"), of Clock, folded by log_keeping::clock_accepted,
                is [is_operational];
            /// A place bears names: with it the tests rehearse what a second version of a type takes.
            #[cfg(any(test, feature = "testing"))]
            PlaceRehearsed(rehearsal::PlaceRehearsed) = "place.rehearsed" at 2, from 1 by rehearsal::PlaceRehearsed1,
                say("演练：行政区划命名", "rehearsal: place named"), of Place(place), folded by places::rehearsed,
                is [is_of_import];
        }
    };
}

pub(crate) use with_every_event;
