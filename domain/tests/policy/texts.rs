//! Texts that want to break the reader: every one is answered with a place, quickly, without a
//! panic.

use std::time::{Duration, Instant};

use domain::policy::{Limits, parse, parse_bytes, read_bytes};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::json;

use crate::given::WORKSPACE;

/// Far above what is needed, so that a busy machine does not fail the test; the bench measures.
const PATIENCE: Duration = Duration::from_secs(2);

fn refused(text: &str) -> String {
    let begin = Instant::now();
    let reading = read_bytes(text.as_bytes(), WORKSPACE);
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
    let [issue] = reading.errors.as_slice() else { panic!("{:?}", reading.errors) };
    assert_eq!(issue.code(), "save.document");
    assert!(issue.place.is_some());
    issue.details()
}

#[test]
fn a_text_may_not_be_large_or_deep() {
    let million = format!("defaults:\n  image: {}", "x".repeat(1 << 20));
    assert_snapshot!(refused(&million), @"Line 2, column 262135: the text is longer than 256 kB; write less.");
    let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
    assert_snapshot!(refused(&deep), @"Line 1, column 256: this is no YAML: recursion limit exceeded.");
    let maps = format!("{}1{}", "{a: ".repeat(1_000), "}".repeat(1_000));
    assert_snapshot!(refused(&maps), @"Line 1, column 1021: this is no YAML: recursion limit exceeded.");
    assert_snapshot!(refused(&"- ".repeat(1_000)), @"Line 1, column 65: nested deeper than 32 levels.");
    let indented: String = (0..100).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert_snapshot!(refused(&indented), @"Line 33, column 33: nested deeper than 32 levels.");
}

#[test]
fn anchors_may_not_explode() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (one, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        text += &format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 9].join(", "));
    }
    assert_snapshot!(refused(&text), @"Line 5, column 8: more than 10000 values, aliases included.");
    assert_snapshot!(refused("a: &a [*a]"), @"Line 1, column 8: this alias names no complete value.");
    assert_snapshot!(refused("a: *nobody"), @"Line 1, column 4: this is no YAML: while parsing node, found unknown anchor.");
}

