//! Landlock: read and execute anywhere, write below the scratch folder only.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, NetPort, PathBeneath, PathFd,
    Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::Order;

/// The first version that also covers `truncate`.
const LEAST: ABI = ABI::V3;
/// The newest version whose access rights this module was written for.
const NEWEST: ABI = ABI::V10;
/// Devices that programs write to as a matter of course, and that keep nothing.
const SINKS: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];

/// Restricts this process for good, and says which version of Landlock did so; `None` when this
/// kernel has none that is good enough.
pub(super) fn restrict(order: &Order) -> Result<Option<u8>, Box<dyn std::error::Error>> {
    let least = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(LEAST));
    if least.is_err() {
        return Ok(None);
    }
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?;
    // A loopback interface of its own leads nowhere, so any port of it will do.
    if !(order.loopback && order.namespaced) {
        ruleset = ruleset.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let mut ruleset = ruleset
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rule(PathBeneath::new(PathFd::new("/")?, AccessFs::from_read(NEWEST)))?
        .add_rule(PathBeneath::new(PathFd::new(&order.scratch)?, AccessFs::from_all(NEWEST)))?;
    for sink in SINKS {
        if let Ok(sink) = PathFd::new(sink) {
            ruleset = ruleset.add_rule(PathBeneath::new(sink, AccessFs::from_file(NEWEST)))?;
        }
    }
    let use_of_ports = if order.listens { AccessNet::BindTcp } else { AccessNet::ConnectTcp };
    for port in order.ports.iter().flatten() {
        ruleset = ruleset.add_rule(NetPort::new(*port, use_of_ports))?;
    }
    let status = ruleset.restrict_self()?;
    Ok(match status.landlock {
        LandlockStatus::Available { effective_abi, .. } if status.ruleset != RulesetStatus::NotEnforced => {
            Some(effective_abi as u8)
        }
        _ => None,
    })
}
