//! The configuration as an operator meets it: whole files, whole messages.

use std::collections::BTreeSet;

use baohan_wire::Dialect;

use super::*;

/// The example that is handed out.
const EXAMPLE: &str = include_str!("../../../../deploy/baohan.example.toml");
/// The least that is a configuration.
const LEAST: &str = "[institution]\nname = \"示例\"\n";
/// One platform.
const PLATFORM: &str = "[[platforms]]\nappkey = \"k\"\nappsecret = \"hunter2-hunter2\"\n";

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_text(Path::new("baohan.toml"), text.to_owned(), variables.collect())
}

fn refused(text: &str) -> String {
    load(text, &[]).unwrap_err().to_string()
}

#[test]
fn the_example_loads_and_says_nothing_but_the_defaults() {
    let config = load(EXAMPLE, &[]).unwrap();
    assert_eq!(config.warnings, Vec::<String>::new());
    assert_eq!(config.platforms[0].dialect, Dialect::default());
    let least = load(&format!("{LEAST}{PLATFORM}"), &[]).unwrap();
    let values = |config: &Config| -> BTreeSet<(String, Option<String>)> {
        let of_defaults = config.understood.iter().filter(|line| line.from == "default");
        of_defaults.map(|line| (format!("{}.{}", line.path, line.key), line.value.clone())).collect()
    };
    let example: BTreeSet<_> = config
        .understood
        .iter()
        .filter(|line| line.key != "name")
        .map(|line| (format!("{}.{}", line.path, line.key), line.value.clone()))
        .collect();
    for default in values(&least).iter().filter(|(key, _)| key.rsplit('.').next() != Some("name")) {
        assert!(example.contains(default), "the example does not say the default of {default:?}");
    }
}

#[test]
fn every_key_that_is_asked_for_stands_in_the_example() {
    let config = load(EXAMPLE, &[]).unwrap();
    let understood = config.understood.iter().map(|line| line.key.as_str());
    for key in understood.chain(Dialect::KEYS) {
        let named = EXAMPLE.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ']);
            line.starts_with(&format!("{key} =")) || line.starts_with(&format!("{key}_env ="))
        });
        assert!(named, "the example does not name {key}");
    }
}

