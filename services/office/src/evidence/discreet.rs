/// A run of so many digits may be a telephone's or an identity card's number.
const DIGITS_MIN: usize = 7;
/// How many of them are shown.
const DIGITS_SHOWN: usize = 3;
/// What stands for what is not shown.
const MASK: &str = "****";

/// A text that somebody wrote freely, without what may be a natural person's number or mailbox: whoever wrote it was not asked for one,
/// and a page is printed and handed on. The evidence file has the text as it was written.
pub(super) fn discreet(text: &str) -> String {
    without_numbers(&without_mailboxes(text))
}

fn without_mailboxes(text: &str) -> String {
    let of_a_mailbox = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let mut kept = String::new();
    let mut parts = text.split('@').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            kept.push_str(part);
            break;
        }
        let name = part.chars().rev().take_while(|c| of_a_mailbox(*c)).map(char::len_utf8).sum::<usize>();
        kept.push_str(part.get(..part.len() - name).unwrap_or_default());
        kept.push_str(if name > 0 { "****@" } else { "@" });
    }
    kept
}

/// Digits may be set apart by a blank or a stroke, as people write telephone numbers.
fn without_numbers(text: &str) -> String {
    let mut kept = String::new();
    let mut run = String::new();
    for c in text.chars() {
        let sets_apart = matches!(c, ' ' | '-') && !run.is_empty();
        if c.is_ascii_digit() || sets_apart {
            run.push(c);
        } else {
            end(&mut run, &mut kept);
            kept.push(c);
        }
    }
    end(&mut run, &mut kept);
    kept
}

fn end(run: &mut String, kept: &mut String) {
    if run.chars().filter(char::is_ascii_digit).count() < DIGITS_MIN {
        kept.push_str(run);
    } else {
        kept.extend(run.chars().filter(char::is_ascii_digit).take(DIGITS_SHOWN));
        kept.push_str(MASK);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_mailboxes_are_masked_and_the_rest_stays() {
        for (written, shown) in [
            ("联系人电话13800000001，请速办", "联系人电话138****，请速办"),
            ("电话 138 0000 0001。", "电话 138****。"),
            ("0512-6800 1234", "051****"),
            ("寄 li.si+a@example.com 收", "寄 ****@example.com 收"),
            ("身份证32050119900101123X", "身份证320****X"),
            ("金额300000元，第2次，2026-03", "金额300000元，第2次，2026-03"),
            ("放弃投标", "放弃投标"),
            ("@ 与 a@b 与 @@", "@ 与 ****@b 与 @@"),
            ("", ""),
        ] {
            assert_eq!(discreet(written), shown);
        }
    }
}
