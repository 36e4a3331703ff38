//! Requirements on layout.

rules! {}