#[test]
fn an_unknown_key_names_file_line_and_the_key_that_was_meant() {
    let told = refused("[institution]\nname = \"x\"\n[gateway]\nlistn = \"127.0.0.1:1\"\n");
    insta::assert_snapshot!(told, @r#"
    error: `gateway.listn`: unknown key
      --> baohan.toml:4:1
       |
     4 | listn = ***
       | ^^^^^
      = help: did you mean `listen`?

    1 mistake in the configuration; nothing was started
    "#);
}

#[test]
fn a_key_of_another_section_lists_what_is_known() {
    let told = refused(&format!("{LEAST}[calendar]\nquits = 3\n"));
    assert!(told.contains("known here: file, claim_due_working_days"), "{told}");
}

#[test]
fn a_wrong_kind_names_both_kinds() {
    let told = refused(&format!("{LEAST}[underwriting]\nrate = 0.008\n"));
    assert!(
        told.contains("baohan.toml:4:8") && told.contains("expected a string in quotes, found a float"),
        "{told}"
    );
    assert!(told.contains("exact decimals"), "{told}");
}

#[test]
fn a_percentage_is_recognised_and_put_right() {
    let told = refused(&format!("{LEAST}[underwriting]\nrate = \"1\"\n"));
    assert!(told.contains("above 0 and below 1") && told.contains("write \"0.01\""), "{told}");
    for wrong in ["0", "-0.1", "1.5", "x", "0.0000000001"] {
        assert!(
            refused(&format!("{LEAST}[underwriting]\nrate = \"{wrong}\"\n")).contains("is no rate"),
            "{wrong}"
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let told = refused("[workers]\nquits = \"never\"\n[gateway]\nlisten = \"here\"\n");
    let (first, second) = (told.find("workers.quits").unwrap(), told.find("gateway.listen").unwrap());
    assert!(
        first < second && told.contains("`institution.name`: is required") && told.contains("3 mistakes"),
        "{told}"
    );
}

#[test]
fn a_missing_required_key_says_which_variable_would_do() {
    let told = refused("[workers]\n");
    assert!(told.contains("BAOHAN__INSTITUTION__NAME"), "{told}");
    assert!(load("", &[("BAOHAN__INSTITUTION__NAME", "示例")]).is_ok());
}

#[test]
fn a_platform_needs_exactly_one_secret() {
    let none = refused(&format!("{LEAST}[[platforms]]\nappkey = \"k\"\n"));
    assert!(none.contains("set one of appsecret, appsecret_env, appsecret_file"), "{none}");
    let two = refused(&format!("{LEAST}{PLATFORM}appsecret_env = \"X\"\n"));
    assert!(two.contains("exactly one of") && !two.contains("hunter2"), "{two}");
    let unset = refused(&format!("{LEAST}[[platforms]]\nappkey = \"k\"\nappsecret_env = \"NOT_SET\"\n"));
    assert!(unset.contains("environment variable NOT_SET is not set"), "{unset}");
}

#[test]
fn a_secret_can_lie_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "hunter2-hunter2\n").unwrap();
    let text = format!("{LEAST}[[platforms]]\nappkey = \"k\"\nappsecret_file = \"{}\"\n", file.display());
    assert_eq!(load(&text, &[]).unwrap().platforms[0].secret.expose(), "hunter2-hunter2");
}

#[test]
fn a_secret_from_the_environment_goes_before_the_file_and_may_look_like_a_number() {
    let text = format!("{LEAST}[[platforms]]\nappkey = \"k\"\nappsecret_env = \"NOT_SET\"\n");
    let config = load(&text, &[("BAOHAN__PLATFORMS__0__APPSECRET", "12345678")]).unwrap();
    assert_eq!(config.platforms[0].secret.expose(), "12345678");
}

#[test]
fn no_secret_is_ever_printed() {
    let text = format!(
        "{LEAST}{PLATFORM}previous_secrets = [{{ value = \"hunter1-hunter1\", not_after = \"2026-12-31\" }}]\n\
         [platforms.dialect]\nsealed_key = \"hunter0-hunter0-\"\n"
    );
    let config = load(&text, &[]).unwrap();
    let printed = format!("{config:?}{}", config.understood());
    assert!(!printed.contains("hunter"), "{printed}");
    assert!(config.understood().contains("appsecret = \"***\"  # line 5"), "{}", config.understood());
    assert_eq!(config.platforms[0].previous_secrets[0].value.expose(), "hunter1-hunter1");
    assert!(config.platforms[0].dialect.sealed_key.is_some());
}

#[test]
fn a_mistake_beside_a_secret_does_not_print_it() {
    for text in [
        "appsecert = \"hunter2\"",
        "appsecret = [\"hunter2\"]",
        "appsecret = \"hunter2",
        "previous_secrets = [{ value = \"hunter2\", not_after = \"soon\" }]",
    ] {
        let told = refused(&format!("{LEAST}[[platforms]]\nappkey = \"k\"\n{text}\n"));
        assert!(!told.contains("hunter2") && told.contains("baohan.toml:5:"), "{told}");
    }
}

#[test]
fn two_platforms_of_one_appkey_are_refused() {
    let told = refused(&format!("{LEAST}{PLATFORM}{PLATFORM}"));
    assert!(told.contains("`platforms.1.appkey`") && told.contains("baohan.toml:7:10"), "{told}");
}

#[test]
fn a_dialect_key_is_told_at_its_line_with_the_value_that_was_meant() {
    let told = refused(&format!(
        "{LEAST}{PLATFORM}[platforms.dialect]\nkey_order = \"asci\"\nnumber = \"x\"\nsealed = [\"name\"]\n"
    ));
    assert!(told.contains("baohan.toml:7:13") && told.contains("did you mean \"ascii\"?"), "{told}");
    assert!(told.contains("baohan.toml:8:1") && told.contains("did you mean `numbers`?"), "{told}");
    assert!(told.contains("`platforms.0.dialect.sealed`"), "{told}");
}

#[test]
fn a_dialect_key_from_the_environment_may_look_like_a_number() {
    let key = "BAOHAN__PLATFORMS__0__DIALECT__SUCCESS_VALUE";
    let config = load(&format!("{LEAST}{PLATFORM}"), &[(key, "0")]).unwrap();
    assert_eq!(config.platforms[0].dialect.success_value, "0");
}

#[test]
fn tokens_have_a_digest_a_name_of_their_own_and_known_roles() {
    let digest = "00".repeat(32);
    let token = |name: &str, rest: &str| format!("[[office.tokens]]\nname = \"{name}\"\n{rest}\n");
    let good = token("a", &format!("token_sha256 = \"{digest}\"\nroles = [\"privacy\", \"auditor\"]"));
    let config = load(&format!("{LEAST}{good}"), &[]).unwrap();
    assert_eq!((config.office.tokens.len(), config.office.tokens[0].sha256), (1, [0; 32]));
    let short = refused(&format!("{LEAST}{}", token("a", "token_sha256 = \"00\"")));
    assert!(short.contains("64 hex digits"), "{short}");
    let role = refused(&format!(
        "{LEAST}{}",
        token("a", &format!("token_sha256 = \"{digest}\"\nroles = [\"operater\"]"))
    ));
    assert!(role.contains("did you mean \"operator\"?"), "{role}");
    let twice = refused(&format!("{LEAST}{good}{good}"));
    assert!(twice.contains("name of another token"), "{twice}");
}

#[test]
fn addresses_and_urls_are_checked() {
    let told = refused(&format!(
        "{LEAST}[office]\nlisten = \"localhost\"\n[gateway]\npublic_url = \"localhost:8080\"\n"
    ));
    assert!(told.contains("office.listen") && told.contains("gateway.public_url"), "{told}");
    let same = refused(&format!("{LEAST}[office]\nlisten = \"127.0.0.1:8080\"\n"));
    assert!(same.contains("the gateway listens there"), "{same}");
}

const KAFKA: &str = "[kafka]\nbrokers = \"b:9092\"\n[kafka.properties]\n";

#[test]
fn kafka_is_taken_and_its_passwords_are_hidden() {
    let text =
        format!("{LEAST}{KAFKA}\"sasl.password\" = \"hunter2\"\n\"security.protocol\" = \"SASL_SSL\"\n");
    let config = load(&text, &[]).unwrap();
    let kafka = config.kafka.as_ref().unwrap();
    assert_eq!((kafka.brokers.as_str(), kafka.topic_prefix.as_str()), ("b:9092", "guarantee"));
    assert_eq!(kafka.properties["sasl.password"], "hunter2");
    assert!(config.understood().contains("\"security.protocol\" = \"SASL_SSL\"  # line 7"));
    assert!(!format!("{}{config:?}", config.understood()).contains("hunter2"));
    assert!(load(LEAST, &[]).unwrap().kafka.is_none());
}

#[test]
fn a_property_of_kafka_may_stand_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "hunter2\n").unwrap();
    let text = format!(
        "{LEAST}{KAFKA}\"sasl.username_env\" = \"WHO\"\n\"sasl.password_file\" = \"{}\"\n",
        file.display()
    );
    let config = load(&text, &[("WHO", "baohan")]).unwrap();
    let properties = config.kafka.unwrap().properties;
    assert_eq!((&*properties["sasl.username"], &*properties["sasl.password"]), ("baohan", "hunter2"));
    let unset = load(&text, &[]).unwrap_err().to_string();
    assert!(
        unset.contains("environment variable WHO is not set") && unset.contains("baohan.toml:6:"),
        "{unset}"
    );
}

