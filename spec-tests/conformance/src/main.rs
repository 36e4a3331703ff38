//! The `seaworthy` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).peekable();
    // Not a command for people: what a subject's process does to itself before it becomes the
    // subject. It has to start fast, so it goes before everything else.
    if args.peek().is_some_and(|first| first == "confine") {
        return seaworthy::confine::main(args.skip(1));
    }
    // Nor is this one: an unpacker with mistakes, that the suite has to find.
    if args.peek().is_some_and(|first| first == "careless") {
        return seaworthy::subjects::careless::main(args.skip(1));
    }
    seaworthy::cli::main()
}
