//! Judging content: every rule on every document of an image.

use std::collections::HashMap;
use std::io;
use std::sync::LazyLock;

use seaworthy_image::conversion::RuntimeConfig;
use seaworthy_image::digest::{Algorithm, Digest};
use seaworthy_image::graph::{self, Blob, Start, Stored, Visit, Visitor, Walked, walk};
use seaworthy_image::json::{self, Anomaly, AnomalyKind, Document, Value};
use seaworthy_image::layer::Layer;
use seaworthy_image::layout::{self, Entry, EntryKind, OpenError, Storage};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{self, Member};
use seaworthy_image::views::{
    Config, Descriptor, DocumentKind, Execution, Header, History, Index, Manifest, Platform, Relation,
    RootFs, items,
};

use crate::finding::{Finding, Findings};
use crate::grade::Level;
use crate::list::{Requirement, all, find};
use crate::listing::Listing;
use crate::notes::Noticed;
use crate::paths::Paths;
use crate::rule::{Annotated, Check, Converted, LayerPlace};
use crate::unjudged::{Limit, Unjudged};

/// What judging came to.
#[derive(Debug, Default)]
pub struct Judged {
    /// Every breach, in the order of the walk: the layout itself, `index.json`, and what it leads
    /// to, parents before children.
    pub findings: Vec<Finding>,
    /// What could not be judged, and why.
    pub unjudged: Vec<Unjudged>,
    /// What a person should know, though it is no breach and was judged: text for people.
    pub notes: Vec<String>,
    /// How many documents were read.
    pub documents: usize,
    /// How many blobs are stored of those that descriptors lead to.
    pub blobs: usize,
    /// How many of them are not, which a layout MAY lack.
    pub missing: usize,
    /// How many layers of images were read.
    pub layers: usize,
    /// How many entries the archives in them have.
    pub entries: u64,
    /// How many blobs could not be verified because the algorithm of their digest is not known.
    pub unverified: usize,
    noticed: Noticed,
}

/// Judges a layout: all of it, or the image that `reference` names.
///
/// # Errors
///
/// The layout's directories cannot be listed, or one of its two fixed files cannot be read.
pub fn layout(
    storage: &dyn Storage,
    reference: Option<&str>,
    version: SpecVersion,
    limits: &graph::Limits,
) -> io::Result<Judged> {
    let rules = Rules::of(version);
    let entries = storage.entries()?;
    let mut judged = Judged { findings: rules.files(&entries), ..Judged::default() };
    match graph::read_file(storage, layout::HEADER, limits.json.bytes) {
        Ok(bytes) => judged.add(document(layout::HEADER, &bytes, DocumentKind::Header, version, limits)),
        Err(error) => unless_absent(layout::HEADER, error)?,
    }
    let start = reference.map_or(Start::Everywhere, Start::At);
    let listing = Listing::default();
    let judge = Judge { rules, start, limits, listing: &listing };
    let walked = match walk(storage, version, limits, start, judge) {
        Ok(walked) => Some(walked),
        Err(error) => unless_absent(layout::INDEX, error).map(|()| None)?,
    };
    // A walk to one image alone does not tell what the other blobs are there for.
    let (visits, reached) = walked.map(|Walked { visits, blobs }| (visits, blobs)).unwrap_or_default();
    let stray = reference.is_none().then(|| rules.unreferenced(storage, &entries, &reached));
    visits.into_iter().chain(stray).for_each(|part| judged.add(part));
    judged.count(reached.values());
    judged.notes = judged.noticed.notes(judged.missing);
    listing.settle(&mut judged.findings);
    Ok(judged)
}

/// Judges one document on its own; `path` is where it comes from, for the findings.
pub fn document(
    path: &str,
    bytes: &[u8],
    kind: DocumentKind,
    version: SpecVersion,
    limits: &graph::Limits,
) -> Judged {
    let read = Document::parse(bytes, &limits.json);
    let mut findings = Findings::new(path, bytes, version);
    Rules::of(version).document(&read, kind, false, &mut findings);
    Judged {
        findings: findings.into_list(),
        unjudged: unread(path, &read, &limits.json),
        documents: 1,
        ..Judged::default()
    }
}