#[test]
fn a_property_of_kafka_that_is_ours_or_unknown_or_set_twice_is_told_at_its_line() {
    let told = refused(&format!("{LEAST}{KAFKA}\"transactional.id\" = \"x\"\n\"sasl.password\" = 1\n"));
    assert!(told.contains("baohan.toml:6:1") && told.contains("the ledger sets it itself"), "{told}");
    assert!(told.contains("baohan.toml:7:19") && !told.contains("unknown key"), "{told}");
    let unknown = refused(&format!("{LEAST}{KAFKA}\"sasl.pasword\" = \"hunter2\"\n"));
    assert!(unknown.contains("No such configuration property") && !unknown.contains("hunter2"), "{unknown}");
    let twice = refused(&format!("{LEAST}{KAFKA}\"sasl.username\" = \"1\"\n\"sasl.username_env\" = \"X\"\n"));
    assert!(twice.contains("sasl.username is set twice"), "{twice}");
}

#[test]
fn brokers_and_topics_are_checked_at_their_place() {
    let told = refused(&format!("{LEAST}[kafka]\nbrokers = \"b\"\ntopic_prefix = \"保函\"\n"));
    assert!(told.contains("baohan.toml:4:11") && told.contains("baohan.toml:5:16"), "{told}");
}

#[test]
fn a_postgres_store_hides_its_password_and_takes_its_projections_along() {
    let text = format!("{LEAST}[store]\nurl = \"postgres://baohan:hunter2@db/ledger\"\nconnections = 5\n");
    let config = load(&text, &[]).unwrap();
    assert_eq!(config.store.url.expose(), "postgres://baohan:hunter2@db/ledger");
    assert_eq!(config.projections.url, config.store.url);
    assert_eq!((config.store.shards, config.store.connections), (8, 5));
    let shown = format!("{config:?}{}", config.understood());
    assert!(shown.contains("postgres://baohan:***@db/ledger") && !shown.contains("hunter2"), "{shown}");
    let wrong = refused(&format!("{LEAST}[store]\nurl = \"postgres://baohan:hunter2@db\"\n"));
    assert!(wrong.contains("baohan.toml:4:7") && wrong.contains("names no database"), "{wrong}");
    assert!(!wrong.contains("hunter2"), "{wrong}");
}

