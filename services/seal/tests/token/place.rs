//! Where a token lies, made anew for each test.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub const TOKEN: &str = "baohan-test";
pub const PIN: &str = "482913";
/// Where a case finds the library that it loads.
pub const MODULE: &str = "BAOHAN_TEST_PKCS11_MODULE";
/// Debian's package puts it there.
const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

pub struct Place {
    folder: TempDir,
    module: PathBuf,
}

impl Place {
    /// A token of `SoftHSM`.
    pub fn new() -> Self {
        assert!(Path::new(SOFTHSM).exists(), "softhsm2 is missing: deploy/install-packages test");
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let conf = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        std::fs::write(folder.path().join("softhsm2.conf"), conf).unwrap();
        let place = Self { folder, module: SOFTHSM.into() };
        let arguments = ["--init-token", "--free", "--label", TOKEN, "--so-pin", "9046217", "--pin", PIN];
        place.succeeds(Command::new("softhsm2-util").args(arguments));
        place
    }

    /// The same with mechanisms for SM2.
    pub fn with_sm2() -> Self {
        let mut place = Self::new();
        let module = place.folder.path().join("sm2.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/token/sm2_over_softhsm.c");
        let define = format!("-DSOFTHSM=\"{SOFTHSM}\"");
        let mut compiling = Command::new("cc");
        compiling.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", &define, "-o"]);
        place.succeeds(compiling.arg(&module).arg(source).args(["-lcrypto", "-ldl"]));
        place.module = module;
        place
    }

    /// Runs a case of `cases.rs` beside this token.
    pub fn run(&self, case: &str) {
        let mut program = Command::new(std::env::current_exe().unwrap());
        let case = format!("cases::{case}");
        let said = self.succeeds(program.env(MODULE, &self.module).args(["--ignored", "--exact", &case]));
        assert!(said.contains("1 passed"), "{said}");
    }

    fn succeeds(&self, command: &mut Command) -> String {
        let conf = self.folder.path().join("softhsm2.conf");
        let output = command.env("SOFTHSM2_CONF", conf).output().unwrap();
        let said =
            [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        assert!(output.status.success(), "{command:?}: {said}");
        said
    }
}
