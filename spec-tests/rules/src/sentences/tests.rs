use super::*;

/// Writes each sentence as `section property ordinal lines: keywords: text`, leaving out what is empty.
fn check(markdown: &str, expected: &[&str]) {
    let found: Vec<String> = split("ship.md", markdown)
        .iter()
        .map(|sentence| {
            let keywords: Vec<&str> = sentence.keywords.iter().map(|keyword| keyword.as_str()).collect();
            let property = match sentence.property.as_str() {
                "" => String::new(),
                property => format!("[{property}]"),
            };
            format!(
                "#{}{property} {} @{}-{} {}: {}",
                sentence.section,
                sentence.ordinal,
                sentence.first_line,
                sentence.last_line,
                keywords.join(","),
                sentence.text
            )
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn only_sentences_with_a_keyword_are_kept() {
    check(
        "A ship floats. It MUST have a hull. Paint is\nOPTIONAL! Sails should be white.",
        &["# 1 @1-1 MUST: It MUST have a hull.", "# 2 @1-2 OPTIONAL: Paint is OPTIONAL!"],
    );
}

#[test]
fn markup_and_wrapping_do_not_count() {
    let plain = split("ship.md", "The hull MUST NOT leak water.");
    let marked = split("ship.md", "The **hull** MUST\n   NOT [leak `water`](pump.md).\n");
    assert_eq!(marked[0].fingerprint, plain[0].fingerprint);
    assert_eq!(marked[0].keywords, [Keyword::MustNot]);
    assert_eq!(plain[0].fingerprint, "991c39243b936434");
    assert_ne!(split("ship.md", "The hull MUST NOT leak wine.")[0].fingerprint, plain[0].fingerprint);
}

#[test]
fn a_sentence_knows_its_section_as_github_spells_it() {
    check(
        "MUST 0\n# The _Hull_: `keel` & Ribs!\nMUST a\n\nMUST b\n\nMast\n----\nMUST c\n\n## Mast\nMUST d",
        &[
            "# 1 @1-1 MUST: MUST 0",
            "#the-hull-keel--ribs 1 @3-3 MUST: MUST a",
            "#the-hull-keel--ribs 2 @5-5 MUST: MUST b",
            "#mast 1 @9-9 MUST: MUST c",
            "#mast-1 1 @12-12 MUST: MUST d",
        ],
    );
    let place = |markdown| split("ship.md", markdown)[0].place();
    assert_eq!(place("# Mast\nMUST"), "ship.md#mast");
    assert_eq!(place("MUST"), "ship.md");
}

#[test]
fn list_items_are_blocks_and_name_what_is_inside() {
    check(
        "- **`hull`** *wood*\n\n  It MUST float.\n\n  - **keel**: OPTIONAL\n    and\n    wet\n  - It MAY be red\n\
         - `mast` of oak\n  - It MUST stand\n- **Note:** oars MAY help\n- the **oar** MUST row\n",
        &[
            "#[hull] 1 @3-3 MUST: It MUST float.",
            "#[hull.keel] 2 @5-7 OPTIONAL: keel: OPTIONAL and wet",
            "#[hull] 3 @8-8 MAY: It MAY be red",
            "#[mast] 4 @10-10 MUST: It MUST stand",
            "# 5 @11-11 MAY: Note: oars MAY help",
            "# 6 @12-12 MUST: the oar MUST row",
        ],
    );
}

#[test]
fn a_quote_within_an_item_is_a_block_of_its_own() {
    check(
        "- It MUST float\n  > and SHOULD sail\n",
        &["# 1 @1-1 MUST: It MUST float", "# 2 @2-2 SHOULD: and SHOULD sail"],
    );
}

#[test]
fn a_colon_joins_what_it_introduces() {
    check(
        "A crew MUST have these:\n\n- a cook\n- a captain, who MAY sing:\n  - low\n- a mate\n\nA cat is nice:\n\n- purr\n",
        &[
            "# 1 @1-6 MUST: A crew MUST have these: a cook a mate",
            "# 2 @4-5 MAY: a captain, who MAY sing: low",
        ],
    );
    check(
        "A course MUST look so:\n\n```ebnf\ncourse  ::= angle\nangle ::= [0-9]+\n```\n\n```text\nA MUST\n```\n",
        &["# 1 @1-5 MUST: A course MUST look so: course ::= angle angle ::= [0-9]+"],
    );
    check(
        "Load SHOULD be:\n\n| what | how |\n|---|---|\n| tar | wet |\n| rum | MUST be dry |\n",
        &["# 1 @1-5 SHOULD: Load SHOULD be: what | how tar | wet", "# 2 @6-6 MUST: rum | MUST be dry"],
    );
    check("It MUST sink:\n\nNot this.\n\n- nor that\n", &["# 1 @1-1 MUST: It MUST sink:"]);
}

#[test]
fn a_table_row_is_one_sentence() {
    check(
        "\n\n| part | need | why | who |\n|:--|--|--|--|\n| hull | REQUIRED | Floats. Keeps dry. | |\n| flag | none | |\n",
        &["# 1 @5-5 REQUIRED: hull | REQUIRED | Floats. Keeps dry. |"],
    );
}

#[test]
fn examples_and_comments_are_skipped_and_nothing_else() {
    check(
        "```text\nIt MUST not count.\n```\n<!-- Nor MUST this. -->\n\nThe word `MUST` alone is code.\n\n\
         <p>Here <!-- MUST --> it MAY.</p>\n\n> A quote SHOULD count.\n\n    An indented line\n    MUST as well.\n",
        &[
            "# 1 @8-8 MAY: Here it MAY.",
            "# 2 @10-10 SHOULD: A quote SHOULD count.",
            "# 3 @12-13 MUST: An indented line MUST as well.",
        ],
    );
    check(
        "It MUST stop<br>here. A line\\\nbreak MAY.",
        &["# 1 @1-1 MUST: It MUST stop", "# 2 @2-2 MAY: break MAY."],
    );
    check("It <b>MUST</b> stop <i>here</i>.", &["# 1 @1-1 MUST: It MUST stop here."]);
    check("See.[^1]\n\n[^1]: A note MAY count.\n", &["# 1 @3-3 MAY: A note MAY count."]);
}

#[test]
fn a_reserved_name_is_normative() {
    check("The name `davy` is RESERVED.", &["# 1 @1-1 RESERVED: The name davy is RESERVED."]);
}

#[test]
fn keywords_have_one_spelling() {
    for keyword in Keyword::ALL {
        assert_eq!(Keyword::from_name(&keyword.to_string()), Some(keyword));
    }
    assert_eq!(Keyword::from_name("must"), None);
}

proptest::proptest! {
    /// Whatever the markdown, splitting ends, and every sentence stands on lines of the document.
    #[test]
    fn any_markdown_can_be_split(parts in proptest::collection::vec(proptest::sample::select(&PARTS), 0..40)) {
        let markdown = parts.concat();
        let sentences = split("ship.md", &markdown);
        proptest::prop_assert_eq!(&sentences, &split("ship.md", &markdown));
        for sentence in sentences {
            proptest::prop_assert!(1 <= sentence.first_line && sentence.first_line <= sentence.last_line);
            proptest::prop_assert!(sentence.last_line <= markdown.matches('\n').count() + 1);
            proptest::prop_assert!(!sentence.keywords.is_empty() && sentence.text == sentence.text.trim());
        }
    }
}

#[rustfmt::skip]
const PARTS: [&str; 30] = [
    "MUST", " NOT", " a", ". ", ".", ":", "\n", "\n\n", "- ", "  ", "    ", "\t", "# ", "1. ", "> ", "|", "|-|-|\n",
    "```", "`", "**", "_", "[x](y)", "[^1]", "[^1]: ", "<!--", "-->", "<br>", "<p>", "é", "\\\n",
];
