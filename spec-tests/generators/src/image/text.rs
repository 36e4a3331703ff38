//! Text: words, odd text, dates, links and names.

use seaworthy_image::digest::digest_of;

use super::Builder;

const WORDS: &[&str] =
    &["tide", "harbour", "anchor", "keel", "lantern", "mast", "reef", "rudder", "sail", "swell"];

/// Text that some reader stumbles over. None of it is forbidden in a JSON string.
const ODD: &[&str] = &[
    "",
    " ",
    "\"quoted\" \\ and/or 'not'",
    "line\nfeed\r\n\ttab",
    "\u{1}\u{1f}\u{7f}",
    "Flóð og fjara",
    "\u{1f30a}\u{200d}\u{fe0f}",
    "\u{2028}\u{2029}\u{feff}",
    "e\u{301} is not \u{e9}",
    "<script>&amp;</script>",
    "../../etc/passwd",
    "${HOME} $(id) %s %n",
    "null",
    "0123",
];

const DATES: &[&str] = &[
    "2026-01-02T03:04:05Z",
    "2015-10-31T22:22:56.015925234Z",
    "2015-10-31T22:22:56+05:45",
    "2015-10-31T22:22:56-00:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999999Z",
    "2024-02-29T12:00:00.1-12:00",
    "2016-12-31T23:59:60Z",
    "2015-10-31t22:22:56z",
];

const LINKS: &[&str] = &[
    "https://example.com/",
    "http://example.com",
    "https://user@example.com:8443/a/b;c=d?e=f&g#h",
    "https://[2001:db8::1]/layer",
    "http://192.0.2.1/%7Eanchor/%C3%A9",
    "https://xn--flo-6ma.example/",
    "HTTPS://EXAMPLE.COM/UPPER",
];

/// Media types that nobody has registered, in all the characters that names may have.
const FOREIGN_TYPES: &[&str] = &[
    "application/vnd.example.chart.v1+json",
    "text/plain",
    "application/octet-stream",
    "application/x.a!b#c$d&e-f^g_h.i+j",
    "x/y",
    "application/vnd.oci.image.layer.v2.tar",
    "application/vnd.example.layer.v1.tar+lz4",
    "0/0",
];

const REF_NAMES: &[&str] =
    &["v1", "latest", "v1.0.0-vendor.0", "a--b", "example.com/tide/harbour:1.0", "a_b@c+d", "0/A/z"];

impl Builder<'_, '_> {
    /// A few plain words.
    pub(super) fn words(&mut self) -> String {
        let count = 1 + self.choices.below(3);
        let words: Vec<&str> = (0..count).map(|_| *self.choices.pick(WORDS)).collect();
        words.join(" ")
    }

    /// Any text.
    pub(super) fn text(&mut self) -> String {
        if self.may(self.features.odd_text, 30) { (*self.choices.pick(ODD)).to_owned() } else { self.words() }
    }

    /// A date-time of RFC 3339.
    pub(super) fn date_time(&mut self) -> &'static str {
        self.odd_of(DATES)
    }

    /// A link with a scheme of HTTP.
    pub(super) fn link_text(&mut self) -> &'static str {
        self.odd_of(LINKS)
    }

    /// A media type that is not one of image-spec's.
    pub(super) fn foreign_type(&mut self) -> &'static str {
        self.odd_of(FOREIGN_TYPES)
    }

    /// The name of a reference.
    pub(super) fn ref_name(&mut self) -> &'static str {
        self.odd_of(REF_NAMES)
    }

    /// The digest of something that is not here.
    pub(super) fn some_digest(&mut self) -> String {
        let word = *self.choices.pick(WORDS);
        digest_of(self.algorithm(), word.as_bytes())
    }

    /// Any of a table, or only the first if odd text is off.
    pub(super) fn odd_of(&mut self, table: &'static [&'static str]) -> &'static str {
        table[if self.features.odd_text { self.choices.below(table.len()) } else { 0 }]
    }
}
