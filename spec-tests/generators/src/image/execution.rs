//! The execution parameters in a configuration.

use super::Builder;
use crate::tree::Tree;

/// The six forms that are valid on Linux.
const USERS: &[&str] = &["1000:1000", "alice", "65534", "alice:staff", "1000:staff", "alice:0", "0"];

const PORTS: &[&str] = &["80/tcp", "53/udp", "8080", "65535/tcp", "1"];

const ENV: &[&str] = &[
    "PATH=/usr/bin:/bin",
    "EMPTY=",
    "FORMULA=a=b",
    "LINES=one\ntwo",
    "lower.case-1=\"quoted\" 'twice'",
    "TIDE=Flóð \u{1f30a}",
    "HOME=$HOME/${USER}",
];

const COMMANDS: &[&[&str]] =
    &[&["/bin/cat", "/etc/motd"], &["sh", "-c", "echo \"ahoy\" && true"], &[], &[""]];

const VOLUMES: &[&str] = &["/data", "/var/log/tide", "/with blank", "/"];

const SIGNALS: &[&str] = &["SIGTERM", "SIGKILL", "SIGRTMIN+3", "SIGRTMAX-1", "SIGUSR1"];

impl Builder<'_, '_> {
    pub(super) fn execution(&mut self) -> Tree {
        let mut execution = Tree::object([]);
        let object = &mut execution;
        self.optional(object, "User", 30, |builder| (*builder.choices.pick(USERS)).into());
        self.optional(object, "ExposedPorts", 25, |builder| builder.set_of(PORTS));
        self.optional(object, "Env", 40, Self::env);
        self.optional(object, "Entrypoint", 30, Self::command);
        self.optional(object, "Cmd", 30, Self::command);
        self.optional(object, "Volumes", 20, |builder| builder.set_of(VOLUMES));
        self.optional(object, "WorkingDir", 25, |builder| (*builder.choices.pick(VOLUMES)).into());
        self.optional(object, "StopSignal", 20, |builder| (*builder.choices.pick(SIGNALS)).into());
        if self.may(self.features.nulls, 5) {
            object.set("Labels", Tree::Null);
        } else {
            self.annotate(object, "Labels", 25);
        }
        if self.features.reserved {
            self.reserved(object);
        }
        self.add_unknown(object);
        execution
    }

    /// Members that only Docker gives a meaning to.
    fn reserved(&mut self, execution: &mut Tree) {
        for name in ["Memory", "MemorySwap", "CpuShares"] {
            self.optional(execution, name, 8, Self::integer);
        }
        self.optional(execution, "Healthcheck", 8, |builder| {
            let test = Tree::strings(&["CMD", "/bin/cat", "/etc/motd"]);
            Tree::object([("Test", test), ("Interval", builder.integer())])
        });
        // Deprecated since 1.1; unknown before.
        if self.features.advice {
            self.optional(execution, "ArgsEscaped", 15, |builder| builder.choices.chance(50).into());
        }
    }

    /// A set as Go writes it: the keys of an object whose values are empty.
    fn set_of(&mut self, table: &[&str]) -> Tree {
        let mut set = Tree::object([]);
        self.repeat(0, 3, 70, |builder| {
            let key: &&str = builder.choices.pick(table);
            set.set(key, Tree::object([]));
        });
        set
    }

    fn env(&mut self) -> Tree {
        let first = self.choices.below(ENV.len());
        let count = self.choices.below(4);
        // In order from the first, so that no name is there twice.
        let entries: Vec<&str> = ENV.iter().cycle().skip(first).take(count).copied().collect();
        Tree::strings(&entries)
    }

    fn command(&mut self) -> Tree {
        let command: &&[&str] = self.choices.pick(COMMANDS);
        Tree::strings(command)
    }
}