/// What the requirement has against the runtime configuration `found` that a converter made of the
/// image's configuration `config`, kept at `path`; `wanted` is what the reference makes of it.
pub fn conversion(
    requirement: &'static Requirement,
    path: &str,
    config: &Document<'_>,
    wanted: &RuntimeConfig,
    found: &RuntimeConfig,
    version: SpecVersion,
) -> Vec<Finding> {
    let mut findings = Findings::new(path, config.bytes(), version);
    if let (Check::Conversion(check), Some(level)) =
        (requirement.rule.check, requirement.rule.grade.at(version))
    {
        findings.begin(requirement, level);
        check(&Converted { config: Config::of(config.root()), wanted, found }, &mut findings);
    }
    findings.into_list()
}

/// A file that is absent, or no file, is a matter for the rules; one that cannot be read is not.
fn unless_absent(path: &str, error: OpenError) -> io::Result<()> {
    match error {
        OpenError::Io(error) => Err(io::Error::new(error.kind(), format!("{path}: {error}"))),
        OpenError::Missing | OpenError::NotAFile(_) => Ok(()),
    }
}

/// A document beyond our own limits: the specification sets none, so that is no breach.
fn unread(path: &str, read: &Result<Document<'_>, Anomaly>, limits: &json::Limits) -> Vec<Unjudged> {
    let (why, limit) = match read {
        Err(Anomaly { kind: AnomalyKind::TooLarge, .. }) => {
            (format!("it is larger than the limit of {} bytes", limits.bytes), Some(Limit::Document))
        }
        Err(Anomaly { kind: AnomalyKind::TooDeep, .. }) => {
            (format!("it is nested deeper than the limit of {} levels", limits.depth), None)
        }
        _ => return Vec::new(),
    };
    vec![Unjudged { text: format!("{path} was not judged: {why}"), limit }]
}

impl Judged {
    fn add(&mut self, mut other: Judged) {
        self.findings.append(&mut other.findings);
        self.unjudged.append(&mut other.unjudged);
        self.notes.append(&mut other.notes);
        self.noticed.append(other.noticed);
        self.documents += other.documents;
        self.blobs += other.blobs;
        self.missing += other.missing;
        self.layers += other.layers;
        self.entries += other.entries;
        self.unverified += other.unverified;
    }

    /// Counts blobs that descriptors lead to.
    fn count<'b>(&mut self, blobs: impl Iterator<Item = &'b Blob>) {
        for blob in blobs {
            match blob {
                Blob::Stored(stored) => {
                    self.blobs += 1;
                    self.unverified += usize::from(stored.digest.is_none());
                }
                Blob::Missing => self.missing += 1,
                Blob::Unreadable(_) | Blob::NotFollowed | Blob::Unnamed | Blob::NotAFile(_) => {}
            }
        }
    }

    /// Notes what of a visit could not be judged.
    fn note_unjudged(&mut self, visit: &Visit<'_>) {
        for blob in visit.blobs {
            if let Blob::Unreadable(reason) = blob {
                let by = visit.path;
                let text = format!("a blob that {by} refers to was not judged, it cannot be read: {reason}");
                self.unjudged.push(text.into());
            }
        }
        if visit.at_limit {
            let text = format!("what {} refers to lies too deep and was not followed", visit.path);
            self.unjudged.push(text.into());
        }
    }
}

/// Judges what a walk comes by.
struct Judge<'j> {
    rules: &'static Rules,
    start: Start<'j>,
    limits: &'j graph::Limits,
    listing: &'j Listing,
}

/// What is kept while the entries of a layer go by.
struct Entries {
    path: String,
    paths: Paths,
    findings: Findings<'static>,
}

