//! The threads that a walk works on: no more of them than its limit says, however deep it is.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The threads besides the one that walks.
pub(super) struct Threads {
    /// How many more may be started.
    idle: AtomicUsize,
}

impl Threads {
    /// `all` of them, with the one that walks; 1 is the least.
    pub(super) fn new(all: usize) -> Threads {
        Threads { idle: AtomicUsize::new(all.saturating_sub(1)) }
    }

    /// Calls `work` for each of `items`, `chunk` of them at a time on as many threads as are idle.
    /// What it returns is in the order of `items`.
    pub(super) fn in_parallel<I: Sync, O: Send>(
        &self,
        items: &[I],
        chunk: usize,
        work: impl Fn(&I) -> O + Sync,
    ) -> Vec<O> {
        let more = self.hire(items.len().div_ceil(chunk).saturating_sub(1));
        if more == 0 {
            return items.iter().map(work).collect();
        }
        let next = AtomicUsize::new(0);
        let run = || {
            let mut done = Vec::new();
            loop {
                let start = next.fetch_add(chunk, Ordering::Relaxed);
                let Some(rest) = items.get(start..).filter(|rest| !rest.is_empty()) else {
                    return done;
                };
                let part = &rest[..rest.len().min(chunk)];
                done.push((start, part.iter().map(&work).collect::<Vec<_>>()));
            }
        };
        let mut chunks: Vec<(usize, Vec<O>)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..more).map(|_| scope.spawn(run)).collect();
            let mut chunks = run();
            for worker in workers {
                match worker.join() {
                    Ok(mut done) => chunks.append(&mut done),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            chunks
        });
        self.dismiss(more);
        chunks.sort_by_key(|(start, _)| *start);
        chunks.into_iter().flat_map(|(_, part)| part).collect()
    }

    /// Takes up to `wanted` of the threads that are idle, and says how many those are.
    pub(super) fn hire(&self, wanted: usize) -> usize {
        let idle = self
            .idle
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |idle| Some(idle.saturating_sub(wanted)));
        idle.map_or(0, |before| before.min(wanted))
    }

    /// Gives back what [`Threads::hire`] took.
    pub(super) fn dismiss(&self, hired: usize) {
        self.idle.fetch_add(hired, Ordering::Relaxed);
    }
}
