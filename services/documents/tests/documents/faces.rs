//! The two faces of a letter: one for its own words, one for the values.

use baohan_documents::{Disclosed, Particulars, Renderer, RendererOptions};

use crate::paper::{Paper, bare, plain, print, sealed};

const LETTER: &str = include_str!("../../templates/letter.typ");
const WORDS_FACE: &str = "#let words-face = \"Noto Serif CJK SC Words\"";

fn letters() -> Vec<Particulars> {
    let never_sealed = Particulars { opening_at: None, restored_at: None, ..plain() };
    let cipher = |text: &str| Disclosed::Sealed(text.to_owned());
    let all_sealed = Particulars {
        applicant_name: cipher("QUJDREVGR0hJSktMTU5PUA=="),
        applicant_code: Some(cipher("UVJTVFVWV1hZWmFiY2RlZg==")),
        amount: Disclosed::Sealed("MDEyMzQ1Njc4OWFiY2RlZg==".to_owned()),
        ..sealed()
    };
    vec![sealed(), plain(), never_sealed, all_sealed, bare()]
}

#[test]
fn a_letter_looks_as_if_it_had_one() {
    assert!(LETTER.contains(WORDS_FACE));
    let own = tempfile::tempdir().unwrap();
    let one_face = LETTER.replace(WORDS_FACE, "#let words-face = \"Noto Serif CJK SC\"");
    std::fs::write(own.path().join("letter.typ"), one_face).unwrap();
    let options = RendererOptions { templates: Some(own.path().to_owned()), ..RendererOptions::default() };
    let renderer = Renderer::new(options);
    for letter in letters() {
        let (two, one) = (print(&letter), Paper::of(&renderer.render_blocking(&letter).unwrap()));
        assert_eq!((two.fonts().len(), one.fonts().len()), (4, 2), "faces in two weights");
        assert_eq!(two.text(), one.text());
        assert!(two.picture() == one.picture(), "words look different in their face: {letter:?}");
    }
}