#[test]
fn the_password_of_a_database_may_stand_elsewhere() {
    let text = format!(
        "{LEAST}[store]\nurl = \"postgres://baohan@db/ledger\"\npassword_env = \"PW\"\n\
         [projections]\nurl = \"postgres://reader@other/shown\"\n"
    );
    let config = load(&text, &[("PW", "hunter/2")]).unwrap();
    assert_eq!(config.store.url.expose(), "postgres://baohan:hunter%2F2@db/ledger");
    assert_eq!(config.projections.url.expose(), "postgres://reader@other/shown");
    let of_a_file = refused(&format!("{LEAST}[store]\npassword = \"hunter2\"\n"));
    assert!(
        of_a_file.contains("an SQLite file has no password") && !of_a_file.contains("hunter2"),
        "{of_a_file}"
    );
}

#[test]
fn a_shared_store_with_projections_in_a_file_is_a_surprise() {
    let text = format!(
        "{LEAST}[store]\nurl = \"postgres://baohan@db/ledger\"\n[projections]\nurl = \"sqlite:p.db\"\n"
    );
    let warnings = load(&text, &[]).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains("each machine builds its own")), "{warnings:?}");
    let same = refused(&format!("{LEAST}[projections]\nurl = \"sqlite:data/ledger.db\"\n"));
    assert!(same.contains("need one of their own"), "{same}");
}

#[test]
fn a_proxy_is_an_address_without_a_password() {
    let config = load(&format!("{LEAST}[notifier]\nproxy = \"http://proxy:3128\"\n"), &[]).unwrap();
    assert_eq!(config.notifier.proxy.as_deref(), Some("http://proxy:3128"));
    for wrong in ["proxy:3128", "http://u:hunter2@proxy:3128"] {
        let told = refused(&format!("{LEAST}[notifier]\nproxy = \"{wrong}\"\n"));
        assert!(told.contains("baohan.toml:4:9") && !told.contains("hunter2"), "{told}");
    }
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let told = refused("[institution\nname = 1");
    assert!(told.contains("baohan.toml:1:"), "{told}");
}

