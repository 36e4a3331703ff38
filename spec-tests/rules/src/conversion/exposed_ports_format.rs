//! `org.opencontainers.image.exposedPorts` lists the ports as the image writes them, with commas between.
//!
//! Their order is open. Blanks, and a protocol that the image leaves out, are not to be added.

use std::collections::BTreeSet;

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::conversion::EXPOSED_PORTS;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "conversion.md#configexposedports",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("no-protocol", CONFIG, |config, _| ports(config, &["8080"])),
        Mutation::document("several", CONFIG, |config, _| ports(config, &["80/tcp", "443/tcp", "53/udp"])),
        Mutation::document("with-and-without-a-protocol", CONFIG, |config, _| ports(config, &["80/tcp", "80", "7"])),
    ],
    ..Rule::BASE
};

fn ports(config: &mut Tree, ports: &[&str]) {
    let ports = ports.iter().map(|port| (port.to_string(), Tree::object([])));
    set(config, "ExposedPorts", Tree::Object(ports.collect()));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let ports = |text: &str| text.split(',').map(str::to_owned).collect::<BTreeSet<_>>();
    let (found, wanted) = (&converted.found.annotations, &converted.wanted.annotations);
    // Whether it is there at all is for another rule.
    if let (Some(found), Some(wanted)) = (found.get(EXPOSED_PORTS), wanted.get(EXPOSED_PORTS))
        && ports(found) != ports(wanted)
    {
        let at = execution(converted).and_then(|execution| execution.exposed_ports);
        report(findings, at, format!("annotation {EXPOSED_PORTS} with {found:?}"), format!("{wanted:?}"));
    }
}
