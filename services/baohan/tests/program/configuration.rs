use crate::ledger::{complained, configure, printed, run, run_with};

#[test]
fn a_right_configuration_is_printed_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let output = run(folder.path(), &["config", "check"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    assert!(text.contains("appsecret = \"***\"  # line 9") && !text.contains("demo-secret"), "{text}");
}

#[test]
fn an_override_shows_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let output = run_with(folder.path(), &["config", "check"], &[("BAOHAN__UNDERWRITING__RATE", "0.01")], "");
    assert!(
        printed(&output).contains("rate = \"0.01\"  # BAOHAN__UNDERWRITING__RATE"),
        "{}",
        printed(&output)
    );
}

#[test]
fn a_broken_configuration_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let file = folder.path().join("baohan.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("base_url", "base_ulr");
    std::fs::write(&file, text).unwrap();
    for arguments in [&["config", "check"][..], &["serve"], &["doctor"], &["sandbox"]] {
        let output = run(folder.path(), arguments);
        let told = complained(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains("baohan.toml:10:1") && told.contains("did you mean `base_url`?"), "{told}");
    }
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "something was made: {files:?}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["serve", "--config", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("nowhere.toml"), "{}", complained(&output));
}
