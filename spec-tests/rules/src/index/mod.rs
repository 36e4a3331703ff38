//! Requirements on index.

rules! {}