#[test]
fn a_text_says_everything_once() {
    assert_snapshot!(refused("defaults:\n  image: a\n  image: b"), @"Line 3, column 3: the key “image” is written twice.");
    assert_snapshot!(refused(r#"{"rules": {}, "rules": {}}"#), @"Line 1, column 15: the key “rules” is written twice.");
    assert_snapshot!(refused("defaults: {}\n---\ndefaults: {}"), @"Line 2, column 1: only one document is allowed; leave out “---”.");
}

#[test]
fn a_message_repeats_no_more_than_the_beginning_of_a_key() {
    let reading =
        read_bytes(format!("rules: {{{}: 1}}", "x".repeat(100_000)).as_bytes(), WORKSPACE);
    let told: Vec<_> = reading.errors.iter().map(|issue| issue.details()).collect();
    assert_snapshot!(told.join("\n"), @r#"Add a valid policy YAML;json: unknown field "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…""#);
}

#[test]
fn numbers_fit_into_64_bits() {
    assert_snapshot!(refused("a: 18446744073709551616"), @"Line 1, column 4: “18446744073709551616” is not a number that fits into 64 bits.");
    assert_snapshot!(refused("a: -9223372036854775809"), @"Line 1, column 4: “-9223372036854775809” is not a number that fits into 64 bits.");
    assert_snapshot!(refused("a: 1e400"), @"Line 1, column 4: “1e400” is not a number that fits into 64 bits.");
    assert_snapshot!(refused("a: .nan"), @"Line 1, column 4: “.nan” is not a number that fits into 64 bits.");
    assert_snapshot!(refused("a: -.inf"), @"Line 1, column 4: “-.inf” is not a number that fits into 64 bits.");
    assert_snapshot!(refused("a: 0xFFFFFFFFFFFFFFFFF"), @"Line 1, column 4: “0xFFFFFFFFFFFFFFFFF” is not a number that fits into 64 bits.");
}

#[test]
fn characters_are_characters() {
    assert_snapshot!(refused(r#"{"a": "\ud800"}"#), @"Line 1, column 7: this is no YAML: while parsing a quoted scalar, found invalid Unicode character escape code.");
    assert_snapshot!(refused(r#"{"a": "\ude00\ud83d"}"#), @"Line 1, column 7: this is no YAML: while parsing a quoted scalar, found invalid Unicode character escape code.");
    assert_snapshot!(refused("a: \"\\ud800\""), @"Line 1, column 4: this is no YAML: while parsing a quoted scalar, found invalid Unicode character escape code.");
    // The half of a pair, as bytes.
    assert_snapshot!(parse_bytes(b"a: \xed\xa0\x80", Limits::DOCUMENT).unwrap_err(), @"line 1, column 4: the text is not UTF-8; save it as such");
    assert_snapshot!(refused("a: \"\u{0}\""), @"Line 1, column 5: the character NUL is not allowed.");
    assert_snapshot!(parse_bytes(b"a: \xff", Limits::DOCUMENT).unwrap_err(), @"line 1, column 4: the text is not UTF-8; save it as such");
    let pair = parse(r#"{"a": "\ud83d\ude00 \\ud83d\\ude00 \/ \n"}"#, Limits::DOCUMENT).unwrap();
    assert_eq!(pair.to_value(), json!({"a": "😀 \\ud83d\\ude00 / \n"}));
}

#[test]
fn tags_and_strange_keys_are_refused() {
    assert_snapshot!(refused("a: !include secrets.yaml"), @"Line 1, column 4: tags are not allowed here; leave out what starts with “!”.");
    assert_snapshot!(refused("a: !!binary aGk="), @"Line 1, column 4: tags are not allowed here; leave out what starts with “!”.");
    assert_snapshot!(refused("[a]: b"), @"Line 1, column 1: a key must be a text.");
    assert_snapshot!(refused("{a: b"), @"Line 2, column 1: this is no YAML: while parsing a flow mapping, did not find expected ',' or '}'.");
    assert_snapshot!(refused("a:\n\tb: c"), @"Line 2, column 2: this is no YAML: tabs disallowed within this context (block indentation).");
}

#[test]
fn scalars_follow_the_core_schema_of_yaml_1_2() {
    let text = "[yes, No, on, true, False, 'true', ~, null, '', 010, 0o10, 0x10, 1_000, 1e3, .5, \
                +7, 2.0, 12:30, 2026-01-01, !!str 5, \"5\"]";
    let read = parse(text, Limits::DOCUMENT).unwrap().to_value();
    let wanted = json!([
        "yes",
        "No",
        "on",
        true,
        false,
        "true",
        null,
        null,
        "",
        10,
        8,
        16,
        "1_000",
        1000.0,
        0.5,
        7,
        2.0,
        "12:30",
        "2026-01-01",
        "5",
        "5"
    ]);
    assert_eq!(read, wanted);
}

#[test]
fn aliases_stand_for_what_they_name() {
    let read = parse("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]", Limits::DOCUMENT).unwrap();
    let x = json!({"b": [1, 2]});
    assert_eq!(read.to_value(), json!({"a": x, "c": x, "d": [x, x]}));
}

const FULL: &str = include_str!("full.yaml");

#[test]
fn json_and_yaml_are_read_alike() {
    let yaml = parse(FULL, Limits::DOCUMENT).unwrap().to_value();
    for json in [serde_json::to_string(&yaml), serde_json::to_string_pretty(&yaml)] {
        let json = json.unwrap().replace("  ", "\t");
        assert_eq!(parse(&json, Limits::DOCUMENT).unwrap().to_value(), yaml);
    }
}

fn survives(bytes: &[u8]) {
    let begin = Instant::now();
    let reading = read_bytes(bytes, WORKSPACE);
    reading
        .errors
        .iter()
        .chain(&reading.warnings)
        .for_each(|issue| assert!(!issue.details().is_empty()));
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        survives(&bytes);
    }

    #[test]
    fn no_punctuation_breaks_the_reader(text in "[\\[\\]{}:,&*!|>'\"%@`#?\\-~ \\n\\ta0.e]{0,300}") {
        survives(text.as_bytes());
    }

    #[test]
    fn no_mutation_of_a_document_breaks_the_reader(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[\\[\\]{}:,&*!|>'\"#\\- \\na0]{0,6}"), 1..6)
    ) {
        let mut bytes = FULL.as_bytes().to_vec();
        for (at, length, text) in cuts {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, text.bytes());
        }
        survives(&bytes);
    }

    #[test]
    fn repetition_costs_no_more_than_the_text(part in "[\\[\\]{}:,&*!|>'\"#?\\- \\na]{1,4}", count in 1_usize..60_000) {
        let text = part.repeat(count.min((256 << 10) / part.len()));
        survives(text.as_bytes());
    }
}
