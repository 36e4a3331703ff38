//! Several commands as one program: a shell script that starts a service and runs one after another.
//!
//! Every run of the confinement has a network of its own, so a service and those who talk to it
//! have to be in the same.

/// The start of a line by which the script says that it failed, and not a command.
pub const COMPLAINT: &str = "seaworthy could not run this: ";

/// A service to start first.
pub struct Service<'s> {
    /// Its command.
    pub command: &'s [String],
    /// The text in a line of its output that says it can be used.
    pub ready: &'s str,
}

/// A script for `/bin/sh`.
///
/// Its exit status, or the signal it dies of, is that of the last command that it ran: of the first
/// whose status is not among `accepted`, or of the very last. What the commands print goes to
/// standard error, and what the service prints to standard output. `pipe` is a path that is free.
pub fn script(
    commands: &[Vec<String>],
    accepted: &[i32],
    service: Option<&Service<'_>>,
    pipe: &str,
) -> String {
    let mut script = String::new();
    let mut line = |text: &str| {
        script.push_str(text);
        script.push('\n');
    };
    if let Some(service) = service {
        let (pipe, ready) = (quoted(pipe), quoted(service.ready));
        line(&format!("fail() {{ echo '{COMPLAINT}'\"$1\" >&2; exit 1; }}"));
        line(&format!("mkfifo {pipe} || fail 'no pipe for the service'"));
        line(&format!("{} >{pipe} 2>&1 &", joined(service.command)));
        line(&format!("exec 3<{pipe}"));
        line("ready=");
        line("while [ -z \"$ready\" ] && IFS= read -r line <&3; do");
        line("  printf '%s\\n' \"$line\"");
        line(&format!("  case $line in *{ready}*) ready=yes;; esac"));
        line("done");
        line("[ \"$ready\" ] || fail 'the service ended before it was ready'");
        // Somebody has to go on reading, or the service would wait for that one day.
        line("cat <&3 &");
        line("exec 3<&-");
    }
    let statuses: Vec<_> = accepted.iter().map(i32::to_string).collect();
    line("ended() {");
    line(&format!("  case $1 in {}) return;; esac", statuses.join("|")));
    line("  [ \"$1\" -gt 128 ] && kill -$(($1 - 128)) $$");
    line("  exit \"$1\"");
    line("}");
    for command in commands {
        line(&format!("{} >&2", joined(command)));
        line("status=$?");
        line("ended $status");
    }
    line("exit $status");
    script
}

fn joined(command: &[String]) -> String {
    command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word that the shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_status_is_that_of_the_last_command() {
        let command = |script: &str| ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        let check = |scripts: &[&str], wanted: Option<i32>, printed: &str| {
            let commands: Vec<_> = scripts.iter().map(|script| command(script)).collect();
            let ran =
                Command::new("/bin/sh").args(["-c", &script(&commands, &[0, 3], None, "")]).output().unwrap();
            assert_eq!(ran.status.code(), wanted, "{scripts:?}");
            assert_eq!(String::from_utf8_lossy(&ran.stderr), printed, "{scripts:?}");
        };
        check(&["exit 0"], Some(0), "");
        check(&["echo 'a  b'; exit 3", "echo c"], Some(0), "a  b\nc\n");
        check(&["echo \"it's\"; exit 1", "echo c"], Some(1), "it's\n");
        check(&["exit 0", "exit 3"], Some(3), "");
        check(&["kill -15 $$", "echo c"], None, "Terminated\n");
    }
}
