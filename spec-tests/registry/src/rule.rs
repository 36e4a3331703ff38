//! What a requirement on registries is made of.

use std::pin::Pin;

use crate::client::Answer;
use crate::grade::Grade;
use crate::session::{Session, Stop};

/// One requirement: how strong it is, the exchange that checks it, and the faults that it must catch.
#[derive(Debug)]
pub struct RegistryRule {
    /// Its level in each version of the specification.
    pub grade: Grade,
    /// Where it stands: `spec.md#anchor`, as of 1.1.1, or of the only version that has it.
    pub section: &'static str,
    /// What a registry has to offer for the check to make sense. Where it does not, the requirement is skipped.
    pub needs: &'static [Need],
    /// The exchange. It reports findings to the session, and stops where it cannot go on.
    pub check: Check,
    /// Holds every answer of the whole run against the requirement: what was found and what was wanted, if it
    /// breaks it.
    pub observe: Option<Observe>,
    /// Ways of the reference registry to break this requirement and no other.
    pub faults: &'static [Fault],
}

impl RegistryRule {
    /// The parts that most rules leave as they are, to be named with `..RegistryRule::BASE`.
    pub const BASE: RegistryRule = RegistryRule {
        grade: Grade::must(),
        section: "",
        needs: &[Need::Push],
        check: |_| Box::pin(async { Ok(()) }),
        observe: None,
        faults: &[],
    };
}

/// An exchange between a session and the registry under test.
pub type Check = for<'s> fn(&'s mut Session) -> Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 's>>;

/// Looks at one answer: what was found and what was wanted, if it is not as it should be.
pub type Observe = fn(&Answer) -> Option<(String, String)>;

/// Something that a registry may or may not offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Content can be pushed.
    Push,
    /// Tags can be deleted.
    DeleteTags,
    /// Manifests can be deleted.
    DeleteManifests,
    /// Blobs can be deleted.
    DeleteBlobs,
    /// Referrers can be listed.
    Referrers,
    /// Tags cannot be deleted.
    KeepTags,
    /// Manifests cannot be deleted.
    KeepManifests,
    /// Blobs cannot be deleted.
    KeepBlobs,
    /// Nobody pushes without logging in.
    Login,
}

impl Need {
    /// What is offered, as a part of a repository's name.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Need::Push => "push",
            Need::Referrers => "referrers",
            Need::DeleteTags | Need::KeepTags => "delete-tags",
            Need::DeleteManifests | Need::KeepManifests => "delete-manifests",
            Need::DeleteBlobs | Need::KeepBlobs => "delete-blobs",
            Need::Login => "login",
        }
    }

    /// The reason to skip a requirement where this is missing.
    pub const fn reason(self) -> &'static str {
        match self {
            Need::Push => "the registry takes no pushes",
            Need::DeleteTags => "the registry does not delete tags",
            Need::DeleteManifests => "the registry does not delete manifests",
            Need::DeleteBlobs => "the registry does not delete blobs",
            Need::Referrers => "the registry does not list referrers",
            Need::KeepTags => "the registry deletes tags",
            Need::KeepManifests => "the registry deletes manifests",
            Need::KeepBlobs => "the registry deletes blobs",
            Need::Login => "the registry does not ask for credentials",
        }
    }
}

/// A way in which the reference registry can be made to misbehave. Its id is that of the
/// requirement that has to catch it, with a name of its own: `discovery/tags-order/unsorted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault(pub &'static str);

/// The faults that are switched on in a registry: none, in one that serves.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Whether a fault is switched on.
    pub fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Faults {
        Faults(faults.into_iter().collect())
    }
}
