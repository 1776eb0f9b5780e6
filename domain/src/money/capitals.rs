use super::Money;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// The amount in Chinese capitals as a bill writes it: `人民币捌拾万元整`, `人民币壹仟零伍元叁角肆分`.
///
/// Source: 《支付结算办法》 annex 1 (正确填写票据和结算凭证的基本规定), clauses 1 to 5.
#[must_use]
pub fn in_capitals(amount: Money) -> String {
    let fen = amount.fen();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::from("人民币");
    if yuan > 0 {
        text.push_str(&whole(yuan));
        text.push('元');
    } else if jiao == 0 && fen == 0 {
        text.push_str("零元");
    }
    match (jiao, fen) {
        (0, 0) => text.push('整'),
        (0, fen) => {
            if yuan > 0 {
                text.push('零');
            }
            text.push_str(digit(fen));
            text.push('分');
        }
        (jiao, fen) => {
            text.push_str(digit(jiao));
            text.push('角');
            if fen == 0 {
                text.push('整');
            } else {
                text.push_str(digit(fen));
                text.push('分');
            }
        }
    }
    text
}

fn digit(value: i64) -> &'static str {
    usize::try_from(value).ok().and_then(|index| DIGITS.get(index)).copied().unwrap_or("")
}

/// Groups of four digits; a zero inside, or a group that does not fill its thousands, is said once as 零.
fn whole(value: i64) -> String {
    let mut groups = Vec::new();
    let mut rest = value;
    while rest > 0 {
        groups.push(rest % 10_000);
        rest /= 10_000;
    }
    let mut text = String::new();
    let mut gap = false;
    for (index, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            gap = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (gap || *group < 1_000) {
            text.push('零');
        }
        gap = false;
        text.push_str(&group_of_four(*group));
        text.push_str(GROUPS.get(index).copied().unwrap_or(""));
    }
    text
}

fn group_of_four(group: i64) -> String {
    let mut text = String::new();
    let mut zero = false;
    for place in (0..4_u32).rev() {
        let value = group / 10_i64.pow(place) % 10;
        if value == 0 {
            zero = !text.is_empty();
            continue;
        }
        if zero {
            text.push('零');
            zero = false;
        }
        text.push_str(digit(value));
        text.push_str(PLACES.get(place as usize).copied().unwrap_or(""));
    }
    text
}