impl Visitor for Judge<'_> {
    type Visited = Judged;
    type Entries = Entries;

    fn document(&self, visit: &Visit<'_>) -> Judged {
        let mut judged = self.rules.visit(visit, self.start, self.limits);
        self.listing.limit(&mut judged.findings);
        judged
    }

    fn begin(&self, path: &str) -> Option<Entries> {
        let findings = Findings::new(path.to_owned(), &[], self.rules.version);
        Some(Entries { path: path.to_owned(), paths: Paths::default(), findings })
    }

    fn entry(&self, entries: &mut Entries, member: &Member) {
        let Entries { paths, findings, .. } = entries;
        // What is no part of a file system has no path in it.
        let has_path = !matches!(member.entry.kind, tar::EntryKind::Other(_));
        if has_path {
            paths.begin(&member.entry, member.position.index);
        }
        each(&self.rules.entry, findings, |check, findings| check(member, paths, findings));
        if has_path {
            paths.end(&member.entry);
        }
    }

    fn end(&self, entries: Entries, layer: &Layer) -> Judged {
        let Entries { path, paths, mut findings } = entries;
        // What is stored under a digest that it does not have is not the layer that is referred to. The
        // rules on blobs say so, and what is in it does not matter.
        let is_content = layer.stored.digest.is_none() || layer.stored.digest == layout::blob_digest(&path);
        if !is_content {
            return Judged { layers: 1, entries: layer.end.entries, ..Judged::default() };
        }
        each(&self.rules.archive, &mut findings, |check, findings| check(layer, &paths, findings));
        let unjudged = layer.limit().map(|why| Unjudged {
            text: format!("the layer {path} was not judged in full: {why}"),
            limit: Limit::of(layer),
        });
        let mut findings = findings.into_list();
        self.listing.limit(&mut findings);
        let mut noticed = Noticed::default();
        layer.rests().for_each(|rest| noticed.rest(rest, &path));
        Judged {
            findings,
            unjudged: unjudged.into_iter().collect(),
            noticed,
            layers: 1,
            entries: layer.end.entries,
            ..Judged::default()
        }
    }
}

