//! From markdown events to normative sentences.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::prose::{Lines, Prose};
use super::{Keyword, Sentence, fingerprint};

pub(super) fn read(document: &str, markdown: &str) -> Vec<Sentence> {
    let mut reader = Reader::new(document, markdown);
    let options = Options::ENABLE_TABLES | Options::ENABLE_GFM | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish()
}

struct Reader<'a> {
    document: &'a str,
    /// Where each line starts.
    lines: Vec<usize>,
    /// How often each anchor was used.
    anchors: HashMap<String, usize>,
    section: String,
    /// The list items around the current block.
    items: Vec<Item>,
    /// The open lists and tables, each with the sentence that it completes.
    introduced: Vec<Option<usize>>,
    /// The sentence that ended in a colon just before this event.
    opener: Option<usize>,
    block: Prose,
    html: Option<String>,
    fence: Fence,
    sentences: Vec<Sentence>,
}

/// A list item. Its name is the bold text or the code that it begins with.
struct Item {
    name: Option<String>,
    names: Naming,
}

#[derive(PartialEq)]
enum Naming {
    Possible,
    InBold,
    Over,
}

/// What to do with the lines of the open code block.
enum Fence {
    /// None is open. Indented code counts as prose: in these documents it is a list item that is indented once
    /// too often, and to skip it would be silent.
    None,
    /// An example.
    Skip,
    /// Part of a sentence, such as a grammar.
    Completes(usize),
}

