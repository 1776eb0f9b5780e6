use super::Money;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const WAN: i64 = 10_000;
const YI: i64 = 100_000_000;

/// The amount in Chinese capitals as a bill writes it: `人民币捌拾万元整`, `人民币壹仟零伍元叁角肆分`.
///
/// Source: 《支付结算办法》 annex 1 (正确填写票据和结算凭证的基本规定), clauses 1 to 3. Where it leaves the choice (a yuan
/// digit of 0 before jiao), the first of its two forms is written: `壹仟陆佰捌拾元零叁角贰分`.
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
            if yuan > 0 && yuan % 10 == 0 {
                text.push('零');
            }
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

/// 亿 counts whatever stands above it as one number (`壹万零贰亿`), and so does 万 within eight digits.
fn whole(value: i64) -> String {
    if value >= YI { counted(value, YI, "亿") } else { below_yi(value) }
}

fn below_yi(value: i64) -> String {
    if value >= WAN { counted(value, WAN, "万") } else { group_of_four(value) }
}

/// How many `unit`s, and the rest; a rest that does not fill its first place is led in by one 零.
fn counted(value: i64, unit: i64, name: &str) -> String {
    let rest = value % unit;
    let gap = if rest > 0 && rest < unit / 10 { "零" } else { "" };
    let rest = if rest > 0 { below_yi(rest) } else { String::new() };
    format!("{}{name}{gap}{rest}", below_yi(value / unit))
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
