//! Rust libraries that read archives.

mod astral_tokio_tar;
mod tar;
mod tar_core;

pub use self::astral_tokio_tar::AstralTokioTar;
pub use self::tar::Tar;
pub use self::tar_core::TarCore;

use crate::Reader;

/// All of them.
pub const ALL: &[&dyn Reader] = &[&Tar, &TarCore, &AstralTokioTar];
