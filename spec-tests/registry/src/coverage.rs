//! Which requirement answers which sentence of the distribution specification.

use seaworthy_rules::coverage::{Entry, IndexError, parse};

use crate::spec::SpecVersion;

/// The index of every normative sentence of distribution-spec. `seaworthy_rules::coverage` says
/// what can be done with it.
///
/// # Errors
///
/// The committed file is damaged.
pub fn index() -> Result<Vec<Entry<SpecVersion>>, IndexError> {
    parse(include_str!("../../../corpus/requirements/distribution-spec.toml"))
}
