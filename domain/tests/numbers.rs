use baohan_domain::numbers::{InvoiceCode, NUMBER_LENGTH_MAX};
use baohan_domain::{ApplicationNo, GuaranteeNo, InvoiceNo, NumberError};

#[test]
fn application_and_guarantee_numbers_are_opaque_and_at_most_50_characters() {
    for text in ["1", "SN20260302000001", "申请—〇一号", "a b", &"号".repeat(NUMBER_LENGTH_MAX)] {
        assert_eq!(ApplicationNo::new(text).unwrap().as_str(), text);
        assert_eq!(GuaranteeNo::new(text).unwrap().to_string(), text);
    }
    for (text, error) in [
        ("", NumberError::Blank),
        ("  ", NumberError::Blank),
        ("\u{3000}", NumberError::Blank),
        (&"1".repeat(51), NumberError::TooLong),
        (" 1", NumberError::Unprintable),
        ("1\u{3000}", NumberError::Unprintable),
        ("1\n2", NumberError::Unprintable),
        ("1\u{0}", NumberError::Unprintable),
    ] {
        assert_eq!(ApplicationNo::new(text), Err(error), "{text:?}");
        assert_eq!(GuaranteeNo::new(text), Err(error), "{text:?}");
    }
}

#[test]
fn an_invoice_number_has_8_or_20_digits_and_keeps_them_all() {
    for text in ["26322000000012345678", "01234567"] {
        assert_eq!(InvoiceNo::new(text).unwrap().as_str(), text);
    }
    for text in
        ["", "2632200000001234567", "012345678", "263220000000123456789", "2632200000001234567８", "0123456a"]
    {
        assert_eq!(InvoiceNo::new(text), Err(NumberError::NotAnInvoiceNo), "{text}");
    }
}

#[test]
fn an_invoice_code_has_10_or_12_digits() {
    for text in ["0320026001", "032002600111"] {
        assert_eq!(InvoiceCode::new(text).unwrap().as_str(), text);
    }
    for text in ["", "012345678", "01234567890", "03200260011x"] {
        assert_eq!(InvoiceCode::new(text), Err(NumberError::NotAnInvoiceCode), "{text}");
    }
}

#[test]
fn stored_numbers_are_held_to_the_same_form() {
    assert_eq!(serde_json::to_string(&InvoiceNo::new("01234567").unwrap()).unwrap(), "\"01234567\"");
    assert!(serde_json::from_str::<InvoiceNo>("\"123\"").is_err());
    assert!(serde_json::from_str::<InvoiceNo>("12345678").is_err());
}

#[test]
fn a_number_fills_a_column() {
    assert_eq!(format!("{:<6}|", GuaranteeNo::new("BH1").unwrap()), "BH1   |");
}
