//! Requirements on manifest.

rules! {}