impl<'a> Reader<'a> {
    fn new(document: &'a str, markdown: &str) -> Self {
        let breaks = markdown.match_indices('\n').map(|(at, _)| at + 1);
        Reader {
            document,
            lines: std::iter::once(0).chain(breaks).collect(),
            anchors: HashMap::new(),
            section: String::new(),
            items: Vec::new(),
            introduced: Vec::new(),
            opener: None,
            block: Prose::default(),
            html: None,
            fence: Fence::None,
            sentences: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        // An opener lives for one event: what it introduces follows at once.
        let opener = self.opener.take();
        let lines = self.lines_of(&range);
        match event {
            Event::Start(tag) => self.start(tag, opener, lines),
            Event::End(tag) => self.end(tag, lines),
            Event::Text(text) => self.text(&text, lines),
            Event::Code(code) => self.code(&code, lines),
            Event::Html(html) => self.html.get_or_insert_default().push_str(&html),
            Event::InlineHtml(html) if html.starts_with("<br") => self.block.cut(),
            Event::SoftBreak => self.block.push(" ", lines),
            Event::HardBreak => self.block.cut(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, opener: Option<usize>, lines: Lines) {
        match tag {
            Tag::List(_) | Tag::Table(_) => {
                self.flush(false);
                let completes = self.opener.take().or(opener).or(self.completes());
                self.introduced.push(completes);
            }
            Tag::CodeBlock(kind) => {
                self.flush(false);
                self.fence = match (kind, self.opener.take().or(opener)) {
                    (CodeBlockKind::Indented, _) => Fence::None,
                    (CodeBlockKind::Fenced(_), Some(sentence)) => Fence::Completes(sentence),
                    (CodeBlockKind::Fenced(_), None) => Fence::Skip,
                };
            }
            Tag::Item => {
                self.flush(false);
                self.items.push(Item { name: None, names: Naming::Possible });
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::BlockQuote(_) | Tag::HtmlBlock => self.flush(false),
            Tag::Strong => {
                if let Some(item) = self.unnamed_item() {
                    item.names = Naming::InBold;
                }
            }
            Tag::TableCell if !self.block.text().is_empty() => self.block.push(" | ", lines),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, lines: Lines) {
        match tag {
            TagEnd::Heading(_) => self.enter_section(),
            TagEnd::Strong => {
                let name = self.block.text().to_owned();
                if let Some(item) = self.items.last_mut().filter(|item| item.names == Naming::InBold) {
                    item.name = Some(name).filter(|name| !name.ends_with(':'));
                    item.names = Naming::Over;
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.flush(true),
            TagEnd::Item => {
                self.flush(false);
                self.items.pop();
            }
            TagEnd::List(_) | TagEnd::Table => {
                self.flush(false);
                self.introduced.pop();
            }
            TagEnd::CodeBlock => {
                self.flush(false);
                self.fence = Fence::None;
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.block.push(&without_tags(&html), lines);
                self.flush(false);
            }
            TagEnd::Paragraph | TagEnd::FootnoteDefinition | TagEnd::BlockQuote(_) => self.flush(false),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, lines: Lines) {
        match self.fence {
            Fence::None => self.block.push(text, lines),
            Fence::Skip => {}
            Fence::Completes(sentence) => complete(&mut self.sentences[sentence], text, lines),
        }
    }

    fn code(&mut self, code: &str, lines: Lines) {
        if let Some(item) = self.unnamed_item() {
            *item = Item { name: Some(code.to_owned()), names: Naming::Over };
        }
        self.block.push_code(code, lines);
    }

    /// The innermost list item, if what comes now is the first thing in it.
    fn unnamed_item(&mut self) -> Option<&mut Item> {
        let begins = self.block.text().is_empty();
        self.items.last_mut().filter(|item| begins && item.names == Naming::Possible)
    }

    /// The sentence that the innermost list or table completes.
    fn completes(&self) -> Option<usize> {
        self.introduced.last().copied().flatten()
    }

    /// Ends the current block and keeps what is normative in it.
    fn flush(&mut self, whole: bool) {
        let block = std::mem::take(&mut self.block);
        if block.text().is_empty() {
            return;
        }
        if let Some(item) = self.items.last_mut() {
            item.names = Naming::Over;
        }
        for piece in block.pieces(whole) {
            let introduces = piece.text.ends_with(':');
            self.opener = None;
            if !piece.keywords.is_empty() {
                self.opener = introduces.then_some(self.sentences.len());
                self.push(piece.text, piece.keywords, piece.lines);
            } else if let Some(sentence) = self.completes() {
                complete(&mut self.sentences[sentence], &piece.text, piece.lines);
            }
        }
    }

    fn push(&mut self, text: String, keywords: Vec<Keyword>, lines: Lines) {
        let names: Vec<&str> = self.items.iter().filter_map(|item| item.name.as_deref()).collect();
        let ordinal = self.sentences.iter().filter(|sentence| sentence.section == self.section).count() + 1;
        self.sentences.push(Sentence {
            document: self.document.to_owned(),
            section: self.section.clone(),
            property: names.join("."),
            ordinal,
            keywords,
            fingerprint: String::new(),
            text,
            first_line: lines.first,
            last_line: lines.last,
        });
    }

    fn enter_section(&mut self) {
        let heading = std::mem::take(&mut self.block);
        let slug = slug(heading.text());
        let uses = self.anchors.entry(slug.clone()).or_default();
        self.section = if *uses == 0 { slug } else { format!("{slug}-{uses}") };
        *uses += 1;
    }

    fn lines_of(&self, range: &Range<usize>) -> Lines {
        let line = |at: usize| self.lines.partition_point(|start| *start <= at);
        Lines { first: line(range.start), last: line(range.end.saturating_sub(1).max(range.start)) }
    }

    fn finish(mut self) -> Vec<Sentence> {
        for sentence in &mut self.sentences {
            sentence.fingerprint = fingerprint(&sentence.text);
        }
        self.sentences
    }
}

/// Adds introduced text to the sentence that introduced it.
fn complete(sentence: &mut Sentence, text: &str, lines: Lines) {
    sentence.last_line = lines.last;
    for word in text.split_whitespace() {
        sentence.text.push(' ');
        sentence.text.push_str(word);
    }
}

/// The anchor GitHub gives a heading: lower case, spaces to hyphens, other punctuation dropped.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What is left of an HTML block without its comments and tags.
fn without_tags(html: &str) -> String {
    let mut rest = html;
    let mut text = String::new();
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, after)| after);
    }
    text + rest
}