type On<F> = Vec<(&'static Requirement, Level, F)>;

/// The rules of one version, sorted by what they look at.
struct Rules {
    version: SpecVersion,
    syntax: Option<(&'static Requirement, Level)>,
    json: On<fn(&Document<'_>, &mut Findings<'_>)>,
    format: On<fn(Value<'_>, DocumentKind, &mut Findings<'_>)>,
    entry_point: On<fn(Value<'_>, &mut Findings<'_>)>,
    header: On<fn(&Header<'_>, &mut Findings<'_>)>,
    index: On<fn(&Index<'_>, &mut Findings<'_>)>,
    manifest: On<fn(&Manifest<'_>, &mut Findings<'_>)>,
    config: On<fn(&Config<'_>, &mut Findings<'_>)>,
    execution: On<fn(&Execution<'_>, &mut Findings<'_>)>,
    history: On<fn(&History<'_>, &mut Findings<'_>)>,
    descriptor: On<fn(&Descriptor<'_>, Relation, &mut Findings<'_>)>,
    platform: On<fn(&Platform<'_>, &mut Findings<'_>)>,
    annotations: On<fn(Value<'_>, Annotated, &mut Findings<'_>)>,
    blob: On<fn(&Descriptor<'_>, Relation, &Blob, &mut Findings<'_>)>,
    unreferenced: On<fn(&Digest<'_>, &Stored, &mut Findings<'_>)>,
    image: On<fn(&Manifest<'_>, &Config<'_>, &mut Findings<'_>)>,
    files: On<fn(&[Entry], &mut Findings<'_>)>,
    entry: On<fn(&Member, &Paths, &mut Findings<'_>)>,
    archive: On<fn(&Layer, &Paths, &mut Findings<'_>)>,
    layer: On<fn(&LayerPlace<'_, '_>, &mut Findings<'_>)>,
}

/// The rule that a text has to be JSON. Without a document no other rule has anything to look at,
/// so judging reports it itself.
const SYNTAX: &str = "json/syntax";

impl Rules {
    fn of(version: SpecVersion) -> &'static Rules {
        static RULES: LazyLock<[Rules; 3]> = LazyLock::new(|| SpecVersion::ALL.map(Rules::sorted));
        &RULES[version as usize]
    }

    fn sorted(version: SpecVersion) -> Rules {
        let mut rules = Rules {
            version,
            syntax: None,
            json: Vec::new(),
            format: Vec::new(),
            entry_point: Vec::new(),
            header: Vec::new(),
            index: Vec::new(),
            manifest: Vec::new(),
            config: Vec::new(),
            execution: Vec::new(),
            history: Vec::new(),
            descriptor: Vec::new(),
            platform: Vec::new(),
            annotations: Vec::new(),
            blob: Vec::new(),
            unreferenced: Vec::new(),
            image: Vec::new(),
            files: Vec::new(),
            entry: Vec::new(),
            archive: Vec::new(),
            layer: Vec::new(),
        };
        rules.syntax = find(SYNTAX).and_then(|syntax| Some((syntax, syntax.rule.grade.at(version)?)));
        for requirement in all() {
            let Some(level) = requirement.rule.grade.at(version) else { continue };
            match requirement.rule.check {
                Check::Behaviour | Check::Conversion(_) => {}
                Check::Json(check) => rules.json.push((requirement, level, check)),
                Check::Format(check) => rules.format.push((requirement, level, check)),
                Check::EntryPoint(check) => rules.entry_point.push((requirement, level, check)),
                Check::Header(check) => rules.header.push((requirement, level, check)),
                Check::Index(check) => rules.index.push((requirement, level, check)),
                Check::Manifest(check) => rules.manifest.push((requirement, level, check)),
                Check::Config(check) => rules.config.push((requirement, level, check)),
                Check::Execution(check) => rules.execution.push((requirement, level, check)),
                Check::History(check) => rules.history.push((requirement, level, check)),
                Check::Descriptor(check) => rules.descriptor.push((requirement, level, check)),
                Check::Platform(check) => rules.platform.push((requirement, level, check)),
                Check::Annotations(check) => rules.annotations.push((requirement, level, check)),
                Check::Blob(check) => rules.blob.push((requirement, level, check)),
                Check::Unreferenced(check) => rules.unreferenced.push((requirement, level, check)),
                Check::Image(check) => rules.image.push((requirement, level, check)),
                Check::Files(check) => rules.files.push((requirement, level, check)),
                Check::Entry(check) => rules.entry.push((requirement, level, check)),
                Check::Archive(check) => rules.archive.push((requirement, level, check)),
                Check::Layer(check) => rules.layer.push((requirement, level, check)),
            }
        }
        rules
    }

    fn files(&self, entries: &[Entry]) -> Vec<Finding> {
        let mut findings = Findings::new("", &[], self.version);
        each(&self.files, &mut findings, |check, findings| check(entries, findings));
        findings.into_list()
    }

    /// Judges the blobs that the walk did not come by. They are read only now, one after the other:
    /// where everything is referred to, there is nothing to read.
    fn unreferenced(
        &self,
        storage: &dyn Storage,
        entries: &[Entry],
        reached: &HashMap<String, Blob>,
    ) -> Judged {
        let mut judged = Judged::default();
        let mut findings = Findings::new("", &[], self.version);
        let files = entries.iter().filter(|entry| entry.kind == EntryKind::File);
        for path in files.map(|entry| entry.path.as_str()).filter(|path| !reached.contains_key(*path)) {
            let digest = layout::blob_digest(path);
            let Some(digest) = digest.as_deref().and_then(|text| Digest::parse(text).ok()) else { continue };
            if Algorithm::registered(digest.algorithm(), self.version).is_none() {
                judged.unverified += 1;
                continue;
            }
            match graph::read_blob(storage, path, &digest, self.version, &mut io::sink()) {
                Blob::Stored(stored) => {
                    findings.enter(path);
                    each(&self.unreferenced, &mut findings, |check, findings| {
                        check(&digest, &stored, findings)
                    });
                }
                Blob::Unreadable(reason) => {
                    let text = format!("a blob was not judged, it cannot be read: {reason}");
                    judged.unjudged.push(text.into());
                }
                Blob::NotFollowed | Blob::Unnamed | Blob::Missing | Blob::NotAFile(_) => {}
            }
        }
        judged.findings = findings.into_list();
        judged
    }

    fn visit(&self, visit: &Visit<'_>, start: Start<'_>, limits: &graph::Limits) -> Judged {
        let mut judged = Judged {
            documents: 1,
            unjudged: unread(visit.path, visit.document, &limits.json),
            ..Judged::default()
        };
        judged.note_unjudged(visit);
        let mut findings = Findings::new(visit.path, visit.bytes, self.version);
        let is_entry_point = visit.path == layout::INDEX;
        let is_readable = self.document(visit.document, visit.kind, is_entry_point, &mut findings);
        if let (Ok(document), true) = (visit.document, is_readable) {
            self.content(visit, document, &mut findings, &mut judged.noticed);
            let nothing_taken =
                || !Index::of(document.root()).descriptors().any(|(_, entry)| start.takes(&entry));
            if let (true, Start::At(name)) = (is_entry_point && nothing_taken(), start) {
                judged.unjudged.push(format!("{} has no entry that is named {name:?}", visit.path).into());
            }
        }
        judged.findings = findings.into_list();
        judged
    }

    /// What only shows when a document is seen together with what it leads to.
    fn content(
        &self,
        visit: &Visit<'_>,
        document: &Document<'_>,
        findings: &mut Findings<'_>,
        noticed: &mut Noticed,
    ) {
        match visit.kind {
            DocumentKind::Index => {
                self.blobs(Index::of(document.root()).descriptors(), visit, findings, noticed)
            }
            DocumentKind::Manifest => {
                let manifest = Manifest::of(document.root());
                self.blobs(manifest.descriptors(), visit, findings, noticed);
                let config = visit.config.filter(|config| self.is_config(config));
                let config = config.map(|config| Config::of(config.root()));
                if let Some(config) = &config {
                    each(&self.image, findings, |check, findings| check(&manifest, config, findings));
                }
                self.layers(&manifest, config, visit, findings);
            }
            DocumentKind::Header | DocumentKind::Config | DocumentKind::Descriptor => {}
        }
    }

    fn blobs<'d>(
        &self,
        descriptors: impl Iterator<Item = (Relation, Descriptor<'d>)>,
        visit: &Visit<'_>,
        findings: &mut Findings<'_>,
        noticed: &mut Noticed,
    ) {
        let known = descriptors.zip(visit.blobs).filter(|((relation, _), _)| self.knows(*relation));
        for ((relation, descriptor), blob) in known {
            if *blob == Blob::Missing {
                noticed.absent(&descriptor, visit.path);
            }
            each(&self.blob, findings, |check, findings| check(&descriptor, relation, blob, findings));
        }
    }

    fn layers(
        &self,
        manifest: &Manifest<'_>,
        config: Option<Config<'_>>,
        visit: &Visit<'_>,
        findings: &mut Findings<'_>,
    ) {
        let rootfs =
            config.and_then(|config| config.rootfs).filter(|value| value.is_object()).map(RootFs::of);
        let mut diff_ids = items(rootfs.and_then(|rootfs| rootfs.diff_ids));
        let layers = manifest.descriptors().zip(visit.layers).filter(|((of, _), _)| *of == Relation::Layer);
        for (index, ((_, descriptor), layer)) in layers.enumerate() {
            let diff_id = diff_ids.next();
            let Some(layer) = layer else { continue };
            let place = LayerPlace { descriptor, index, diff_id, layer };
            each(&self.layer, findings, |check, findings| check(&place, findings));
        }
    }

    /// Whether the version has descriptors in this place: before 1.1 a `subject` is an unknown
    /// member, and may hold anything.
    fn knows(&self, relation: Relation) -> bool {
        relation != Relation::Subject || self.version >= SpecVersion::V1_1_1
    }

    /// Judges a document, and says whether it could be read as what it is meant to be.
    fn document(
        &self,
        read: &Result<Document<'_>, Anomaly>,
        kind: DocumentKind,
        is_entry_point: bool,
        findings: &mut Findings<'_>,
    ) -> bool {
        let document = match read {
            Ok(document) => document,
            Err(anomaly) => {
                self.unreadable(*anomaly, findings);
                return false;
            }
        };
        each(&self.json, findings, |check, findings| check(document, findings));
        let root = document.root();
        if !self.has_format(root, kind, is_entry_point, findings) {
            return false;
        }
        match kind {
            DocumentKind::Header => {
                each(&self.header, findings, |check, findings| check(&Header::of(root), findings))
            }
            DocumentKind::Index => self.index(&Index::of(root), is_entry_point, findings),
            DocumentKind::Manifest => self.manifest(&Manifest::of(root), findings),
            DocumentKind::Config => self.config(&Config::of(root), findings),
            DocumentKind::Descriptor => {
                self.descriptor(&Descriptor::of(root), Relation::Entry, false, findings);
            }
        }
        true
    }

    /// Whether a document is what its media type says. The two fixed files have none, but one of
    /// them is the entry point.
    fn has_format(
        &self,
        root: Value<'_>,
        kind: DocumentKind,
        is_entry_point: bool,
        findings: &mut Findings<'_>,
    ) -> bool {
        let before = findings.count();
        if is_entry_point {
            each(&self.entry_point, findings, |check, findings| check(root, findings));
        } else if kind != DocumentKind::Header {
            each(&self.format, findings, |check, findings| check(root, kind, findings));
        }
        findings.count() == before
    }

    fn is_config(&self, document: &Document<'_>) -> bool {
        let mut unused = Findings::new("", document.bytes(), self.version);
        self.has_format(document.root(), DocumentKind::Config, false, &mut unused)
    }

    fn unreadable(&self, anomaly: Anomaly, findings: &mut Findings<'_>) {
        let (AnomalyKind::NotJson(_), Some((syntax, level))) = (anomaly.kind, self.syntax) else { return };
        findings.begin(syntax, level);
        findings.report_span(anomaly.span, anomaly.kind.to_string(), "one JSON text (RFC 8259)");
    }

    fn index(&self, index: &Index<'_>, is_entry_point: bool, findings: &mut Findings<'_>) {
        each(&self.index, findings, |check, findings| check(index, findings));
        self.annotations(index.annotations, Annotated::Index, findings);
        for (relation, descriptor) in index.descriptors() {
            let is_layout_entry = is_entry_point && relation == Relation::Entry;
            self.descriptor(&descriptor, relation, is_layout_entry, findings);
        }
    }

    fn manifest(&self, manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
        each(&self.manifest, findings, |check, findings| check(manifest, findings));
        self.annotations(manifest.annotations, Annotated::Manifest, findings);
        for (relation, descriptor) in manifest.descriptors() {
            self.descriptor(&descriptor, relation, false, findings);
        }
    }

    fn config(&self, config: &Config<'_>, findings: &mut Findings<'_>) {
        each(&self.config, findings, |check, findings| check(config, findings));
        if let Some(value) = config.config.filter(|value| value.is_object()) {
            let execution = Execution::of(value);
            each(&self.execution, findings, |check, findings| check(&execution, findings));
            // null is as good as absent in a configuration.
            let labels = execution.labels.filter(|labels| !labels.is_null());
            self.annotations(labels, Annotated::Labels, findings);
        }
        for entry in items(config.history).filter(|entry| entry.is_object()) {
            let history = History::of(entry);
            each(&self.history, findings, |check, findings| check(&history, findings));
        }
    }

    fn descriptor(
        &self,
        descriptor: &Descriptor<'_>,
        relation: Relation,
        is_layout_entry: bool,
        findings: &mut Findings<'_>,
    ) {
        if !self.knows(relation) {
            return;
        }
        each(&self.descriptor, findings, |check, findings| check(descriptor, relation, findings));
        self.annotations(descriptor.annotations, Annotated::Descriptor(relation, is_layout_entry), findings);
        if let Some(platform) = descriptor.platform {
            let platform = Platform::of(platform);
            each(&self.platform, findings, |check, findings| check(&platform, findings));
        }
    }

    fn annotations(&self, annotations: Option<Value<'_>>, of: Annotated, findings: &mut Findings<'_>) {
        if let Some(annotations) = annotations {
            each(&self.annotations, findings, |check, findings| check(annotations, of, findings));
        }
    }
}

fn each<F: Copy>(rules: &On<F>, findings: &mut Findings<'_>, call: impl Fn(F, &mut Findings<'_>)) {
    for (requirement, level, check) in rules {
        findings.begin(requirement, *level);
        call(*check, findings);
    }
}
