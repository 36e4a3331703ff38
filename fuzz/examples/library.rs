//! Somebody else's parser under our generators and oracles: a Rust library.

use seaworthy_fuzz::inputs::Inputs;
use seaworthy_fuzz::reader::{Reader, check};
use seaworthy_fuzz::targets::find;
use seaworthy_image::views::DocumentKind;

struct Mine;

impl Reader for Mine {
    fn read(&self, kind: DocumentKind, bytes: &[u8]) -> Option<Vec<(String, i64)>> {
        // Your parser in the place of serde_json; it knows manifests only, and refuses the rest.
        let manifest: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        let layers = manifest["layers"].as_array().filter(|_| kind == DocumentKind::Manifest)?;
        let of = |one: &serde_json::Value| Some((one["digest"].as_str()?.to_owned(), one["size"].as_i64()?));
        [&manifest["config"]].into_iter().chain(layers).map(of).collect()
    }
}

fn main() {
    let target = find("document_bytes").expect("it is listed");
    for input in Inputs::of(target, "mine").take(5000) {
        if let Err(misreading) = check(&Mine, &input) {
            println!("{misreading:?}: {}", String::from_utf8_lossy(&input).escape_debug());
            break;
        }
    }
}
