//! An exposed port is a number, with the protocol tcp or udp behind a slash or with none.
//!
//! Without a protocol it is TCP, so `80` and `80/tcp` are one port. A key in another form means a
//! port to one tool and nothing to the next.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::config_values::ExposedPort;
use seaworthy_image::views::Execution;

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("udp", CONFIG, |config, _| expose(config, &["53/udp"])),
        Mutation::document("without-a-protocol", CONFIG, |config, _| expose(config, &["80"])),
        Mutation::document("one-port-twice", CONFIG, |config, _| expose(config, &["80", "80/tcp"])),
        Mutation::document("highest", CONFIG, |config, _| expose(config, &["65535/tcp"])),
    ],
    invalid: &[
        Mutation::document("name-of-a-service", CONFIG, |config, _| expose(config, &["http"])),
        Mutation::document("no-port", CONFIG, |config, _| expose(config, &["/tcp"])),
        Mutation::document("nothing-after-the-slash", CONFIG, |config, _| expose(config, &["80/"])),
        Mutation::document("upper-case", CONFIG, |config, _| expose(config, &["80/TCP"])),
        Mutation::document("above-65535", CONFIG, |config, _| expose(config, &["65536/tcp"])),
        Mutation::document("negative", CONFIG, |config, _| expose(config, &["-1/tcp"])),
        Mutation::document("empty", CONFIG, |config, _| expose(config, &[""])),
    ],
    // Docker takes both, and the specification says what keys "can" be: worth a warning only.
    unclear: &[
        Mutation::document("sctp", CONFIG, |config, _| expose(config, &["80/sctp"])),
        Mutation::document("range", CONFIG, |config, _| expose(config, &["8080-8090/tcp"])),
    ],
    ..Rule::BASE
};

fn expose(config: &mut Tree, ports: &[&str]) {
    let ports = ports.iter().map(|&port| (port.to_owned(), Tree::object([])));
    config.member("config").set("ExposedPorts", Tree::Object(ports.collect()));
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    for member in execution.exposed_ports.into_iter().flat_map(|ports| ports.members()) {
        let name = member.name();
        if let Err(error) = ExposedPort::parse(&name) {
            findings.report(member.name_value(), error.to_string(), "port/tcp, port/udp or port");
        }
    }
}
