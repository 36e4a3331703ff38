//! `seaworthy list`.

use seaworthy_image::spec::SpecVersion;

use super::Usage;
use super::values::parse_version;
use crate::commands::check::Conclusion;
use crate::commands::list;

/// List the requirements, and the families of the safety battery.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only requirements whose id begins so
    #[arg(value_name = "ID")]
    only: Vec<String>,
    /// Show instead how the sentences of the specification are accounted for
    #[arg(long, conflicts_with = "only")]
    coverage: bool,
    /// With --coverage: compare with a checkout of the specification
    #[arg(long, value_name = "DIR", requires = "coverage")]
    spec_dir: Option<std::path::PathBuf>,
    /// With --spec-dir: the version that is checked out
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version,
        requires = "spec_dir")]
    spec: SpecVersion,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let mut out = anstream::stdout().lock();
    if args.coverage {
        let spec = args.spec_dir.as_deref().map(|folder| (folder, args.spec));
        let is_complete = list::print_coverage(spec, &mut out)?;
        return Ok(if is_complete { Conclusion::Conforms } else { Conclusion::Findings });
    }
    if list::list(&args.only, &mut out)? == 0 {
        return Err(Usage(format!("no requirement begins with {}", args.only.join(" or "))).into());
    }
    Ok(Conclusion::Conforms)
}
