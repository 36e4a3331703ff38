//! Requirements on config.

rules! {}
