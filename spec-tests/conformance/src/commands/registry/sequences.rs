//! `seaworthy registry --sequences`: random sequences of several clients, held against a model.

use std::sync::Arc;

use seaworthy_registry::sequences::{Consistency, Plan, Report, run_until};

use super::Request;
use super::connect::connect;
use crate::progress::Busy;

/// Runs sequences against the registry.
///
/// # Errors
///
/// The registry cannot be connected to, or takes no pushes.
pub(super) async fn run(
    request: &Request,
    target: Option<reqwest::Url>,
    count: u32,
    consistency: Consistency,
) -> anyhow::Result<Report> {
    let (client, interrupted) = connect(request.connection(target).await?).await?;
    let prefix = format!("{}seaworthy/", request.prefix);
    let _busy = Busy::new(format!("running {count} sequences"));
    let plan = Plan { consistency, prefix, ..Plan::new(request.seed, count) };
    Ok(run_until(Arc::new(client), &plan, interrupted).await?)
}
