//! Templates of an institution's own, and fonts.

use std::path::Path;

use baohan_documents::{RenderError, Rendered, Renderer, RendererOptions};
use tempfile::TempDir;

use crate::paper::{Paper, named, plain, sealed};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn with(folder: &Path) -> Renderer {
    Renderer::new(RendererOptions { templates: Some(folder.to_owned()), ..RendererOptions::default() })
}

fn sealed_with(template: &str) -> Result<Rendered, RenderError> {
    with(folder(&[("sealed.typ", template)]).path()).render_blocking(&sealed())
}

#[test]
fn a_file_of_the_folder_takes_the_place_of_ours() {
    let own = folder(&[(
        "sealed.typ",
        "#set text(font: \"Noto Serif CJK SC\", lang: \"zh\")\n#let data = json(\"particulars.json\")\n自家格式 #data.guarantee_no #data.institution",
    )]);
    let renderer = with(own.path());
    let text = Paper::of(&renderer.render_blocking(&sealed()).unwrap()).text();
    assert_eq!(text, "自家格式BH20260302000001示例融资担保有限公司");
    let other = Paper::of(&renderer.render_blocking(&plain()).unwrap()).text();
    assert!(other.contains("明文保函（开标后）"), "the other form stays ours: {other}");
    // A change needs no restart.
    std::fs::write(own.path().join("sealed.typ"), "#set text(font: \"Noto Serif CJK SC\")\n新格式").unwrap();
    assert_eq!(Paper::of(&renderer.render_blocking(&sealed()).unwrap()).text(), "新格式");
}

#[test]
fn it_can_use_our_letter_and_files_beside_it() {
    let own = folder(&[
        (
            "plain.typ",
            "#import \"letter.typ\": *\n#let data = json(\"particulars.json\")\n#show: letter.with(data, form: \"自家\")\n\
             #image(\"logo.svg\", width: 1cm)\n#particulars(data)\n#ending(data)",
        ),
        (
            "logo.svg",
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#c00"/></svg>"##,
        ),
    ]);
    let text = Paper::of(&with(own.path()).render_blocking(&named("#evil")).unwrap()).text();
    assert!(text.contains("见索即付·自家") && text.contains("#evil") && !text.contains("索赔事由"), "{text}");
}

#[test]
fn a_bent_template_is_an_error_with_file_and_line() {
    for (template, part) in [
        ("#let x = (", "sealed.typ:1"),
        ("\n\n#nothing-of-that-name", "sealed.typ:3: unknown variable"),
        ("#json(\"particulars.json\").no_such_key", "no_such_key"),
        ("#while true {}", "always true"),
        ("#let x = 0\n#while x < 1 { x = x * 1 }", "infinite"),
        ("#let f(n) = f(n + 1)\n#f(0)", "depth"),
        ("#read(\"../../etc/passwd\")", "sealed.typ:1"),
        ("#read(\"/etc/passwd\")", "not found"),
        ("#import \"@preview/x:1.0.0\": *", "packages are not available"),
        ("#datetime.today().display()", "date"),
    ] {
        let error = sealed_with(template).unwrap_err();
        assert_eq!(error.code(), "document-template-broken", "{template}");
        let told = error.to_string();
        assert!(told.contains("sealed.typ") && told.contains(part), "{template}: {told}");
    }
}

#[test]
fn a_template_that_is_no_text_or_too_large_is_an_error() {
    let own = tempfile::tempdir().unwrap();
    std::fs::write(own.path().join("sealed.typ"), [0xff, 0xfe, 0x00]).unwrap();
    let error = with(own.path()).render_blocking(&sealed()).unwrap_err();
    assert_eq!(error.code(), "document-template-broken");
    std::fs::write(own.path().join("sealed.typ"), " ".repeat(5 * 1024 * 1024)).unwrap();
    let error = with(own.path()).render_blocking(&sealed()).unwrap_err();
    assert!(error.to_string().contains("4 MiB"), "{error}");
}

#[test]
fn without_the_font_there_is_no_document() {
    let empty = tempfile::tempdir().unwrap();
    let options = RendererOptions {
        fonts: vec![empty.path().to_owned()],
        system_fonts: false,
        ..RendererOptions::default()
    };
    let renderer = Renderer::new(options);
    let error = renderer.render_blocking(&sealed()).unwrap_err();
    assert_eq!(error.code(), "document-font-missing");
    assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
    assert!(renderer.font_check().is_err());

    // Put there later, it is found without a restart.
    let found = Renderer::new(RendererOptions::default()).font_check().unwrap();
    for file in found.files {
        std::os::unix::fs::symlink(&file, empty.path().join(file.file_name().unwrap())).unwrap();
    }
    assert!(renderer.render_blocking(&sealed()).is_ok());
}
