//! The order of columns, the headings, widths and blanks make no difference to what is proposed.

use proptest::prelude::*;

use super::*;

/// A column: the headings that it may have, and its cells.
const COLUMNS: [(&[&str], [&str; 2]); 6] = [
    (&["乡镇", "乡镇（街道）", "所在乡镇", "镇 街"], ["白果乡", "梅树乡"]),
    (&["联合党组织名称", "名称", "合建党组织名称", "联合支部"], ["狮田联合党支部", "梅前联合党支部"]),
    (&["类型", "合建/共建", "联建类型", "类 别"], ["合建", "共建"]),
    (&["成员村", "参与村", "合建村", "村名"], ["狮子村、田岩村", "梅树村、前进村"]),
    (&["成立时间", "组建时间", "成立日期"], ["2017年3月", "2018.6.5"]),
    (&["书记", "书记姓名", "党组织书记", "带头人"], ["王某某", "李某某"]),
];

fn wide(text: &str) -> String {
    let widen = |it: char| match it {
        '!'..='~' => char::from_u32(u32::from(it) + 0xFEE0).unwrap_or(it),
        other => other,
    };
    text.chars().map(widen).collect()
}

fn accepted_of(proposal: &Proposal) -> Vec<Vec<(Key, String)>> {
    let keys = [Key::Name, Key::Arrangement, Key::Township, Key::Members, Key::Established, Key::Secretary];
    let of_row =
        |row: &crate::proposal::Row| keys.iter().map(|key| (*key, row.accepted(*key).to_owned())).collect();
    proposal.rows.iter().map(of_row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_ledger_in_other_clothes_is_proposed_the_same(
        order in Just((0..COLUMNS.len()).collect::<Vec<_>>()).prop_shuffle(),
        headings in proptest::collection::vec(0_usize..12, COLUMNS.len()),
        is_wide in any::<bool>(),
        titles in 0_usize..3,
        is_tabbed in any::<bool>(),
    ) {
        let county = County::new();
        let plain: String = [0, 1].iter().map(|row| {
            let cells: Vec<_> = COLUMNS.iter().map(|(_, cells)| cells[*row]).collect();
            format!("{}\n", cells.join(","))
        }).collect();
        let heads: Vec<_> = COLUMNS.iter().map(|(heads, _)| heads[0]).collect();
        let expected = county.propose(format!("{}\n{plain}", heads.join(",")).as_bytes());
        let separator = if is_tabbed { "\t" } else { "," };
        let line = |texts: Vec<String>| format!("{}\n", texts.join(separator));
        let mut shuffled = "清单\n".repeat(titles);
        shuffled.push_str(&line(order.iter().map(|at| {
            let heads = COLUMNS[*at].0;
            heads[headings[*at] % heads.len()].to_owned()
        }).collect()));
        for row in 0..2 {
            shuffled.push_str(&line(order.iter().map(|at| {
                let text = COLUMNS[*at].1[row];
                if is_wide && *at == 4 { format!(" {} ", wide(text)) } else { text.to_owned() }
            }).collect()));
        }
        let found = county.propose(shuffled.as_bytes());
        prop_assert_eq!(accepted_of(&found), accepted_of(&expected));
    }
}
