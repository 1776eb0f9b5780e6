use crate::world::process::run;

fn printed(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_broken_configuration_names_file_line_and_key_and_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("bad.toml"),
        "[institution]\nname = \"某担保\"\n\n[gateway]\nlisten_adress = \"127.0.0.1:0\"\n",
    )
    .unwrap();
    for arguments in
        [&["config", "check", "--config", "bad.toml"][..], &["serve", "--config", "bad.toml"][..]]
    {
        let output = run(arguments, folder.path());
        assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
        let text = printed(&output);
        for part in ["bad.toml", "5", "listen_adress", "listen"] {
            assert!(text.contains(part), "{part} is not named:\n{text}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made");
}

#[test]
fn the_example_configuration_is_right_and_no_secret_is_printed() {
    let top = "../..";
    let output =
        run(&["config", "check", "--config", "deploy/baohan.example.toml"], std::path::Path::new(top));
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    let example = std::fs::read_to_string(format!("{top}/deploy/baohan.example.toml")).unwrap();
    let secret = example
        .lines()
        .find_map(|line| line.strip_prefix("appsecret = \""))
        .map(|rest| rest.split('"').next().unwrap());
    if let Some(secret) = secret {
        assert!(!text.contains(secret), "the secret is printed");
    }
}

#[test]
fn help_names_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let text = printed(&run(&["--help"], folder.path()));
    let commands = [
        "serve",
        "sandbox",
        "quickstart",
        "sign",
        "seal",
        "unseal",
        "erase",
        "config",
        "doctor",
        "verify",
        "witness",
    ];
    for command in commands {
        assert!(text.contains(command), "{command} is missing:\n{text}");
    }
}
