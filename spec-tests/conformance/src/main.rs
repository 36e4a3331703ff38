//! The `seaworthy` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).peekable();
    if args.peek().is_some_and(|first| first == "confine") {
        return seaworthy::confine::main(args.skip(1));
    }
    ExitCode::SUCCESS
}
