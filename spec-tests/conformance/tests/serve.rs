//! `seaworthy serve` as a process: who is let in, and what is there after it was killed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_registry::client::{Answer, Client, Connection, Credentials, NoAnswer, Request};
use seaworthy_registry::session::{
    Content, Image, close_upload, entries_of, pull_blob, pull_manifest, push_manifest, tags_of,
};

/// How many clients write at the same time.
const WRITERS: usize = 4;

/// The registry on disk is killed in the middle of writes: afterwards it serves what it had acknowledged, and of
/// what it had not either all or nothing. It is killed five times, or that many times `SEAWORTHY_CASES`.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_there() {
    let factor = std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let kills: usize = 5 * factor;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    let arguments = ["--dir", &path];
    let known = Known::default();
    let bytes = seeded("kills", 8 * kills);
    let mut choices = Choices::new(&bytes);
    for round in 0..kills {
        let mut server = Server::start(&arguments);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (client, known) = (server.client(), known.clone());
                tokio::spawn(async move { write(&client, writer, round, &known).await })
            })
            .collect();
        let pause = 5 + u64::try_from(choices.below(120)).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        server.kill();
        for writer in writers {
            // It ends because nobody answers any more.
            writer.await.expect("a writer").expect_err("the registry is gone");
        }
        let server = Server::start(&arguments);
        let problems = known.hold_against(&server.client()).await;
        assert!(problems.is_empty(), "after {} kills:\n{}", round + 1, problems.join("\n"));
    }
    let acknowledged = known.acknowledged();
    println!("{kills} kills; {acknowledged} pieces of content were acknowledged, and are as they were");
    assert!(acknowledged > kills, "hardly anything was written: {acknowledged}");
}

#[tokio::test]
async fn who_is_let_in_is_said_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "s3cret\n").expect("a file");
    let secret = secret.display().to_string();
    for (scheme, pull) in [("basic", 401), ("bearer", 401), ("bearer", 404)] {
        let mut arguments = vec!["--auth", scheme, "--username", "me", "--password-file", &secret];
        arguments.extend((pull == 404).then_some("--anonymous-pull"));
        let server = Server::start(&arguments);
        for (login, method, path, wanted) in [
            (None, "GET", "/v2/a/manifests/v1", pull),
            (None, "POST", "/v2/a/blobs/uploads/", 401),
            (Some("wrong"), "POST", "/v2/a/blobs/uploads/", 401),
            (Some("s3cret"), "POST", "/v2/a/blobs/uploads/", 202),
            (Some("s3cret"), "GET", "/v2/", 200),
        ] {
            let credentials = login
                .map(|password| Credentials { username: "me".to_owned(), password: password.to_owned() });
            let base = server.base.parse().expect("a URL");
            let client = Client::new(Connection { credentials, ..Connection::new(base) }).expect("a client");
            let answer = client.send(Request::new(method, path)).await.expect("an answer");
            assert_eq!(answer.status, wanted, "{scheme}: {login:?} {method} {path}");
        }
    }
}

#[test]
fn what_cannot_be_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "\n").expect("a file");
    let (empty, folder) = (empty.display().to_string(), folder.path().join("data").display().to_string());
    let _server = Server::start(&["--dir", &folder]);
    for (arguments, code, wanted) in [
        (&["--dir", &folder][..], 3, "another registry has the directory open"),
        (&["--auth", "basic"], 2, "--username"),
        (&["--auth", "basic", "--username", "me"], 2, "--password"),
        (&["--auth", "basic", "--username", "me", "--password-file", &empty], 2, "at least one character"),
        (&["--auth", "basic", "--username", "a:b", "--password-file", &empty], 2, "no colon"),
        (&["--anonymous-pull"], 2, "--auth"),
        (&["--fault", "none/such"], 2, "none/such"),
    ] {
        let output = serve(arguments).stdin(Stdio::null()).output().expect("seaworthy starts");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(wanted), "{arguments:?}: {error}");
    }
}

fn serve(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
    command
}

