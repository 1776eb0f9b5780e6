use crate::ledger::{complained, configure, printed, run, run_with};

const KEY: (&str, &str) = ("KEY", "0123456789abcdeffedcba9876543210");

#[test]
fn a_message_is_signed_with_the_secret_hidden() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let message = r#"{"appkey":"jyzx-demo","b":"2","a":1.50}"#;
    let output = run_with(folder.path(), &["sign", "--config", "baohan.toml"], &[], message);
    let text = printed(&output);
    assert!(text.starts_with("string to hash: a=1.50&appkey=jyzx-demo&b=2&appsecret=***\nsign: "), "{text}");
}

#[test]
fn what_was_signed_in_another_dialect_is_diagnosed() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let message = r#"{"appkey":"jyzx-demo","timestamp":"2026-03-02 09:30:00","bzjamount":800000.00}"#;
    let java = ["sign", "--secret-env", "SECRET", "--dialect", "numbers=java-double", "--body"];
    let signed = printed(&run_with(folder.path(), &java, &[("SECRET", "demo-secret-01")], message));
    let check = ["sign", "--config", "baohan.toml", "--check", "--interface", "baohanapply"];
    let output = run_with(folder.path(), &check, &[], &signed);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("numbers = \"java-double\""), "{}", printed(&output));
}

#[test]
fn sealed_and_unsealed_is_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let plain = r#"{"biaoduanno":"E3200000001000001001","zbr":"滨江城市建设投资有限公司","amount":1.50}"#;
    let sealed = printed(&run_with(folder.path(), &["seal", "--key-env", "KEY"], &[KEY], plain));
    assert!(
        sealed.contains("NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=") && sealed.contains("1.50"),
        "{sealed}"
    );
    let opened = printed(&run_with(folder.path(), &["unseal", "--key-env", "KEY"], &[KEY], &sealed));
    assert_eq!(opened.trim(), plain);
    let other = ("KEY", "1123456789abcdeffedcba9876543210");
    let output = run_with(folder.path(), &["unseal", "--key-env", "KEY"], &[other], &sealed);
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("biaoduanno does not open"), "{}", complained(&output));
}

#[test]
fn the_doctor_finds_a_platform_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let output = run(folder.path(), &["doctor"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("BROKEN   platform jyzx-demo"), "{text}");
    assert!(text.contains("ok       typeface") && text.contains("ok       documents"), "{text}");
    assert!(text.contains("is made on the first start"), "{text}");
    assert!(
        !folder.path().join("data/master.key").exists() && !folder.path().join("data/ledger.db").exists()
    );
}

#[test]
fn a_command_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["verify"]).status.code(), Some(2));
}
