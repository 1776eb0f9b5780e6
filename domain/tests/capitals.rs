//! Chinese capitals against literal texts: the examples of 《支付结算办法》 annex 1 first, then what its clauses call for.

use baohan_domain::Money;
use baohan_domain::money::in_capitals;
use proptest::prelude::*;

use crate::story::yuan;

fn assert_all(cases: &[(&str, &str)]) {
    for (figures, capitals) in cases {
        assert_eq!(in_capitals(yuan(figures)), format!("人民币{capitals}"), "{figures}");
    }
}

#[test]
fn the_examples_of_the_rules_come_out_as_printed() {
    assert_all(&[
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
    ]);
}

#[test]
fn whole_yuan_end_in_zheng() {
    assert_all(&[
        ("0", "零元整"),
        ("1", "壹元整"),
        ("10.00", "壹拾元整"),
        ("15", "壹拾伍元整"),
        ("20", "贰拾元整"),
        ("100", "壹佰元整"),
        ("101", "壹佰零壹元整"),
        ("110", "壹佰壹拾元整"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("1100", "壹仟壹佰元整"),
        ("800000", "捌拾万元整"),
    ]);
}

#[test]
fn parts_of_a_yuan_are_jiao_and_fen() {
    assert_all(&[
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("0.35", "叁角伍分"),
        ("1.01", "壹元零壹分"),
        ("1.10", "壹元壹角整"),
        ("10.01", "壹拾元零壹分"),
        ("10.50", "壹拾元零伍角整"),
        ("1005.34", "壹仟零伍元叁角肆分"),
        ("6400.50", "陆仟肆佰元零伍角整"),
        ("99.99", "玖拾玖元玖角玖分"),
    ]);
}

#[test]
fn zeros_in_a_row_are_said_once_and_at_the_end_of_a_group_not_at_all() {
    assert_all(&[
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10100", "壹万零壹佰元整"),
        ("11000", "壹万壹仟元整"),
        ("100005.00", "壹拾万零伍元整"),
        ("1000500", "壹佰万零伍佰元整"),
        ("10000000.00", "壹仟万元整"),
        ("10010001", "壹仟零壹万零壹元整"),
        ("20020020", "贰仟零贰万零贰拾元整"),
        ("12345678.90", "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整"),
    ]);
}

#[test]
fn yi_counts_all_that_stands_above_it() {
    assert_all(&[
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("100010000", "壹亿零壹万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("1050000000", "壹拾亿伍仟万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000200000000", "壹万零贰亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ]);
}

/// Reads capitals back, without regard to 零 and 整.
fn read_back(capitals: &str) -> i64 {
    let (mut fen, mut yi, mut wan, mut ones, mut digit) = (0_i64, 0, 0, 0, 0);
    for sign in capitals.trim_start_matches("人民币").chars() {
        match sign {
            '零' | '整' => {}
            '拾' => (ones, digit) = (ones + digit * 10, 0),
            '佰' => (ones, digit) = (ones + digit * 100, 0),
            '仟' => (ones, digit) = (ones + digit * 1_000, 0),
            '万' => (wan, ones, digit) = (ones + digit, 0, 0),
            '亿' => (yi, wan, ones, digit) = (wan * 10_000 + ones + digit, 0, 0, 0),
            '元' => {
                fen += (yi * 100_000_000 + wan * 10_000 + ones + digit) * 100;
                digit = 0;
            }
            '角' => (fen, digit) = (fen + digit * 10, 0),
            '分' => (fen, digit) = (fen + digit, 0),
            sign => digit = (0..).zip("零壹贰叁肆伍陆柒捌玖".chars()).find(|(_, it)| *it == sign).unwrap().0,
        }
    }
    fen
}

proptest! {
    #[test]
    fn every_amount_can_be_read_back_and_no_zero_is_said_twice(
        fen in prop_oneof![
            0_i64..1_000_000_000_000_000_000,
            0_i64..100_000,
            (0_i64..1_000_000, 0_u32..12).prop_map(|(digits, zeros)| digits * 10_i64.pow(zeros)),
        ]
    ) {
        let capitals = in_capitals(Money::from_fen(fen));
        prop_assert_eq!(read_back(&capitals), fen, "{}", &capitals);
        for wrong in ["零零", "零元", "零万", "零亿", "零角", "零整"] {
            prop_assert!(fen < 100 || !capitals.contains(wrong), "{}", &capitals);
        }
    }
}
