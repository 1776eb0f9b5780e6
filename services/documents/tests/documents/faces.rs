//! The two faces of a letter: one for its own words, one for the values.

use std::collections::BTreeSet;

use baohan_documents::{Renderer, RendererOptions};

use crate::paper::{Paper, plain, print, sealed};

/// What a letter says in each file of its form, and its frame.
const WORDS: [&str; 3] = [
    include_str!("../../templates/letter.typ"),
    include_str!("../../templates/sealed.typ"),
    include_str!("../../templates/plain.typ"),
];

#[test]
fn words_look_the_same_in_both() {
    let words: BTreeSet<char> =
        WORDS.iter().flat_map(|text| text.chars()).filter(|c| !c.is_whitespace()).collect();
    let own = tempfile::tempdir().unwrap();
    std::fs::write(own.path().join("words.txt"), words.into_iter().collect::<String>()).unwrap();
    let template = "#set text(lang: \"zh\", region: \"cn\")\n#let words = read(\"words.txt\")\n\
        #for face in (\"Noto Serif CJK SC Words\", \"Noto Serif CJK SC\") {\n\
        page(numbering: none, text(font: face)[#words #strong(words)])\n}";
    std::fs::write(own.path().join("sealed.typ"), template).unwrap();
    let options = RendererOptions { templates: Some(own.path().to_owned()), ..RendererOptions::default() };
    let paper = Paper::of(&Renderer::new(options).render_blocking(&sealed()).unwrap());
    assert_eq!(paper.pages().len(), 2);
    assert_eq!(paper.fonts().len(), 4, "two faces in two weights: {:?}", paper.fonts());
    assert!(paper.picture_of(1) == paper.picture_of(2), "a word looks different in the words' face");
}

#[test]
fn a_letter_keeps_its_values_apart_from_its_words() {
    for specimen in [sealed(), plain()] {
        assert_eq!(print(&specimen).fonts().len(), 4, "two faces in two weights");
    }
}