#[test]
fn what_was_understood_is_a_configuration_again() {
    let config = load(&format!("{LEAST}{PLATFORM}"), &[]).unwrap();
    let again = load(&config.understood(), &[]).unwrap();
    let values = |config: &Config| {
        config
            .understood
            .iter()
            .map(|line| (line.path.clone(), line.key.clone(), line.value.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&config), values(&again));
}

/// A public key of SM2, and another.
fn public_key(number: u8) -> String {
    crate::signing_key::from_text(&hex::encode([number; 32])).unwrap().public_key().to_hex()
}

#[test]
fn without_a_section_the_sealing_key_lies_beside_the_store() {
    let key = |text: &str| match load(text, &[]).unwrap().seal.key {
        crate::signing_key::KeyPlace::File(file) => file.display().to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(key(LEAST), "data/seal.key");
    assert_eq!(key(&format!("{LEAST}[store]\nurl = \"sqlite:/var/ledger/l.db\"\n")), "/var/ledger/seal.key");
    let shared =
        format!("{LEAST}[store]\nurl = \"postgres://a@b/c\"\n[keys]\nmaster_file = \"/etc/baohan/m.key\"\n");
    assert_eq!(key(&shared), "/etc/baohan/seal.key");
}

#[test]
fn witnesses_have_names_addresses_and_keys_of_their_own_and_most_of_them_must_sign() {
    let witness = |name: &str, key: u8| {
        format!(
            "[[seal.witnesses]]\nname = \"{name}\"\nurl = \"https://{name}/\"\npublic_key = \"{}\"\n",
            public_key(key)
        )
    };
    let three = format!("{LEAST}{}{}{}", witness("a", 1), witness("b", 2), witness("c", 3));
    let seal = load(&three, &[]).unwrap().seal;
    assert_eq!((seal.at_least, seal.witnesses.len()), (2, 3));
    assert_eq!(seal.witnesses[0].url, "https://a");
    let all = three.replace(LEAST, &format!("{LEAST}[seal]\nat_least = 3\n"));
    assert_eq!(load(&all, &[]).unwrap().seal.at_least, 3);
    let none = three.replace(LEAST, &format!("{LEAST}[seal]\nat_least = 0\n"));
    assert!(load(&none, &[]).unwrap().warnings[1].contains("counts whatever"));

    assert!(
        refused(&three.replace(LEAST, &format!("{LEAST}[seal]\nat_least = 4\n"))).contains("between 0 and 3")
    );
    assert!(refused(&format!("{LEAST}{}{}", witness("a", 1), witness("a", 2))).contains("name of two"));
    assert!(refused(&format!("{LEAST}{}{}", witness("a", 1), witness("b", 1))).contains("key of another"));
    assert!(refused(&format!("{LEAST}{}", witness("a b", 1))).contains("cannot sign"));
    let no_key = format!("{LEAST}[[seal.witnesses]]\nname = \"a\"\nurl = \"ftp://a\"\npublic_key = \"04\"\n");
    let told = refused(&no_key);
    assert!(told.contains("no public key of SM2") && told.contains("no http://"), "{told}");
}

#[test]
fn a_sealing_key_is_read_from_one_place_and_never_printed() {
    let secret = "07".repeat(32);
    let of_variable = format!("{LEAST}[seal]\nkey_env = \"SEAL\"\n");
    let config = load(&of_variable, &[("SEAL", &secret)]).unwrap();
    assert!(!format!("{config:?}").contains(&secret) && !config.understood().contains(&secret));
    assert!(refused(&of_variable).contains("environment variable SEAL is not set"));
    let bent = load(&of_variable, &[("SEAL", "hunter2")]).unwrap_err().to_string();
    assert!(bent.contains("no private key of SM2") && !bent.contains("hunter2"), "{bent}");
    let two = format!("{LEAST}[seal]\nkey_env = \"SEAL\"\nkey_file = \"a\"\n");
    assert!(load(&two, &[("SEAL", &secret)]).unwrap_err().to_string().contains("is to be set"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old");
    std::fs::write(&file, &secret).unwrap();
    let previous = format!("{LEAST}[seal]\nprevious_key_file = \"{}\"\n", file.display());
    let config = load(&previous, &[]).unwrap();
    assert!(config.seal.previous.is_some() && !format!("{config:?}").contains(&secret));
    std::fs::write(&file, "no key").unwrap();
    assert!(refused(&previous).contains("no private key of SM2"));
}

#[test]
fn a_token_wants_a_pin_and_a_program_that_knows_tokens() {
    let token = format!(
        "{LEAST}[seal.token]\nmodule = \"/lib/p.so\"\ntoken = \"t\"\nkey = \"k\"\npin = \"hunter2\"\n"
    );
    if cfg!(feature = "pkcs11") {
        let config = load(&token, &[]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2") && !config.understood().contains("hunter2"));
    } else {
        assert!(refused(&token).contains("without the feature pkcs11"));
    }
    let none = refused(&token.replace("pin = \"hunter2\"\n", "way = \"digest\"\n"));
    assert!(none.contains("set one of pin, pin_env, pin_file") && none.contains("mechanism"), "{none}");
}

#[test]
fn a_witness_needs_nothing_of_a_ledger() {
    let file = Path::new("witness.toml");
    let text = format!(
        "[witness]\nname = \"w\"\n[[witness.ledgers]]\nledger = \"0b7f9a52-6a0c-4b0a-9f0e-3f0f0f0f0f0f\"\npublic_key = \"{}\"\n",
        public_key(1)
    );
    let config = WitnessConfig::from_text(file, text.clone(), Environment::default()).unwrap();
    assert_eq!((config.witness.ledgers.len(), config.witness.listen.port()), (1, 8_070));
    assert!(config.understood().contains("[[witness.ledgers]]"), "{}", config.understood());
    let wrong =
        |text: String| WitnessConfig::from_text(file, text, Environment::default()).unwrap_err().to_string();
    assert!(wrong(text.replace("name = ", "nmae = ")).contains("did you mean `name`?"));
    assert!(wrong(text.replace("0b7f", "xxxx")).contains("no UUID"));
    assert!(wrong(format!("{text}[gateway]\nlisten = \"127.0.0.1:1\"\n")).contains("unknown key"));
    assert!(wrong("[witness]\n".to_owned()).contains("is required"));
    // And beside a ledger, in one file.
    let both = load(&format!("{LEAST}{text}"), &[]).unwrap();
    assert_eq!(both.witness.unwrap().name, "w");
    assert!(load(LEAST, &[]).unwrap().witness.is_none());
}