/// A registry in a process of its own.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Server {
        let mut process = serve(arguments).stdout(Stdio::piped()).spawn().expect("seaworthy starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let base = line.split_whitespace().last().expect("a URL").to_owned();
        Server { process, base }
    }

    fn client(&self) -> Client {
        Client::new(Connection::new(self.base.parse().expect("a URL"))).expect("a client")
    }

    /// On Unix this is SIGKILL.
    fn kill(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// For each path what it may serve: nothing, or these bytes. One state is what was acknowledged;
/// while a request is under way there are two.
#[derive(Clone, Default)]
struct Known(Arc<Mutex<BTreeMap<String, Vec<State>>>>);

type State = Option<Vec<u8>>;

impl Known {
    /// Sends what is to change some paths, and learns from the answer that it has.
    async fn change(
        &self,
        client: &Client,
        request: Request,
        paths: &[&str],
        state: &State,
    ) -> Result<Answer, NoAnswer> {
        for &path in paths {
            let mut known = self.0.lock().expect("nobody panics here");
            known.entry(path.to_owned()).or_insert_with(|| vec![None]).push(state.clone());
        }
        let answer = client.send(request).await?;
        assert!(matches!(answer.status, 201 | 202), "{:?}", answer.exchange);
        for &path in paths {
            self.0.lock().expect("nobody panics here").insert(path.to_owned(), vec![state.clone()]);
        }
        Ok(answer)
    }

    fn acknowledged(&self) -> usize {
        let known = self.0.lock().expect("nobody panics here");
        known.values().filter(|states| states.len() == 1 && states[0].is_some()).count()
    }

    /// What a registry serves that it may not.
    async fn hold_against(&self, client: &Client) -> Vec<String> {
        let known = self.0.lock().expect("nobody panics here").clone();
        let mut problems = Vec::new();
        for (path, states) in known {
            let answer =
                client.send(Request::new("GET", &path).accepting_manifests()).await.expect("an answer");
            let found = match answer.status {
                200 => Some(answer.body.to_vec()),
                404 => None,
                status => {
                    problems.push(format!("{path}: {status}"));
                    continue;
                }
            };
            if !states.contains(&found) {
                problems.push(format!("{path}: serves {:?} bytes", found.as_ref().map(Vec::len)));
            }
            // From now on it has to stay so.
            self.0.lock().expect("nobody panics here").insert(path, vec![found]);
        }
        for writer in 0..WRITERS {
            problems.extend(lists(client, &repository(writer)).await);
        }
        problems
    }
}

/// What a registry lists, but does not serve.
async fn lists(client: &Client, repository: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let answer =
        client.send(Request::new("GET", format!("/v2/{repository}/tags/list"))).await.expect("an answer");
    for tag in tags_of(&answer).unwrap_or_default() {
        let answer = client.send(pull_manifest(repository, &tag)).await.expect("an answer");
        let digest = answer.header("docker-content-digest").unwrap_or_default().to_owned();
        if answer.status != 200 || Content::new(answer.body.clone()).digest != digest {
            problems.push(format!("{repository}: the tag {tag} leads to {} {digest}", answer.status));
            continue;
        }
        let path = format!("/v2/{repository}/referrers/{digest}");
        let answer = client.send(Request::new("GET", path)).await.expect("an answer");
        for entry in entries_of(&answer) {
            let referrer = entry["digest"].as_str().unwrap_or_default();
            let answer = client.send(pull_manifest(repository, referrer)).await.expect("an answer");
            if answer.status != 200 || Content::new(answer.body.clone()).digest != referrer {
                problems.push(format!("{repository}: the referrer {referrer} is {}", answer.status));
            }
        }
    }
    problems
}

fn repository(writer: usize) -> String {
    format!("killed/{writer}")
}

/// Pushes images, moves tags, and deletes, until nobody answers.
async fn write(client: &Client, writer: usize, round: usize, known: &Known) -> Result<(), NoAnswer> {
    let repository = repository(writer);
    let path = |kind: &str, reference: &str| format!("/v2/{repository}/{kind}/{reference}");
    let mut before: Option<Image> = None;
    for step in 0.. {
        // Some are in one piece, and some are written in several.
        let size = if step % 4 == 0 { 300_000 } else { 1000 };
        let blob = Content::new(seeded(&format!("{writer}/{round}/{step}"), size));
        let answer = client.send(Request::new("POST", path("blobs", "uploads/"))).await?;
        let upload = answer.location().expect("a Location");
        let request = close_upload(&upload, &blob.digest).body(blob.bytes.clone());
        known.change(client, request, &[&path("blobs", &blob.digest)], &Some(blob.bytes.to_vec())).await?;

        let mut manifest = Tree::object([
            ("schemaVersion", 2.into()),
            ("mediaType", media_type::MANIFEST.into()),
            ("config", blob.descriptor(media_type::CONFIG)),
            ("layers", Tree::Array(vec![blob.descriptor(media_type::LAYER_TAR)])),
        ]);
        if let Some(subject) = &before {
            manifest.set("subject", subject.manifest.descriptor(&subject.media_type));
        }
        let image = Image::of(&manifest, vec![blob.clone()]);
        let tag = format!("v{}", step % 3);
        let paths = [path("manifests", &tag), path("manifests", &image.manifest.digest)];
        let request = push_manifest(&repository, &tag, &image);
        let state = Some(image.manifest.bytes.to_vec());
        known.change(client, request, &[&paths[0], &paths[1]], &state).await?;

        let gone = match step % 5 {
            2 => Some(path("blobs", &blob.digest)),
            3 => Some(path("manifests", &tag)),
            _ => None,
        };
        if let Some(gone) = gone {
            known.change(client, Request::new("DELETE", &gone), &[&gone], &None).await?;
        }
        // What was written is there at once.
        let answer = client.send(pull_blob(&repository, &blob.digest)).await?;
        assert_eq!(answer.status, if step % 5 == 2 { 404 } else { 200 });
        before = Some(image);
    }
    Ok(())
}
