use crate::world::process::run;

#[test]
fn the_quickstart_drives_every_life_and_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["quickstart", "--once"], folder.path());
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    for word in [
        "已退保",
        "baohannotice",
        "restorenotice",
        "invoicenotice",
        "quitnotice",
        "canclenotice",
        "claimsnotice",
        "checkbaohanlist",
        "Declined",
        ".pdf",
    ] {
        assert!(printed.contains(word), "nothing is said of {word}:\n{printed}");
    }
}
