//! `seaworthy generate --push`: the cases in a registry.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use seaworthy_image::layout::Memory;
use seaworthy_registry::client::Connection;
use seaworthy_registry::content::{Sample, Treatment, profile};

use crate::commands::registry::connect::connect;
use crate::progress::Progress;
use crate::report::output::write_file;
use crate::vectors::pushed::{FILE, Image, Outcome, Pushed};
use crate::vectors::{self, FORMAT, Request, control_name};

/// Where to push.
#[derive(Debug)]
pub struct Place {
    /// How the registry is reached.
    pub connection: Connection,
    /// What the names of repositories begin with: empty, or a path that ends in a slash.
    pub prefix: String,
    /// How many images are pushed at the same time.
    pub jobs: usize,
}

/// Pushes the cases and their controls, each to a repository of its own: what one lacks another would have. Writes
/// `pushed.json` into the folder, and returns what it says.
///
/// # Errors
///
/// The registry cannot be connected to or takes no valid image, or the file cannot be written.
pub fn push(request: &Request, place: Place, folder: &Path) -> anyhow::Result<Pushed> {
    let mut controls: BTreeMap<String, Memory> = BTreeMap::new();
    let mut cases = Vec::new();
    for vectors::Image { id, layout, control, archive } in vectors::images(request) {
        // There is nothing in the image itself that a registry could see.
        if archive.is_some() {
            continue;
        }
        let name = format!("controls/{}", control_name(&control));
        controls.entry(name.clone()).or_insert(control);
        cases.push((id, layout, Some(name)));
    }
    let controls = controls.into_iter().map(|(id, layout)| (id, layout, None));
    let (mut images, mut samples) = (Vec::new(), Vec::new());
    for (id, layout, control) in controls.chain(cases) {
        let repository = format!("{}{id}", place.prefix);
        samples.push(Sample {
            id: id.clone(),
            is_valid: false,
            layout,
            repository: Some(repository.clone()),
        });
        images.push((id, repository, control));
    }
    let registry = place.connection.base.as_str().trim_end_matches('/').to_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let treated = runtime.block_on(async {
        let (client, interrupted) = connect(place.connection).await?;
        let mut shown = Progress::new("images");
        let mut tell = |done: usize, total: usize| shown.show(done, total);
        let treated = profile(Arc::new(client), "", place.jobs, samples, &mut tell, interrupted).await;
        shown.end();
        anyhow::Ok(treated)
    })?;
    let treated: BTreeMap<String, Treatment> =
        treated.into_iter().map(|treated| (treated.id, treated.treatment)).collect();
    // Where no valid image is taken nothing could be said of what is refused.
    if let Some(why) = none_taken(treated.iter().filter(|(id, _)| id.starts_with("controls/"))) {
        bail!("{registry} takes no images: a valid one has {why}");
    }
    let images = images.into_iter().map(|(id, repository, control)| Image {
        repository,
        control,
        outcome: treated.get(&id).map_or(Outcome::NotPushed, outcome),
        id,
    });
    let pushed = Pushed { format: FORMAT, registry, images: images.collect() };
    let text = serde_json::to_string_pretty(&pushed)? + "\n";
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    write_file(&folder.join(FILE), text.as_bytes())?;
    Ok(pushed)
}

/// Removes what an earlier run has written about a registry: it tells of other cases than are there now.
///
/// # Errors
///
/// It cannot be removed.
pub fn forget(folder: &Path) -> anyhow::Result<()> {
    let path = folder.join(FILE);
    let text = fs::read_to_string(&path).unwrap_or_default();
    if serde_json::from_str::<Pushed>(&text).is_ok() {
        fs::remove_file(&path).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// What became of an image, where all became nothing.
fn none_taken<'t>(treated: impl Iterator<Item = (&'t String, &'t Treatment)>) -> Option<String> {
    let mut why = None;
    for (_, treatment) in treated {
        let words = match treatment {
            Treatment::Accepted => return None,
            Treatment::Nothing => continue,
            Treatment::Unanswered => "no answer".to_owned(),
            Treatment::Refused { part, status, codes } => {
                format!(
                    "its {part} refused with {}",
                    [&[status.to_string()], codes.as_slice()].concat().join(" ")
                )
            }
        };
        why.get_or_insert(words);
    }
    why
}

fn outcome(treatment: &Treatment) -> Outcome {
    match treatment {
        Treatment::Accepted => Outcome::Accepted,
        Treatment::Refused { part, status, codes } => {
            Outcome::Refused { part: (*part).to_owned(), status: *status, codes: codes.clone() }
        }
        Treatment::Unanswered => Outcome::Unanswered,
        Treatment::Nothing => Outcome::Nothing,
    }
}
